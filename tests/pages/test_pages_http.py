"""Pages as a server answers them: sign-in, tokens, policy, offices, masking, hostile words."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from databases import EMBEDDED_UNLESS_LONG
from http_door import OFFICERS, Door, opened
from visitor import Fields, Visitor, somebody

from api.http.sessions import COOKIE, IDLE, RENEW, WHOLE, Sessions
from api.pages.frame import POLICY
from api.store import PROGRAM

FACTS: dict[str, Any] = {
    "v1__f__uncertified_workers__value": "1",
    "v1__f__overdue__value": "false",
    "p1__called": "望山机械厂",
}
PAGES = (
    "/",
    "/?q=特种作业",
    "/match",
    "/case",
    "/case?item=wsl-097-7",
    "/cases",
    "/catalogue",
    "/check",
)
WORKERS = "v1__f__uncertified_workers__"
SCRIPT = "%3Cscript%3Ealert(1)%3C/script%3E"
HOSTILE = "<script>alert(1)</script>\"'&\u202e倒过来\u0007" + "长" * 10_000


def text_of(page: str) -> str:
    """What a reader sees of a page."""
    return html.unescape(re.sub("<[^>]*>", "", page))


# Signing in --------------------------------------------------------------------------------


def test_without_keys_this_machine_needs_no_sign_in(door: Door) -> None:
    us = Visitor(door)
    for path in (*PAGES, "/items/wsl-097-7"):
        assert us.get(path).status_code == 200, path
    assert us.get("/sign-in").headers["location"] == "/"


@pytest.mark.parametrize(
    "headers", [{"Host": "rebound.example"}, {"X-Forwarded-For": "10.1.2.3"}], ids=["name", "proxy"]
)
def test_without_keys_nothing_from_outside_is_shown(door: Door, headers: dict[str, str]) -> None:
    answer = Visitor(door).get("/cases", **headers)
    assert answer.status_code == 401
    assert "liangfa keys add" in answer.text


def test_with_keys_every_page_asks_to_sign_in_and_then_goes_on(door: Door) -> None:
    secret = door.somebody("officer").secret
    us = Visitor(door)
    for path in (*PAGES, "/items/wsl-097-7", f"/cases/{'0' * 26}"):
        answer = us.get(path)
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/sign-in?next=%2F"), path
    us.get("/sign-in?next=/cases%3Fstatus%3Dopen")
    answer = us.send("/sign-in", key=secret)
    assert answer.headers["location"] == "/cases?status=open"
    assert us.get("/cases?status=open").status_code == 200


@pytest.mark.parametrize("where", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_signing_in_never_leads_elsewhere(door: Door, where: str) -> None:
    secret = door.somebody("officer").secret
    us = Visitor(door)
    us.client.get("/sign-in", params={"next": where})
    us.page = us.client.get("/sign-in", params={"next": where}).text
    assert us.send("/sign-in", key=secret).headers["location"] == "/"


def test_a_wrong_key_opens_nothing_and_the_page_says_what_to_do(door: Door) -> None:
    door.somebody("officer")
    us = Visitor(door)
    us.get("/sign-in")
    answer = us.send("/sign-in", key="lf_x_y")
    assert answer.status_code == 401
    assert "密钥不对" in answer.text
    assert us.get("/cases").status_code == 303
    assert "lf_x_y" not in door.lines.getvalue()


def test_guessing_keys_is_slowed_down_on_pages_too(tmp_path: Path, database_url: str) -> None:
    with opened(tmp_path, database_url=database_url, rate_per_minute=3) as door:
        door.somebody("officer")
        us = Visitor(door)
        us.get("/sign-in")
        told = [
            us.client.post("/sign-in", data={**Fields(us.page, "/sign-in").sent, "key": "lf_x_y"})
            for _ in range(5)
        ]
        assert [each.status_code for each in told] == [401, 401, 401, 429, 429]
        assert told[-1].headers["content-type"].startswith("text/html")
        assert "retry-after" in told[-1].headers


def test_the_cookie_is_closed_to_scripts_and_other_sites(door: Door) -> None:
    door.somebody("officer")
    answer = Visitor(door).client.get("/sign-in")
    cookie = answer.headers["set-cookie"].lower()
    for part in ("httponly", "samesite=strict", "path=/"):
        assert part in cookie
    assert "secure" not in cookie
    over_tls = Visitor(door).client.get("https://127.0.0.1/sign-in")
    assert "secure" in over_tls.headers["set-cookie"].lower()


def test_a_cookie_opens_no_address_of_the_api(door: Door) -> None:
    officer = somebody(door, "officer")
    assert officer.get("/cases").status_code == 200
    for method, path in (("GET", "/v1/evaluations"), ("POST", "/v1/evaluations")):
        answer = officer.client.request(method, path, json={"facts": {}})
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"


def test_signing_in_makes_a_session_nobody_knew_before(door: Door) -> None:
    secret = door.somebody("officer").secret
    us = Visitor(door)
    us.get("/sign-in")
    before = us.client.cookies[COOKIE]
    us.send("/sign-in", key=secret)
    assert us.client.cookies[COOKIE].split(".")[3] != before.split(".")[3]


def test_signing_out_ends_it_in_this_browser(door: Door) -> None:
    officer = somebody(door, "officer")
    officer.get("/cases")
    assert officer.send("/sign-out").headers["location"] == "/sign-in"
    assert officer.get("/cases").status_code == 303


def test_a_revoked_key_ends_its_sessions_at_once(door: Door) -> None:
    caller = door.somebody("officer")
    us = Visitor(door).signed_in(str(caller.secret))
    assert us.get("/cases").status_code == 200
    door.store.revoke_key(caller.key, PROGRAM)
    assert us.get("/cases").status_code == 303


def test_a_session_ends_when_idle_and_at_last_in_any_case() -> None:
    sessions = Sessions(b"k" * 32)
    session = sessions.begin("key", 1000)
    assert sessions.read(sessions.cookie(session)) == session
    assert not sessions.over(session, 1000 + IDLE)
    assert sessions.over(session, 1001 + IDLE)
    assert sessions.renewed(session, 1000 + RENEW) is None
    assert sessions.renewed(session, 1001 + IDLE) is None
    now = 1000
    while not sessions.over(session, now):
        session = sessions.renewed(session, now) or session
        now += IDLE
    assert now - 1000 > WHOLE >= now - 1000 - IDLE


def test_a_cookie_changed_anywhere_is_none() -> None:
    sessions = Sessions(b"k" * 32)
    cookie = sessions.cookie(sessions.begin("key", 1000))
    for place in range(len(cookie)):
        for other in "0.x":
            if cookie[place] != other:
                assert sessions.read(cookie[:place] + other + cookie[place + 1 :]) is None
    assert Sessions(b"o" * 32).read(cookie) is None
    for nonsense in ("", ".", "....", "é", "x" * 1000, "a.b.c.d.e"):
        assert sessions.read(nonsense) is None


def grow_old(us: Visitor, door: Door, seconds: int) -> None:
    """Make the session of a browser one that was last used so long ago."""
    sessions: Sessions = door.app.state.sessions
    session = sessions.read(us.client.cookies[COOKIE])
    assert session is not None
    old = replace(session, began=session.began - seconds, used=session.used - seconds)
    us.client.cookies.delete(COOKIE)
    us.client.cookies.set(COOKIE, sessions.cookie(old), domain="127.0.0.1", path="/")


def test_what_was_filled_in_outlives_a_session(door: Door) -> None:
    mine, other = (str(door.somebody("officer").secret) for _ in range(2))
    us = Visitor(door).signed_in(mine)
    us.get("/case?item=wsl-097-7")
    form = Fields(us.page, "case").sent
    grow_old(us, door, IDLE + 1)
    assert us.get("/cases").status_code == 303
    answer = us.client.post("/case", data=form, headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert "填写的内容还在" in answer.text
    us.signed_in(mine)
    assert us.client.post("/case", data=form).status_code == 200
    grow_old(us, door, IDLE + 1)
    us.signed_in(other)
    assert us.client.post("/case", data=form).status_code == 403


def test_a_session_in_use_is_renewed(door: Door) -> None:
    us = somebody(door, "officer")
    assert "set-cookie" not in us.get("/cases").headers
    grow_old(us, door, RENEW + 1)
    assert "set-cookie" in us.get("/cases").headers
    grow_old(us, door, WHOLE + 1)
    assert us.get("/cases").status_code == 303


def test_a_link_from_another_site_does_not_sign_anybody_out(door: Door) -> None:
    officer = somebody(door, "officer")
    stranger = Visitor(door)  # the browser sends no cookie with such a request
    answer = stranger.get("/cases", **{"Sec-Fetch-Site": "cross-site"})
    assert "set-cookie" not in answer.headers
    assert 'http-equiv="refresh"' in answer.text
    assert officer.get("/cases").status_code == 200


# Tokens ------------------------------------------------------------------------------------

POSTS = (
    "/sign-in",
    "/sign-out",
    "/match",
    "/case",
    "/cases",
    f"/cases/{'0' * 26}/decision",
    f"/cases/{'0' * 26}/review",
)


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("keyed", [False, True], ids=["loopback", "signed-in"])
def test_no_form_is_taken_without_its_token(door: Door, path: str, keyed: bool) -> None:
    us = somebody(door, "officer") if keyed else Visitor(door)
    us.get("/case")
    theirs = Visitor(door)
    theirs.get("/sign-in" if keyed else "/case")
    stolen = Fields(theirs.page, "/sign-in" if keyed else "case").sent["csrf"]
    for token in ({}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": stolen}, {"csrf": "é"}):
        answer = us.client.post(path, data={"v1.id": "v1", **token})
        assert answer.status_code == 403, (path, token)
        assert answer.headers["content-type"].startswith("text/html")


def test_a_form_from_another_site_is_refused_even_with_a_token(door: Door) -> None:
    us = Visitor(door)
    us.get("/case?item=wsl-097-7")
    fields = Fields(us.page, "case").sent
    for headers, status in (
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        # Behind a proxy with TLS the host may be another; the browser says where it comes from.
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://liangfa.example"}, 200),
    ):
        answer = us.client.post("/case", data=fields, headers=headers)
        assert answer.status_code == status, headers


def test_the_token_may_come_as_a_header_as_htmx_sends_it(door: Door) -> None:
    us = Visitor(door)
    us.get("/case?item=wsl-097-7")
    fields = Fields(us.page, "case").sent
    token = fields.pop("csrf")
    headers = {"X-CSRF-Token": token, "HX-Request": "true"}
    answer = us.client.post("/case", data=fields, headers=headers)
    assert answer.status_code == 200
    assert answer.text.strip().startswith('<div id="work"')


# What every page carries -------------------------------------------------------------------


def test_every_page_forbids_what_it_does_not_need(door: Door) -> None:
    us = Visitor(door)
    id = us.saved(**FACTS)
    for path in (*PAGES, "/items/wsl-097-7", f"/cases/{id}", f"/cases/{id}/document", "/nowhere"):
        answer = us.get(path, Accept="text/html")
        assert answer.headers["content-security-policy"] == POLICY, path
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"
        if answer.headers["content-type"].startswith("text/html") and "document" not in path:
            inline = re.findall(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=", answer.text)
            assert inline == [], path
            assert re.findall(r'(?:src|href|action)="(?:https?:)?//', answer.text) == []


@EMBEDDED_UNLESS_LONG
def test_what_a_page_loads_is_served_here_and_kept(door: Door) -> None:
    us = Visitor(door)
    us.get("/")
    loaded = re.findall(r'(?:src|href)="(/static/[^"]*)"', us.page)
    assert len(loaded) == 3
    for path in loaded:
        answer = us.client.get(path)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    assert us.client.get("/static/nothing.js").status_code == 404
    assert us.client.get("/static/..%2Fsettings.py").status_code == 404


@EMBEDDED_UNLESS_LONG
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/items/nothing", 404),
        ("/items/BAD%20ID", 404),
        ("/case?item=nothing", 404),
        ("/case?rule_set=nothing", 404),
        (f"/cases/{'0' * 26}", 404),
        ("/cases/x", 404),
        ("/cases?after=x", 422),
        ("/catalogue?on=2026-02-30", 422),
    ],
)
def test_errors_are_pages(door: Door, path: str, status: int) -> None:
    answer = Visitor(door).get(path, Accept="text/html,*/*")
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert 'lang="zh-CN"' in answer.text
    assert "Traceback" not in answer.text


def test_an_error_nobody_expected_is_a_page_without_a_trace(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("望山机械厂")

    monkeypatch.setattr(door.store, "evaluations", broken)
    answer = Visitor(door).get("/cases")
    assert answer.status_code == 500
    assert answer.headers["content-type"].startswith("text/html")
    assert "没有给出任何结果" in answer.text
    assert "望山机械厂" not in answer.text + door.lines.getvalue()


def test_too_large_a_form_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path, max_body=2000) as door:
        us = Visitor(door)
        us.get("/case?item=wsl-097-7")
        assert us.send("case", "/case", p1__called="长" * 3000).status_code == 413


# A case ------------------------------------------------------------------------------------


@EMBEDDED_UNLESS_LONG
def test_the_form_asks_only_what_still_matters_and_says_the_range(door: Door) -> None:
    us = Visitor(door)
    us.get("/case?item=wsl-097-7")
    assert "还有 2 项事实要查明" in us.page
    us.send("case", "/case", **{**FACTS, "v1__f__uncertified_workers__value": None})
    assert "还有 1 项事实要查明" in us.page
    us.send("case", "/case", v1__f__uncertified_workers__value="1")
    assert "各当事人的结果都已确定" in us.page
    assert "罚款 30,000元以下" in us.page
    assert "能影响结果的都已回答" in us.page


def test_not_known_yet_is_an_answer_that_is_asked_again_last(door: Door) -> None:
    us = Visitor(door)
    us.case(v1__f__overdue__value="unknown")
    page = text_of(us.page)
    assert (
        page.index("特种作业人员有多少人次")
        < page.index("暂不清楚的 1")
        < page.index("是否仍未改正")
    )
    id = us.saved(v1__f__overdue__value="unknown")
    assert door.nobody().get(f"/v1/evaluations/{id}").json()["case"]["case"]["violations"][0][
        "facts"
    ] == {"overdue": None}


@EMBEDDED_UNLESS_LONG
@pytest.mark.parametrize("written", ["1", "１", " 1 ", "1.0"])
def test_a_number_is_read_as_people_write_it(door: Door, written: str) -> None:
    us = Visitor(door)
    us.case(v1__f__overdue__value="false", v1__f__uncertified_workers__value=written)
    assert "罚款 30,000元以下" in us.page


@EMBEDDED_UNLESS_LONG
def test_a_number_may_be_known_within_bounds(door: Door) -> None:
    us = Visitor(door)
    us.case(
        v1__f__overdue__value="false",
        v1__f__uncertified_workers__from="2",
        v1__f__uncertified_workers__to="3",
    )
    assert "罚款 30,000元至70,000元" in us.page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"v1__f__uncertified_workers__value": "三"}, "只填阿拉伯数字"),
        ({"v1__f__uncertified_workers__value": "-1"}, "不能小于"),
        ({"v1__f__uncertified_workers__value": "1.5"}, "无证上岗的特种作业人员"),
        ({"v1__f__uncertified_workers__value": "9" * 30}, "数太长"),
        ({WORKERS + "value": "", WORKERS + "from": "4", WORKERS + "to": "2"}, "范围写反了"),
        ({WORKERS + "from": "4"}, "只留一种"),
        ({WORKERS + "unknown": "1"}, "只留一种"),
        ({"v1__dates__acted_on": "2026-02-30"}, "不是日历上的日子"),
        ({"c__dates__decided_on": "2026-03-01", "v1__dates__acted_on": "2026-03-02"}, "早于"),
        ({"authority__region": "abc"}, "行政区划代码不能写"),
        ({"p1__notified": "很多"}, "只填阿拉伯数字"),
        ({"p1__as": "nobody"}, "没有“nobody”这种当事人"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_no_figure_given(
    door: Door, changed: dict[str, str], words: str
) -> None:
    us = Visitor(door)
    answer = us.case(**{**FACTS, **changed})
    assert answer.status_code == 200
    assert words in text_of(answer.text)
    assert "处要改正，改正以前不给结果" in text_of(answer.text)
    assert "罚款 30,000元以下" not in answer.text
    assert us.send("case", "/cases").status_code == 422
    assert door.nobody().get("/v1/evaluations").json()["evaluations"] == []


def test_saving_twice_by_a_double_click_records_once(door: Door) -> None:
    us = Visitor(door)
    us.case(**FACTS)
    places = {us.send("case", "/cases").headers["location"] for _ in range(2)}
    assert len(places) == 1
    assert len(door.nobody().get("/v1/evaluations").json()["evaluations"]) == 1


def test_a_saved_case_is_reopened_as_it_was_and_a_correction_replaces_it(door: Door) -> None:
    us = Visitor(door)
    id = us.saved(
        **FACTS,
        case_id="叶应急立案〔2026〕12号",
        v1__dates__acted_on="2026-03-02",
        v1__f__overdue__evidence="复查记录",
        c__dates__found_on="2026-03-05",
        p1__identifier="91340000TESTPLANT1",
        p1__notified="20000.50",
    )
    before = door.nobody().get(f"/v1/evaluations/{id}").json()
    us.get(f"/case?from={id}")
    answer = us.send("case", "/cases")
    again = (
        door.nobody().get(f"/v1{answer.headers['location'].replace('cases', 'evaluations')}").json()
    )
    assert again["replaces"] == id
    assert again["case"] == before["case"]
    assert again["result"] == before["result"]
    assert "更正了" in us.get("/cases").text


FULL = {
    "case": {
        "id": "某案",
        "authority": {"region": "341504", "level": "county", "organ": "emergency-management"},
        "dates": {"acted_on": "2026-03-02", "continuing": False, "decided_on": "2026-04-20"},
        "facts": {},
        "notified": {"boss": 30000},
        "parties": [
            {"id": "plant", "kind": "unit", "name": "望山厂", "identifier": "X1"},
            {"id": "boss", "kind": "person", "roles": ["principal", "responsible"], "name": "赵"},
        ],
        "violations": [
            {"id": "one", "act": "a1", "item": "wsl-097-7", "parties": ["plant", "boss"],
             "facts": {"uncertified_workers": {"from": 1, "to": 4, "evidence": "笔录"},
                       "overdue": True}},
            {"id": "two", "act": "a2", "item": "wsl-097-6", "dates": {"acted_on": "2026-03-03"}},
        ],
    }
}  # fmt: skip


def test_a_case_recorded_through_the_api_goes_through_the_form_unharmed(door: Door) -> None:
    us = Visitor(door)
    id = door.nobody().record(FULL)["id"]
    us.get(f"/case?from={id}")
    where = us.send("case", "/cases").headers["location"].rpartition("/")[2]
    one, other = (door.nobody().get(f"/v1/evaluations/{each}").json() for each in (id, where))
    for key in ("outcomes", "totals", "missing", "procedures", "draft"):
        assert one["result"][key] == other["result"][key], key


@EMBEDDED_UNLESS_LONG
def test_several_violations_and_parties_keep_their_order(door: Door) -> None:
    us = Visitor(door)
    us.case(**FACTS)
    us.send("case", "/case", do="seek", sought="应急预案")
    assert "加入" in us.page
    us.send("case", "/case", do="add_item:wsl-097-6")
    us.send("case", "/case", do="add_party:person", v2__act="a2", v1__act="a1")
    told = text_of(us.page)
    assert told.index("违法行为1：特种作业人员") < told.index("违法行为2：")
    assert "当事人2" in told
    us.send("case", "/case", do="drop:v1")
    assert "违法行为1" not in text_of(us.page)
    us.send("case", "/case", do="drop:v2")
    assert Fields(us.page, "case").sent["v2.item"] == "wsl-097-6"


@EMBEDDED_UNLESS_LONG
def test_an_item_is_found_by_plain_words_law_and_article(door: Door) -> None:
    us = Visitor(door)
    assert "wsl-097-7" in us.get("/?q=特种作业无证上岗").text
    only = re.findall('href="/case\\?item=([a-z0-9-]*)"', us.get("/?law=wsl&article=97").text)
    assert only and {each[:7] for each in only} == {"wsl-097"}
    same = re.findall(
        'href="/case\\?item=([a-z0-9-]*)"', us.get("/?law=wsl&article=第九十七条").text
    )
    assert same == only
    assert "没有找到" in us.get("/?q=zzzz").text


@EMBEDDED_UNLESS_LONG
def test_facts_alone_find_the_item_and_go_on_to_the_case(door: Door) -> None:
    us = Visitor(door)
    us.get("/match?q=特种作业")
    us.send("/match", v1__f__uncertified_workers__value="2")
    assert "构成要件齐备" in us.page
    us.send("/match", "/case", do="take:wsl-097-7")
    sent = Fields(us.page, "case").sent
    assert (sent["v1.item"], sent["v1.f.uncertified_workers.value"]) == ("wsl-097-7", "2")


# Decisions, reviews, documents -------------------------------------------------------------

DECISION = {
    "decided_on": "2026-04-20",
    "party0__fine": "15000",
    "officer0__name": OFFICERS[0]["name"],
    "officer0__certificate": OFFICERS[0]["certificate"],
    "officer1__name": OFFICERS[1]["name"],
    "officer1__certificate": OFFICERS[1]["certificate"],
}


def test_a_decision_is_recorded_and_a_faulty_one_shown_again(door: Door) -> None:
    us = Visitor(door)
    id = us.saved(**FACTS)
    us.get(f"/cases/{id}")
    form = f"/cases/{id}/decision#decisions"
    to = f"/cases/{id}/decision"
    answer = us.send(
        form, to, **{**DECISION, "officer1__certificate": "AH0117A", "party0__fine": "99,999"}
    )
    assert answer.status_code == 422
    assert "必须写明理由" in answer.text
    assert "执法证号与前一名执法人员相同" in answer.text
    assert Fields(answer.text, form).sent["party0.fine"] == "99,999"
    assert (
        us.send(
            form, to, **{**DECISION, "officer1__name": "", "officer1__certificate": ""}
        ).status_code
        == 422
    )
    assert "两名以上执法人员" in us.page
    assert us.send(form, to, **DECISION).status_code == 303
    told = door.nobody().get(f"/v1/evaluations/{id}").json()
    assert [each["fine"] for each in told["decisions"][0]["parties"]] == [15000, None]
    assert told["decisions"][0]["officers"] == OFFICERS
    assert "罚款 15,000元" in us.get(f"/cases/{id}").text


def test_the_number_of_the_document_is_recorded_with_a_decision(door: Door) -> None:
    us = Visitor(door)
    id = us.saved(**FACTS)
    us.get(f"/cases/{id}")
    form, to = f"/cases/{id}/decision#decisions", f"/cases/{id}/decision"
    answer = us.send(form, to, **DECISION, party0__number="长" * 61)
    assert answer.status_code == 422 and 'aria-describedby="party0.number-fault"' in answer.text
    assert Fields(answer.text, form).sent["party0.number"] == "长" * 61
    assert us.send(form, to, **DECISION, party0__number="叶应急罚〔2026〕12号").status_code == 303
    parties = door.nobody().get(f"/v1/evaluations/{id}").json()["decisions"][0]["parties"]
    assert [each["number"] for each in parties] == ["叶应急罚〔2026〕12号", None]
    assert "叶应急罚〔2026〕12号" in us.get(f"/cases/{id}").text


def test_earlier_decisions_on_the_same_party_are_offered_to_its_office(door: Door) -> None:
    us, others = somebody(door, "officer"), somebody(door, "officer", "elsewhere")
    known = {**FACTS, "p1__identifier": "91340000TESTPLANT1"}
    id = us.saved(**known)
    us.get(f"/cases/{id}")
    us.send(f"/cases/{id}/decision#decisions", f"/cases/{id}/decision", **DECISION)
    us.case(**known)
    assert "同一当事人以前的决定" in us.page
    assert f'href="/cases/{id}"' in us.page
    others.case(**known)
    assert "同一当事人以前的决定" not in others.page


def test_a_review_is_recorded_with_its_points(door: Door) -> None:
    id = somebody(door, "officer").saved(**FACTS)
    us = somebody(door, "reviewer")
    us.get(f"/cases/{id}")
    form, to = f"/cases/{id}/review#reviews", f"/cases/{id}/review"
    points = ("subject", "jurisdiction", "facts", "evidence", "law", "discretion", "procedure")
    good = {f"{each}__ok": "yes" for each in points}
    bad = {**good, "evidence__ok": "no", "verdict": "agree"}
    answer = us.send(form, to, **bad)
    assert answer.status_code == 422
    assert "不合格的一项要写明问题" in answer.text
    assert us.send(form, to, **{**good, "verdict": "agree"}).status_code == 303
    told = door.somebody("reviewer").get(f"/v1/evaluations/{id}").json()
    assert told["reviews"][0]["verdict"] == "agree"


@pytest.mark.parametrize("format", ["html", "md"])
def test_the_document_is_a_download(door: Door, format: str) -> None:
    us = Visitor(door)
    id = us.saved(**FACTS)
    answer = us.get(f"/cases/{id}/document?format={format}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "望山机械厂" in answer.text
    assert us.get(f"/cases/{id}/document?format=exe").status_code == 404


def test_the_document_comes_in_every_format_that_is_offered(door: Door) -> None:
    us = Visitor(door)
    id = us.saved(**FACTS)
    offered = re.findall(f'href="(/cases/{id}/document[^"]*)"', us.get(f"/cases/{id}").text)
    assert len(offered) >= 2
    for each in offered:
        assert us.get(each).status_code == 200, each


# Who sees what -----------------------------------------------------------------------------


def test_another_offices_record_is_not_found(door: Door) -> None:
    ours, theirs = somebody(door, "officer"), somebody(door, "officer", "elsewhere")
    id = ours.saved(**FACTS)
    for path in (f"/cases/{id}", f"/cases/{id}/document", f"/case?from={id}"):
        assert ours.get(path).status_code == 200, path
        assert theirs.get(path).status_code == 404, path
        assert "望山机械厂" not in theirs.page
    assert "望山机械厂" in ours.get("/cases").text
    assert "望山机械厂" not in theirs.get("/cases").text
    theirs.get("/case?item=wsl-097-7")
    answer = theirs.send("case", "/cases", **FACTS, replaces=id)
    assert answer.status_code == 404


@pytest.mark.parametrize("role", ["reviewer", "maintainer"])
def test_other_roles_see_records_without_names(door: Door, role: str) -> None:
    id = somebody(door, "officer").saved(
        **{**FACTS, "p1__called": "赵望山", "p1__identifier": "91340000TESTPLANT1"}
    )
    us = somebody(door, role, "elsewhere")
    for path in ("/cases", f"/cases/{id}", f"/cases/{id}/document"):
        answer = us.get(path)
        assert answer.status_code == 200, path
        assert "赵望山" not in answer.text
        assert "91340000TESTPLANT1" not in answer.text
    assert "已遮盖" in us.get(f"/cases/{id}").text
    assert us.get(f"/case?from={id}").status_code == 403


def test_each_role_is_offered_and_may_do_what_is_its_own(door: Door) -> None:
    id = somebody(door, "officer").saved(**FACTS)
    for role, decides, reviews in (
        ("officer", True, False),
        ("reviewer", False, True),
        ("maintainer", False, False),
    ):
        us = somebody(door, role)
        us.get(f"/cases/{id}")
        assert ("登记决定" in us.page) is decides
        assert ("填写审核表" in us.page) is reviews
        token = Fields(us.page, "/sign-out").sent["csrf"]
        for what, may in (("decision", decides), ("review", reviews)):
            answer = us.client.post(f"/cases/{id}/{what}", data={"csrf": token})
            assert answer.status_code == (422 if may else 403), (role, what)
        us.get("/case?item=wsl-097-7")
        assert us.send("case", "/case", **FACTS).status_code == 200
        assert us.send("case", "/cases").status_code == (303 if role == "officer" else 403)


# Hostile words -----------------------------------------------------------------------------


def test_hostile_words_are_shown_as_text_wherever_they_go(door: Door) -> None:
    us = Visitor(door)
    id = us.saved(
        **{
            **FACTS,
            "p1__called": HOSTILE,
            "case_id": HOSTILE[:150],
            "v1__f__overdue__evidence": HOSTILE,
        }
    )
    us.get(f"/cases/{id}")
    us.send(
        f"/cases/{id}/decision#decisions",
        f"/cases/{id}/decision",
        **{**DECISION, "reason": HOSTILE[:1500], "party0__measures": HOSTILE[:150]},
    )
    pages = [
        us.get(path).text
        for path in (f"/cases/{id}", f"/case?from={id}", "/cases", f"/cases/{id}/document",
                     f"/?q={SCRIPT}", f"/match?q={SCRIPT}")
    ]  # fmt: skip
    for page in pages:
        assert "<script>alert" not in page
        assert "alert(1)" in page
    for page in (pages[0], pages[2]):
        assert "\u202e" not in re.sub('<textarea.*?</textarea>|value="[^"]*"', "", page, flags=re.S)
        assert '<bdi class="said">' in page
    assert "长" * 10_000 in pages[0]


@EMBEDDED_UNLESS_LONG
def test_what_came_before_and_after_an_item_is_shown(door: Door) -> None:
    us = Visitor(door)
    rules = door.app.state.services.rules.engine(None, None, False).rule_set
    later, earlier = next(
        (id, each)
        for id, editions in rules.items.items()
        for each in editions[-1].succeeds
        if each in rules.items
    )
    assert f'href="/items/{later}"' in us.get(f"/items/{earlier}").text
    assert f'href="/items/{earlier}"' in us.get(f"/items/{later}").text


@EMBEDDED_UNLESS_LONG
def test_every_item_has_a_page_and_a_case(door: Door) -> None:
    us = Visitor(door)
    rules = door.app.state.services.rules.engine(None, None, False).rule_set
    for id in list(rules.items)[::9]:
        assert us.get(f"/items/{id}").status_code == 200, id
        assert us.get(f"/case?item={id}").status_code == 200, id
        assert us.send("case", "/case").status_code == 200, id


@EMBEDDED_UNLESS_LONG
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_the_catalogue_is_exported(door: Door, format: str) -> None:
    answer = Visitor(door).get(f"/catalogue?format={format}&law=wsl")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert len(answer.content) > 10_000
