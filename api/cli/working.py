"""A word on the terminal while something takes its time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console


@contextmanager
def working(words: str) -> Iterator[None]:
    """Show what is being done on a terminal's standard error; nothing anywhere else."""
    err = Console(stderr=True)
    if err.is_terminal:
        with err.status(f"{words}……"):
            yield
    else:
        yield
