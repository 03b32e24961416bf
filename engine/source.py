"""Strict reading of YAML (and so JSON): plain data, and the place of every node.

Only true/false are booleans and only null/~/nothing is null; dates, yes/no and 010 stay text.
Anchors, aliases, tags, duplicate keys, several documents and files over 1 MiB are refused.
"""

from __future__ import annotations

import errno
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import yaml

from engine.faults import Finding, InputFault, Place

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 40
MAX_DIGITS = 30

Pointer = tuple[str | int, ...]
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_NOT_A_NUMBER = frozenset({"nan", ".nan", "inf", ".inf", "+.inf", "-.inf", "-inf", "infinity"})
_UNREADABLE = {errno.EACCES: "没有读的权限", errno.ELOOP: "链接绕回了自己"}
_PAIRED = "请检查缩进、冒号、引号和括号是否配对"
# A key of the rules or of a case before a full-width colon, or after a full-width comma.
_FULL_WIDTH = re.compile(
    r"(?:^|[{,])\s*(?:- )?[A-Za-z][A-Za-z0-9_-]*(?P<colon>：)"
    r"|(?P<comma>，)\s*[A-Za-z][A-Za-z0-9_-]*:"
)
# What a merge leaves where both sides changed the same lines.
_CONFLICT = re.compile(r"^(?:<{7}|>{7})(?= |\r?$)", re.MULTILINE)
FULL_WIDTH_HELP = {
    "colon": "请把全角的“：”改成半角的“:”，后面空一格",
    "comma": "请把全角的“，”改成半角的“,”，后面空一格",
}
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Source:
    """One text read: `data` as plain Python values and the place of each node by its pointer."""

    __slots__ = ("_keys", "_values", "data", "name", "text")

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self._values: dict[Pointer, tuple[int, int]] = {}
        self._keys: dict[Pointer, tuple[int, int]] = {}
        self.data: Any = _Reader(self).read()

    def part(self, pointer: Pointer) -> Source:
        """The part of this source under a pointer, as a source of its own, places kept."""
        part = object.__new__(Source)
        part.name, part.text, part.data = self.name, self.text, self.data
        for key in pointer:
            part.data = part.data[key]
        depth = len(pointer)
        for table in ("_values", "_keys"):
            inner = {
                full[depth:]: mark
                for full, mark in getattr(self, table).items()
                if full[:depth] == pointer
            }
            setattr(part, table, inner)
        return part

    def place(self, pointer: Pointer = (), *, key: bool = False) -> Place:
        """Where the node stands (its key, with `key=True` or where the node begins only on a later
        line than its key); the nearest parent if unknown."""
        mark = self._keys.get(pointer) if key else None
        while mark is None and pointer not in self._values and pointer:
            pointer = pointer[:-1]
        value = self._values.get(pointer, (0, 0))
        line, column = mark or min(value, self._keys.get(pointer, value), key=lambda at: at[0])
        return Place(self.name, line + 1, column + 1)

    def finding(
        self, code: str, pointer: Pointer, message: str, help: str, *, key: bool = False
    ) -> Finding:
        """A finding at the place of a node, with its JSON pointer."""
        return Finding(
            code, self.place(pointer, key=key), message, help, pointer=json_pointer(pointer)
        )


