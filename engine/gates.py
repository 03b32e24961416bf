"""Gates: what is asked before the violation itself, on stated facts and dates only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from engine.case import Dates
from engine.dates import day_text, years_later
from engine.general_rules import Limitation
from engine.result import Reason
from engine.world import Undecided, World


class Run(NamedTuple):
    """How a period of limitation runs: from `start` (its earliest day) to the discovery.

    `sure` when nothing may move the start to a later day; `known` when the day of discovery is
    stated, else `found` is only the last day it can be.
    """

    start: int
    found: int
    sure: bool
    known: bool


def run_of(dates: Dates) -> Run | None:
    """The days that limitation needs, as far as they are stated; None where they do not suffice
    or the act has not ended, so that no period runs yet."""
    start = dates.ended_on if dates.ended_on is not None else dates.acted_on
    if start is None or not_begun(dates):
        return None
    found = next(
        (day for day in (dates.found_on, dates.filed_on, dates.decided_on) if day is not None), None
    )
    if found is None:
        return None
    sure = dates.ended_on is not None or dates.continuing is False
    return Run(start, found, sure, dates.found_on is not None)


def not_begun(dates: Dates) -> bool:
    """Whether the act is stated to go on still."""
    return bool(dates.continuing) and dates.ended_on is None


def limitation_examined(dates: Dates, rules: tuple[Limitation, ...]) -> bool:
    """Whether the stated dates settle limitation (or leave it to stated facts)."""
    if not rules:
        return False
    if not_begun(dates):
        return True
    run = run_of(dates)
    if run is None:
        return False
    shortest = min(each.years for each in rules)
    return _within(run, shortest) or (run.sure and run.known)


def _within(run: Run, years: int) -> bool:
    return run.found <= years_later(run.start, years)


def time_barred(world: World) -> tuple[Reason, Limitation] | None:
    """The limitation that ended before the act was discovered.

    Raises Undecided where a stated time is too long under one period and not under another, and
    the facts that choose between them are unknown.
    """
    rules = world.rule_set.limitations
    if not rules:
        return None
    run = run_of(world.setting.dates)
    if run is None or not run.sure or not run.known:
        return None
    governing = list(_governing(world))
    barred = [not _within(run, each.years) for each in governing]
    if not any(barred):
        return None
    if not all(barred):
        raise Undecided(world.open_fact(governing[0].when, firm=True))
    rule = governing[-1]  # whichever governs, this much time has passed
    slots = (
        ("title", rule.title),
        ("years", str(rule.years)),
        ("start", day_text(run.start)),
        ("end", day_text(years_later(run.start, rule.years))),
        ("found", day_text(run.found)),
    )
    facts = world.facts_of(rule.when)
    return Reason("gate", "time_barred", rule.ref, (rule.basis,), facts, slots), rule


def _governing(world: World) -> Iterator[Limitation]:
    """The periods that may govern: each whose condition is not refuted, up to one that holds."""
    for rule in world.rule_set.limitations:
        truth = rule.ask(world.firm)
        if truth is not False:
            yield rule
        if truth is True:
            return


def unsure_of_time(world: World) -> Iterator[tuple[str, str]]:
    """Warnings for a person: the discovery fell on the very day a period ended (the law does not
    say on which side that day lies), or after it if the act did not go on."""
    rules = world.rule_set.limitations
    run = run_of(world.setting.dates) if rules else None
    if run is None:
        return
    about = world.proven.item.id
    if any(run.found == years_later(run.start, each.years) for each in rules):
        yield "limitation_border", about
    if run.known and not run.sure and not all(_within(run, each.years) for each in rules):
        yield "limitation_open", about
