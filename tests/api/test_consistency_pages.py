"""The reviewer's pages over HTTP: groups, one group, exports, an import from file to record."""

from __future__ import annotations

import io
import re
import time
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from http_door import OFFICERS, Door
from openpyxl import Workbook
from records import past

from api.consistency.sheets import MAX_BYTES
from api.consistency.staging import KEPT_SECONDS, Staging
from api.store import PROGRAM

HOSTILE = "<script>alert(1)</script>\u202e'\"&"
TABLE = (
    "决定书文号,机关,决定日期,违法行为,当事人类型,阶段,阶次,罚款金额（元）,当事人\n"
    "叶应急罚〔2025〕1号,叶集,2025年3月5日,wsl-097-7,单位负责,首次,A,15000,某厂\n"
    "叶应急罚〔2025〕2号,叶集,2025/3/6,wsl-097-7,生产经营单位,首次,A,15000,某厂\n"
    "叶应急罚〔2025〕3号,叶集,2025-03-07,wsl-097-7,生产经营单位,首次,A,12000,某厂\n"
)


def filled(door: Door, *fines: int, **other: Any) -> str:
    """Imported decisions; the id of the import."""
    rows = [past(number, fine, **other) for number, fine in enumerate(fines, 2)]
    made = door.store.add_import(rows, "0" * 64, PROGRAM)
    assert made.id
    return made.id


def page(door: Door, path: str, status: int = 200) -> str:
    answer = door.client.get(path)
    assert answer.status_code == status, answer.text[:2000]
    return str(answer.text)


def signed_in(door: Door, role: str, office: str = "叶集") -> None:
    """The browser of the door signed in with a new key."""
    _, secret = door.store.add_key(f"{role} of {office}", role, office)
    door.client.cookies.clear()
    token = token_of(door.client.get("/sign-in").text)
    answer = door.client.post("/sign-in", data={"csrf": token, "key": secret})
    assert answer.status_code == 200 and "退出" in answer.text, answer.text[:2000]


