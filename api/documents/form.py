"""Forms: Word documents with fields in them, the one that comes along or a bureau's own.

A form comes from outside, so it runs in jinja's sandbox, and what it shows is text and nothing
else: no value is ever read as markup or as a field.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

import api
from api.documents.fields import Document
from engine.faults import Finding, InputFault, Place, did_you_mean

DEFAULT = Path(api.__file__).parent / "templates" / "document.docx"
LARGEST = 5 * 2**20
LARGEST_INSIDE = 50 * 2**20
_PARAGRAPH = re.compile(r"<w:p([ />])")


@dataclass(frozen=True, slots=True)
class Form:
    """The bytes of a form, and the name of its file for messages."""

    name: str
    content: bytes

    def filled(self, document: Document) -> DocxTemplate:
        """The form with the fields of a document in place, not yet saved; raises what a form that
        was not checked may raise."""
        made = DocxTemplate(io.BytesIO(self.content))
        values = {each.name: getattr(document, each.name) for each in fields(document)}
        made.render(values, environment())
        return made

    def texts(self) -> Iterator[str]:
        """The parts of the form as jinja reads them, every paragraph on a line of its own."""
        opened = DocxTemplate(io.BytesIO(self.content))
        opened.init_docx()
        yield _in_lines(opened.patch_xml(opened.get_xml()))
        for uri in (opened.HEADER_URI, opened.FOOTER_URI):
            for _, part in opened.get_headers_footers(uri):
                yield _in_lines(opened.patch_xml(opened.get_part_xml(part)))


def _in_lines(xml: str) -> str:
    return _PARAGRAPH.sub(r"\n<w:p\1", xml)


class _Unknown(StrictUndefined):
    """A field that there is not: the message says which, and what it may have been."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        if self._undefined_obj is None:
            name = self._undefined_name
            return f"有的记录没有“{name}”所在的字段；先用 if 判断有没有，再写它"
        known = getattr(type(self._undefined_obj), "__dataclass_fields__", None)
        names = known or Document.__dataclass_fields__
        return f"没有字段“{self._undefined_name}”；{did_you_mean(str(self._undefined_name), names)}"


def environment() -> ImmutableSandboxedEnvironment:
    """Where a form runs: it imports and changes nothing; a field that there is not is a fault."""
    return ImmutableSandboxedEnvironment(undefined=_Unknown, autoescape=True, finalize=_as_text)


def _as_text(value: object) -> Markup:
    """A value as XML that is text: no markup, nothing that looks like a field."""
    text = str(escape("" if value is None else str(value)))
    return Markup(text.replace("{", "&#123;").replace("}", "&#125;"))


def read(path: Path) -> Form:
    """The form in a file, not yet checked; raises InputFault where it is no Word document."""
    name = str(path)
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise _no_form(name, f"文书模板读不了（{error.strerror}）", "请检查路径和权限") from None
    if len(content) > LARGEST:
        raise _no_form(name, "文书模板太大", f"不能超过 {LARGEST // 2**20} MiB，请缩小图片")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            size = sum(each.file_size for each in opened.infolist())
            if size > LARGEST_INSIDE:
                raise _no_form(name, "文书模板解压后太大", "请用 Word 另存为 .docx")
        DocxTemplate(io.BytesIO(content)).init_docx()
    except InputFault:
        raise
    except Exception:  # whatever a file that is no document does to what reads it
        help = "请用 Word 或者 WPS 另存为 .docx（不含宏）"
        raise _no_form(name, "不是 Word 文档（.docx）", help) from None
    return Form(name, content)


def _no_form(name: str, message: str, help: str) -> InputFault:
    return InputFault([Finding("bad_template", Place(name), message, help)])
