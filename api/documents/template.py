"""The form that comes along: `python -m api.documents.template` writes it anew.

Fonts by the names that Word and WPS know in China, each with other names to fall back on; the
sizes and margins of official documents.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from docx import Document as new_docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from api.documents.form import DEFAULT
from api.documents.word import packed

LATIN, SONG, FANGSONG, HEI = "Times New Roman", "宋体", "仿宋", "黑体"
_ALSO = {
    SONG: ("SimSun", "Noto Serif CJK SC"),
    FANGSONG: ("仿宋_GB2312", "FangSong", "Noto Serif CJK SC"),
    HEI: ("SimHei", "Noto Sans CJK SC"),
}
_RED = RGBColor(0xC0, 0x00, 0x00)
_GREY = "F2F2F2"
_WIDTH = 156  # mm between the margins
_LABEL = 34


def built() -> bytes:
    """The form as the bytes of a Word file."""
    document = new_docx()
    _page(document)
    _styles(document)
    _head(document)
    _body(document)
    out = io.BytesIO()
    document.save(out)
    return packed(_slimmed(out.getvalue()))


# Page, styles, fonts ----------------------------------------------------------------------


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(30), Mm(28)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(15)
    properties = document.core_properties
    properties.title = properties.author = properties.comments = ""
    properties.keywords = properties.last_modified_by = ""


def _styles(document: Any) -> None:
    styles = document.styles
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    _font(styles["Normal"], FANGSONG, 12)
    styles["Normal"].paragraph_format.space_after = Pt(0)
    styles["Normal"].paragraph_format.line_spacing = 1.3
    for name, font, size, before, after in (
        ("Title", SONG, 22, 0, 6),
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


def _slimmed(content: bytes) -> bytes:
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


# Header and footer ------------------------------------------------------------------------


def _head(document: Any) -> None:
    section = document.sections[0]
    header = section.header.paragraphs[0]
    header.text = "{{ title }}{% if case_number %}　{{ case_number }}{% endif %}"
    header.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _line(header, "bottom")
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run("校验码 {{ record.code }}　　第 ")
    _field(footer, "PAGE")
    footer.add_run(" 页，共 ")
    _field(footer, "NUMPAGES")
    footer.add_run(" 页")


def _field(paragraph: Any, code: str) -> None:
    for kind in ("begin", "instr", "separate", "text", "end"):
        run = paragraph.add_run()
        if kind == "instr":
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = f" {code} "
        elif kind == "text":
            run.text = "1"
            continue
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)


def _line(paragraph: Any, side: str) -> None:
    borders = OxmlElement("w:pBdr")
    border = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", "4"), ("space", "1"), ("color", "808080")):
        border.set(qn(f"w:{name}"), value)
    borders.append(border)
    paragraph._p.get_or_add_pPr().append(borders)


# Body -------------------------------------------------------------------------------------


def _body(document: Any) -> None:
    document.add_paragraph("{{ title }}", "Title")
    subtitle = document.add_paragraph("{{ record.office }}　{{ record.created_on }}")
    subtitle.alignment = WD_ALIGN_PARAGRAPH.CENTER
    subtitle.paragraph_format.space_after = Pt(6)
    _alerts(document)
    _case(document)
    document.add_paragraph("二、事实和证据", "Heading 1")
    _listed(
        document,
        "facts",
        ("对象", "事实", "认定", "证据"),
        ("{{ x.whose or '案件' }}", "{{ x.label }}", "{{ x.value }}", "{{ x.evidence }}"),
        (26, 52, 34, 44),
        "没有填写事实。",
    )
    _outcomes(document)
    document.add_paragraph("四、处理意见合计", "Heading 1")
    _listed(
        document,
        "totals",
        ("当事人", "罚款", "大写"),
        ("{{ x.who }}", "{{ x.fine.figures }}", "{{ x.fine.capitals or '—' }}"),
        (44, 48, 64),
        "没有当事人应当处理。",
    )
    document.add_paragraph("五、程序和期限", "Heading 1")
    _listed(
        document,
        "procedures",
        ("事项和期限", "依据", "对象"),
        ("{{ x.text }}", "{{ x.basis or '—' }}", "{{ x.whose or '全案' }}"),
        (78, 48, 30),
        "没有需要的程序。",
    )
    document.add_paragraph("六、说理", "Heading 1")
    _each(document, "draft", "没有可以写出的说理。", indent=True)
    document.add_paragraph("七、待查明事项和提示", "Heading 1")
    for title, name in (
        ("还要查明", "missing"),
        ("注意", "warnings"),
        ("假定", "assumptions"),
        ("没有审查", "not_examined"),
    ):
        document.add_paragraph(f"（{title}）", "Heading 2")
        _each(document, name, "无。", indent=False)
    _decision(document)
    _source(document)


def _alerts(document: Any) -> None:
    document.add_paragraph("{%p if alerts %}")
    cell = _table(document, 1, (_WIDTH,)).rows[0].cells[0]
    _write(cell, "{%p for each in alerts %}")
    paragraph = cell.add_paragraph(style="Cell")
    run = paragraph.add_run("{{ each }}")
    run.font.bold, run.font.color.rgb = True, _RED
    cell.add_paragraph("{%p endfor %}", "Cell")
    document.add_paragraph("{%p endif %}")


def _case(document: Any) -> None:
    document.add_paragraph("一、案件", "Heading 1")
    table = _table(document, 0, (_LABEL, _WIDTH - _LABEL))
    _row(table, "案号", "{{ case_number or '未填' }}")
    _row(table, "办案机关", "{{ authority or '未填' }}")
    _tag(table, "for x in parties")
    named = "{{ x.name }}{% if x.role %}（{{ x.role }}）{% endif %}"
    _row(table, "当事人", named + "{% if x.identifier %}　{{ x.identifier }}{% endif %}")
    _tag(table, "endfor")
    _tag(table, "for x in dates")
    _row(table, "{{ x.label }}", "{{ x.text }}")
    _tag(table, "endfor")
    _row(table, "结果", "{{ ending }}")


def _outcomes(document: Any) -> None:
    document.add_paragraph("三、裁量意见", "Heading 1")
    document.add_paragraph("{%p for violation in violations %}")
    document.add_paragraph(
        "（{{ violation.number }}）{{ violation.title }}（{{ violation.item }}）", "Heading 2"
    )
    document.add_paragraph("{%p for x in violation.outcomes %}")
    table = _table(document, 0, (_LABEL, _WIDTH - _LABEL))
    _row(table, "当事人", "{{ x.who }}{% if x.role %}（{{ x.role }}）{% endif %}", strong=True)
    _row(table, "结论", "{{ x.headline }}", strong=True)
    for label, name, text in (
        ("罚款大写", "x.fine.capitals", "{{ x.fine.capitals }}"),
        (
            "建议数额",
            "x.suggested.figures",
            "{{ x.suggested.figures }}（{{ x.suggested.capitals }}）",
        ),
        ("建议数额", "x.suggested_why", "不给建议数额：{{ x.suggested_why }}"),
        ("违反的条款", "x.violates", "{{ x.violates }}"),
        ("处罚依据", "x.basis", "{{ x.basis }}"),
        ("阶段", "x.stage", "{{ x.stage }}{% if x.duty %}，{{ x.duty }}{% endif %}"),
        ("法定幅度", "x.statutory", "{{ x.statutory }}"),
        ("裁量阶次", "x.tier", "{{ x.tier }}（{{ x.tier_status }}）"),
    ):
        _tag(table, f"if {name}")
        _row(table, label, text)
        _tag(table, "endif")
    for label, name in (
        ("情节", "x.circumstances"),
        ("其他措施", "x.measures"),
        ("另一种选择", "x.alternatives"),
        ("可能的结果", "x.possible"),
        ("新旧规定", "x.compared"),
    ):
        _tag(table, f"for each in {name}")
        _row(table, f"{{% if loop.first %}}{label}{{% endif %}}", "{{ each }}")
        _tag(table, "endfor")
    document.add_paragraph("", "Small")
    for tag in ("{%p endfor %}", "{%p else %}", "没有可以适用的规则。", "{%p endfor %}"):
        document.add_paragraph(tag)


def _decision(document: Any) -> None:
    document.add_paragraph("八、处罚决定", "Heading 1")
    document.add_paragraph("{%p if decision %}")
    table = _table(document, 0, (_LABEL, _WIDTH - _LABEL))
    _row(table, "决定日期", "{{ decision.decided_on }}（{{ decision.recorded_at }} 记录）")
    _tag(table, "for x in decision.parties")
    fine = "{{ x.who }}：{{ x.fine.figures }}"
    fine += "{% if x.fine.capitals %}（{{ x.fine.capitals }}）{% endif %}，{{ x.position }}"
    fine += "{% if x.range %}（{{ x.range }}）{% endif %}"
    _row(table, "罚款", fine + "{% for each in x.measures %}；{{ each }}{% endfor %}")
    _tag(table, "endfor")
    _tag(table, "if decision.reason")
    _row(table, "理由", "{{ decision.reason }}")
    _tag(table, "endif")
    officers = "{% for each in decision.officers %}{{ each }}"
    _row(table, "执法人员", officers + "{% if not loop.last %}、{% endif %}{% endfor %}")
    for text in ("{%p else %}", "尚未记录处罚决定。", "{%p endif %}"):
        document.add_paragraph(text)


def _source(document: Any) -> None:
    document.add_paragraph("")
    signed = document.add_paragraph(
        "承办人：　　　　　　　　审核人：　　　　　　　　年　　月　　日"
    )
    signed.paragraph_format.keep_with_next = True
    document.add_paragraph("")
    document.add_paragraph("{{ notice }}", "Small")
    source = document.add_paragraph(style="Small")
    _line(source, "top")
    source.add_run(
        "记录 {{ record.id }}（日志第 {{ record.seq }} 条，{{ record.created_at }}，"
        "{{ record.actor }}）　规则集 {{ record.rule_set }}　引擎 {{ record.engine_version }}"
    )
    document.add_paragraph("规则摘要 {{ record.digest }}", "Small")
    document.add_paragraph("案件摘要 {{ record.case_digest }}", "Small")
    document.add_paragraph(
        "校验码 {{ record.code }}：重新下载本记录的文书，校验码相同，"
        "即与现存记录和最后一次处罚决定一致。",
        "Small",
    )


# Tables and lists -------------------------------------------------------------------------


def _listed(
    document: Any,
    name: str,
    titles: Sequence[str],
    texts: Sequence[str],
    widths: Sequence[int],
    none: str,
) -> None:
    """A table with a head and a row for each, or a sentence where there is none."""
    document.add_paragraph(f"{{%p if {name} %}}")
    table = _table(document, 1, widths)
    for cell, title in zip(table.rows[0].cells, titles, strict=True):
        _write(cell, title, strong=True)
        cell.paragraphs[0].paragraph_format.keep_with_next = True
        _shade(cell)
    repeat = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)
    _tag(table, f"for x in {name}")
    row = _add_row(table)
    for cell, text in zip(row.cells, texts, strict=True):
        _write(cell, text)
    _tag(table, "endfor")
    for text in ("{%p else %}", none, "{%p endif %}"):
        document.add_paragraph(text)


def _each(document: Any, name: str, none: str, *, indent: bool) -> None:
    """A paragraph for each, numbered or indented, or a word where there is none."""
    document.add_paragraph(f"{{%p for each in {name} %}}")
    number = "" if indent else "{{ loop.index }}. "
    paragraph = document.add_paragraph(f"{number}{{{{ each }}}}")
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(24)
    for text in ("{%p else %}", none, "{%p endfor %}"):
        document.add_paragraph(text)


def _table(document: Any, rows: int, widths: Sequence[int]) -> Any:
    table = document.add_table(rows, len(widths), "Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    margins = OxmlElement("w:tblCellMar")
    for side in ("top", "bottom"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "40")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        _widen(row, table)
    return table


def _add_row(table: Any) -> Any:
    row = table.add_row()
    _widen(row, table)
    whole = OxmlElement("w:cantSplit")
    row._tr.get_or_add_trPr().append(whole)
    return row


def _widen(row: Any, table: Any) -> None:
    for cell, column in zip(row.cells, table.columns, strict=True):
        cell.width = column.width


def _row(table: Any, label: str, text: str, *, strong: bool = False) -> None:
    cells = _add_row(table).cells
    _write(cells[0], label)
    _shade(cells[0])
    _write(cells[1], text, strong=strong)


def _tag(table: Any, tag: str) -> None:
    """A row that is no row: what repeats or leaves out the rows after it."""
    _write(table.add_row().cells[0], f"{{%tr {tag} %}}")


def _write(cell: Any, text: str, *, strong: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style = "Cell"
    paragraph.add_run(text).font.bold = strong or None


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", _GREY)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


if __name__ == "__main__":
    DEFAULT.write_bytes(built())