def token_of(text: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', text)
    assert found is not None, text[:2000]
    return unescape(found[1])


def strips(text: str) -> list[ElementTree.Element]:
    return [
        ElementTree.fromstring(each)
        for each in re.findall(r'<svg class="strip".*?</svg>(?=\s*<p)', text, re.DOTALL)
    ]


# Groups -------------------------------------------------------------------------------------


def test_every_point_leads_to_its_case(door: Door) -> None:
    id = filled(door, 1_500_000, 1_500_000, 1_400_000, 1_600_000, 1_500_000, 3_000_000)
    (drawing,) = strips(page(door, "/reviews"))
    links = [each.get("href") for each in drawing.iter("a")]
    assert sorted(links) == [f"/reviews/imported/{id}/{row}" for row in range(2, 8)]
    apart = [each for each in drawing.iter("a") if each.get("class") == "dot apart"]
    assert [each.get("href") for each in apart] == [f"/reviews/imported/{id}/7"]
    assert "明显不同" in str(apart[0].get("aria-label"))
    assert "6 件" in str(drawing.findtext("title"))
    for link in links:
        assert "裕安" in page(door, str(link))


def test_a_recorded_case_is_opened_where_cases_are(door: Door) -> None:
    us = door.nobody()
    told = us.record()
    body = {
        "decided_on": "2026-04-20",
        "parties": [{"party": "plant", "fine": 15000}],
        "officers": [
            {"name": "王一", "certificate": "AH0117A"},
            {"name": "李二", "certificate": "AH0118A"},
        ],
    }
    us.post(f"/v1/evaluations/{told['id']}/decision", body)
    (drawing,) = strips(page(door, "/reviews"))
    assert [each.get("href") for each in drawing.iter("a")] == [f"/cases/{told['id']}"]
    assert page(door, f"/cases/{told['id']}")


def test_many_cases_are_drawn_as_bars_and_what_stands_out_still_as_points(door: Door) -> None:
    fines = [1_000_000 + 1_000 * number for number in range(1000)]
    filled(door, *fines, 3_000_000, 10)
    (drawing,) = strips(page(door, "/reviews"))
    points = [each for each in drawing.iter("a") if "dot" in str(each.get("class"))]
    assert [each.get("class") for each in points] == ["dot apart"] * 2
    bars = [str(each.get("href")) for each in drawing.iter("a") if each not in points]
    assert 10 < len(bars) < 60 and all("at=" in each for each in bars)
    listed = [page(door, each.partition("#")[0]) for each in bars]
    counts = [re.search(r'图上这一处的案件 <span class="count">(\d+)', text) for text in listed]
    assert sum(int(found[1]) for found in counts if found) == 1002
    assert len(page(door, "/reviews")) < 60_000


def test_a_group_shows_offices_periods_pairs_and_every_case(door: Door) -> None:
    filled(door, *[1_500_000] * 6, 100_000, 3_300_000)
    rows = [past(100 + n, 900_000 + n, office="金安", decided_on="2024-05-05") for n in range(3)]
    door.store.add_import(rows, "1" * 64, PROGRAM)
    address = re.search(r"/reviews/groups/\w+", page(door, "/reviews"))
    assert address is not None
    text = page(door, address[0])
    for word in (
        "各机关",
        "各时期",
        "最像而结果最不同的",
        "明显不同的",
        "没有写理由的",
        "高于幅度",
    ):
        assert word in text, word
    assert text.count("/reviews/imported/") >= 11
    assert "金安" in text and "2024" in text
    assert "金安" not in page(door, f"{address[0]}?office=%E8%A3%95%E5%AE%89")
    page(door, "/reviews/groups/nothing", 404)


def test_groups_and_cases_come_in_pages(door: Door) -> None:
    rows = [past(n, 1_500_000, tier=f"cn-mem:{n}") for n in range(2, 47)]
    rows += [past(n, 1_500_000 + n) for n in range(100, 350)]
    door.store.add_import(rows, "0" * 64, PROGRAM)
    first = page(door, "/reviews")
    assert first.count('<svg class="strip"') == 20 and "共 3 页" in first
    assert page(door, "/reviews?p=3").count('<svg class="strip"') == 6
    assert page(door, "/reviews?p=9").count('<svg class="strip"') == 0
    address = re.search(r"/reviews/groups/\w+", page(door, "/reviews?item=wsl-097-7"))
    assert address is not None
    text = page(door, address[0])
    assert "共 3 页" in text
    assert page(door, f"{address[0]}?p=3").count("/reviews/imported/") > 50


def test_the_form_keeps_what_was_asked_and_tells_what_is_wrong(door: Door) -> None:
    filled(door, 1_500_000)
    text = page(door, "/reviews?item=wsl-097-7&from=2025-02-30&by=month")
    assert 'value="wsl-097-7"' in text and "不是日历上的日子" in text
    assert 'value="month" selected' in text
    assert "没有可以比较的决定" in page(door, "/reviews?law=hcl")


def test_hostile_words_are_shown_and_never_run(door: Door) -> None:
    filled(door, 1_500_000, office=HOSTILE, reference=HOSTILE)
    address = re.search(r"/reviews/groups/\w+", page(door, "/reviews"))
    assert address is not None
    texts = [page(door, path) for path in ("/reviews", address[0])]
    link = re.search(r"/reviews/imported/\w+/2", texts[1])
    assert link is not None
    texts.append(page(door, link[0]))
    texts.append(page(door, f"/reviews?item={HOSTILE}&office={HOSTILE}"))
    for text in texts:
        assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in texts[2] and "\u202e" not in texts[2]
    assert strips(texts[0])


def test_exports_hold_what_was_asked_for(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(door, 1_500_000, office="=1+1")
    filled(door, 1_600_000, office="金安")
    answer = door.client.get("/reviews/export?format=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 3 and ",'=1+1," in lines[1]
    one = door.client.get("/reviews/export?format=csv&office=%E9%87%91%E5%AE%89")
    assert len(one.content.decode().splitlines()) == 2
    assert door.client.get("/reviews/export").content[:2] == b"PK"
    assert door.client.get("/reviews/export?format=exe").status_code == 404
    monkeypatch.setattr("api.pages.reviews._MOST_XLSX", 1)
    answer = door.client.get("/reviews/export")
    assert answer.status_code == 413 and "请缩小范围，或者导出 CSV" in answer.text


# Roles --------------------------------------------------------------------------------------


def test_officers_see_their_office_and_do_not_import(door: Door) -> None:
    id = filled(door, 1_500_000, 1_400_000, office="叶集")
    other = filled(door, 1_600_000, office="金安")
    signed_in(door, "officer", "叶集")
    text = page(door, "/reviews")
    assert f"{id}/2" in text and other not in text and "导入以往的决定" not in text
    assert page(door, f"/reviews/imported/{id}/2")
    page(door, f"/reviews/imported/{other}/2", 404)
    page(door, "/reviews?office=%E9%87%91%E5%AE%89")
    page(door, "/reviews/imports", 403)
    assert other not in door.client.get("/reviews/export?format=csv").text


@pytest.mark.parametrize("role", ["reviewer", "maintainer"])
def test_reviewers_and_maintainers_see_all_and_import(door: Door, role: str) -> None:
    id, other = filled(door, 1_500_000, office="叶集"), filled(door, 1_600_000, office="金安")
    signed_in(door, role)
    text = page(door, "/reviews")
    assert id in text and other in text and "导入以往的决定" in text
    assert page(door, "/reviews/imports")


def test_nobody_else_sees_anything(door: Door) -> None:
    door.store.add_key("someone", "officer", "叶集")
    for path in ("/reviews", "/reviews/export", "/reviews/imports"):
        answer = door.client.get(path, follow_redirects=False)
        assert answer.status_code == 303 and "/sign-in" in answer.headers["location"]


# Import -------------------------------------------------------------------------------------


def sent(door: Door, content: bytes, name: str = "past.csv", **fields: str) -> Any:
    token = token_of(page(door, "/reviews/imports"))
    return door.client.post(
        "/reviews/imports",
        data={"csrf": token, **fields},
        files={"file": (name, content)},
        follow_redirects=False,
    )


def settled(door: Door, address: str) -> str:
    """The page of a job once it no longer changes by itself."""
    for _ in range(200):
        text = page(door, address)
        if 'http-equiv="refresh"' not in text:
            return text
        time.sleep(0.05)
    raise AssertionError(text)


def pressed(door: Door, address: str, action: str, **fields: str) -> Any:
    token = token_of(page(door, address))
    return door.client.post(
        f"{address}/{action}", data={"csrf": token, **fields}, follow_redirects=False
    )


def test_from_a_file_to_the_record(door: Door) -> None:
    answer = sent(door, TABLE.encode("gb18030"))
    assert answer.status_code == 303
    at = answer.headers["location"]
    text = settled(door, at)
    assert "能读的 2 行" in text and "不能读的 1 行" in text
    assert "unknown_role" in text and "不导入的列：" in text and "当事人" in text
    assert "某厂" not in text
    assert page(door, "/reviews").count("/reviews/imported/") == 0, "nothing before it is confirmed"
    rejects = door.client.get(f"{at}/rejects")
    assert "单位负责" in rejects.content.decode("utf-8-sig")
    assert pressed(door, at, "confirm").status_code == 303
    text = settled(door, at)
    assert "已导入 2 行" in text and "1 行不能读" in text
    assert "叶应急罚〔2025〕2号" in page(door, _first_import(door))
    assert door.store.verify().ok
    # Once more: everything is known, and what was done cannot be confirmed again.
    problem = door.client.post(
        f"{at}/confirm", data={"csrf": token_of(page(door, "/reviews/imports"))}
    )
    assert problem.status_code == 400
    again = settled(door, sent(door, TABLE.encode()).headers["location"])
    assert "2 行以前导入过" in again and "/confirm" not in again


def _first_import(door: Door) -> str:
    text = page(door, "/reviews")
    found = sorted(re.findall(r"/reviews/imported/\w+/\d+", text))
    return str(found[0])


def test_the_columns_can_be_said_on_the_page(door: Door) -> None:
    table = TABLE.replace("违法行为", "干了什么").replace("单位负责", "生产经营单位")
    at = sent(door, table.encode()).headers["location"]
    text = settled(door, at)
    assert "missing_column" in text
    table = TABLE.replace("阶段", "第几次")
    at = sent(door, table.encode()).headers["location"]
    text = settled(door, at)
    assert "missing_stage" in text
    headings = re.findall(r"<option[^>]*>([^<]+)</option>", text)
    assert "第几次" in headings
    fields = {
        "column-reference": "决定书文号",
        "column-office": "",
        "column-decided_on": "决定日期",
        "column-item": "违法行为",
        "column-role": "当事人类型",
        "column-stage": "第几次",
        "column-tier": "阶次",
        "column-fine": "罚款金额(元)",
    }
    assert pressed(door, at, "mapping", **fields).status_code == 303
    text = settled(door, at)
    assert "能读的 2 行" in text and "local" in text


def test_another_sheet_can_be_chosen_and_what_was_not_read_is_told(door: Door) -> None:
    book = Workbook()
    rows = [line.split(",") for line in TABLE.replace("单位负责", "生产经营单位").splitlines()]
    for title, count in (("2025", 2), ("2024", 3)):
        sheet = book.create_sheet(title)
        for row in rows[: count + 1]:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    at = sent(door, out.getvalue(), "past.xlsx").headers["location"]
    text = settled(door, at)
    assert "Sheet、2024" in text and "没有读" in text
    before = re.search("能读的 ([0-9]+) 行", text)
    assert pressed(door, at, "mapping", sheet="1").status_code == 303
    text = settled(door, at)
    after = re.search("能读的 ([0-9]+) 行", text)
    assert "Sheet、2025" in text and before and after and int(after[1]) > int(before[1])


def test_a_button_pressed_twice_imports_once_and_tells_the_truth(door: Door) -> None:
    at = sent(door, TABLE.encode()).headers["location"]
    token = token_of(settled(door, at))
    staging = Staging(door.settings.state_dir, door.store)
    job = staging.find(at.rpartition("/")[2], "loopback")
    assert door.client.post(f"{at}/confirm", data={"csrf": token}).status_code == 200
    assert staging.begin_writing(job) is False, "whoever saw the same page a moment ago"
    assert "已导入 2 行" in settled(door, at)


@pytest.mark.parametrize("at", ["x/2147483648", "x/0", "x/" + "9" * 40, "%00/2", "x/nan"])
def test_addresses_that_lead_nowhere(door: Door, at: str) -> None:
    assert door.client.get(f"/reviews/imported/{at}").status_code in (404, 422)


def test_a_file_that_cannot_be_read_says_why(door: Door) -> None:
    for content, code in ((b"PK\x03\x04", "bad_workbook"), (b"a,b\n1,2\n", "missing_column")):
        text = settled(door, sent(door, content).headers["location"])
        assert "这个文件不能导入" in text and code in text
    token = token_of(page(door, "/reviews/imports"))
    answer = door.client.post("/reviews/imports", data={"csrf": token}, files={"x": ("", b"")})
    assert answer.status_code == 422 and "请选择一个文件" in answer.text


def test_stopping_leaves_nothing(door: Door) -> None:
    at = sent(door, TABLE.encode()).headers["location"]
    settled(door, at)
    assert pressed(door, at, "stop").status_code == 303
    page(door, at, 404)
    assert list((door.settings.state_dir / "staged").iterdir()) == []
    assert door.store.verify().ok and "没有可以比较的决定" in page(door, "/reviews")


def test_a_job_stopped_while_it_is_read_ends_by_itself(door: Door, tmp_path: Path) -> None:
    staging = Staging(tmp_path, door.store)
    lines = TABLE.splitlines(keepends=True)
    job = staging.add("past.csv", (lines[0] + lines[2] * 500).encode(), "叶集", "k1")
    job.phase = "reading"
    staging.stop(job)
    rules = door.app.state.services.rules.engine(None, None, False).rule_set
    staging.read(job, rules)
    assert list((tmp_path / "staged").iterdir()) == []
    assert "没有可以比较的决定" in page(door, "/reviews")


def test_jobs_belong_to_who_began_them_and_are_cleared_away(door: Door, tmp_path: Path) -> None:
    import os

    signed_in(door, "reviewer")
    at = sent(door, TABLE.encode()).headers["location"]
    settled(door, at)
    staged = door.settings.state_dir / "staged"
    (folder,) = staged.iterdir()
    assert folder.stat().st_mode & 0o077 == 0
    signed_in(door, "reviewer")
    page(door, at, 404)
    page(door, "/reviews/imports/..%2F..", 404)
    past_time = time.time() - KEPT_SECONDS - 10
    os.utime(folder / "begun", (past_time, past_time))
    sent(door, TABLE.encode())
    assert folder not in set(staged.iterdir())


def test_a_form_from_elsewhere_and_a_file_too_large_are_refused(door: Door) -> None:
    answer = door.client.post(
        "/reviews/imports", data={"csrf": "wrong"}, files={"file": ("a.csv", TABLE.encode())}
    )
    assert answer.status_code == 403
    answer = sent(door, b"x" * (MAX_BYTES + 2**17))
    assert answer.status_code == 413
    assert not (door.settings.state_dir / "staged").exists()
    for action in ("confirm", "stop", "mapping"):
        answer = door.client.post(f"/reviews/imports/abc/{action}", data={"csrf": "wrong"})
        assert answer.status_code == 403


# Withdrawal ---------------------------------------------------------------------------------


def withdrawn(door: Door, id: str, **fields: str) -> Any:
    """The answer to the form that withdraws an import, as its page offers it."""
    at = f"/reviews/imported/{id}"
    token = token_of(page(door, at))
    return door.client.post(
        f"{at}/withdraw", data={"csrf": token, **fields}, follow_redirects=False
    )


def test_an_import_is_withdrawn_with_a_reason_and_can_be_made_again(door: Door) -> None:
    at = sent(door, TABLE.encode(), "旧\u202e表.csv").headers["location"]
    settled(door, at)
    pressed(door, at, "confirm")
    text = settled(door, at)
    found = re.search(r"/reviews/imported/\w+", text)
    assert found is not None and "可以在那里撤回" in text
    id = found[0].rpartition("/")[2]
    listed = page(door, "/reviews/imports")
    assert found[0] in listed and "旧□表.csv" in listed and "计入统计" in listed
    text = page(door, found[0])
    assert "确认撤回这 2 行" in text and "15,000元" in text and "旧□表.csv" in text
    answer = withdrawn(door, id, reason="选错了<文件>", sure="yes")
    assert (answer.status_code, answer.headers["location"]) == (303, found[0])
    text = page(door, found[0])
    assert "这一批已经撤回" in text and "选错了&lt;文件&gt;" in text
    assert "确认撤回" not in text, "once is enough"
    assert "已撤回" in page(door, "/reviews/imports")
    assert "没有可以比较的决定" in page(door, "/reviews")
    assert id not in door.client.get("/reviews/export?format=csv").text
    assert door.nobody().get("/v1/reviews/consistency").json()["imported"] == 0
    assert "不再计入分组" in page(door, f"{found[0]}/3")
    assert door.store.verify().ok
    again = sent(door, TABLE.encode()).headers["location"]
    assert "导入这 2 行" in settled(door, again)
    pressed(door, again, "confirm")
    assert "已导入 2 行" in settled(door, again)
    assert page(door, "/reviews").count("/reviews/imported/") == 2


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"reason": "错", "sure": ""}, "请勾选"),
        ({"reason": "  ", "sure": "yes"}, "请写明为什么撤回"),
        ({"reason": "错" * 501, "sure": "yes"}, "不能超过 500 字"),
        ({"reason": "错\u202e", "sure": "yes"}, "看不见的字符"),
        ({}, "请写明为什么撤回"),
    ],
)
def test_what_is_not_meant_withdraws_nothing(door: Door, fields: dict[str, str], says: str) -> None:
    id = filled(door, 1_500_000)
    answer = withdrawn(door, id, **fields)
    assert answer.status_code == 422 and says in answer.text
    assert f'value="{fields.get("reason", "").strip()}"' in answer.text
    assert door.store.batch(id).withdrawn is None


