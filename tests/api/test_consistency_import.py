"""Past decisions out of CSV and XLSX: what is read, what is refused, and that no row is lost."""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from helpers import FICTION, engine_for
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import Workbook

from api.consistency import sheets
from api.consistency.cells import Unreadable, amount, day, word
from api.consistency.mapping import COLUMNS, NAMES, Mapping, Name, mapping_of, read_mapping
from api.consistency.rows import MAX_ROWS, Read, read_decisions, rejects_csv
from api.consistency.sheets import MAX_COLUMNS, Formula, read_table
from api.store import UNSTATED
from engine.faults import InputFault
from engine.model import RuleSet
from engine.money import LIMIT, capital_text

HEAD = ("文书号", "机关", "决定日期", "事项", "当事人类型", "阶段", "阶次", "罚款")
ROW = ("月罚〔2025〕1号", "环形山", "2025-03-05", "moon-005", "unit", "first", "B", "15000")


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return engine_for(FICTION, "moon-bench").rule_set


def as_csv(*rows: Any, head: Any = HEAD, encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows] if head else rows)
    return out.getvalue().encode(encoding)


def as_xlsx(*rows: Any, head: Any = HEAD) -> bytes:
    book = Workbook()
    for row in [head, *rows] if head else rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(content: bytes, rules: RuleSet, **mapping: Any) -> Read:
    return read_decisions("past", content, Mapping(**mapping), rules, "默认机关")


def changed(**cells: Any) -> tuple[Any, ...]:
    """The row with some cells instead; keys are the headings."""
    return tuple(cells.get(head, cell) for head, cell in zip(HEAD, ROW, strict=True))


def reasons(found: Read) -> list[tuple[int, str, str]]:
    return [(row.row, each.column, each.code) for row in found.rejected for each in row.reasons]


# Cells --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        ("15000", 1_500_000),
        ("15,000.50", 1_500_050),
        ("１５，０００元", 1_500_000),
        ("¥ 15,000", 1_500_000),
        ("￥15000元整", 1_500_000),
        ("人民币壹万伍仟元整", 1_500_000),
        ("一万五千元", 1_500_000),
        ("1.5万", 1_500_000),
        ("两万元", 2_000_000),
        ("壹万贰仟叁佰肆拾伍元陆角柒分", 1_234_567),
        ("人民币壹万贰仟叁佰肆拾伍圆陆角整", 1_234_560),
        ("壹佰元零伍分", 10_005),
        ("壹佰元零角伍分", 10_005),
        ("一万元五角", 1_000_050),
        ("12,345元6角7分", 1_234_567),
        ("伍角", 50),
        ("伍分", 5),
        ("壹万元正", 1_000_000),
        ("壹万圆整", 1_000_000),
        ("零元整", 0),
        ("0.01", 1),
        ("0", 0),
        ("无", 0),
        (15000, 1_500_000),
        (15000.5, 1_500_050),
        ("", None),
        (None, None),
        ("-", None),
    ],
)
def test_amounts_as_people_write_them(cell: Any, fen: int | None) -> None:
    assert amount(cell) == fen


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("15000.001", "too_fine"),
        (0.1 + 0.2, "too_fine"),
        ("1,50", "bad_amount"),
        ("约15000", "bad_amount"),
        ("15000-20000", "bad_amount"),
        ("-15000", "bad_amount"),
        ("5000 10000", "bad_amount"),
        ("5000\n3000", "bad_amount"),
        ("5000元 3000元", "bad_amount"),
        ("15 000", "bad_amount"),
        ("1e5", "bad_amount"),
        ("=1+1", "bad_amount"),
        (Formula("=A1*2"), "formula"),
        (True, "bad_amount"),
        (datetime.date(2025, 3, 5), "bad_amount"),
        ("整", "bad_amount"),
        ("元", "bad_amount"),
        ("角", "bad_amount"),
        ("伍角伍", "bad_amount"),
        ("柒分陆角", "bad_amount"),
        ("壹佰元陆拾角", "bad_amount"),
        ("1元12分", "bad_amount"),
        ("1.5元5角", "bad_amount"),
        ("1,2元5角", "bad_amount"),
        ("百元五角", "bad_amount"),
        ("壹佰元整伍角", "bad_amount"),
        ("壹佰元 伍拾元", "bad_amount"),
        ("9" * 39, "out_of_bounds"),
        ("9" * 200, "bad_amount"),
        (float("nan"), "bad_amount"),
        (float("inf"), "bad_amount"),
    ],
)
def test_what_is_no_amount(cell: Any, code: str) -> None:
    with pytest.raises(Unreadable) as told:
        amount(cell)
    assert (told.value.code == code and "；" in told.value.says) or code == "out_of_bounds"


