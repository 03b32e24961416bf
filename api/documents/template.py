"""The form that comes along: `python -m api.documents.template` writes it anew."""

from __future__ import annotations

import io
from typing import Any

from docx import Document as new_docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from api.documents.form import DEFAULT
from api.documents.styles import add_line, set_page, set_styles, slimmed
from api.documents.tables import add_each, add_list, add_pair, add_table, add_tag, write
from api.documents.word import packed

_RED = RGBColor(0xC0, 0, 0)
_WIDTH = 156  # mm between the margins
_LABEL = 34


def built() -> bytes:
    """The form as the bytes of a Word file."""
    document = new_docx()
    set_page(document)
    set_styles(document)
    _head(document)
    _body(document)
    out = io.BytesIO()
    document.save(out)
    return packed(slimmed(out.getvalue()))


# Header and footer ------------------------------------------------------------------------


def _head(document: Any) -> None:
    section = document.sections[0]
    header = section.header.paragraphs[0]
    header.text = "{{ title }}{% if case_number %}　{{ case_number }}{% endif %}"
    header.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    add_line(header, "bottom")
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


# Body -------------------------------------------------------------------------------------


def _body(document: Any) -> None:
    document.add_paragraph("{{ title }}", "Title")
    subtitle = document.add_paragraph("{{ record.office }}　{{ record.created_on }}")
    subtitle.alignment = WD_ALIGN_PARAGRAPH.CENTER
    subtitle.paragraph_format.space_after = Pt(6)
    _alerts(document)
    _case(document)
    document.add_paragraph("二、事实和证据", "Heading 1")
    add_list(
        document,
        "facts",
        ("对象", "事实", "认定", "证据"),
        ("{{ x.whose or '案件' }}", "{{ x.label }}", "{{ x.value }}", "{{ x.evidence }}"),
        (26, 52, 34, 44),
        "没有填写事实。",
    )
    _outcomes(document)
    document.add_paragraph("四、处理意见合计", "Heading 1")
    add_list(
        document,
        "totals",
        ("当事人", "罚款", "大写"),
        ("{{ x.who }}", "{{ x.fine.figures }}", "{{ x.fine.capitals or '—' }}"),
        (44, 48, 64),
        "没有当事人应当处理。",
    )
    document.add_paragraph("五、程序和期限", "Heading 1")
    add_list(
        document,
        "procedures",
        ("事项和期限", "依据", "对象"),
        ("{{ x.text }}", "{{ x.basis or '—' }}", "{{ x.whose or '全案' }}"),
        (78, 48, 30),
        "没有需要的程序。",
    )
    document.add_paragraph("六、说理", "Heading 1")
    add_each(document, "draft", "没有可以写出的说理。", indent=True)
    document.add_paragraph("七、待查明事项和提示", "Heading 1")
    for title, name in (
        ("还要查明", "missing"),
        ("注意", "warnings"),
        ("假定", "assumptions"),
        ("没有审查", "not_examined"),
    ):
        document.add_paragraph(f"（{title}）", "Heading 2")
        add_each(document, name, "无。", indent=False)
    _decision(document)
    _source(document)


def _alerts(document: Any) -> None:
    document.add_paragraph("{%p if alerts %}")
    cell = add_table(document, 1, (_WIDTH,)).rows[0].cells[0]
    write(cell, "{%p for each in alerts %}")
    paragraph = cell.add_paragraph(style="Cell")
    run = paragraph.add_run("{{ each }}")
    run.font.bold, run.font.color.rgb = True, _RED
    cell.add_paragraph("{%p endfor %}", "Cell")
    document.add_paragraph("{%p endif %}")


def _case(document: Any) -> None:
    document.add_paragraph("一、案件", "Heading 1")
    table = add_table(document, 0, (_LABEL, _WIDTH - _LABEL))
    add_pair(table, "案号", "{{ case_number or '未填' }}")
    add_pair(table, "办案机关", "{{ authority or '未填' }}")
    add_tag(table, "for x in parties")
    named = "{{ x.name }}{% if x.role %}（{{ x.role }}）{% endif %}"
    add_pair(table, "当事人", named + "{% if x.identifier %}　{{ x.identifier }}{% endif %}")
    add_tag(table, "endfor")
    add_tag(table, "for x in dates")
    add_pair(table, "{{ x.label }}", "{{ x.text }}")
    add_tag(table, "endfor")
    add_pair(table, "结果", "{{ ending }}")


def _outcomes(document: Any) -> None:
    document.add_paragraph("三、裁量意见", "Heading 1")
    document.add_paragraph("{%p for violation in violations %}")
    document.add_paragraph(
        "（{{ violation.number }}）{{ violation.title }}（{{ violation.item }}）", "Heading 2"
    )
    document.add_paragraph("{%p for x in violation.outcomes %}")
    table = add_table(document, 0, (_LABEL, _WIDTH - _LABEL))
    add_pair(table, "当事人", "{{ x.who }}{% if x.role %}（{{ x.role }}）{% endif %}", strong=True)
    add_pair(table, "结论", "{{ x.headline }}", strong=True)
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
        add_tag(table, f"if {name}")
        add_pair(table, label, text)
        add_tag(table, "endif")
    for label, name in (
        ("情节", "x.circumstances"),
        ("其他措施", "x.measures"),
        ("另一种选择", "x.alternatives"),
        ("可能的结果", "x.possible"),
        ("新旧规定", "x.compared"),
    ):
        add_tag(table, f"for each in {name}")
        add_pair(table, f"{{% if loop.first %}}{label}{{% endif %}}", "{{ each }}")
        add_tag(table, "endfor")
    document.add_paragraph("", "Small")
    for tag in ("{%p endfor %}", "{%p else %}", "没有可以适用的规则。", "{%p endfor %}"):
        document.add_paragraph(tag)


def _decision(document: Any) -> None:
    document.add_paragraph("八、处罚决定", "Heading 1")
    document.add_paragraph("{%p if decision %}")
    table = add_table(document, 0, (_LABEL, _WIDTH - _LABEL))
    add_pair(table, "决定日期", "{{ decision.decided_on }}（{{ decision.recorded_at }} 记录）")
    add_tag(table, "for x in decision.parties")
    fine = "{{ x.who }}：{{ x.fine.figures }}"
    fine += "{% if x.fine.capitals %}（{{ x.fine.capitals }}）{% endif %}，{{ x.position }}"
    fine += "{% if x.range %}（{{ x.range }}）{% endif %}"
    add_pair(table, "罚款", fine + "{% for each in x.measures %}；{{ each }}{% endfor %}")
    add_tag(table, "endfor")
    add_tag(table, "if decision.reason")
    add_pair(table, "理由", "{{ decision.reason }}")
    add_tag(table, "endif")
    officers = "{% for each in decision.officers %}{{ each }}"
    add_pair(table, "执法人员", officers + "{% if not loop.last %}、{% endif %}{% endfor %}")
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
    add_line(source, "top")
    source.add_run(
        "记录编号 {{ record.id }}（日志第 {{ record.seq }} 条，{{ record.created_at }}，"
        "{{ record.actor }}）　规则集 {{ record.rule_set }}　引擎 {{ record.engine_version }}"
    )
    document.add_paragraph("规则摘要 {{ record.digest }}", "Small")
    document.add_paragraph("案件摘要 {{ record.case_digest }}", "Small")
    document.add_paragraph(
        "校验码 {{ record.code }}：在“核对纸质文书”里写上记录编号和校验码，相符的，"
        "即出自现存记录和最后一次处罚决定。",
        "Small",
    )


if __name__ == "__main__":
    DEFAULT.write_bytes(built())