def test_who_withdraws_and_who_only_looks(door: Door) -> None:
    id = filled(door, 1_500_000, office="叶集")
    signed_in(door, "maintainer")
    text = page(door, f"/reviews/imported/{id}")
    assert "确认撤回" not in text and "撤回…" not in page(door, "/reviews/imports")
    assert withdrawn(door, id, reason="错", sure="yes").status_code == 403
    signed_in(door, "officer", "叶集")
    page(door, f"/reviews/imported/{id}", 403)
    text = page(door, f"/reviews/imported/{id}/2")
    assert f'href="/reviews/imported/{id}"' not in text
    signed_in(door, "reviewer", "金安")
    assert "撤回…" in page(door, "/reviews/imports")
    answer = door.client.post(
        f"/reviews/imported/{id}/withdraw", data={"csrf": "wrong", "reason": "错", "sure": "yes"}
    )
    assert answer.status_code == 403 and door.store.batch(id).withdrawn is None
    assert withdrawn(door, id, reason="错", sure="yes").status_code == 303
    gone = door.store.batch(id).withdrawn
    assert gone and (gone.actor, gone.office) == ("reviewer of 金安", "金安")
    page(door, f"/reviews/imported/{'0' * 26}", 404)
    page(door, "/reviews/imported/nothing", 404)