def test_a_column_in_ten_thousands_leaves_amounts_with_a_unit_alone() -> None:
    assert amount("1.5", multiple=10**4) == amount(1.5, multiple=10**4) == 1_500_000
    assert amount("15000元", multiple=10**4) == amount("1.5万", multiple=10**4) == 1_500_000
    assert amount("一万五千", multiple=10**4) == 1_500_000
    assert amount("五", multiple=10**4) == amount("5", multiple=10**4) == 5_000_000
    assert amount("伍角", multiple=10**4) == 50


@given(st.integers(0, 10**14 - 1))  # of 兆 on, which is no word for one number only
@example(10_000_000_005)
@example(10**13 + 1)
def test_every_amount_in_capitals_is_read_to_the_fen(fen: int) -> None:
    capitals = capital_text(fen)
    assert amount(capitals) == fen
    assert amount(f"人民币{capitals.replace('元', '圆')}") == fen
    assert amount(capitals.replace("整", "正")) == fen


@given(st.integers(1, LIMIT // 100 - 1), st.integers(0, 9), st.integers(0, 9))
def test_figures_with_jiao_and_fen_are_read_to_the_fen(yuan: int, jiao: int, fen: int) -> None:
    assert amount(f"{yuan:,}元{jiao}角{fen}分") == amount(f"{yuan}元{jiao}角{fen}分")
    assert amount(f"{yuan}元{jiao}角{fen}分") == amount(f"{yuan}.{jiao}{fen}")


@given(st.text("零一二三四五六七八九十百千万亿壹贰叁拾佰仟两元圆角分整正", max_size=12))
def test_whatever_is_written_in_numerals_is_whole_fen_or_refused(text: str) -> None:
    try:
        found = amount(text)
    except Unreadable as fault:
        assert fault.code in ("bad_amount", "out_of_bounds")
    else:
        assert found is None or (type(found) is int and 0 <= found <= LIMIT)


@pytest.mark.parametrize(
    "cell",
    [
        "2026年3月5日",
        "2026-03-05",
        "2026/3/5",
        "2026.3.5",
        "２０２６年３月５日",
        "20260305",
        "2026-03-05 00:00:00",
        "46086",
        46086,
        46086.0,
        datetime.date(2026, 3, 5),
    ],
)
def test_days_as_people_and_spreadsheets_write_them(cell: Any) -> None:
    assert day(cell) == "2026-03-05"


@pytest.mark.parametrize("cell", ["2026-02-30", "3/5/2026", "26-3-5", "去年", "5", 1, True])
def test_what_is_no_day(cell: Any) -> None:
    with pytest.raises(Unreadable) as told:
        day(cell)
    assert told.value.code == "bad_date"


def test_words_are_made_plain() -> None:
    assert word("  环形\u3000山\r\n局 ") == "环形 山 局"
    assert (word(True), word(3.0), word(None)) == ("是", "3", "")


# Rows ---------------------------------------------------------------------------------------


def test_a_row_is_read_with_the_range_of_its_tier(rules: RuleSet) -> None:
    found = read(as_csv(ROW), rules)
    (one,) = found.accepted
    assert found.rejected == ()
    assert (one.row, one.office, one.decided_on) == (2, "环形山", "2025-03-05")
    assert (one.item, one.edition) == ("moon-005", rules.items["moon-005"][-1].edition)
    assert (one.role, one.stage, one.tier) == ("unit", "first", "moon-bench:B")
    assert (one.lo_fen, one.hi_fen, one.fine_fen) == (1_000_000, 3_000_000, 1_500_000)
    assert (one.reference, one.reasoned, one.suggested_fen) == ("月罚〔2025〕1号", False, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_the_encodings_of_offices(rules: RuleSet, encoding: str) -> None:
    found = read(as_csv(ROW, encoding=encoding), rules)
    assert [each.office for each in found.accepted] == ["环形山"]


def test_csv_and_xlsx_say_the_same(rules: RuleSet) -> None:
    rows = [ROW, changed(决定日期="46086", 罚款="2万")]
    typed = [ROW, changed(决定日期=datetime.date(2026, 3, 5), 罚款=20000.0)]
    assert read(as_csv(*rows), rules).accepted == read(as_xlsx(*typed), rules).accepted


@pytest.mark.parametrize("mark", [";", "\t"])
def test_other_marks_between_cells(rules: RuleSet, mark: str) -> None:
    text = "\n".join(mark.join(row) for row in (HEAD, ROW))
    assert len(read(text.encode(), rules).accepted) == 1


def test_titles_labels_and_plain_words_are_understood(rules: RuleSet) -> None:
    row = changed(
        事项="作业人员未系安全绳", 当事人类型=rules.roles["unit"][0], 阶段="首次", 阶次="一般"
    )
    assert read(as_csv(row), rules).accepted == read(as_csv(ROW), rules).accepted


def test_the_tiers_are_those_of_the_day(rules: RuleSet) -> None:
    found = read(as_csv(changed(决定日期="2024-12-31")), rules)
    assert reasons(found) == [(2, "tier", "unknown_tier")]
    assert "当时没有阶次" in found.rejected[0].reasons[0].says
    bare = read(as_csv(changed(决定日期="2024-12-31", 阶次="")), rules).accepted[0]
    assert (bare.tier, bare.lo_fen, bare.hi_fen) == ("", None, 5_000_000)


def test_what_the_file_says_of_the_range_counts_first(rules: RuleSet) -> None:
    head = (*HEAD, "幅度下限", "幅度上限", "建议数额", "理由")
    (one,) = read(as_csv((*ROW, "1", "2", "1.5", "屡教不改"), head=head), rules).accepted
    assert (one.lo_fen, one.hi_fen, one.suggested_fen, one.reasoned) == (100, 200, 150, True)
    found = read(as_csv((*ROW, "3", "2", "", ""), head=head), rules)
    assert reasons(found) == [(2, "min", "reversed_range")]


def test_a_range_that_hangs_on_the_case_is_not_made_up(rules: RuleSet) -> None:
    row = changed(事项="moon-008", 阶次="moon-bench:A", 罚款="300000")
    (one,) = read(as_csv(row), rules).accepted
    assert (one.lo_fen, one.hi_fen) == (None, None)


def test_what_a_file_does_not_say_is_not_the_same_as_none(rules: RuleSet) -> None:
    head = (*HEAD, "情节")
    (silent,) = read(as_csv(changed(阶次="")), rules).accepted
    assert (silent.tier, silent.circumstances) == (UNSTATED, UNSTATED)
    (none,) = read(as_csv((*changed(阶次="无"), ""), head=head), rules).accepted
    assert (none.tier, none.circumstances) == ("", "")
    assert (none.lo_fen, none.hi_fen) == (silent.lo_fen, silent.hi_fen) == (None, 5_000_000)
    (early,) = read(
        as_csv((*changed(阶次="", 决定日期="2024-12-31"), "无"), head=head), rules
    ).accepted
    assert early.tier == "", "where there were no tiers there is none to state"


def test_a_range_that_circumstances_move_is_not_made_up(rules: RuleSet) -> None:
    head = (*HEAD, "情节", "幅度下限", "幅度上限")
    for held, low, high, range in (
        ("", "", "", (1_000_000, 3_000_000)),
        ("lpr-031", "", "", (None, None)),
        ("lpr-031", "10000", "16000", (1_000_000, 1_600_000)),
    ):
        (one,) = read(as_csv((*ROW, held, low, high), head=head), rules).accepted
        assert (one.lo_fen, one.hi_fen) == range


@pytest.mark.parametrize("text", ["无", "否", "—", ""])
def test_a_word_for_nothing_is_no_reason(rules: RuleSet, text: str) -> None:
    (one,) = read(as_csv((*ROW, text), head=(*HEAD, "理由")), rules).accepted
    assert not one.reasoned


def test_an_office_is_kept_as_it_is_written(rules: RuleSet) -> None:
    (one,) = read(as_csv(changed(机关=" 月面应急管理局（本部） ")), rules).accepted
    assert one.office == "月面应急管理局（本部）", "so its officers find it"


def test_nobody_is_punished_before_the_act(rules: RuleSet) -> None:
    found = read(as_csv((*ROW, "2025-03-06"), head=(*HEAD, "违法日期")), rules)
    assert reasons(found) == [(2, "acted_on", "bad_date")]


def test_circumstances_by_title_or_id(rules: RuleSet) -> None:
    head = (*HEAD, "情节")

    def held(text: str) -> str:
        (one,) = read(as_csv((*ROW, text), head=head), rules).accepted
        return one.circumstances

    assert held("") == held("无") == ""
    assert held("主动投案") == held("lpr-032") == "lpr-032"
    assert held("主动投案、积极配合调查") == held("lpr-031,主动投案") == "lpr-031 lpr-032"
    assert held("轻微并及时改正，没有后果；主动投案") == "lpr-021-trifling lpr-032"
    found = read(as_csv((*ROW, "主动投案、相貌端正"), head=head), rules)
    assert reasons(found) == [(2, "circumstances", "unknown_circumstances")]


def test_what_only_one_can_be_may_be_left_out(rules: RuleSet) -> None:
    found = read(
        as_csv(changed(事项="moon-006", 当事人类型="", 阶段="", 阶次="A", 罚款="30000")), rules
    )
    assert found.rejected == () and found.accepted[0].role == "unit"
    found = read(as_csv(changed(阶段="逾期", 当事人类型="", 阶次="")), rules)
    assert reasons(found) == [(2, "role", "missing_role")]
    found = read(as_csv(changed(阶段="", 阶次="")), rules)
    assert reasons(found) == [(2, "stage", "missing_stage")]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"决定日期": ""}, [("decided_on", "missing")]),
        ({"决定日期": "9999-01-01"}, [("decided_on", "bad_date")]),
        ({"决定日期": "1999-01-01"}, [("decided_on", "no_edition")]),
        ({"事项": ""}, [("item", "missing")]),
        ({"事项": "moon-999"}, [("item", "unknown_item")]),
        ({"当事人类型": "皇帝"}, [("role", "unknown_role")]),
        ({"当事人类型": "principal"}, [("item", "no_penalty")]),
        ({"阶段": "月食"}, [("stage", "unknown_stage")]),
        ({"阶次": "Z"}, [("tier", "unknown_tier")]),
        ({"罚款": ""}, [("fine", "missing")]),
        ({"罚款": "很多"}, [("fine", "bad_amount")]),
        ({"机关": "长" * 101}, [("office", "out_of_bounds")]),
        ({"文书号": "长" * 61}, [("reference", "out_of_bounds")]),
        ({"文书号": "a\u202eb"}, [("reference", "out_of_bounds")]),
        (
            {"决定日期": "x", "事项": "y", "罚款": "z"},
            [("decided_on", "bad_date"), ("fine", "bad_amount"), ("item", "unknown_item")],
        ),
    ],
)
def test_a_row_that_cannot_be_read_is_listed_with_every_reason(
    rules: RuleSet, cells: dict[str, str], told: list[tuple[str, str]]
) -> None:
    found = read(as_csv(ROW, changed(**cells)), rules)
    assert len(found.accepted) == 1
    assert [(column, code) for _, column, code in reasons(found)] == told
    assert found.rejected[0].row == 3


