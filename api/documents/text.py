"""A document as a page and as Markdown: views of the same fields as the Word file."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import api
from api.documents.fields import Document

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&])")
# What would begin a list or a line at the head of a paragraph.
_LEADING = re.compile(r"^([-+=]|[0-9]+[.)])")


def page(document: Document) -> str:
    """A page of its own, which loads and runs nothing."""
    return _rendered("document.html", document)


def markdown(document: Document) -> str:
    """Markdown in which nothing that anybody wrote is a mark."""
    return _rendered("document.md", document)


def _rendered(name: str, document: Document) -> str:
    values = {each.name: getattr(document, each.name) for each in fields(document)}
    return _templates.get_template(name).render(values)


def _plain(text: str) -> str:
    escaped = _SPECIAL.sub(r"\\\1", text)
    return _LEADING.sub(lambda found: f"{found[1][:-1]}\\{found[1][-1]}", escaped)


_templates = Environment(
    loader=FileSystemLoader(Path(api.__file__).parent / "templates"),
    autoescape=lambda name: name is not None and name.endswith(".html"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_templates.filters["plain"] = _plain