def json_pointer(pointer: Pointer) -> str:
    """RFC 6901 text of a pointer."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in pointer)


def read_source(path: Path, name: str | None = None) -> Source:
    """Read one file; raises InputFault for what cannot be read as strict YAML."""
    shown = name or str(path)
    return parse(read_bytes(path, shown, MAX_BYTES + 1), shown)


def read_bytes(path: Path, shown: str, most: int = -1) -> bytes:
    """The first bytes of a file (all, without `most`); raises InputFault where it cannot be read.
    `shown` is how messages call it."""
    if path.is_dir():
        _refuse("is_a_directory", Place(shown), "这是一个目录，不是文件", "请给出目录里的某个文件")
    try:
        with path.open("rb") as stream:
            return stream.read(most)
    except FileNotFoundError:
        _refuse("no_such_file", Place(shown), "没有这个文件", "请检查路径")
    except OSError as error:
        why = _UNREADABLE.get(error.errno or 0, error.strerror)
        _refuse("unreadable", Place(shown), f"文件打不开（{why}）", "请检查文件和权限")


def parse(raw: bytes, name: str) -> Source:
    """Read bytes as strict YAML; `name` is how messages call the text."""
    if len(raw) > MAX_BYTES:
        _refuse("too_large", Place(name), "文件超过 1 MiB", "请拆成几个文件，或者删去无关内容")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        _refuse(
            "not_utf8",
            Place(name, line, column),
            "文件不是 UTF-8 编码（可能是 GBK）",
            "请用编辑器另存为 UTF-8",
        )
    return Source(name, text)


def _refuse(code: str, place: Place, message: str, help: str) -> NoReturn:
    raise InputFault([Finding(code, place, message, help)])


class _Reader:
    """Builds plain data from the event stream, without recursion into hostile nesting."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.events: Iterator[Any] = iter(())

    def read(self) -> Any:
        try:
            return self._document()
        except yaml.YAMLError as error:
            mark: Any = getattr(error, "problem_mark", None)
            wide = None if mark is None else self._full_width(mark.line)
            conflict = _CONFLICT.search(self.source.text)
            if conflict is not None:
                place = Place(
                    self.source.name, self.source.text.count("\n", 0, conflict.start()) + 1
                )
                help = "这里是合并留下的冲突标记，请选定一边，删去 <<<<<<<、=======、>>>>>>> 这几行"
            elif mark is None:
                place, help = self._control_character(), "请删去这里看不见的控制字符"
            elif wide is not None:
                place, help = wide
            else:
                place = Place(self.source.name, mark.line + 1, mark.column + 1)
                tab = self._line(mark.line)[mark.column :].startswith("\t")
                help = "缩进请用空格，不要用制表符（Tab）" if tab else _PAIRED
            _refuse("not_yaml", place, "不是合法的 YAML", help)

    def _line(self, number: int) -> str:
        lines = self.source.text.split("\n")
        return lines[number] if number < len(lines) else ""

    def _full_width(self, last: int) -> tuple[Place, str] | None:
        """A full-width colon or comma where YAML needs a plain one, which the parser misses only
        on this line or a line or two later."""
        for number in range(last, max(last - 3, -1), -1):
            found = _FULL_WIDTH.search(self._line(number))
            if found is not None:
                group = found.lastgroup or ""
                place = Place(self.source.name, number + 1, found.start(group) + 1)
                return place, FULL_WIDTH_HELP[group]
        return None

    def _control_character(self) -> Place:
        """Where the first character stands that YAML has no room for."""
        found = yaml.reader.Reader.NON_PRINTABLE.search(self.source.text)
        before = self.source.text[: found.start() if found else 0]
        return Place(self.source.name, before.count("\n") + 1, len(before) - before.rfind("\n"))

    def _document(self) -> Any:
        self.events = yaml.parse(self.source.text, Loader=_LOADER)
        next(self.events)
        event = next(self.events)
        if isinstance(event, yaml.StreamEndEvent):
            _refuse("empty", Place(self.source.name), "文件是空的", "请写入内容")
        data = self._node(next(self.events), (), 0)
        next(self.events)
        extra = next(self.events)
        if not isinstance(extra, yaml.StreamEndEvent):
            self._stop("several_documents", extra, "一个文件里有几个文档", "请去掉“---”分隔")
        return data

    def _stop(self, code: str, event: Any, message: str, help: str) -> NoReturn:
        mark = event.start_mark
        _refuse(code, Place(self.source.name, mark.line + 1, mark.column + 1), message, help)

    def _node(self, event: Any, pointer: Pointer, depth: int) -> Any:
        kind = type(event)
        if kind is yaml.AliasEvent or event.anchor is not None:
            self._stop("alias", event, "不接受 YAML 的锚点和别名", "请把内容直接写出来")
        if event.tag is not None and event.tag != "!":
            self._stop("tag", event, "不接受 YAML 标签", "请去掉以“!”开头的标签")
        mark = event.start_mark
        self.source._values[pointer] = (mark.line, mark.column)
        if kind is yaml.ScalarEvent:
            return self._scalar(event)
        if depth >= MAX_DEPTH:
            self._stop("too_deep", event, f"嵌套超过 {MAX_DEPTH} 层", "请减少嵌套")
        if kind is yaml.SequenceStartEvent:
            items: list[Any] = []
            while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
                items.append(self._node(event, (*pointer, len(items)), depth + 1))
            return items
        return self._mapping(pointer, depth)

    def _mapping(self, pointer: Pointer, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if type(event) is not yaml.ScalarEvent or event.anchor or event.tag not in (None, "!"):
                self._stop("bad_key", event, "键必须是一个词", "请把键写成普通文字")
            key = unicodedata.normalize("NFC", event.value)
            here = (*pointer, key)
            mark: Any = event.start_mark
            if key in result:
                self._stop("duplicate_key", event, f"键“{key[:60]}”重复", "同一层里每个键只写一次")
            self.source._keys[here] = (mark.line, mark.column)
            result[key] = self._node(next(self.events), here, depth + 1)
        return result

    def _scalar(self, event: Any) -> Any:
        value = event.value
        if not event.implicit[0]:
            return unicodedata.normalize("NFC", value)
        if value in ("", "~", "null"):
            return None
        if value == "true":
            return True
        if value == "false":
            return False
        if _DECIMAL.fullmatch(value):
            return self._number(event, value)
        if value.lower() in _NOT_A_NUMBER:
            self._stop("not_a_number", event, f"“{value}”不是数", "请写一个确定的数，不知道就留空")
        return unicodedata.normalize("NFC", value)

    def _number(self, event: Any, value: str) -> int | Decimal:
        mantissa, _, exponent = value.lower().partition("e")
        if len(mantissa) > MAX_DIGITS or len(exponent) > 4 or abs(int(exponent or 0)) > MAX_DIGITS:
            self._stop("number_too_large", event, "这个数太大或者太长", "请核对位数")
        if _INTEGER.fullmatch(value):
            return int(value)
        number = Decimal(value)
        return int(number) if number == number.to_integral_value() else number