def test_no_row_is_lost_and_empty_ones_are_none(rules: RuleSet) -> None:
    rows = [
        ROW,
        (),
        ("", "", ""),
        changed(罚款="?"),
        ("合计", "", "", "", "", "", "", "30000"),
        ROW,
    ]
    found = read(as_csv(*rows), rules)
    assert [each.row for each in found.accepted] == [2, 7]
    assert [each.row for each in found.rejected] == [5, 6]


def test_a_quotation_mark_that_nobody_closes_swallows_no_rows(rules: RuleSet) -> None:
    head, line = ",".join((*HEAD, "备注")), ",".join(ROW)
    assert refused(f'{head}\n{line},"完\n{line},\n{line},\n'.encode(), rules) == "bad_csv"


def workbook(*titled: tuple[str, str, tuple[Any, ...]]) -> bytes:
    """Sheets by title, visible or hidden, with these rows."""
    book = Workbook()
    book.remove(book.active)
    for title, state, rows in titled:
        sheet = book.create_sheet(title)
        sheet.sheet_state = state
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_first_sheet_that_can_be_read_is_and_the_others_are_told(rules: RuleSet) -> None:
    table = (HEAD, ROW)
    content = workbook(
        ("旧", "hidden", (HEAD, changed(罚款="1"))),
        ("封面", "visible", (("以往的决定",),)),
        ("2025", "visible", table),
        ("2024", "visible", (HEAD, ROW, ROW)),
    )
    found = read(content, rules)
    assert (found.sheet, found.other_sheets) == ("2025", ("封面", "2024", "旧"))
    assert [each.fine_fen for each in found.accepted] == [1_500_000]
    assert len(read(content, rules, sheet="2024").accepted) == 2
    assert refused(workbook(("甲", "visible", (("一",),))), rules) == "missing_column"


