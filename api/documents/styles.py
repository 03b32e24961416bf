"""How the form that comes along looks: page, styles, fonts with names to fall back on."""

from __future__ import annotations

import io
from typing import Any

from docx import Document as new_docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

LATIN, SONG, FANGSONG, HEI = "Times New Roman", "宋体", "仿宋", "黑体"
_ALSO = {
    SONG: ("SimSun", "Noto Serif CJK SC"),
    FANGSONG: ("仿宋_GB2312", "FangSong", "Noto Serif CJK SC"),
    HEI: ("SimHei", "Noto Sans CJK SC"),
}


def set_page(document: Any) -> None:
    """A4 with the margins of official documents, and nothing of whoever made the library."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(30), Mm(28)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(15)
    properties = document.core_properties
    properties.title = properties.author = properties.comments = ""
    properties.keywords = properties.last_modified_by = ""


def set_styles(document: Any) -> None:
    """The styles of paragraphs: title, headings, cells of tables, small print."""
    styles = document.styles
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    _font(styles["Normal"], FANGSONG, 12)
    styles["Normal"].paragraph_format.space_after = Pt(0)
    styles["Normal"].paragraph_format.line_spacing = 1.3
    for name, font, size, before, after in (
        ("Title", SONG, 22.0, 0, 6),
        ("Heading 1", HEI, 14, 12, 4),
        ("Heading 2", HEI, 12, 8, 4),
        ("Header", SONG, 9, 0, 0),
        ("Footer", SONG, 9, 0, 0),
    ):
        style = styles[name]
        _font(style, font, size)
        style.font.bold = name == "Title"
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.paragraph_format.space_before, style.paragraph_format.space_after = (
            Pt(before),
            Pt(after),
        )
    title = styles["Title"]
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for line in title.element.pPr.findall(qn("w:pBdr")):
        title.element.pPr.remove(line)
    for name, size in (("Cell", 10.5), ("Small", 9)):
        style = styles.add_style(name, 1)
        style.base_style = styles["Normal"]
        _font(style, FANGSONG if name == "Cell" else SONG, size)
        style.paragraph_format.line_spacing = 1.15


def _font(style: Any, east: str, size: float) -> None:
    style.font.size = Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for kind in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{kind}"), LATIN)
    fonts.set(qn("w:eastAsia"), east)


def slimmed(content: bytes) -> bytes:
    """Without the thumbnail of the library's own template, and with the fonts to fall back on."""
    document = new_docx(io.BytesIO(content))
    package = document.part.package
    for id, relation in list(package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            del package.rels[id]
    for part in package.iter_parts():
        if part.partname.endswith("/fontTable.xml"):
            part._blob = _font_table()
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _font_table() -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{",".join(also)}"/>'
        '<w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for name, also in _ALSO.items()
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{head}<w:fonts xmlns:w="{space}">{fonts}</w:fonts>'.encode()


def add_line(paragraph: Any, side: str) -> None:
    """A thin line at the "top" or "bottom" of a paragraph."""
    borders = OxmlElement("w:pBdr")
    border = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", "4"), ("space", "1"), ("color", "auto")):
        border.set(qn(f"w:{name}"), value)
    borders.append(border)
    paragraph._p.get_or_add_pPr().append(borders)
