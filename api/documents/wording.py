"""Texts and amounts as every format of a document can hold them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from api.documents.fields import Fine
from api.showing.words import seen
from api.store.records import fen
from engine.money import capital_range, fen_range, fine_text

_BLANK = re.compile(r"\s+")
# No text may hold them: halves of characters, and what XML and Unicode set aside.
_NO_TEXT = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def clean(text: object) -> str:
    """What somebody wrote on one line, as every format can hold it: what cannot be seen is □."""
    return _NO_TEXT.sub("□", _BLANK.sub(" ", seen(text))).strip()


def amount(low: int | None, high: int | None) -> Fine:
    """A range of fen in figures and capitals."""
    capitals = capital_range(low, high)
    return Fine(fen_range(low, high), f"人民币{capitals}" if capitals else "")


def fine(money: Mapping[str, Any]) -> Fine:
    """A fine of the result, {min, max} in yuan, in figures and capitals."""
    low, high = fen(money["min"]), fen(money["max"])
    made = amount(low, high)
    return Fine(fine_text(low, high).removeprefix("罚款 "), made.capitals)