def test_cells_that_are_merged_are_told_where_they_are_empty(rules: RuleSet) -> None:
    book = Workbook()
    for row in (HEAD, ROW, changed(罚款="16000")):
        book.active.append(list(row))
    book.active.merge_cells("C2:C3")
    out = io.BytesIO()
    book.save(out)
    found = read(out.getvalue(), rules)
    assert len(found.accepted) == 1 and reasons(found) == [(3, "decided_on", "missing")]


def test_the_rejects_can_be_mended_and_read_again(rules: RuleSet) -> None:
    rows = [ROW, changed(罚款="?", 文书号="=HYPERLINK(1)"), changed(阶次="Z")]
    content = rejects_csv(read(as_csv(*rows), rules))
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert lines[0] == [*HEAD, "行号", "有问题的列", "原因"]
    assert [line[8:10] for line in lines[1:]] == [["3", "罚款"], ["4", "阶次"]]
    assert lines[1][0] == "'=HYPERLINK(1)"
    mended = content.decode("utf-8-sig").replace("?", "15000").replace(",Z,", ",B,")
    assert len(read(mended.encode(), rules).accepted) == 2


def test_the_same_content_is_the_same_whatever_the_line(rules: RuleSet) -> None:
    first, second = read(as_csv(ROW, ROW), rules).accepted
    assert first.says() == second.says() and first.row != second.row


