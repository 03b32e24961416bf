"""The bytes of a result, the same wherever it is computed: answered, recorded, replayed."""

from __future__ import annotations

from typing import Any

import orjson

from engine.rendering import document
from engine.result import Result


def result_bytes(result: Result) -> bytes:
    """A result as compact UTF-8 JSON, keys in the order of the contract."""
    return compact(document(result))


def compact(data: Any) -> bytes:
    """Data as UTF-8 JSON without blanks, keys as they come."""
    return orjson.dumps(data)