def test_what_was_imported_is_listed_in_pages(door: Door) -> None:
    ids = [filled(door, 1_000_000 + number) for number in range(25)]
    first, second = page(door, "/reviews/imports"), page(door, "/reviews/imports?p=2")
    assert ids[24] in first and ids[4] not in first and "共 2 页" in first
    assert ids[4] in second and ids[0] in second and ids[24] not in second
    assert "没有记下文件名" in first
    door.store.erase(ids[24], PROGRAM, "申请")
    assert "已依法删除" in page(door, "/reviews/imports")
    assert "已依法删除" in page(door, f"/reviews/imported/{ids[24]}")


# Recorded and imported ----------------------------------------------------------------------

NUMBER = "叶应急罚〔2026〕12号"


def both(door: Door, **row: Any) -> tuple[str, str]:
    """A decision on record and a row of a file that may be the same: the case and the import."""
    us = door.nobody()
    told = us.record()
    party = {"party": "plant", "fine": 15000, "number": row.pop("number", NUMBER)}
    body = {"decided_on": "2026-04-20", "parties": [party], "officers": OFFICERS}
    assert us.post(f"/v1/evaluations/{told['id']}/decision", body).status_code == 201
    given = {"office": "local", "decided_on": "2026-04-20", "reference": NUMBER, **row}
    return told["id"], filled(door, 1_500_000, **given)


