"""What the commands share: options, reading, printing, exit codes."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

import engine
from api.settings import Settings, from_environment
from engine.dates import day_number
from engine.faults import Finding, InputFault, Place
from engine.layering import load_rule_set
from engine.loading import default_rule_set, rule_set_of_region
from engine.model import RuleSet
from engine.source import MAX_BYTES, Source, parse, read_source

if TYPE_CHECKING:
    from api.store import Store

EXIT_FINDING = 1
EXIT_INPUT = 2
EXIT_FAULT = 3

RULES = Path(engine.__file__).resolve().parent.parent / "rules"
WIDTH = 80


class Format(StrEnum):
    """How a command prints: for people, or for programs."""

    text = "text"
    json = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="输出格式：text 或 json。")]
RulesOption = Annotated[Path, typer.Option("--rules", help="规则目录。", show_default=False)]
RuleSetOption = Annotated[
    str | None, typer.Option("--rule-set", help="规则集；不写则按地区，再按 default.yaml。")
]
PublishedOption = Annotated[
    bool, typer.Option("--published-only", help="只用已核实的规则，不用建议稿和未核实的。")
]
StateOption = Annotated[
    Path | None,
    typer.Option("--state", help="服务的数据目录；不写则按 LIANGFA_STATE，再按 ./liangfa-state。"),
]


class _Console(Console):
    """A console whose reader may leave early (`| head`): that is no fault."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0)


def console() -> Console:
    """Where text goes: colour only on a terminal, never wider than 80 columns."""
    out = _Console(highlight=False)
    return _Console(highlight=False, width=min(out.width, WIDTH) if out.is_terminal else WIDTH)


def settings_of(**options: Any) -> Settings:
    """The settings of the environment, with what the options say instead."""
    given = {name: value for name, value in options.items() if value is not None}
    return dataclasses.replace(from_environment(), **given)


@contextmanager
def opened_store(settings: Settings, *, begin: bool = False) -> Iterator[Store]:
    """The store of a service, closed afterwards; exit 3 where it cannot be read or written.
    Only with `begin` is one made where there is none."""
    if not (begin or has_store(settings)):
        raise _no_records(settings)
    from api.store import open_store

    if begin:
        os.umask(0o077)  # the database it may make is nobody else's to read
    with _store_faults():
        store = open_store(settings)
        try:
            yield store
        finally:
            store.close()


def has_store(settings: Settings) -> bool:
    """Whether a service ever recorded anything where the settings point; exit 3 where its
    database does not answer."""
    from api.store import begun

    with _store_faults():
        return begun(settings)


@contextmanager
def _store_faults() -> Iterator[None]:
    from api.store import StoreError  # a database, which other commands do without

    try:
        yield
    except StoreError as error:
        help = "请检查数据目录、磁盘和 LIANGFA_DATABASE_URL"
        print_findings([Finding("store_unavailable", Place("<store>"), str(error), help)])
        raise typer.Exit(EXIT_FAULT) from None


def _no_records(settings: Settings) -> InputFault:
    if settings.database_url:
        help = "请核对写的是不是服务用的数据库"
        return bad_option("LIANGFA_DATABASE_URL", "这个数据库里没有记录", help)
    message = f"“{settings.state_dir}”里没有记录"
    return bad_option("--state", message, "请用 --state 写明服务的数据目录")


def print_json(data: Any) -> None:
    """Print data as UTF-8 JSON, the same bytes for the same data."""
    text = json.dumps(data, ensure_ascii=False, indent=2)
    sys.stdout.buffer.write(text.encode("utf-8") + b"\n")
    sys.stdout.buffer.flush()


def write_bytes(content: bytes, output: Path | None, *, binary: bool) -> None:
    """Write to a file, whole or not at all, else to standard output; what is not text never goes
    to a terminal."""
    if output is None:
        if binary and sys.stdout.isatty():
            raise bad_option(
                "--output", "这种格式不是文字，不能显示在屏幕上", "请用 --output 写到文件"
            )
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    part = output.with_name(output.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(output)
    except OSError:
        part.unlink(missing_ok=True)
        message = f"不能写到“{output}”"
        raise bad_option("--output", message, "请检查目录是否存在、有没有写入的权限") from None


def parse_day(text: str, option: str) -> int:
    """A day given as an option; raises InputFault where it is none."""
    try:
        return day_number(text)
    except ValueError:
        message = f"“{text}”不是日历上的日子"
        raise bad_option(option, message, "请写成 2026-03-02 这样的日期") from None


def bad_option(option: str, message: str, help: str) -> InputFault:
    """The fault of an option that cannot be used."""
    return InputFault([Finding("bad_option", Place(option), message, help)])


def print_findings(findings: Iterable[Finding]) -> None:
    """Each finding on its own line on standard error: place: code: what; how to mend it."""
    for finding in findings:
        sys.stderr.buffer.write(f"{finding}\n".encode())
    sys.stderr.buffer.flush()


def read_case(path: str) -> Source:
    """A case file, or standard input for `-`."""
    if path == "-":
        return parse(sys.stdin.buffer.read(MAX_BYTES + 1), "<stdin>")
    return read_source(Path(path))


def choose_rule_set(rules: Path, named: str | None, region: str | None, published: bool) -> RuleSet:
    """The rule set named, else that of the region, else the default one."""
    rules = rules.resolve()
    chosen = named or (region and rule_set_of_region(rules, region)) or default_rule_set(rules)
    return load_rule_set(rules, chosen, published_only=published)
