"""What is wrong with a form, by the field it belongs to, in words for whoever sees the form."""

from __future__ import annotations

from collections.abc import Mapping

from api.problems import Problem
from api.showing.words import DAY_NAMES
from engine.faults import InputFault

# How the engine names what a file of a case calls by a key.
_LABELS = (
    *((f"{key} 早于 ", f"{label}早于") for key, label in DAY_NAMES.items()),
    *((f"早于{key}", f"早于{label}") for key, label in DAY_NAMES.items()),
    ("的 from 大于 to；请把小的写在 from", "的范围写反了；请把小的写在前面"),
    ("“region”不能写", "行政区划代码不能写"),
    ("“id”最多", "立案号最多"),
    ("“name”最多", "姓名或者名称最多"),
    ("“identifier”最多", "证件号最多"),
    ("六位行政区划代码，加引号", "六位行政区划代码"),
)


def field_of(pointer: str, fields: Mapping[str, str]) -> str:
    """The field behind a JSON pointer, or behind what it lies in; "" for none."""
    while pointer and pointer not in fields:
        pointer = pointer.rpartition("/")[0]
    return fields.get(pointer, "")


def faults_of(error: InputFault | Problem, fields: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with a case by the field it belongs to, what belongs to none under ""; raises
    the error again where it is not about what was written."""
    if isinstance(error, Problem):
        if error.code != "invalid_input":
            raise error
        listed = [(each.pointer, each.detail) for each in error.errors]
    else:
        listed = [(each.pointer or "", f"{each.message}；{each.help}") for each in error.findings]
    found: dict[str, str] = {}
    for pointer, text in listed:
        name, said = field_of(pointer, fields), _in_words(text)
        found[name] = f"{found[name]}。{said}" if name in found else said
    return found


def _in_words(text: str) -> str:
    """A fault of a case as a file, for whoever sees a form: its keys by the labels here."""
    for key, label in _LABELS:
        text = text.replace(key, label)
    return text
