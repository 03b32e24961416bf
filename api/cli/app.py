"""The `liangfa` command: one file a command, one way to fail."""

from __future__ import annotations

import sys

import typer
from typer.core import TyperGroup

from api.cli import (
    add_row,
    audit,
    bundle,
    catalogue,
    check,
    diff,
    evaluate,
    facts,
    items,
    keys,
    match,
    new_case,
    new_edition,
    new_item,
    new_test,
    review,
    serve,
    show,
    test,
    verify_bundle,
)
from api.cli.common import EXIT_FAULT, EXIT_INPUT, print_findings
from engine.faults import EngineDisagreement, Finding, LiangfaError, Place, RuleFault

app = typer.Typer(
    name="liangfa",
    help="行政处罚裁量：填入案件事实，得到有依据的处罚幅度和理由。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    cls=TyperGroup,
)
for command in (
    evaluate,
    match,
    items,
    show,
    new_case,
    facts,
    catalogue,
    check,
    test,
    diff,
    new_item,
    new_edition,
    add_row,
    new_test,
    bundle,
    verify_bundle,
    serve,
):
    app.command(command.NAME, help=command.HELP)(command.run)
for group in (keys, review, audit):
    app.add_typer(group.app, name=group.NAME, help=group.HELP)


def main() -> None:
    """Run the command line; each kind of error has its exit code and no traceback."""
    try:
        app()
    except LiangfaError as error:
        print_findings(error.findings)
        if isinstance(error, EngineDisagreement):
            sys.exit(EXIT_FAULT)
        sys.exit(1 if isinstance(error, RuleFault) and not _unknown(error) else EXIT_INPUT)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        # Nothing a user writes should lead here; if it does, say so without a traceback.
        kind = type(error).__name__
        place = Place("<liangfa>")
        message = f"内部故障（{kind}: {error}）"
        help = "没有给出任何结果；请把案件和规则集版本交给开发者"
        print_findings([Finding("internal_fault", place, message, help)])
        sys.exit(EXIT_FAULT)


def _unknown(error: RuleFault) -> bool:
    """Naming a rule set that is not there is a slip of the caller, not a fault of the rules."""
    return all(finding.code == "unknown_rule_set" for finding in error.findings)


if __name__ == "__main__":
    main()
