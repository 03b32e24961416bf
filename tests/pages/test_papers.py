"""A document on paper checked against its record: what is answered, to whom, and in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from browsing import DESKTOP, NARROW, PHONE, overflow, serious, window
from databases import EMBEDDED
from http_door import OFFICERS, Door, served
from intruder import Intruder
from playwright.sync_api import Browser, expect
from visitor import Visitor, somebody

from api.store import PROGRAM

FACTS = {
    "v1__f__uncertified_workers__value": "1",
    "v1__f__overdue__value": "false",
    "p1__called": "赵望山",
    "p1__identifier": "91340000TESTPLANT1",
}
DECISION = {
    "decided_on": "2026-04-20",
    "party0__fine": "15000",
    **{f"officer{n}__{key}": each[key] for n, each in enumerate(OFFICERS) for key in each},
}


@pytest.fixture
def at(door: Door) -> Iterator[str]:
    """The address of a real server."""
    with served(door) as address:
        yield address


def decide(us: Visitor, id: str, **changed: str) -> None:
    """Record a decision on a page."""
    us.get(f"/cases/{id}")
    answer = us.send(
        f"/cases/{id}/decision#decisions", f"/cases/{id}/decision", **{**DECISION, **changed}
    )
    assert answer.status_code == 303, answer.text


def printed(us: Visitor, id: str) -> str:
    """The code on a document of a record, as it is downloaded now."""
    text = us.client.get(f"/cases/{id}/document?format=html").text
    return re.findall("校验码 ([A-Z2-7-]{19})", text)[0]


def checked(us: Visitor, record: str, code: str) -> str:
    """The page that answers, as it is read."""
    answer = us.client.get("/check", params={"record": record, "code": code})
    assert answer.status_code == 200
    found = re.search("<main.*</main>", answer.text, re.DOTALL)
    assert found is not None
    return re.sub("<[^>]*>", "", found[0])


def test_a_document_of_the_record_as_it_is(door: Door) -> None:
    us = somebody(door, "officer")
    id = us.saved(**FACTS, case_id="叶应急立案〔2026〕12号")
    before = checked(us, id, printed(us, id))
    assert "校验码相符" in before
    assert "叶应急立案〔2026〕12号" in before
    assert "赵望山" in before and "罚款 30,000元以下" in before
    assert "还没有登记" in before
    decide(us, id)
    after = checked(us, id, printed(us, id))
    assert "校验码相符" in after
    assert "2026-04-20：赵望山 罚款 15,000元（在幅度内）" in after


@pytest.mark.parametrize(
    "copied",
    [
        lambda id, code: (id.upper(), code.lower().replace("-", "")),
        lambda id, code: (f" {id[:13]} {id[13:]} ", f"校验码 {code.replace('-', ' ')}。"),
        lambda id, code: (f"记录 {id}（日志第 2 条）", code.replace("O", "0").replace("B", "8")),
        lambda id, code: (id.replace("0", "o").replace("1", "l"), code.replace("I", "1")),
        lambda id, code: (id, "".join(chr(ord(each) + 0xFEE0) for each in code)),
    ],
    ids=["case", "blanks", "words", "likeness", "full width"],
)
def test_however_it_was_copied(door: Door, copied: object) -> None:
    us = Visitor(door)
    id = us.saved(**FACTS)
    assert callable(copied)
    assert "校验码相符" in checked(us, *copied(id, printed(us, id)))


def test_a_document_from_before_a_decision_is_of_the_record_and_not_the_latest(door: Door) -> None:
    us = Visitor(door)
    id = us.saved(**FACTS)
    first = printed(us, id)
    decide(us, id)
    second = printed(us, id)
    decide(us, id, party0__fine="12000", reason="复核")
    assert "下载以后又登记了 2 次处罚决定" in checked(us, id, first)
    assert "下载以后又登记了 1 次处罚决定" in checked(us, id, second)
    assert "罚款 12,000元" in checked(us, id, second)
    assert "校验码相符" in checked(us, id, printed(us, id))


def test_a_code_of_something_else_is_said_and_nothing_of_the_record_shown(door: Door) -> None:
    us = Visitor(door)
    id, other = us.saved(**FACTS), us.saved(**FACTS)
    for code in (printed(us, other), "ABCD-EFGH-IJKL-MNOP"):
        said = checked(us, id, code)
        assert "校验码不符" in said and "重新下载" in said
        assert "赵望山" not in said


@pytest.mark.parametrize(
    ("record", "code", "words"),
    [
        ("", "ABCD-EFGH-IJKL-MNOP", "请写文书末尾的记录编号"),
        ("0" * 25, "ABCD-EFGH-IJKL-MNOP", "请写文书末尾的记录编号"),
        ("0" * 26, "", "请写文书末尾的校验码"),
        ("0" * 26, "ABCD-EFGH-IJKL-MNO", "请写文书末尾的校验码"),
        ("0" * 26, "ABCD-EFGH-IJKL-MNOP", "没有这个记录"),
        ("<script>alert(1)</script>", "'\"><b>", "请写文书末尾的校验码"),
    ],
)
def test_what_is_wrong_with_what_was_typed_is_said(
    door: Door, record: str, code: str, words: str
) -> None:
    us = Visitor(door)
    us.saved(**FACTS)
    assert words in checked(us, record, code)
    page = us.get("/check").text
    assert 'role="alert"' not in page and 'role="status"' not in page


def test_another_offices_record_is_as_if_there_were_none(door: Door) -> None:
    ours, theirs = somebody(door, "officer", "叶集"), somebody(door, "officer", "裕安")
    id = ours.saved(**FACTS)
    code = printed(ours, id)
    foreign, nothing = checked(theirs, id, code), checked(theirs, "0" * 26, code)
    assert foreign.replace(id, "") == nothing.replace("0" * 26, "")
    assert "没有这个记录" in foreign and "别的单位的记录在这里查不到" in foreign
    assert "叶集" not in foreign


@pytest.mark.parametrize("role", ["reviewer", "maintainer"])
def test_other_roles_check_every_office_and_see_no_names(door: Door, role: str) -> None:
    officer = somebody(door, "officer")
    id = officer.saved(**FACTS)
    decide(officer, id)
    said = checked(somebody(door, role, "elsewhere"), id, printed(officer, id))
    assert "校验码相符" in said and "已遮盖" in said
    assert "罚款 15,000元" in said
    assert "赵望山" not in said and "91340000TESTPLANT1" not in said


def test_nobody_checks_without_signing_in(door: Door) -> None:
    door.somebody("officer")
    assert Visitor(door).get("/check?record=x&code=y").status_code == 303


def test_an_erased_record_still_knows_its_document(door: Door) -> None:
    us = Visitor(door)
    id = us.saved(**FACTS)
    code = printed(us, id)
    door.store.erase(id, PROGRAM, "依申请")
    said = checked(us, id, code)
    assert "校验码相符" in said and "内容已经依法删除" in said
    assert "校验码不符" in checked(us, id, "ABCD-EFGH-IJKL-MNOP")
    assert f'href="/check?record={id}"' in us.get(f"/cases/{id}").text


def test_a_corrected_record_leads_on_to_the_one_that_corrects_it(door: Door) -> None:
    us = Visitor(door)
    id = us.saved(**FACTS)
    code = printed(us, id)
    us.get(f"/case?from={id}")
    later = us.send("case", "/cases").headers["location"]
    for path in (f"/check?record={id}&code={code}", f"/cases/{id}", "/cases"):
        assert f'href="{later}"' in us.get(path).text, path
    assert "更正" in checked(us, id, code)


@EMBEDDED
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE decisions SET decided_on = '2026-04-21'",
        "UPDATE evaluations SET sealed_result = x'00' WHERE id = :id",
        "UPDATE audit SET at = '2026-01-01T00:00:00.000Z' WHERE record_id = :id",
        "DELETE FROM record_keys WHERE evaluation_id = :id",
    ],
    ids=["decision", "body", "log", "key"],
)
def test_a_record_that_was_changed_behind_the_program_proves_nothing(
    door: Door, change: str
) -> None:
    us = Visitor(door)
    id, sound = us.saved(**FACTS), us.saved(**FACTS)
    decide(us, id)
    codes = {each: printed(us, each) for each in (id, sound)}
    intruder = Intruder(door.settings.store_url)
    intruder.run(change.replace(":id", f"'{id}'"))
    intruder.leave()
    assert "被改动过，不能用来核对" in checked(us, id, codes[id])
    assert "校验码相符" in checked(us, sound, codes[sound])


def test_it_is_reached_from_a_record_and_from_every_page(door: Door) -> None:
    us = Visitor(door)
    id = us.saved(**FACTS)
    assert f'href="/check?record={id}"' in us.get(f"/cases/{id}").text
    assert f'value="{id}"' in us.get(f"/check?record={id}").text
    for path in ("/", "/cases", "/reviews"):
        assert 'href="/check"' in us.get(path).text, path


# In a browser ------------------------------------------------------------------------------


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE, NARROW], ids=["desktop", "phone", "narrow"])
def test_by_keyboard_from_the_record_to_the_answer(
    door: Door, at: str, chromium: Browser, size: tuple[int, int], scripts: bool
) -> None:
    us = Visitor(door)
    id = us.saved(**FACTS, case_id="叶应急立案〔2026〕12号")
    decide(us, id)
    with window(chromium, at, size, scripts=scripts) as page:
        page.goto(f"/cases/{id}")
        page.focus("text=核对一份纸质文书")
        page.keyboard.press("Enter")
        page.wait_for_url("**/check?record=*")
        page.focus("#code")
        page.keyboard.type("ABCD EFGH")
        page.keyboard.press("Enter")
        expect(page.locator("#code-fault")).to_contain_text("16 个字母和数字")
        page.fill("#code", printed(us, id).lower())
        page.keyboard.press("Enter")
        expect(page.locator(".notice.good")).to_contain_text("校验码相符")
        expect(page.locator("dl.facts")).to_contain_text("罚款 15,000元")
        assert overflow(page) <= 0
        if scripts:
            assert serious(page, chromium) == []
