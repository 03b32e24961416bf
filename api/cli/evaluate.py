"""liangfa evaluate: from case files to cited penalty ranges."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.common import (
    RULES,
    Format,
    FormatOption,
    PublishedOption,
    RuleSetOption,
    RulesOption,
    choose_rule_set,
    console,
    print_json,
    read_case,
)
from api.report import print_report
from engine.parsing import region_of
from engine.rendering import document

NAME = "evaluate"
HELP = "评估案件：给出每个当事人的处罚幅度、理由和还要查明的事实。"


def run(
    cases: Annotated[list[str], typer.Argument(help="案件文件（YAML 或 JSON）；- 为标准输入。")],
    rules: RulesOption = RULES,
    rule_set: RuleSetOption = None,
    published_only: PublishedOption = False,
    draft: Annotated[
        bool, typer.Option("--draft", help="另给出决定书说理部分的草稿段落（JSON 里总是有）。")
    ] = False,
    brief: Annotated[
        bool, typer.Option("--brief", help="只列结论、注意事项和程序，不列理由和假定。")
    ] = False,
    format: FormatOption = Format.text,
) -> None:
    """Evaluate each case; with several cases, JSON output is a list in the same order."""
    from engine.evaluate import Engine  # loads the matcher, which other commands do without

    engines: dict[str | None, Engine] = {}
    results = []
    for path in cases:
        source = read_case(path)
        region = region_of(source)
        if region not in engines:
            engines[region] = Engine(choose_rule_set(rules, rule_set, region, published_only))
        results.append(engines[region].evaluate_source(source))
    if format is Format.json:
        documents = [document(result) for result in results]
        print_json(documents[0] if len(documents) == 1 else documents)
        return
    out = console()
    for number, result in enumerate(results):
        if number:
            out.print()
        print_report(
            out, result, cases[number] if len(cases) > 1 else None, drafted=draft, brief=brief
        )
