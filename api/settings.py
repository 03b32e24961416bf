"""What a server is told: where its state lies, what it serves, how much it takes."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import engine
from engine.faults import Finding, InputFault, Place

_NUMBERS = {
    "max_body": "LIANGFA_MAX_BODY",
    "max_depth": "LIANGFA_MAX_DEPTH",
    "max_violations": "LIANGFA_MAX_VIOLATIONS",
    "max_parties": "LIANGFA_MAX_PARTIES",
    "timeout_seconds": "LIANGFA_TIMEOUT_SECONDS",
    "rate_per_minute": "LIANGFA_RATE_PER_MINUTE",
}
_MAY_BE_NONE = ("rate_per_minute",)


class LogFormat(StrEnum):
    """How the log is written: for programs, or for people."""

    JSON = "json"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a server; sizes in bytes, times in seconds, `rate_per_minute` 0 = no limit.

    `state_dir` holds the embedded database, the master key and the rules that are being served;
    `rules_dir` is where maintainers change them; `document_template` is a bureau's own form of the
    Word document.
    """

    state_dir: Path = Path("liangfa-state")
    rules_dir: Path = Path(engine.__file__).resolve().parent.parent / "rules"
    database_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    max_body: int = 2**20
    max_depth: int = 32
    max_violations: int = 50
    max_parties: int = 100
    timeout_seconds: int = 10
    rate_per_minute: int = 0
    log_format: str = "json"
    document_template: Path | None = None

    @property
    def store_url(self) -> str:
        """The database: PostgreSQL where one is set, else the embedded one."""
        return self.database_url or f"sqlite:///{self.state_dir / 'liangfa.sqlite3'}"


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings that the environment gives; raises InputFault for one that cannot be used."""
    given: dict[str, object] = {}
    if environment.get("LIANGFA_STATE"):
        given["state_dir"] = Path(environment["LIANGFA_STATE"])
    if environment.get("LIANGFA_RULES"):
        given["rules_dir"] = Path(environment["LIANGFA_RULES"])
    if environment.get("LIANGFA_DATABASE_URL"):
        given["database_url"] = environment["LIANGFA_DATABASE_URL"]
    if environment.get("LIANGFA_LOG_FORMAT"):
        given["log_format"] = environment["LIANGFA_LOG_FORMAT"]
        if given["log_format"] not in list(LogFormat):
            raise _bad("LIANGFA_LOG_FORMAT", f"只能写：{'、'.join(LogFormat)}")
    if environment.get("LIANGFA_DOCUMENT_TEMPLATE"):
        given["document_template"] = Path(environment["LIANGFA_DOCUMENT_TEMPLATE"])
    for name, variable in _NUMBERS.items():
        written = environment.get(variable)
        if written:
            least = 0 if name in _MAY_BE_NONE else 1
            if not re.fullmatch("[0-9]{1,9}", written) or int(written) < least:
                raise _bad(variable, f"应是不小于 {least} 的整数")
            given[name] = int(written)
    return Settings(**given)  # type: ignore[arg-type]


def _bad(variable: str, message: str) -> InputFault:
    return InputFault([Finding("bad_setting", Place(variable), message, "请改正，或者不设")])
