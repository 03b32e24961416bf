"""Lines of Chinese text on a terminal: wrapped by width, never inside a number or a word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

# An opening mark stays with what follows it, a number with its unit.
_PIECES = re.compile(r"[（《〔“]*(?:[A-Za-z0-9,.%_:/@#~+\-]+[元人日项处家台套个次%]*|.)", re.DOTALL)
_NEVER_FIRST = frozenset("，。；：、）》〕”！？·")


def wrap(text: str, width: int) -> Iterator[str]:
    """Break a text into lines of at most `width` columns; closing marks stay with their word."""
    current = ""
    for piece in _PIECES.findall(text):
        if cell_len(current) + cell_len(piece) > width and current and piece not in _NEVER_FIRST:
            yield current.rstrip()
            current = ""
        while cell_len(piece) > width:
            head = piece[: max(1, width - cell_len(current))]
            yield current + head
            current, piece = "", piece[len(head) :]
        current += piece if current or piece != " " else ""
    if current:
        yield current.rstrip()


def line(out: Console, indent: int, text: str, style: str = "", hang: int = 0) -> None:
    """Print a paragraph indented by columns; lines after the first hang further in."""
    room = out.width - indent - hang - 2
    for number, part in enumerate(wrap(text, room)):
        pad = indent if number == 0 else indent + hang
        out.print(Text(" " * pad + part, style=style), soft_wrap=True)