# Headings and mappings ----------------------------------------------------------------------


def test_headings_are_found_under_a_title_and_by_other_names(rules: RuleSet) -> None:
    rows = [
        ("2025年案件统计表",),
        ("填表人：某", ""),
        (
            "序号",
            "案号",
            "处罚机关",
            "处罚决定日期*",
            "违法行为（事项编号）",
            "处罚阶段",
            "裁量档次",
            "罚款金额（万元）",
        ),
        ("1", "月罚1", "环形山", "2025-03-05", "moon-005", "首次", "B", "1.5"),
    ]
    found = read(as_csv(*rows, head=None), rules)
    assert found.head.line == 3
    assert found.head.unused == ("序号",)
    assert found.head.ten_thousands == {"fine"}
    assert found.accepted[0].fine_fen == 1_500_000 and found.accepted[0].row == 4


def test_a_mapping_says_what_headings_cannot(rules: RuleSet) -> None:
    head = ("甲", "乙", "丙", "丁", "罚款")
    row = ("2025/3/5", "没系绳子", "初查", "1.5", "不是罚款")
    mapping = {
        "columns": {"decided_on": "甲", "item": "乙", "stage": "丙", "fine": "丁"},
        "values": {"item": {"没系绳子": "moon-005"}, "stage": {"初查": "first"}},
        "defaults": {"office": "盆地", "role": "unit"},
        "ten_thousands": ["fine"],
    }
    found = read(as_csv(row, head=head), rules, **mapping)
    (one,) = found.accepted
    assert (one.office, one.item, one.stage, one.fine_fen) == (
        "盆地",
        "moon-005",
        "first",
        1_500_000,
    )
    assert found.head.unused == ("罚款",)


