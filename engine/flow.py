"""A value as one line of YAML, as the rule files write it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import yaml

from engine.faults import InputFault
from engine.source import parse


def flow(value: Any) -> str:
    """A value in flow style on one line; a word that a YAML reader could take for something else
    (a date, yes, 010, 1e3) stands in quotes."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    if isinstance(value, (int, Decimal)):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    return value if _is_plain(value) else '"' + "".join(map(_escaped, value)) + '"'


def _escaped(character: str) -> str:
    """A character between quotation marks; what cannot be seen is written as its number."""
    if character in ('"', "\\"):
        return "\\" + character
    if character.isprintable() or character == "\u3000":
        return character
    return "\\n" if character == "\n" else f"\\U{ord(character):08x}"


def _is_plain(text: str) -> bool:
    """Whether our strict reader and a common one both read the bare word as this text, also as a
    key."""
    for written, read in ((f"[{text}]", [text]), (f"{{{text}: {text}}}", {text: text})):
        try:
            if not parse(written.encode(), "word").data == read == yaml.safe_load(written):
                return False
        except (InputFault, yaml.YAMLError):
            return False
    return True
