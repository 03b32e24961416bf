"""The bytes of a result, the same wherever it is computed: answered, recorded, replayed."""

from __future__ import annotations

import json

from engine.rendering import document
from engine.result import Result


def result_bytes(result: Result) -> bytes:
    """A result as compact UTF-8 JSON, keys in the order of the contract."""
    return json.dumps(document(result), ensure_ascii=False, separators=(",", ":")).encode()
