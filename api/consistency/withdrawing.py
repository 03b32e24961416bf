"""Withdrawing an import: what is asked of whoever does it."""

from __future__ import annotations

LONGEST_REASON = 500


def reason_fault(reason: str) -> str:
    """What is wrong with a reason, in zh-CN; "" for nothing."""
    if not reason.strip():
        return "请写明为什么撤回"
    if len(reason) > LONGEST_REASON or not reason.isprintable():
        return f"理由不能超过 {LONGEST_REASON} 字，不能有换行和看不见的字符"
    return ""
