"""liangfa new-test: a live case as a regression test beside the rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.common import (
    EXIT_FINDING,
    RULES,
    Format,
    FormatOption,
    PublishedOption,
    RuleSetOption,
    RulesOption,
    StateOption,
    bad_option,
    choose_rule_set,
    opened_store,
    print_json,
    read_case,
    settings_of,
)
from api.cli.writing import DryRunOption, carry_out
from engine.loading import shown
from engine.parsing import region_of
from engine.source import parse

if TYPE_CHECKING:
    from api.store import Evaluation
    from engine.neutral import Neutral
    from engine.result import Result

NAME = "new-test"
HELP = "把一个实际案件写成规则旁的回归算例，当事人改称甲、乙。"
_COMPARED = ("violation", "item", "disposition", "stage", "tier", "fine")


def run(
    case: Annotated[
        str | None, typer.Argument(help="案件文件（YAML 或 JSON）；- 为标准输入。")
    ] = None,
    evaluation: Annotated[
        str | None, typer.Option("--evaluation", help="记录里的评估编号，代替案件文件。")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="算例的名称。")] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="写到这个文件的末尾；不写则写到规则集 cases 里该事项的文件。"),
    ] = None,
    rules: RulesOption = RULES,
    rule_set: RuleSetOption = None,
    published_only: PublishedOption = False,
    state: StateOption = None,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.text,
) -> None:
    """Append a case and what it comes to now to the worked cases, and run it once."""
    from api.regression import appended, file_for, free_name, same_case
    from api.scaffolding.changes import write
    from engine.evaluate import Engine  # loads the matcher, which other commands do without
    from engine.expecting import BY_ENGINE, expectation, written
    from engine.flow import flow
    from engine.neutral import neutral
    from engine.testing import try_one

    if (case is None) == (evaluation is None):
        message = "案件文件和 --evaluation 要写一个，也只写一个"
        raise bad_option("new-test", message, "例如 liangfa new-test case.yaml")
    record = _recorded(evaluation, state) if evaluation is not None else None
    source = read_case(str(case)) if record is None else parse(record.case, f"<{evaluation}>")
    rules = rules.resolve()
    if record is not None:
        rule_set, published_only = rule_set or record.rule_set, record.published_only
    chosen = choose_rule_set(rules, rule_set, region_of(source), published_only)
    engine = Engine(chosen)
    live = engine.evaluate_source(source)
    plain = neutral(source.data, chosen.roles)
    result = engine.evaluate_source(parse(flow(plain.data).encode(), source.name))

    path = out.resolve() if out is not None else file_for(rules, chosen.id, result)
    folder = rules if path.is_relative_to(rules) else path.parent
    files = sorted((rules / chosen.id / "cases").rglob("*.yaml"))
    names = {each: shown(rules, each) for each in files} | {path: shown(folder, path)}
    findings = list(same_case(names, plain, chosen.roles, published_only=published_only))
    worked = {
        "name": free_name(path, name or _name(result)),
        "why": _why(plain),
        **({"published_only": True} if published_only else {}),
        "case": plain.data,
        "expect": expectation(result),
    }
    change, whole, number = appended(path, names[path], written(worked, BY_ENGINE))
    findings += try_one(whole, number, engine)
    notes = [*_told(plain), *_changed(record, live), "已运行一次：与预期相符"]
    if format is Format.text:
        notes = [] if findings else notes
        carry_out(folder, [change], findings, notes, dry_run=dry_run, format=format)
        return
    if not (findings or dry_run):
        write(folder, [change])
    print_json(
        {
            "written": not (findings or dry_run),
            "file": names[path],
            "worked": _json(worked),
            "notes": [] if findings else notes,
            "findings": [each.document() for each in findings],
        }
    )
    if findings:
        raise typer.Exit(EXIT_FINDING)


def _recorded(id: str, state: Path | None) -> Evaluation:
    """A recorded evaluation with its case."""
    with opened_store(settings_of(state_dir=state)) as store:
        record = store.evaluation(id)
    if record is None:
        raise bad_option("--evaluation", f"没有编号为“{id}”的评估", "请核对编号")
    if record.erased:
        raise bad_option("--evaluation", f"“{id}”的内容已经擦除", "请换一条记录")
    return record


def _name(result: Result) -> str:
    titles = dict.fromkeys(each.item.title for each in result.outcomes)
    return f"实案：{'；'.join(titles) or '没有对应的事项'}"


def _why(plain: Neutral) -> str:
    left_out = f"，删去了{'、'.join(plain.dropped)}" if plain.dropped else ""
    return f"实际案件改写的回归算例：当事人改用代号{left_out}。"


def _told(plain: Neutral) -> list[str]:
    """What was replaced and left out, and what a person still has to look at."""
    renamed = [new for old, new in plain.parties.items() if old != new]
    notes = [f"当事人改称：{'、'.join(renamed)}"] if renamed else []
    if plain.dropped:
        notes.append(f"已删去：{'、'.join(plain.dropped)}")
    notes.append("日期、地区和事实照原样保留，请确认看不出是谁的案件")
    notes.append("预期由引擎填写，请对照法条核对")
    return notes


def _changed(record: Evaluation | None, live: Result) -> list[str]:
    """Whether a recorded case comes to something else today."""
    if record is None:
        return []
    from engine.rendering import document

    def summary(result: dict[str, Any]) -> list[list[Any]]:
        return [[each[key] for key in _COMPARED] for each in result["outcomes"]]

    now = _json(document(live))
    if summary(now) == summary(json.loads(record.result)):
        return []
    return ["现在的结果与记录时不同（规则已经改过），算例写的是现在的结果"]


def _json(value: Any) -> Any:
    """Exact decimals as the JSON numbers they are written as."""
    return json.loads(json.dumps(value, default=float))