def test_a_column_may_be_left_out_on_purpose(rules: RuleSet) -> None:
    found = read(as_csv(ROW), rules, columns={"reference": None, "office": None})
    assert (found.accepted[0].reference, found.accepted[0].office) == ("", "默认机关")


def test_a_column_that_is_not_there_is_told_with_the_nearest(rules: RuleSet) -> None:
    with pytest.raises(InputFault) as told:
        read(as_csv(ROW), rules, columns={"fine": "罚款数", "item": "事由"})
    assert [each.code for each in told.value.findings] == ["unknown_column"] * 2
    assert "“罚款”" in told.value.findings[1].help


def test_columns_that_are_needed_are_told(rules: RuleSet) -> None:
    with pytest.raises(InputFault) as told:
        read(as_csv(("1", "2"), head=("姓名", "金额")), rules)
    assert {each.code for each in told.value.findings} == {"missing_column"}
    assert len(told.value.findings) == 3


def test_a_mapping_is_read_strictly(tmp_path: Path) -> None:
    file = tmp_path / "mapping.yaml"
    file.write_text("columns: {fine: 罚款, item: 事项}\nten_thousands: [fine]\n", "utf-8")
    assert read_mapping(file) == Mapping(
        columns={"fine": "罚款", "item": "事项"}, ten_thousands=["fine"]
    )
    for data in ({"colums": {}}, {"columns": {"name": "姓名"}}, {"header_row": 0}, []):
        with pytest.raises(InputFault) as told:
            mapping_of(data, "mapping.yaml")
        assert told.value.findings[0].code == "bad_mapping"


def test_the_names_of_columns_are_said_once() -> None:
    from typing import get_args

    assert get_args(Name) == NAMES
    headings = [each for column in COLUMNS for each in (column.label, *column.headings)]
    assert len(headings) == len(set(headings))


# Files that are none ------------------------------------------------------------------------


def refused(content: bytes, rules: RuleSet, **mapping: Any) -> str:
    with pytest.raises(InputFault) as told:
        read(content, rules, **mapping)
    return told.value.findings[0].code


def test_hostile_cells_are_text_or_refused(rules: RuleSet) -> None:
    rows = [
        changed(文书号="<script>alert(1)</script>"),
        changed(文书号="=cmd|' /C calc'!A0"),
        changed(罚款="=1+1"),
        changed(机关="环形山\u202e"),
    ]
    found = read(as_csv(*rows), rules)
    assert [each.reference for each in found.accepted] == [
        "<script>alert(1)</script>",
        "=cmd|' /C calc'!A0",
    ]
    assert reasons(found) == [(4, "fine", "bad_amount"), (5, "office", "out_of_bounds")]


@pytest.mark.parametrize("column", ["文书号", "机关", "决定日期", "事项", "阶段", "阶次", "罚款"])
def test_what_a_formula_comes_to_is_not_known(rules: RuleSet, column: str) -> None:
    found = read(as_xlsx(changed(**{column: "=A1"})), rules)
    assert [each[2] for each in reasons(found)] == ["formula"] and found.accepted == ()


