"""What is wrong with a form, told before anybody's document depends on it."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from docx import Document as open_docx
from docxtpl import DocxTemplate
from jinja2 import TemplateSyntaxError, nodes
from lxml import etree

from api.documents.fields import Document, element_of, fields_of, present
from api.documents.form import DEFAULT, Form, environment, read
from engine.faults import Finding, InputFault, Place, did_you_mean

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HELD = frozenset(f"{_W}{name}" for name in ("t", "instrText", "delText", "delInstrText"))
_HELP = "字段和写法见 docs/guide/templates.md"


@lru_cache(8)
def form_at(path: Path | None) -> Form:
    """The form at a path, or the one that comes along; read and checked once in a process. Raises
    InputFault with everything that is wrong with it."""
    form = read(path or DEFAULT)
    findings = list(check(form))
    if findings:
        raise InputFault(findings)
    return form


def check(form: Form) -> Iterator[Finding]:
    """Everything that is wrong with a form; a line is a paragraph of the part it stands in."""
    findings = [each for text in form.texts() for each in _written(form.name, text)]
    yield from findings
    if not findings:
        yield from _tried(form)


def sample(kind: Any, *, full: bool) -> Any:
    """A value of a kind: with everything that may be there, or with nothing."""
    kind = present(kind) if full else kind
    if element_of(kind) is not None:
        return (sample(element_of(kind), full=full),) if full else ()
    if kind is bool:
        return full
    if names := fields_of(kind):
        return kind(**{name: sample(each, full=full) for name, each in names.items()})
    return ("示例" if full else "") if kind is str else None


# As it is written -------------------------------------------------------------------------


def _written(name: str, text: str) -> Iterator[Finding]:
    """Faults of the syntax, and fields that there are not, on every branch."""
    try:
        tree = environment().parse(text)
    except TemplateSyntaxError as error:
        message = f"模板的标记写得不对（{error.message}）"
        yield Finding("template_syntax", Place(name, _paragraph(error.lineno)), message, _HELP)
        return
    for unknown in _Fields(fields_of(Document)).unknown(tree):
        yield dataclasses.replace(unknown, place=Place(name, _paragraph(unknown.place.line)))


def _paragraph(line: int) -> int:
    return max(1, line - 1)


class _Fields:
    """Walks a form, knowing what each name stands for; a name it cannot know is let pass."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = dict(names)

    def unknown(self, node: nodes.Node) -> Iterator[Finding]:
        """The fields named in a node that there are not."""
        match node:
            case nodes.For():
                yield from self.unknown(node.iter)
                inner = _Fields({**self._names, "loop": None, **self._bound(node)})
                for each in (node.test, *node.body, *node.else_):
                    if each is not None:
                        yield from inner.unknown(each)
            case nodes.Assign():
                yield from self.unknown(node.node)
                for name in node.target.find_all(nodes.Name):
                    self._names[name.name] = self.kind(node.node)
                if isinstance(node.target, nodes.Name):
                    self._names[node.target.name] = self.kind(node.node)
            case nodes.Macro() | nodes.CallBlock() | nodes.With() | nodes.AssignBlock():
                if isinstance(node, nodes.Macro):
                    self._names[node.name] = None
                for each in node.find_all(nodes.Name):
                    if each.ctx != "load":
                        self._names.setdefault(each.name, None)
                for each in node.iter_child_nodes():
                    yield from self.unknown(each)
            case nodes.Name(name=name) if node.ctx == "load":
                if name not in self._names and name not in environment().globals:
                    yield _unknown(name, self._names, node.lineno)
            case nodes.Getattr(attr=attr):
                faults = list(self.unknown(node.node))
                known = fields_of(self.kind(node.node))
                if known and attr not in known and not faults:
                    faults.append(_unknown(attr, known, node.lineno))
                yield from faults
            case _:
                for each in node.iter_child_nodes():
                    yield from self.unknown(each)

    def kind(self, node: nodes.Node) -> Any:
        """What an expression stands for; None where that cannot be known."""
        match node:
            case nodes.Name(name=name):
                return present(self._names.get(name))
            case nodes.Getattr(attr=attr):
                return present(fields_of(self.kind(node.node)).get(attr))
            case nodes.Getitem():
                return element_of(self.kind(node.node))
        return None

    def _bound(self, node: nodes.For) -> dict[str, Any]:
        if isinstance(node.target, nodes.Name):
            return {node.target.name: element_of(self.kind(node.iter))}
        return dict.fromkeys((each.name for each in node.target.find_all(nodes.Name)), None)


def _unknown(name: str, known: Mapping[str, Any], line: int) -> Finding:
    message = f"没有字段“{name[:60]}”"
    return Finding("template_field", Place("", line), message, did_you_mean(name, known))


# As it comes out --------------------------------------------------------------------------


def _tried(form: Form) -> Iterator[Finding]:
    """Fill the form with everything and with nothing, and read what came of it."""
    for full in (True, False):
        said = _tries(form, sample(Document, full=full))
        if said:
            what = "什么都有的记录" if full else "最简单的记录"
            message = f"用{what}试填不成功（{said}）"
            yield Finding("template_fails", Place(form.name), message, _HELP)
            return


def _tries(form: Form, document: Document) -> str:
    """What goes wrong with a form and a document; empty where nothing does."""
    try:
        made = form.filled(document)
        content = io.BytesIO()
        made.save(content)
        opened = open_docx(io.BytesIO(content.getvalue()))
        for part in (opened.element.body, *_around(opened)):
            stray = _stray(part)
            if stray:
                return f"“{stray[:40]}”不在文字里，标记要单独成段或者成行"
    except Exception as error:  # a form is a program: it may do anything wrong
        return " ".join(str(error).split())[:200] or type(error).__name__
    return ""


def _around(opened: Any) -> Iterator[Any]:
    for relation in opened.part.rels.values():
        if relation.reltype in (DocxTemplate.HEADER_URI, DocxTemplate.FOOTER_URI):
            yield relation.target_part.element


def _stray(part: Any) -> str:
    """Text where Word expects none."""
    plain = etree.fromstring(etree.tostring(part))  # python-docx gives its elements another `text`
    for each in plain.iter(etree.Element):
        if each.tag.startswith(_W) and each.tag not in _HELD and (each.text or "").strip():
            return str(each.text).strip()
        if (each.tail or "").strip():
            return str(each.tail).strip()
    return ""
