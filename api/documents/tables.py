"""Tables and lists of the form that comes along, with the tags that repeat or leave out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

_GREY = "F2F2F2"


def add_list(
    document: Any,
    name: str,
    titles: Sequence[str],
    texts: Sequence[str],
    widths: Sequence[int],
    none: str,
) -> None:
    """A table with a head and a row for each, or a sentence where there is none."""
    document.add_paragraph(f"{{%p if {name} %}}")
    table = add_table(document, 1, widths)
    for cell, title in zip(table.rows[0].cells, titles, strict=True):
        write(cell, title, strong=True)
        cell.paragraphs[0].paragraph_format.keep_with_next = True
        _shade(cell)
    repeat = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)
    add_tag(table, f"for x in {name}")
    row = _add_row(table)
    for cell, text in zip(row.cells, texts, strict=True):
        write(cell, text)
    add_tag(table, "endfor")
    for text in ("{%p else %}", none, "{%p endif %}"):
        document.add_paragraph(text)


def add_each(document: Any, name: str, none: str, *, indent: bool) -> None:
    """A paragraph for each, numbered or indented, or a word where there is none."""
    document.add_paragraph(f"{{%p for each in {name} %}}")
    number = "" if indent else "{{ loop.index }}. "
    paragraph = document.add_paragraph(f"{number}{{{{ each }}}}")
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(24)
    for text in ("{%p else %}", none, "{%p endfor %}"):
        document.add_paragraph(text)


def add_table(document: Any, rows: int, widths: Sequence[int]) -> Any:
    """A table with lines, its columns as wide as given in millimetres."""
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


def add_pair(table: Any, label: str, text: str, *, strong: bool = False) -> None:
    """A row of two cells: a name and what stands beside it."""
    cells = _add_row(table).cells
    write(cells[0], label)
    _shade(cells[0])
    write(cells[1], text, strong=strong)


def add_tag(table: Any, tag: str) -> None:
    """A row that is no row: what repeats or leaves out the rows after it."""
    write(table.add_row().cells[0], f"{{%tr {tag} %}}")


def write(cell: Any, text: str, *, strong: bool = False) -> None:
    """Put text into an empty cell."""
    paragraph = cell.paragraphs[0]
    paragraph.style = "Cell"
    paragraph.add_run(text).font.bold = strong or None


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", _GREY)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)