def test_what_is_no_table_is_refused(rules: RuleSet) -> None:
    assert refused(b"PK\x03\x04 nothing", rules) == "bad_workbook"
    assert refused(b"\xff\xfe\x00", rules) == "bad_encoding"
    assert refused(as_csv(ROW), rules, encoding="gb18030") == "bad_encoding"
    assert refused("甲\x80\xff".encode("latin-1", "replace") + b"\x80", rules) == "bad_encoding"
    assert refused(b"", rules) == "missing_column"
    broken = as_csv(ROW, encoding="utf-8-sig") + b"\xff\n"
    assert refused(broken, rules) == "bad_encoding", "its mark says that it is UTF-8"
    assert refused(as_xlsx(ROW), rules, sheet="没有") == "unknown_sheet"


def test_a_file_that_unpacks_to_too_much_is_refused_before_it_is_parsed(rules: RuleSet) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (sheets.MAX_UNPACKED + 1))
    assert len(out.getvalue()) < sheets.MAX_BYTES
    assert refused(out.getvalue(), rules) == "too_large"
    assert refused(b"x" * (sheets.MAX_BYTES + 1), rules) == "too_large"


@pytest.mark.parametrize(
    "evil",
    [
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        '<?xml version="1.0"?><!DOCTYPE a><a/>'.encode("utf-16"),
    ],
)
def test_entities_are_refused(rules: RuleSet, evil: bytes) -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(as_xlsx(ROW))) as good,
        zipfile.ZipFile(out, "w") as bad,
    ):
        for part in good.infolist():
            is_sheet = part.filename.endswith("sheet1.xml")
            bad.writestr(part.filename, evil if is_sheet else good.read(part))
    assert refused(out.getvalue(), rules) == "bad_workbook"


def test_rows_and_columns_have_an_end(rules: RuleSet) -> None:
    line = ",".join(ROW) + "\n"
    content = (",".join(HEAD) + "\n" + line * (MAX_ROWS + 1)).encode()
    assert refused(content, rules) == "too_many_rows"
    wide = next(read_table("x", as_csv(["a"] * 500, head=None), None).rows(""))
    assert len(wide) == MAX_COLUMNS


def test_a_workbook_that_claims_the_last_row_is_no_burden(rules: RuleSet) -> None:
    book = Workbook()
    book.active.append(list(HEAD))
    book.active.cell(1_048_576, 16_384).value = "x"
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue(), rules).accepted == ()


def test_progress_is_told_and_may_stop(rules: RuleSet) -> None:
    class Enough(Exception):
        pass

    told: list[int] = []

    def progress(done: int) -> None:
        told.append(done)
        if done >= 400:
            raise Enough

    line = ",".join(ROW) + "\n"
    content = (",".join(HEAD) + "\n" + line * 1000).encode()
    with pytest.raises(Enough):
        read_decisions("past", content, Mapping(), rules, "x", progress)
    assert told == [200, 400]


# The guide ----------------------------------------------------------------------------------


def test_the_guide_tells_every_column_limit_and_reason() -> None:
    root = Path(__file__).parents[2]
    guide = (root / "docs" / "guide" / "reviewer.md").read_text("utf-8")
    for column in COLUMNS:
        assert f"`{column.name}`" in guide, column.name
        assert column.label in guide, column.label
    assert f"{MAX_ROWS:,} 行" in guide and f"{sheets.MAX_BYTES // 2**20} MiB" in guide
    source = "".join(
        path.read_text("utf-8") for path in (root / "api" / "consistency").glob("*.py")
    )
    given = set(re.findall(r'(?:Unreadable|_say)\((?:[\w"]+, )?"([a-z_]+)", (?:f?"|said)', source))
    listed = guide.partition("<!-- codes -->")[2].partition("<!-- /codes -->")[0]
    told = set(re.findall(r"`([a-z_]+)`", listed))
    assert given == told


def test_the_guide_tells_the_rule() -> None:
    from api.consistency import judging

    root = Path(__file__).parents[2]
    guide = (root / "docs" / "guide" / "reviewer.md").read_text("utf-8")
    assert f"不足 {judging.ENOUGH} 件" in guide
    for figure in (judging.FACTOR, judging.THRESHOLD, judging.REACH):
        assert f"`{float(figure)}" in guide, figure
    assert f"`{float(judging.CLOSE * 100):g}%`" in guide
