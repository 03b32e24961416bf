"""The document of a record: three formats, a bureau's own form, hostile texts."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cn2an
import docx
import pytest
from databases import EMBEDDED, EMBEDDED_UNLESS_LONG
from fastapi.testclient import TestClient
from helpers import ROOT, RULES
from http_door import CASE, OFFICERS, Caller, Door, opened, problem
from intruder import Intruder
from lxml import etree
from test_http_masking import CASE as TWO_PEOPLE
from test_http_masking import HIDDEN, fill

from api.documents.checking import check, form_at, sample
from api.documents.code import same_code
from api.documents.fields import Document, element_of, fields_of, present
from api.documents.form import DEFAULT, read
from api.documents.template import built
from api.documents.wording import clean
from api.http.app import create_app
from api.serving.rule_sets import RuleSets
from api.settings import from_environment
from engine.faults import InputFault
from engine.money import capital_text

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FORMATS = ("docx", "html", "md")


@pytest.fixture
def us(door: Door) -> Caller:
    return door.somebody("officer")


def fetched(caller: Caller, id: str, format: str) -> Any:
    answer = caller.get(f"/v1/evaluations/{id}/document?format={format}")
    assert answer.status_code == 200, answer.text
    return answer


def text_of(content: bytes) -> str:
    """What a Word file says, a paragraph a line, its header and footer too; every part of it is
    sound XML."""
    lines = []
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        for name in file.namelist():
            if name.endswith((".xml", ".rels")):
                root = etree.fromstring(file.read(name))
                if re.match(r"word/(document|header|footer)", name):
                    lines += [
                        "".join(each.text or "" for each in paragraph.iter(f"{W}t"))
                        for paragraph in root.iter(f"{W}p")
                    ]
    docx.Document(io.BytesIO(content))
    return "\n".join(lines)


def said(caller: Caller, id: str, format: str) -> str:
    """The words of a document, whatever marks its format has."""
    answer = fetched(caller, id, format)
    if format == "docx":
        return text_of(answer.content)
    return str(answer.text).replace("\\", "")


def numbered(number: str, **more: Any) -> dict[str, Any]:
    """A case in full form, with a number."""
    given = {**CASE, **more}
    violation = {"id": "v1", "item": given["item"], "facts": given["facts"]}
    dates, parties = given["dates"], given["parties"]
    return {"case": {"id": number, "dates": dates, "parties": parties, "violations": [violation]}}


def decide(us: Caller, id: str, fine: float = 9000.5) -> None:
    decision = {
        "decided_on": "2026-04-20",
        "parties": [{"party": "plant", "fine": fine, "measures": ["责令限期改正"]}],
        "reason": "已全部整改",
        "officers": OFFICERS,
    }
    answer = us.post(f"/v1/evaluations/{id}/decision", decision)
    assert answer.status_code == 201, answer.text


def code_on(text: str) -> str:
    found = re.search("校验码 ([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3})", text)
    assert found is not None
    return found[1]


# What it says -----------------------------------------------------------------------------


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_says_the_same(us: Caller, format: str) -> None:
    told = us.record(
        {
            **CASE,
            "facts": {
                "uncertified_workers": {"value": 1, "evidence": "现场检查记录"},
                "overdue": False,
            },
        }
    )
    decide(us, told["id"])
    text = said(us, told["id"], format)
    for words in (
        "行政处罚裁量说明",
        "【建议稿】本结果用到了建议稿",
        "望山机械厂（生产经营单位）",
        "91340000TESTPLANT1",
        "2026-03-02",
        "无证上岗的特种作业人员",
        "1人次",
        "现场检查记录",
        "证据待补",
        "《中华人民共和国安全生产法》第三十条第一款",
        "《中华人民共和国安全生产法》第九十七条第（七）项",
        "裁量阶次A（已核实）",
        "罚款 30,000元以下",
        "人民币叁万元以下",
        "15,000元（人民币壹万伍仟元整）",
        "责令限期改正",
        "立案之日起90日",
        "综上，建议对望山机械厂（生产经营单位）作出以下处理",
        "所用裁量办法是建议稿，没有法律效力",
        "没有说明“个人的违法所得”，按“0元”处理",
        "9,000.50元（人民币玖仟元伍角整），在幅度内",
        "王一（执法证号 AH0117A）、李二（执法证号 AH0118A）",
        "已全部整改",
        told["id"],
        told["result"]["rule_set"]["digest"],
        "引擎 0.1.0",
    ):
        assert words in text, words
    assert "--published-only" not in text
    assert "尚未记录处罚决定" not in text


@EMBEDDED_UNLESS_LONG
@pytest.mark.parametrize("format", FORMATS)
def test_what_is_open_stands_at_the_top(us: Caller, format: str) -> None:
    told = us.record({**CASE, "facts": {"uncertified_workers": None, "overdue": False}})
    text = said(us, told["id"], format)
    assert text.index("【未定】结果尚未确定，还有 1 项事实要查明") < text.index("一、案件")
    assert told["result"]["missing"][0]["ask"] in text
    assert "未查明" in text
    assert "尚未记录处罚决定" in text


@EMBEDDED_UNLESS_LONG
def test_a_case_no_rule_covers_still_has_a_document(us: Caller) -> None:
    told = us.record({"facts": {"employees": 3}, "parties": [{"id": "plant", "kind": "unit"}]})
    assert told["result"]["status"] == "no_rule"
    for format in FORMATS:
        assert "没有可以适用的规则" in said(us, told["id"], format)


@EMBEDDED_UNLESS_LONG
def test_a_word_file_is_sent_as_one(us: Caller) -> None:
    id = us.record()["id"]
    answer = fetched(us, id, "docx")
    assert answer.headers["content-type"] == WORD
    name = "%E8%A3%81%E9%87%8F%E8%AF%B4%E6%98%8E"
    assert answer.headers["content-disposition"] == (
        f"attachment; filename=\"{id}.docx\"; filename*=UTF-8''{name}-{id}.docx"
    )


@EMBEDDED_UNLESS_LONG
def test_a_word_file_is_laid_out_for_chinese_on_a4(us: Caller) -> None:
    opened_ = docx.Document(io.BytesIO(fetched(us, us.record()["id"], "docx").content))
    section = opened_.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert " PAGE " in etree.tostring(section.footer._element, encoding="unicode")
    fonts = {
        style.name: style.element.rPr.rFonts.get(f"{W}eastAsia")
        for style in opened_.styles
        if style.name in ("Normal", "Title", "Heading 1")
    }
    assert fonts == {"Normal": "仿宋", "Title": "宋体", "Heading 1": "黑体"}


# The same bytes, and their code -----------------------------------------------------------


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_record_gives_the_same_bytes(us: Caller, format: str) -> None:
    id = us.record()["id"]
    once = fetched(us, id, format).content
    assert fetched(us, id, format).content == once
    if format == "docx":
        with zipfile.ZipFile(io.BytesIO(once)) as file:
            assert {each.date_time for each in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        created = us.get(f"/v1/evaluations/{id}").json()["created_at"]
        properties = docx.Document(io.BytesIO(once)).core_properties
        assert created.startswith(properties.created.isoformat()[:19])
        assert properties.modified == properties.created


def test_an_old_record_keeps_the_words_of_its_own_rules(
    door: Door, us: Caller, tmp_path: Path
) -> None:
    id = us.record()["id"]
    before = [fetched(us, id, format).content for format in FORMATS]
    changed = tmp_path / "rules"
    shutil.copytree(RULES, changed)
    item = changed / "cn" / "items" / "wsl" / "wsl-097-7.yaml"
    text = item.read_text("utf-8")
    assert "title: 特种作业人员" in text
    item.write_text(text.replace("title: 特种作业人员", "title: 月球上的特种作业人员"), "utf-8")
    app = create_app(door.settings, door.store, RuleSets(changed), log=io.StringIO())
    with TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 1)) as client:
        later = Caller(client, us.secret)
        assert "月球" in later.get("/v1/items/wsl-097-7").text
        assert [fetched(later, id, format).content for format in FORMATS] == before


def test_the_code_is_of_the_record_and_of_the_last_decision(us: Caller) -> None:
    id = us.record()["id"]
    first = {code_on(said(us, id, format)) for format in FORMATS}
    decide(us, id)
    second = {code_on(said(us, id, format)) for format in FORMATS}
    decide(us, id, 8000)
    third = code_on(said(us, id, "md"))
    assert len(first) == len(second) == 1
    assert len({*first, *second, third}) == 3
    told = us.get(f"/v1/evaluations/{id}").json()
    hashes = f"{id} {told['record']['hash']} {told['decisions'][-1]['record']['hash']}"
    letters = base64.b32encode(hashlib.sha256(hashes.encode()).digest()).decode()
    assert third.replace("-", "") == letters[:16]
    assert same_code(third, f" {third.replace('-', '').lower()} ")
    assert code_on(said(us, us.record()["id"], "md")) not in {*first, *second, third}


def audited(door: Door, *words: str) -> tuple[int, str]:
    """`liangfa audit document` with words, on the state of a door: exit code and what it says."""
    ran = subprocess.run(
        [sys.executable, "-m", "api.cli.app", "audit", "document", *words],
        env={
            **os.environ,
            "LIANGFA_STATE": str(door.settings.state_dir),
            "LIANGFA_DATABASE_URL": door.settings.database_url,
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    return ran.returncode, ran.stdout + ran.stderr


def test_a_code_is_checked_against_the_whole_log(door: Door, us: Caller) -> None:
    id = us.record()["id"]
    code = code_on(said(us, id, "docx"))
    assert audited(door, id, code) == (0, "校验码相符：文书与现存记录和最后一次处罚决定一致。\n")
    assert audited(door, id, code.lower().replace("-", " "), "--format", "json")[0] == 0
    wrong = us.record()["id"]
    assert audited(door, wrong, code)[0] == 1
    decide(us, id)
    exit_code, words = audited(door, id, code)
    assert exit_code == 1 and "又记录了处罚决定" in words
    exit_code, words = audited(door, "nobody", code)
    assert exit_code == 2 and "没有记录“nobody”" in words
    newer = code_on(said(us, id, "docx"))
    intruder = Intruder(door.settings.store_url)
    intruder.run(f"UPDATE evaluations SET actor = 'x' WHERE id = '{wrong}'")
    intruder.leave()
    exit_code, words = audited(door, id, newer)
    assert exit_code == 1 and "记录被改动" in words


# Who sees what ----------------------------------------------------------------------------


@pytest.mark.parametrize("format", FORMATS)
def test_names_are_covered_for_who_needs_none(door: Door, format: str) -> None:
    id = fill(door)
    content = fetched(door.somebody("reviewer"), id, format).content
    text = text_of(content) if format == "docx" else content.decode().replace("\\", "")
    if format == "docx":
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            content = b"".join(file.read(name) for name in file.namelist())
    assert [word for word in HIDDEN if word in text or word.encode() in content] == []
    assert "【遮盖件】" in text
    assert "〔当事人1〕（主要负责人）" in text
    assert "〔已遮盖〕" in text
    whole = said(door.somebody("officer"), id, format)
    assert [word for word in ("赵望山", "吴观海", "187,654元") if word not in whole] == []
    assert "赵望山的纳税记录" in whole
    assert "【遮盖件】" not in whole
    assert code_on(whole) == code_on(text)


@EMBEDDED_UNLESS_LONG
def test_facts_about_people_say_whose_they_are(us: Caller) -> None:
    text = said(us, us.record(TWO_PEOPLE)["id"], "md")
    assert "| 赵望山 | 上一年年收入 | 187,654元 | 赵望山的纳税记录 |" in text
    assert "| 吴观海 | 上一年年收入 | 98,765元至123,987元 | 证据待补 |" in text
    assert "| 行为二 | 死亡人数 | 1人 | 证据待补 |" in text


def test_another_office_and_an_erased_record_have_none(door: Door, us: Caller) -> None:
    id = us.record()["id"]
    for caller in (door.somebody("officer", "elsewhere"),):
        problem(caller.get(f"/v1/evaluations/{id}/document?format=docx"), 404, "not_found")
    door.somebody("maintainer").post(f"/v1/evaluations/{id}/erase", {"reason": "保存期限届满"})
    problem(us.get(f"/v1/evaluations/{id}/document?format=docx"), 404, "not_found")


# Hostile texts ----------------------------------------------------------------------------

HOSTILE = {
    "a field": "{{ 7777 * 1111 }}{% for x in parties %}{# x #}",
    "what the library turns into a field": "{_{ title }_} {_% if %_}",
    "markup": '<w:p/></w:t><script>alert("x")</script>&amp;]]>',
    "Markdown": "# **厂** | [x](javascript:x) `y`",
    "a formula": "=1+1",
    "Hebrew": "אבג厂",
    "many characters": "厂" * 10_000,
}
UNSEEN = {"\x07": "□", "\x0c": "□", "\u202e": "□", "a\n\tb": "a b", "\x1b": "□"}


@EMBEDDED_UNLESS_LONG
@pytest.mark.parametrize("name", HOSTILE.values(), ids=list(HOSTILE))
def test_what_anybody_wrote_comes_out_as_text(us: Caller, name: str) -> None:
    party = {"id": "plant", "kind": "unit", "name": name, "identifier": name[:30]}
    evidence = {"value": 1, "evidence": name}
    facts = {"uncertified_workers": evidence, "overdue": False}
    id = us.record(numbered(name[:60], parties=[party], facts=facts))["id"]
    text = text_of(fetched(us, id, "docx").content)
    assert text.count(name) >= 5
    assert "8640247" not in text
    page = etree.HTML(fetched(us, id, "html").text)
    assert name in " ".join("".join(page.itertext()).split())
    assert page.findall(".//script") == []
    assert name in said(us, id, "md")


@EMBEDDED_UNLESS_LONG
@pytest.mark.parametrize(("unseen", "shown"), UNSEEN.items(), ids=map(ascii, UNSEEN))
def test_what_cannot_be_seen_is_shown(us: Caller, unseen: str, shown: str) -> None:
    parties = [{"id": "plant", "kind": "unit", "name": f"望山{unseen}厂"}]
    id = us.record({**CASE, "parties": parties})["id"]
    for format in FORMATS:
        assert f"望山{shown}厂" in said(us, id, format)


def test_no_text_holds_what_no_file_can() -> None:
    assert clean("厂\x00\ud800\ufffe\uffff\ufdd0\x85") == "厂□□□□□□"


# Amounts in capitals ----------------------------------------------------------------------

CAPITALS = {
    0: "零元整",
    1: "壹分",
    5: "伍分",
    10: "壹角整",
    15: "壹角伍分",
    100: "壹元整",
    105: "壹元零伍分",
    1_000: "壹拾元整",
    1_010: "壹拾元壹角整",
    10_001: "壹佰元零壹分",
    100_500: "壹仟零伍元整",
    1_000_000: "壹万元整",
    1_001_000: "壹万零壹拾元整",
    3_000_000: "叁万元整",
    10_000_000: "壹拾万元整",
    10_010_000: "壹拾万零壹佰元整",
    100_000_050: "壹佰万元伍角整",
    101_000_000: "壹佰零壹万元整",
    100_000_100: "壹佰万零壹元整",
    1_000_000_000: "壹仟万元整",
    10_000_000_000: "壹亿元整",
    10_000_100_000: "壹亿零壹仟元整",
    1_234_567_890: "壹仟贰佰叁拾肆万伍仟陆佰柒拾捌元玖角整",
}


@pytest.mark.parametrize(("fen", "words"), CAPITALS.items())
def test_awkward_amounts_in_capitals(fen: int, words: str) -> None:
    assert capital_text(fen) == words


@pytest.mark.parametrize("digits", range(1, 14))
def test_capitals_are_those_of_another_program(digits: int) -> None:
    for number in range(200):
        hashed = hashlib.sha256(f"{digits} {number}".encode()).hexdigest()
        fen = int(hashed, 16) % 10**digits
        words = cn2an.an2cn(f"{fen // 100}.{fen % 100:02d}", "rmb")
        assert capital_text(fen) == (words + "整" if words.endswith("角") else words)


# A bureau's own form ----------------------------------------------------------------------


def form(path: Path, *paragraphs: str, header: str = "") -> Path:
    made = docx.Document()
    for each in paragraphs:
        made.add_paragraph(each)
    made.sections[0].header.paragraphs[0].text = header
    made.save(str(path))
    return path


@EMBEDDED_UNLESS_LONG
def test_a_bureau_puts_its_own_form_in(tmp_path: Path, database_url: str) -> None:
    own = form(
        tmp_path / "own.docx",
        "月球应急管理局",
        "{%p for each in violations %}",
        "{% for x in each.outcomes %}{{ x.who }}/{{ x.fine.capitals }};{% endfor %}",
        "{%p endfor %}",
        "{% if decision %}{{ decision.reason }}{% else %}还没有决定{% endif %}",
        header="{{ record.code }}",
    )
    with opened(tmp_path, database_url=database_url, document_template=own) as door:
        us = door.somebody("officer")
        id = us.record()["id"]
        text = said(us, id, "docx")
        assert "月球应急管理局" in text
        assert "望山机械厂/人民币叁万元以下;" in text
        assert "还没有决定" in text
        assert code_on(said(us, id, "md")) in text
        assert "月球" not in said(us, id, "html")


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [
        (["", "{{ titel }}"], [(2, "template_field", "没有字段“titel”", "title")]),
        (
            ["{% for p in parties %}{{ p.nmae }}{% endfor %}"],
            [(1, "template_field", "没有字段“nmae”", "name")],
        ),
        (
            ["{% if decision %}{{ decision.reasons }}{% endif %}", "{{ record.cod }}"],
            [
                (1, "template_field", "没有字段“reasons”", "reason"),
                (2, "template_field", "没有字段“cod”", "code"),
            ],
        ),
        (["{{ decision.reason }}"], [(1, "template_fails", "先用 if 判断", "templates.md")]),
        (["{{ title }"], [(1, "template_syntax", "标记写得不对", "templates.md")]),
        (["{% if title %}"], [(1, "template_syntax", "标记写得不对", "templates.md")]),
        (["文字 {{r title }}"], [(1, "template_fails", "不在文字里", "templates.md")]),
        (["{{ title.__class__ }}"], [(1, "template_fails", "__class__", "templates.md")]),
        (["{{ ''.join.__globals__ }}"], [(1, "template_fails", "", "templates.md")]),
        (["{% include '/etc/passwd' %}"], [(1, "template_fails", "", "templates.md")]),
        (["{{ 1 // 0 }}"], [(1, "template_fails", "zero", "templates.md")]),
    ],
)
def test_what_is_wrong_with_a_form_is_said(
    tmp_path: Path, paragraphs: list[str], expected: list[tuple[int, str, str, str]]
) -> None:
    path = form(tmp_path / "own.docx", *paragraphs)
    with pytest.raises(InputFault) as caught:
        form_at(path)
    told = caught.value.findings
    assert [(each.place.line, each.code) for each in told] == [each[:2] for each in expected]
    for each, (_, _, message, help) in zip(told, expected, strict=True):
        assert each.place.file == str(path)
        assert message in each.message and help in each.help


def test_a_form_may_use_all_of_the_language(tmp_path: Path) -> None:
    path = form(
        tmp_path / "own.docx",
        "{% set who = parties | map(attribute='name') | join('、') %}{{ who }}",
        "{% macro row(a, b='x') %}{{ a }}{{ b }}{% endmacro %}{{ row(title) }}",
        "{% with t = record %}{{ t.code }}{% endwith %}{{ range(3) | list | length }}",
        "{% for a in totals if a.fine.figures %}{{ loop.index }}{{ a.who }}{% endfor %}",
        header="{{ titl }}",
    )
    assert [each.message for each in check(read(path))] == ["没有字段“titl”"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "读不了"),
        (b"", "不是 Word 文档"),
        (b"PK\x03\x04", "不是 Word 文档"),
        (b"x" * (5 * 2**20 + 1), "太大"),
    ],
    ids=["missing", "empty", "cut off", "large"],
)
def test_what_is_no_form_is_refused(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "own.docx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputFault, match=message) as caught:
        form_at(path)
    assert [each.code for each in caught.value.findings] == ["bad_template"]


def test_a_form_that_swells_is_refused(tmp_path: Path) -> None:
    path = form(tmp_path / "own.docx", "{{ title }}")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr("word/media/x.bin", bytes(51 * 2**20))
    with pytest.raises(InputFault, match="解压后太大"):
        form_at(path)


def test_the_environment_names_the_form() -> None:
    assert from_environment({}).document_template is None
    named = from_environment({"LIANGFA_DOCUMENT_TEMPLATE": "/srv/own.docx"})
    assert named.document_template == Path("/srv/own.docx")


def test_no_server_starts_with_a_form_that_is_wrong(tmp_path: Path) -> None:
    wrong = form(tmp_path / "own.docx", "{{ titel }}")
    with (
        pytest.raises(InputFault, match="template_field"),
        opened(tmp_path, document_template=wrong),
    ):
        pass


@EMBEDDED_UNLESS_LONG
def test_a_form_that_fails_on_one_record_says_so(tmp_path: Path, database_url: str) -> None:
    own = form(tmp_path / "own.docx", "{{ 1 // (case_number | length - 3) }}")
    with opened(tmp_path, database_url=database_url, document_template=own) as door:
        us = door.somebody("officer")
        id = us.record(numbered("三个字"))["id"]
        answer = us.get(f"/v1/evaluations/{id}/document?format=docx")
        told = problem(answer, 500, "internal_fault")
        assert "文书模板" in told["detail"] and str(own) in told["detail"]
        assert fetched(us, id, "html")


def test_the_form_that_comes_along_is_the_one_that_is_built() -> None:
    with zipfile.ZipFile(DEFAULT) as kept, zipfile.ZipFile(io.BytesIO(built())) as made:
        assert kept.namelist() == made.namelist()
        for name in kept.namelist():
            assert kept.read(name) == made.read(name), f"{name}: python -m api.documents.template"
    assert form_at(None).content == DEFAULT.read_bytes()


def _paths(kind: Any, before: str = "") -> Iterator[str]:
    for name, each in fields_of(kind).items():
        inner = present(each)
        many = element_of(inner)
        path = f"{before}{name}{'[]' if many is not None else ''}"
        yield path
        yield from _paths(present(many) if many is not None else inner, f"{path}.")


def test_the_guide_lists_every_field() -> None:
    guide = (ROOT / "docs" / "guide" / "templates.md").read_text("utf-8").partition("## 校验码")[0]
    listed = re.findall(r"^\| `([a-z_.\[\]]+)` \|", guide, re.MULTILINE)
    assert listed == list(_paths(Document))
    assert sample(Document, full=True).decision is not None


# On paper ---------------------------------------------------------------------------------


@pytest.fixture
def office() -> str:
    """The office program; where there is none the test is skipped, or fails where it must run."""
    found = [shutil.which(each) for each in ("soffice", "pdftotext")]
    if not all(found):
        said_ = "没有安装 LibreOffice 和 poppler（见 .ci/tools），没有转成 PDF 核对"
        if os.environ.get("LIANGFA_OFFICE_TESTS"):
            pytest.fail(said_)
        pytest.skip(said_)
    return str(found[0])


@EMBEDDED
def test_it_opens_in_an_office_program(us: Caller, office: str, tmp_path: Path) -> None:
    parties = [{"id": "plant", "kind": "unit", "name": "望山<w:p/>{{ 1 }}机械厂"}]
    id = us.record(numbered("月应急立案〔2026〕12号", parties=parties))["id"]
    decide(us, id)
    (tmp_path / "made.docx").write_bytes(fetched(us, id, "docx").content)
    subprocess.run(
        [
            *(office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"),
            *("--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "made.docx"),
        ],
        check=True,
        capture_output=True,
        timeout=240,
    )
    read_back = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "made.pdf", "-"], check=True, capture_output=True
    ).stdout.decode()
    text = re.sub(r"\s+", "", read_back)
    for words in (
        "行政处罚裁量说明月应急立案〔2026〕12号",
        "【建议稿】本结果用到了建议稿",
        "望山<w:p/>{{1}}机械厂（生产经营单位）",
        "罚款30,000元以下",
        "人民币叁万元以下",
        "《中华人民共和国安全生产法》第九十七条第（七）项",
        "9,000.50元（人民币玖仟元伍角整）",
        "第1页，共",
        code_on(said(us, id, "md")),
    ):
        assert re.sub(r"\s+", "", words) in text, words
    assert "{%" not in text
