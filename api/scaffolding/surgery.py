"""Edits of a YAML text by the places of its nodes: what is not named keeps every byte."""

from __future__ import annotations

from typing import Any

import yaml

from engine.source import Pointer


class Surgery:
    """A YAML text under the knife: edits are named by pointer and made all at once by `done`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._root = yaml.compose(text, Loader=yaml.SafeLoader)
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self._edits: list[tuple[int, int, str]] = []

    def is_flow(self, pointer: Pointer) -> bool:
        """Whether a list or mapping is written in brackets."""
        return bool(self._node(pointer).flow_style)

    def replace(self, pointer: Pointer, written: str) -> None:
        """Put other text in the place of a scalar."""
        node = self._node(pointer)
        self._edits.append((node.start_mark.index, self._end(node), written))

    def add_member(self, pointer: Pointer, written: str, *, after: str | None = None) -> None:
        """Add `key: value` to a mapping, behind a key or at its end; in a block mapping it may
        have several lines."""
        node = self._node(pointer)
        members = [(key.value, value) for key, value in node.value]
        last = next((value for key, value in members if key == after), members[-1][1])
        if node.flow_style:
            end = self._end(last)
            self._edits.append((end, end, f", {written}"))
        else:
            self._add_lines(self._end(last), node.start_mark.column, written)

    def remove_member(self, pointer: Pointer) -> None:
        """Take a key and its value out of a mapping that holds others."""
        parent = self._node(pointer[:-1])
        keys = [key.value for key, _ in parent.value]
        index = keys.index(pointer[-1])
        if index == 0:
            start, end = (key.start_mark.index for key, _ in parent.value[:2])
        else:
            start, end = (self._end(value) for _, value in parent.value[index - 1 : index + 1])
            if not parent.flow_style:
                start, end = self._line_end(start), self._line_end(end)
        self._edits.append((start, end, ""))

    def insert(self, pointer: Pointer, index: int, written: str) -> None:
        """Insert an element into a list, before the element that has this index now."""
        node = self._node(pointer)
        elements = node.value
        if node.flow_style:
            if index < len(elements):
                start = elements[index].start_mark.index
                self._edits.append((start, start, f"{written}, "))
            else:
                end = self._end(elements[-1])
                self._edits.append((end, end, f", {written}"))
        elif index > 0:
            self._add_lines(self._end(elements[index - 1]), node.start_mark.column, f"- {written}")
        else:
            start = node.start_mark.index
            pad = self._newline + " " * node.start_mark.column
            self._edits.append((start, start, f"- {written}{pad}"))

    def prepend(self, line: str) -> None:
        """Put a line before everything else (behind a byte order mark)."""
        start = 1 if self.text.startswith("\ufeff") else 0
        self._edits.append((start, start, line + self._newline))

    def done(self) -> str:
        """The text with every edit made."""
        text = self.text
        for start, end, written in sorted(self._edits, key=lambda edit: edit[0], reverse=True):
            text = text[:start] + written + text[end:]
        return text

    def _node(self, pointer: Pointer) -> Any:
        node: Any = self._root
        for step in pointer:
            if isinstance(step, int):
                node = node.value[step]
            else:
                node = next(value for key, value in node.value if key.value == step)
        return node

    def _end(self, node: Any) -> int:
        """Where the content of a node ends; a block ends with its last scalar, not at the next
        token as the parser has it."""
        if isinstance(node, yaml.ScalarNode) or node.flow_style:
            end: int = node.end_mark.index
            while end > node.start_mark.index and self.text[end - 1].isspace():
                end -= 1
            return end
        last = node.value[-1]
        return self._end(last[1] if isinstance(node, yaml.MappingNode) else last)

    def _line_end(self, position: int) -> int:
        end = self.text.find(self._newline, position)
        return len(self.text) if end < 0 else end

    def _add_lines(self, position: int, column: int, written: str) -> None:
        end = self._line_end(position)
        pad = self._newline + " " * column
        self._edits.append((end, end, "".join(pad + line for line in written.splitlines())))