def test_a_decision_recorded_and_imported_counts_once_and_the_group_says_so(door: Door) -> None:
    case, batch = both(door)
    text = page(door, "/reviews")
    assert "1</b> 件可以比较" in text and "登记又导入，只算一次 1 件" in text
    address = re.search(r"/reviews/groups/\w+", text)
    assert address is not None
    text = page(door, address[0])
    assert "登记又导入，只算一次的" in text and "可能登记又导入" not in text
    assert f"/cases/{case}" in text and f"/reviews/imported/{batch}/2" in text
    text = page(door, f"/reviews/imported/{batch}/2")
    assert "同一件决定已经在本系统登记" in text and f"/cases/{case}" in text
    assert NUMBER in page(door, f"/cases/{case}")
    lines = door.client.get("/reviews/export?format=csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2 and f"只算一次：导入 {batch} 第 2 行" in lines[1]


def test_what_may_be_the_same_counts_twice_and_is_told(door: Door) -> None:
    case, batch = both(door, number=None)
    text = page(door, "/reviews")
    assert "2</b> 件可以比较" in text and "可能登记又导入 1 件" in text
    address = re.search(r"/reviews/groups/\w+", text)
    assert address is not None and "可能登记又导入的" in page(door, address[0])
    text = page(door, f"/reviews/imported/{batch}/2")
    assert "可能和登记的是同一件" in text and f"/cases/{case}" in text


def test_what_is_on_record_is_said_before_it_is_imported(door: Door) -> None:
    both(door, number=NUMBER, reference="")
    head, first, *_ = TABLE.splitlines()
    row = first.replace("〔2025〕1号", "〔2026〕12号").replace("叶集", "local")
    row = row.replace("2025年3月5日", "2026年4月20日").replace("单位负责", "生产经营单位")
    text = settled(door, sent(door, f"{head}\n{row}\n".encode()).headers["location"])
    assert "其中 1 行是已经登记的决定，导入以后只算登记的" in text
