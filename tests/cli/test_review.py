"""`liangfa review`: past decisions from a file, and like cases beside each other."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from databases import EMBEDDED
from helpers import FICTION, engine_for, evaluate
from openpyxl import load_workbook

from api.consistency.export import FINES
from api.settings import from_environment
from api.store import Actor, NewEvaluation, Wanted, open_store

pytestmark = pytest.mark.usefixtures("state")

RULES = ("--rules", str(FICTION), "--rule-set", "moon-bench")
HEAD = "文书号,机关,决定日期,事项,当事人类型,阶段,阶次,罚款,当事人"
LINE = "月罚〔2025〕{0}号,{1},2025-03-0{2},moon-005,unit,first,B,{3},某矿"


def past(folder: Path, *fines: object, office: str = "环形山") -> str:
    lines = [LINE.format(n, office, n % 9 + 1, fine) for n, fine in enumerate(fines, 1)]
    file = folder / "past.csv"
    file.write_text("\n".join([HEAD, *lines]) + "\n", "utf-8")
    return str(file)


def imported(liangfa, folder: Path, *fines: object, **other: Any) -> dict[str, Any]:
    words = ("review", "import", past(folder, *fines, **other), *RULES, "--format", "json")
    return json.loads(liangfa(*words).out)


def told(liangfa, *words: str) -> dict[str, Any]:
    said = liangfa("review", *RULES, "--format", "json", *words)
    assert said.code == 0, said.err
    return json.loads(said.out)


def test_a_dry_run_reads_and_writes_nothing(liangfa, in_folder: Path, state: Path) -> None:
    file = past(in_folder, 15000, "很多")
    said = liangfa("review", "import", file, *RULES, "--dry-run")
    assert said.code == 1, "a row that cannot be read is a finding"
    assert "能读的 1 行，不能读的 1 行" in said.out and "这是试读，没有写入" in said.out
    assert "第 3 行 罚款：bad_amount：“很多”不是金额" in said.out.replace("\n  ", "")
    assert "不导入的列：当事人" in said.out
    assert not state.exists()


def test_what_can_be_read_is_imported_and_the_rest_kept(liangfa, in_folder: Path) -> None:
    file = past(in_folder, 15000, "很多", 14000)
    said = liangfa("review", "import", file, *RULES, "--rejects", "rejects.csv", "--by", "王一")
    assert said.code == 1 and "已导入 2 行" in said.out
    lines = list(csv.reader((in_folder / "rejects.csv").read_text("utf-8-sig").splitlines()))
    assert len(lines) == 2 and lines[1][7] == "很多" and lines[1][9] == "3"
    store = open_store(from_environment())
    points = store.points(Wanted())
    one = store.imported(points[0].record_id, 2)
    store.close()
    assert (len(points), one.batch.actor, one.reference) == (2, "王一", "月罚〔2025〕1号")
    assert liangfa("audit", "verify").code == 0


def test_the_same_file_again_adds_nothing(liangfa, in_folder: Path) -> None:
    first = imported(liangfa, in_folder, 15000, 14000)
    assert (first["added"], first["known"], first["rejected"]) == (2, [], [])
    again = imported(liangfa, in_folder, 15000, 14000)
    assert (again["import"], again["added"], again["known"]) == (None, 0, [2, 3])
    more = imported(liangfa, in_folder, 15000, 14000, 13000)
    assert (more["added"], more["known"]) == (1, [2, 3])
    assert told(liangfa)["imported"] == 3


def test_a_mapping_says_which_column_is_what(liangfa, in_folder: Path) -> None:
    (in_folder / "past.csv").write_text("甲,乙,丙\n2025-03-05,moon-006,5\n", "utf-8")
    (in_folder / "how.yaml").write_text(
        "columns: {decided_on: 甲, item: 乙, fine: 丙}\n"
        "defaults: {office: 盆地}\nten_thousands: [fine]\n",
        "utf-8",
    )
    words = ("review", "import", "past.csv", "--mapping", "how.yaml", *RULES)
    said = liangfa(*words, "--format", "json")
    assert said.code == 0, said.err
    assert json.loads(said.out)["head"]["columns"] == {
        "decided_on": "甲",
        "item": "乙",
        "fine": "丙",
    }
    assert told(liangfa)["groups"][0]["offices"][0]["name"] == "盆地"


@pytest.mark.parametrize(
    ("content", "mapping", "says"),
    [
        (b"PK\x03\x04", None, "bad.csv:1:1: bad_workbook: "),
        (b"a,b\n1,2\n", None, "bad.csv:1:1: missing_column: "),
        (b"a,b\n1,2\n", "columns: {fine: c}\n", "bad.csv:1:1: unknown_column: "),
        (b"a,b\n1,2\n", "colums: {}\n", "how.yaml:1:1: bad_mapping: "),
        (b"a,b\n1,2\n", "a: [\n", "how.yaml:2:1: not_yaml: "),
    ],
)
def test_what_cannot_be_used_at_all_is_bad_input(
    liangfa, in_folder: Path, state: Path, content: bytes, mapping: str | None, says: str
) -> None:
    (in_folder / "bad.csv").write_bytes(content)
    words = ["review", "import", "bad.csv", *RULES]
    if mapping is not None:
        (in_folder / "how.yaml").write_text(mapping, "utf-8")
        words += ["--mapping", "how.yaml"]
    said = liangfa(*words)
    assert said.code == 2 and said.err.startswith(says), said.err
    assert not state.exists()


@EMBEDDED
def test_a_file_that_is_not_there(liangfa) -> None:
    said = liangfa("review", "import", "nothing.csv", *RULES)
    assert said.code == 2 and said.err.startswith("FILE:1:1: bad_option")


def test_like_cases_on_the_screen(liangfa, in_folder: Path) -> None:
    imported(liangfa, in_folder, 15000, 15000, 15000, 15000, 14000, 30000)
    said = liangfa("review", *RULES)
    assert said.code == 0
    for word in ("moon-005 作业人员未系安全绳", "一般", "6 件", "中位数 25%", "明显不同：", "100%"):
        assert word in said.out, word
    assert max(map(len, said.out.splitlines())) <= 80


def test_few_cases_are_not_judged(liangfa, in_folder: Path) -> None:
    imported(liangfa, in_folder, 10000, 30000)
    said = liangfa("review", *RULES)
    assert "不足 5 件，只列出，不评判" in said.out and "明显不同" not in said.out
    assert told(liangfa)["groups"][0]["judged"] is False


def test_filters(liangfa, in_folder: Path) -> None:
    imported(liangfa, in_folder, 15000, 14000, office="环形山")
    imported(liangfa, in_folder, 15000, office="盆地")
    assert told(liangfa)["imported"] == 3
    assert told(liangfa, "--office", "盆地")["imported"] == 1
    assert told(liangfa, "--item", "moon-006")["imported"] == 0
    assert told(liangfa, "--law", "moon")["imported"] == 3
    assert told(liangfa, "--from", "2025-03-03")["imported"] == 1
    assert told(liangfa, "--to", "2025-03-02")["imported"] == 2
    monthly = told(liangfa, "--by", "month")["groups"][0]["periods"]
    assert [each["name"] for each in monthly] == ["2025-03"]
    said = liangfa("review", *RULES, "--from", "yesterday")
    assert said.code == 2 and said.err.startswith("--from:1:1: bad_option")


def test_sheets(liangfa, in_folder: Path) -> None:
    imported(liangfa, in_folder, 15000, 14000)
    said = liangfa("review", *RULES, "--format", "csv")
    lines = list(csv.reader(io.StringIO(said.out.lstrip("\ufeff"))))
    assert lines[0] == list(FINES) and len(lines) == 3
    said = liangfa("review", *RULES, "--format", "xlsx", "--output", "review.xlsx")
    assert said.code == 0
    book = load_workbook(in_folder / "review.xlsx")
    assert [sheet.title for sheet in book] == ["分组", "逐件"]
    assert book["逐件"].max_row == 3 and book["分组"].max_row == 2


def test_without_records_there_is_nothing_to_review(liangfa) -> None:
    said = liangfa("review", *RULES)
    assert said.code == 2 and "没有记录" in said.err


def test_stopped_by_the_keyboard_nothing_is_imported(in_folder: Path, state: Path) -> None:
    lines = [LINE.format(n, "环形山", n % 9 + 1, 15000) for n in range(15_000)]
    (in_folder / "past.csv").write_text("\n".join([HEAD, *lines]), "utf-8")
    words = [sys.executable, "-m", "api.cli.app", "review", "import", "past.csv", *RULES]
    root = Path(__file__).parents[2]
    running = subprocess.Popen(
        words,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (state / "master.key").exists():  # read, and begun to write
        assert running.poll() is None, running.communicate()
        time.sleep(0.01)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    store = open_store(from_environment())
    count, verified = len(store.points(Wanted())), store.verify()
    store.close()
    assert verified.ok
    if running.returncode == 0:  # it was faster than the signal: all of it is there
        assert count == 15_000
    else:
        assert running.returncode in (2, 130) and count == 0, said


# Withdrawal ---------------------------------------------------------------------------------


def listed(liangfa) -> list[dict[str, Any]]:
    return json.loads(liangfa("review", "imports", "--format", "json").out)


def test_an_import_is_withdrawn_and_made_again(liangfa, in_folder: Path) -> None:
    wrong = imported(liangfa, in_folder, 15000, 14000)["import"]
    said = liangfa("review", "withdraw", wrong, "--reason", "选错了文件", "--by", "王一")
    assert said.code == 0 and f"已撤回：{wrong}（past.csv），2 行不再计入统计" in said.out
    assert told(liangfa)["imported"] == 0
    again = imported(liangfa, in_folder, 15000, 14000)
    assert (again["added"], again["known"]) == (2, [])
    new, old = listed(liangfa)
    assert (new["import"], new["withdrawn"]) == (again["import"], None)
    assert (old["import"], old["rows"], old["file"]) == (wrong, 2, "past.csv")
    assert old["withdrawn"].pop("at") > old["at"]
    assert old["withdrawn"] == {"actor": "王一", "office": "", "reason": "选错了文件"}
    said = liangfa("review", "imports")
    assert "计入统计" in said.out and "王一 撤回：选错了文件" in said.out.replace("\n        ", "")
    assert liangfa("audit", "verify").code == 0


def test_withdrawing_twice_is_withdrawing_once(liangfa, in_folder: Path) -> None:
    id = imported(liangfa, in_folder, 15000)["import"]
    words = ("review", "withdraw", id, "--reason", "错", "--format", "json")
    first, again = (json.loads(liangfa(*words).out) for _ in range(2))
    assert (first.pop("withdrawn_now"), again.pop("withdrawn_now")) == (True, False)
    assert first == again
    said = liangfa("review", "withdraw", id, "--reason", "另一个理由")
    assert said.code == 0 and "以前已经撤回" in said.out and "另一个理由" not in said.out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("nothing", "--reason", "错"), "ID:1:1: bad_option: 没有这一批导入“nothing”"),
        (("nothing", "--reason", " "), "--reason:1:1: bad_option: 请写明为什么撤回"),
        (("nothing", "--reason", "错" * 501), "--reason:1:1: bad_option: 理由不能超过 500 字"),
        (("nothing", "--reason", "a\nb"), "--reason:1:1: bad_option: 理由不能超过 500 字"),
    ],
)
def test_what_cannot_be_withdrawn(
    liangfa, in_folder: Path, words: tuple[str, ...], says: str
) -> None:
    imported(liangfa, in_folder, 15000)
    said = liangfa("review", "withdraw", *words)
    assert said.code == 2 and said.err.startswith(says), said.err
    assert told(liangfa)["imported"] == 1


def test_nothing_was_imported(liangfa, in_folder: Path) -> None:
    id = imported(liangfa, in_folder, 15000)["import"]
    assert liangfa("review", "withdraw", id).code == 2, "a reason is needed"
    assert [each["withdrawn"] for each in listed(liangfa)] == [None]


def test_a_decision_recorded_and_imported_is_told(liangfa, in_folder: Path) -> None:
    imported(liangfa, in_folder, 15000)
    case = {"item": "moon-005", "facts": {"untethered_workers": 4, "overdue": False}}
    result = evaluate(case, engine_for(FICTION, "moon-bench"))
    content = json.dumps(result).encode()
    new = NewEvaluation("moon", "", False, "", "", "settled", ("moon-005",), b"{}", content)
    officer = Actor("k", "王", "officer", "环形山")
    party = {"party": result["totals"][0]["party"], "fine": 15000}
    store = open_store(from_environment())
    id = store.add_evaluation(new, officer)[0].id
    store.add_decision(id, {"decided_on": "2025-03-02", "parties": [party]}, officer)
    store.close()
    said = liangfa("review", *RULES)
    assert "可能是同一件：2025-03-02 环形山 15,000元" in said.out
    assert told(liangfa)["possibly_same"] == 1
