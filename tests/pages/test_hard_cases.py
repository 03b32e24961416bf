"""Pages under hard cases: too much, in the wrong order, in words of a file, left unsaved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from browsing import DESKTOP, NARROW, computed, window
from databases import EMBEDDED_UNLESS_LONG
from http_door import OFFICERS, Door, served
from playwright.sync_api import Browser, Dialog, Page, expect
from test_pages_http import grow_old
from visitor import Fields, Visitor, somebody

from api.http.sessions import IDLE
from api.pages.frame import POLICY

FACTS = {"v1__f__uncertified_workers__value": "1", "v1__f__overdue__value": "false"}
WORKERS = '[id="v1.f.uncertified_workers"]'
# Of what is typed and drawn; what is recorded is tested in test_pages_http.
pytestmark = EMBEDDED_UNLESS_LONG


@pytest.fixture
def at(door: Door) -> Iterator[str]:
    """The address of a real server."""
    with served(door) as address:
        yield address


def numbered(letter: str, count: int, **more: str) -> dict[str, Any]:
    """The fields of so many parties or violations."""
    fields = {f"{letter}{n}.id": f"{letter}{n}" for n in range(1, count + 1)}
    for name, value in more.items():
        fields |= {f"{letter}{n}.{name}": value for n in range(1, count + 1)}
    return fields


# Too much ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "word"),
    [(numbered("p", 9000), "100 个当事人"), (numbered("v", 51, item="wsl-097-7"), "50 个违法")],
    ids=["parties", "violations"],
)
@pytest.mark.parametrize("to", ["/case", "/cases"])
def test_more_than_a_case_may_have_is_refused_before_a_page_is_made_of_it(
    door: Door, fields: dict[str, Any], word: str, to: str
) -> None:
    us = Visitor(door)
    us.get("/case?item=wsl-097-7")
    answer = us.client.post(to, data={**Fields(us.page, "case").sent, **fields})
    assert answer.status_code == 413
    assert f"最多 {word}" in answer.text
    assert len(answer.text) < 5000


# Headers -----------------------------------------------------------------------------------


def test_an_address_in_chinese_goes_into_a_header(door: Door) -> None:
    us = Visitor(door)
    answer = us.client.get("/sign-in", params={"next": "/?q=找"}, headers={"HX-Request": "true"})
    assert answer.headers["hx-redirect"] == "/?q=%E6%89%BE"


def test_the_page_for_an_error_nobody_expected_has_the_policy_too(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(door.store, "evaluations", broken)
    answer = Visitor(door).get("/cases")
    assert answer.status_code == 500
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["cache-control"] == "no-store"


# Words -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"v1__dates__acted_on": "2026-05-05", "c__dates__found_on": "2026-01-01"},
            "发现之日早于违法行为发生之日",
        ),
        (
            {"v1__dates__acted_on": "2026-05-05", "v1__dates__ended_on": "2026-01-01"},
            "行为终了之日早于违法行为发生之日",
        ),
        (
            {
                "v1__f__uncertified_workers__from": "9",
                "v1__f__uncertified_workers__to": "3",
            },
            "范围写反了",
        ),
        ({"case_id": "长" * 201}, "立案号最多 200 个字"),
    ],
    ids=["found", "ended", "bounds", "number"],
)
def test_a_fault_is_said_in_the_words_of_the_form(
    door: Door, fields: dict[str, str], said: str
) -> None:
    page = Visitor(door).case(**fields).text
    assert said in page
    listed = re.findall('<p class="fault"[^>]*>(.*?)</p>', page)
    assert listed
    for fault in listed:
        assert not re.search("[a-z]{2,}_|“id”|from", re.sub("<[^>]*>", "", fault))
    for name in re.findall('<a href="#([^"]+-fault)"', page):
        assert f'id="{name}"' in page


def test_warnings_speak_of_rules_by_their_names(door: Door) -> None:
    page = Visitor(door).case("hcr-078-1-5").text
    assert "该事项的规定已经失效" in page
    notice = page[page.index("<h3>注意</h3>") :].partition("</ul>")[0]
    assert "hcr-078-1-5" not in notice
    assert "发现新的危险特性不公告" in notice
    assert "--published-only" not in page
    assert "--rule-set" not in page


def test_a_warning_about_an_item_without_known_rows_names_party_and_stage(door: Door) -> None:
    page = Visitor(door).case("wsl-109", v1__f__overdue__value="false").text
    assert "wsl-109/" not in page.partition("<h3>注意</h3>")[2].partition("</ul>")[0]


def test_a_fine_of_which_nothing_is_known_is_not_said_to_begin_at_nothing(door: Door) -> None:
    page = Visitor(door).case("wsl-095-1").text
    assert "罚款数额未定" in page
    assert "0元以上" not in page


# What is drawn -----------------------------------------------------------------------------

SHARE: dict[str, Any] = {
    "item": "wsl-096",
    "dates": {"acted_on": "2026-03-02", "decided_on": "2026-04-20"},
    "facts": {"deaths": 4, "serious_injuries": 0, "direct_loss": 0, "accident_caused": True},
    "parties": [{"id": "boss", "kind": "safety-manager", "name": "吴望山"}],
}


def drawings(us: Visitor, path: str) -> list[str]:
    """What is drawn on a page, in its words, and what is said under it."""
    found = re.findall('<div class="drawn">.*?</div>', us.get(path).text, re.DOTALL)
    return [re.sub("<[^>]*>", " ", re.sub("</title>.*?</svg>", " ", each)) for each in found]


def share(door: Door, **facts: Any) -> str:
    """A recorded case whose fine is a share of an income."""
    party = {**SHARE["parties"][0], "facts": facts}
    return str(door.nobody().record({**SHARE, "parties": [party]})["id"])


def test_tiers_in_shares_of_a_known_income_are_drawn_in_yuan(door: Door) -> None:
    said = drawings(Visitor(door), f"/cases/{share(door, annual_income=187654.5)}")[-1]
    # 30% and 40%, to the fen.
    assert "较大事故56,296.35元至75,061.80元" in said
    assert "特别重大事故93,827.25元" in said
    assert "落在较大事故；本案幅度56,296.35元至75,061.80元" in said
    assert "没有画出" not in said


def test_tiers_in_shares_of_an_unknown_income_are_drawn_as_shares(door: Door) -> None:
    said = drawings(Visitor(door), f"/cases/{share(door)}")[-1]
    assert "法定幅度上一年年收入的20%至50%" in said
    assert "较大事故30%至40%" in said and "落在较大事故" in said
    assert "图上是上一年年收入的比例" in said


def test_what_an_income_is_that_is_covered_no_tier_tells(door: Door) -> None:
    id = share(door, annual_income=187654.5)
    said = drawings(somebody(door, "reviewer"), f"/cases/{id}")[-1]
    assert "本案幅度56,296.35元至75,061.80元" in said
    assert "93,827.25元；" in said and "重大事故" not in said
    assert "有的档没有画出：它们按上一年年收入的比例算，上一年年收入已经遮盖" in said


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("wsl-096", "法定幅度上一年年收入的20%至50%"),
        ("apm-051-1", "法定幅度违法所得的1倍至3倍"),
        ("apm-051-1", "建议第二档1.5倍至2.5倍"),
        ("wsl-114-1-1", "法定幅度另一项罚款的2倍至5倍"),
    ],
)
def test_a_fine_that_is_a_share_is_drawn_as_one_where_an_item_is_looked_up(
    door: Door, item: str, words: str
) -> None:
    assert any(words in each for each in drawings(Visitor(door), f"/items/{item}"))


def test_the_tiers_drawn_are_those_of_the_penalty_that_applies(door: Door) -> None:
    case = {"item": "wsl-103-1", "facts": {"illegal_gains": 150000, "overdue": False}}
    id = door.nobody().record(case)["id"]
    said = drawings(Visitor(door), f"/cases/{id}")[0]
    assert "法定幅度300,000元至750,000元" in said
    assert "建议第一档300,000元至450,000元" in said


# In a browser ------------------------------------------------------------------------------


def overlapping(page: Page) -> list[str]:
    """Words in drawings that run into each other, or out of the page."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("svg.scale")].flatMap((drawing) => {
          const words = [...drawing.querySelectorAll("text")]
            .map((each) => [each.textContent, each.getBoundingClientRect()])
            .filter(([, box]) => box.width);
          const wrong = words.filter(([, b]) => b.left < 0 || b.right > innerWidth);
          const pairs = words.flatMap(([one, a], n) => words.slice(n + 1)
            .filter(([, b]) => a.left < b.right - 1 && b.left < a.right - 1 &&
                               a.top < b.bottom - 4 && b.top < a.bottom - 4)
            .map(([other]) => `${one} × ${other}`));
          return [...wrong.map(([one]) => one), ...pairs];
        })"""
    )
    return found


@pytest.mark.parametrize("size", [DESKTOP, NARROW], ids=["desktop", "narrow"])
def test_no_words_in_a_drawing_run_into_each_other(
    at: str, chromium: Browser, size: tuple[int, int]
) -> None:
    with window(chromium, at, size) as page:
        for item in (
            "wsl-097-7",
            "wsl-103-1",
            "wsl-097-1",
            "wsl-114-1-1",
            "hcr-078-1-5",
            "wsl-099-1",
            "wsl-096",
            "apm-051-1",
        ):
            page.goto(f"/items/{item}")
            assert overlapping(page) == [], item
            page.goto(f"/case?item={item}")
            assert overlapping(page) == [], item
        page.goto("/case?item=wsl-097-7")
        with computed(page):
            page.check('[id="v1.f.overdue.true"]')
        with computed(page):
            page.fill(WORKERS, "2")
        expect(page.locator(".status.settled")).to_be_visible()
        assert overlapping(page) == []


def test_leaving_what_is_not_saved_asks_first(at: str, chromium: Browser) -> None:
    asked: list[str] = []

    def seen(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    with window(chromium, at) as page:
        page.on("dialog", seen)
        page.goto("/case?item=wsl-097-7")
        page.goto("/case?item=wsl-097-7")
        assert asked == []
        with computed(page):
            page.check('[id="v1.f.overdue.false"]')
        with computed(page):
            page.fill(WORKERS, "2")
        with page.context.expect_page() as opened:
            page.click(".result a[href^='/items/'] >> nth=0")
        expect(opened.value.locator("h1")).to_contain_text("特种作业")
        expect(page.locator(WORKERS)).to_have_value("2")
        page.goto("/cases")
        assert asked == ["beforeunload"]
        page.goto("/case?item=wsl-097-7")
        with computed(page):
            page.check('[id="v1.f.overdue.false"]')
        page.click("button:has-text('保存') >> visible=true")
        page.wait_for_url("**/cases/*")
        assert asked == ["beforeunload"]


def test_what_is_unfolded_stays_so_and_whoever_types_in_it_stays_there(
    at: str, chromium: Browser
) -> None:
    with window(chromium, at) as page:
        page.goto("/case?item=wsl-097-7")
        page.wait_for_load_state()
        page.click("#office > summary")
        page.focus("#case_id")
        with computed(page):
            page.keyboard.type("叶〔2026〕1")
        expect(page.locator("#office")).to_have_attribute("open", "")
        expect(page.locator("#case_id")).to_be_focused()
        page.keyboard.type("号")
        expect(page.locator("#case_id")).to_have_value("叶〔2026〕1号")


def test_a_double_click_on_save_makes_one_record(door: Door, at: str, chromium: Browser) -> None:
    with window(chromium, at) as page:
        page.goto("/case?item=wsl-097-7")
        with computed(page):
            page.fill(WORKERS, "2")
        page.dblclick("button:has-text('保存') >> visible=true")
        page.wait_for_url("**/cases/*")
        page.go_back()
        expect(page.locator("h1")).to_have_text("办案")
        page.goto("/cases")
        expect(page.locator("table.records tbody tr")).to_have_count(1)


def test_dates_and_words_are_chinese(at: str, chromium: Browser) -> None:
    with window(chromium, at) as page:
        page.goto("/case?item=wsl-097-7")
        assert page.evaluate("navigator.language") == "zh-CN"
        assert page.evaluate("document.documentElement.lang") == "zh-CN"


# Records -----------------------------------------------------------------------------------

DECIDED = {
    "decided_on": "2026-04-20",
    **{f"officer{n}__{key}": each[key] for n, each in enumerate(OFFICERS) for key in each},
}
POINTS = ("subject", "jurisdiction", "facts", "evidence", "law", "discretion", "procedure")


def step(us: Visitor, id: str, name: str, **fields: str) -> Any:
    """Send the form of a decision or a review from the page of its record."""
    us.get(f"/cases/{id}")
    return us.send(f"/cases/{id}/{name}#{name}s", f"/cases/{id}/{name}", **fields)


def faults(page: str) -> dict[str, str]:
    """What a page says is wrong, by field."""
    found = re.findall('<p class="fault" id="([^"]*)-fault"[^>]*>(.*?)</p>', page)
    return {name: re.sub("<[^>]*>", "", said) for name, said in found}


def test_a_form_sent_empty_says_what_to_write_in_each_field(door: Door) -> None:
    us = Visitor(door)
    id = us.saved(**FACTS)
    said = faults(step(us, id, "decision").text)
    assert said == {
        "decided_on": "请选择决定日期",
        "officers": "请写两名以上执法人员，姓名和执法证号都要写",
    }
    said = faults(step(us, id, "review").text)
    assert said == {
        **{f"{point}.ok": "请选“合格”或者“不合格”" for point in POINTS},
        "verdict": "请选一个结论",
    }


@pytest.mark.parametrize(
    ("fields", "name", "words"),
    [
        ({"party0__fine": "1.5万"}, "party0.fine", "请只填阿拉伯数字"),
        ({"party0__fine": "15,00"}, "party0.fine", "逗号只能按千位写"),
        ({"party0__fine": "1e5"}, "party0.fine", "请只填阿拉伯数字"),
        ({"party0__fine": "15000.005"}, "party0.fine", "最多 2 位小数"),
        ({"officer1__certificate": "证"}, "officer1.certificate", "只有字母和数字"),
        ({"officer1__name": ""}, "officer1.name", "请写姓名"),
        ({"party0__fine": "99999"}, "reason", "罚款在幅度以外，必须写明理由"),
    ],
)
def test_a_fault_of_a_decision_is_said_in_the_words_of_the_form(
    door: Door, fields: dict[str, str], name: str, words: str
) -> None:
    us = Visitor(door)
    id = us.saved(**FACTS)
    answer = step(us, id, "decision", **{**DECIDED, "party0__fine": "15000", **fields})
    assert answer.status_code == 422
    assert words in faults(answer.text)[name]


@pytest.mark.parametrize("written", ["15,000", "１５０００", "15000.00", " 15000 ", "１５，０００"])
def test_an_amount_is_read_as_people_write_it(door: Door, written: str) -> None:
    us = Visitor(door)
    id = us.saved(**FACTS)
    assert step(us, id, "decision", **DECIDED, party0__fine=written).status_code == 303
    told = door.nobody().get(f"/v1/evaluations/{id}").json()
    assert told["decisions"][0]["parties"][0]["fine"] == 15000


def test_what_is_only_allowed_is_not_written_into_a_decision_beforehand(door: Door) -> None:
    us = Visitor(door)
    id = us.saved("wsl-097-7", v1__f__uncertified_workers__value="1", v1__f__overdue__value="true")
    us.get(f"/cases/{id}")
    told = door.nobody().get(f"/v1/evaluations/{id}").json()["result"]
    own = [each for each in told["outcomes"] if each["party"]["id"] == told["totals"][0]["party"]]
    owed = [m["says"] for each in own for m in each["measures"] if m["obligation"] != "may"]
    sent = Fields(us.page, f"/cases/{id}/decision#decisions").sent
    assert sent["party0.measures"].split("\n") == list(dict.fromkeys(owed))


def test_the_suggestion_shown_is_the_one_that_asks_for_a_reason(door: Door) -> None:
    # One act breaks two norms: the lighter fine is absorbed, and the suggestion is of the other.
    both = [
        {"id": f"v{n}", "act": "a1", "item": item, "facts": facts}
        for n, (item, facts) in enumerate(
            (
                ("wsl-097-7", {"uncertified_workers": 1, "overdue": False}),
                ("wsl-099-1", {"places_without_signs": 1, "overdue": False}),
            )
        )
    ]
    case = {"case": {"parties": [{"id": "plant", "kind": "unit"}], "violations": both}}
    id = door.nobody().record(case)["id"]
    told = door.nobody().get(f"/v1/evaluations/{id}").json()["result"]
    own = [each["fine"] for each in told["outcomes"] if each["party"]["id"] == "plant"]
    assert sorted(each["state"] for each in own) == ["absorbed", "imposed"]
    suggested = next(each["suggested"] for each in own if each["state"] == "imposed")
    page = Visitor(door).get(f"/cases/{id}").text
    assert f"；建议 {suggested:,}元" in page


def test_a_review_that_sends_back_tells_the_officer_what_to_do(door: Door) -> None:
    officer, reviewer = somebody(door, "officer"), somebody(door, "reviewer")
    id = officer.saved(**FACTS)
    sent = {f"{each}__ok": "yes" for each in POINTS}
    step(reviewer, id, "review", **{**sent, "verdict": "return", "note": "补证"})
    words = "结论是退回"
    assert words in officer.get(f"/cases/{id}").text
    assert words not in reviewer.get(f"/cases/{id}").text
    step(reviewer, id, "review", **sent, verdict="agree")
    assert words not in officer.get(f"/cases/{id}").text


def test_a_reviewer_sees_what_was_stated_with_its_evidence_and_no_names(door: Door) -> None:
    officer = somebody(door, "officer")
    id = officer.saved(
        **FACTS, p1__called="赵望山", v1__f__overdue__evidence="赵望山签名的复查意见书"
    )
    for us, who in ((officer, "赵望山"), (somebody(door, "reviewer"), "〔当事人1〕")):
        page = us.get(f"/cases/{id}").text
        table = re.sub("<[^>]*>", " ", page[page.index('id="stated"') :].partition("</table>")[0])
        assert f"{who}签名的复查意见书" in table
        assert "〔〔" not in page
        assert "无证上岗的特种作业人员" in table and "1人次" in table and "证据待补" in table


def test_the_list_says_how_far_each_record_is(door: Door) -> None:
    us = Visitor(door)
    one, other = us.saved(**FACTS), us.saved(**FACTS)
    step(us, one, "decision", **DECIDED, party0__fine="15000")
    step(us, other, "review", **{f"{each}__ok": "yes" for each in POINTS}, verdict="agree")
    rows = us.get("/cases").text.partition("<tbody>")[2].split("</tr>")
    said = {id: next(row for row in rows if id in row) for id in (one, other)}
    assert "已登记决定" in said[one] and "未审核" in said[one]
    assert "未登记决定" in said[other] and "已审核" in said[other]


def test_a_form_sent_again_with_other_content_says_that_it_was_recorded(door: Door) -> None:
    us = Visitor(door)
    id = us.saved(**FACTS)
    us.get(f"/cases/{id}")
    form, to = f"/cases/{id}/decision#decisions", f"/cases/{id}/decision"
    assert us.send(form, to, **DECIDED, party0__fine="15000").status_code == 303
    answer = us.send(form, to, **DECIDED, party0__fine="12000", reason="复核")
    assert answer.status_code == 409
    assert "这张表已经提交过" in answer.text and "Idempotency" not in answer.text


def test_what_was_typed_is_sent_again_after_signing_in_once_more(door: Door) -> None:
    secret = str(door.somebody("officer").secret)
    us = Visitor(door).signed_in(secret)
    id = us.saved(**FACTS)
    us.get(f"/cases/{id}")
    form = f"/cases/{id}/decision"
    fields = {**Fields(us.page, f"{form}#decisions").sent, "party0.fine": "15000"}
    fields |= {name.replace("__", "."): value for name, value in DECIDED.items()}
    grow_old(us, door, IDLE + 1)
    answer = us.client.post(form, data=fields)
    assert answer.status_code == 401
    assert "还在这个窗口里" in answer.text and 'href="/sign-in"' in answer.text
    us.signed_in(secret)
    assert us.client.post(form, data=fields).status_code == 303


# Looking up --------------------------------------------------------------------------------


def test_a_list_of_one_item_goes_back_to_the_newest_of_that_item(door: Door) -> None:
    us = Visitor(door)
    for _ in range(21):
        id = us.saved(**FACTS)
    page = us.get(f"/cases?item=wsl-097-7&after={id}").text
    assert 'href="/cases?status=&amp;item=wsl-097-7"' in page
    assert "没有符合条件的记录" in us.get("/cases?status=no_rule").text


def test_nothing_to_match_nothing_to_export_and_no_such_law_are_said(door: Door) -> None:
    us = Visitor(door)
    us.get("/match")
    assert "还没有填写事实" in us.send("/match", do="match").text
    answer = us.get("/reviews/export?from=2026-02-30")
    assert answer.status_code == 422 and "不是日历上的日子" in answer.text
    answer = us.get("/catalogue?law=nothing", Accept="text/html")
    assert answer.status_code == 404 and "没有这部法律" in answer.text


def test_what_is_on_record_does_not_speak_of_a_form_that_is_not_there(door: Door) -> None:
    us = Visitor(door)
    id = us.saved(**FACTS)
    assert "请打开更正，勾选“只用已核实的规则”" in us.get(f"/cases/{id}").text
    assert "请勾选“只用已核实的规则”" in us.case(**FACTS).text


def test_without_a_party_there_is_nothing_to_decide(door: Door) -> None:
    us = Visitor(door)
    id = us.saved(v1__dates__acted_on="2015-03-02", c__dates__decided_on="2026-04-20")
    page = us.get(f"/cases/{id}").text
    assert "没有可以适用的规则" in page
    assert "不能登记决定" in page
    assert 'name="decided_on"' not in page


def test_a_decision_is_asked_for_beside_its_range_in_words(door: Door) -> None:
    us = Visitor(door)
    id = us.saved("wsl-095-1")
    page = us.get(f"/cases/{id}").text
    assert "结果：罚款数额未定" in page
    assert "至 —" not in page


def test_a_correction_cannot_replace_what_another_office_recorded(door: Door) -> None:
    theirs = somebody(door, "officer", "裕安").saved(**FACTS)
    ours = somebody(door, "officer", "叶集")
    ours.get("/case?item=wsl-097-7")
    answer = ours.send("case", "/cases", **FACTS, replaces=theirs)
    assert answer.status_code == 404
    assert ours.get(f"/case?from={theirs}").status_code == 404


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "DELETE", "TRACE"])
def test_other_methods_are_refused_as_pages(door: Door, method: str) -> None:
    answer = Visitor(door).client.request(method, "/cases", headers={"Accept": "text/html"})
    assert answer.status_code == 405
    assert answer.headers["content-security-policy"] == POLICY


def test_a_party_without_a_name_is_not_called_by_a_code(door: Door) -> None:
    us = Visitor(door)
    us.case(**FACTS)
    draft = us.page.partition("说理草稿")[2].partition("</details>")[0]
    assert "经查，当事人1（生产经营单位）" in draft


def test_what_else_the_law_allows_is_named(door: Door) -> None:
    case = {
        "item": "wsl-114-1-2",
        "facts": {
            "deaths": 3,
            "serious_injuries": 0,
            "direct_loss": 0,
            "especially_serious": True,
            "especially_vile": True,
            "extreme_circumstances": 1,
        },
    }
    id = door.nobody().record(case)["id"]
    page = Visitor(door).get(f"/cases/{id}").text
    assert "不采用加倍的规定" in page
    assert "wsl-114-1-2/unit" not in re.sub("<code>.*?</code>", "", page)
