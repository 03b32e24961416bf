"""How the grounds of a procedure call for it; worked out beforehand as far as no case is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from engine.general_rules import Limb, Procedure, Scope
from engine.keeping import kept
from engine.limbs import Found, imposes, try_limb, unstated
from engine.model import RuleSet
from engine.result import CALLED, Reason
from engine.subjects import Subject
from engine.truth import any_of

Limbs = Sequence[tuple[Limb, Found]]


class Call(NamedTuple):
    """How the limbs of a procedure call for it: the state by themselves, the limbs that call, or
    may call, for it, with their titles and the amounts from which and up to which they do, and the
    reasons by state as far as they are the same in every case."""

    state: str
    limbs: Limbs = ()
    grounds: tuple[str, ...] = ()
    start: int | None = None
    end: int | None = None
    reasons: Mapping[str, Reason] = MappingProxyType({})

    def reason(self, procedure: Procedure, state: str) -> Reason:
        """Why the procedure is in a state."""
        return self.reasons.get(state) or Reason(
            "procedure",
            f"{procedure.kind}_{state}",
            procedure.ref,
            tuple(dict.fromkeys([limb.basis for limb, _ in self.limbs])),
            tuple(dict.fromkeys([pair for _, found in self.limbs for pair in found.facts])),
            (("title", procedure.title), ("grounds", "、".join(self.grounds))),
        )


# No limb calls for a procedure, or nothing was stated that any of them asks.
_NOT_REQUIRED = Call("not_required")
SILENT = Call("silent")


class Ready(NamedTuple):
    """A procedure made ready: whom it concerns (None: everyone), whether it is a duty, the facts
    its limbs ask; each limb with what it comes to where nobody stated what it asks, and how they
    call for it then (None where they ask the answer, too)."""

    procedure: Procedure
    scope: Scope | None
    duty: bool
    asks: frozenset[str]
    limbs: tuple[tuple[Limb, Found | None], ...]
    unstated: Call | None


class Group(NamedTuple):
    """The procedures about a party, or about a violation, in their order. The `quiet` ones, which
    concern everybody, are silent unless one of the facts in `heard` is stated."""

    all: tuple[Ready, ...]
    loud: tuple[Ready, ...]
    quiet: dict[str, Procedure]
    heard: frozenset[str]


@kept
def made_ready(procedures: tuple[Procedure, ...]) -> dict[str, Group]:
    """The procedures made ready, by what they are about."""
    found: dict[str, list[Ready]] = {"party": [], "violation": []}
    for each in procedures:
        limbs = tuple([(limb, unstated(limb)) for limb in each.limbs])
        ready = Ready(
            each,
            each.scope if any((each.scope.kinds, each.scope.roles, each.scope.items)) else None,
            each.obligation == "shall" and each.kind != "referral",
            frozenset().union(*[limb.reads for limb in each.limbs]),
            limbs,
            _unstated(each, limbs),
        )
        found[each.about].append(ready)
    return {about: _group(each) for about, each in found.items()}


def _group(listed: list[Ready]) -> Group:
    quiet = [each for each in listed if _is_quiet(each)]
    return Group(
        tuple(listed),
        tuple([each for each in listed if not _is_quiet(each)]),
        {each.procedure.id: each.procedure for each in quiet},
        frozenset().union(*[each.asks for each in quiet]),
    )


def _is_quiet(ready: Ready) -> bool:
    procedure = ready.procedure
    free = procedure.follows is None and procedure.period is None and ready.scope is None
    return free and ready.unstated is SILENT and procedure.kind != "referral"


def _unstated(procedure: Procedure, found: tuple[tuple[Limb, Found | None], ...]) -> Call | None:
    limbs = [(limb, each) for limb, each in found if each is not None]
    if len(limbs) < len(found):
        return None
    call = _call(procedure, limbs)
    if not call.limbs:
        return call
    return call._replace(reasons={each: call.reason(procedure, each) for each in CALLED})


def call_for(ready: Ready, subject: Subject, rule_set: RuleSet) -> Call:
    """How the procedure is called for by what is known of a subject."""
    if ready.unstated is not None and subject.stated.isdisjoint(ready.asks):
        return ready.unstated
    return _call(ready.procedure, _limbs(ready, subject, rule_set))


def _limbs(ready: Ready, subject: Subject, rule_set: RuleSet) -> Limbs:
    """The limbs, each with what it comes to."""
    stated = subject.stated
    limbs = [
        (limb, quiet)
        if quiet is not None and stated.isdisjoint(limb.reads)
        else (limb, try_limb(limb, subject, rule_set))
        for limb, quiet in ready.limbs
    ]
    if any_of([found.truth for _, found in limbs]) is not None:
        return limbs
    # One of several measures is chosen, and each of them would do under some limb.
    listed = [limb.imposes for limb, _ in ready.limbs if limb.imposes and _plain(limb)]
    if not listed or imposes(frozenset().union(*listed), subject) is not True:
        return limbs
    return [
        (limb, found._replace(truth=True) if found.truth is None and _plain(limb) else found)
        for limb, found in limbs
    ]


def _plain(limb: Limb) -> bool:
    """Whether a limb hangs on nothing but the measures imposed."""
    return not limb.reads and limb.amount is None


def _call(procedure: Procedure, limbs: Limbs) -> Call:
    """How the limbs call for the procedure."""
    calling = [each for each in limbs if each[1].truth is True]
    if calling:
        return _called("required", calling)
    # What comes after a step that is called for is never out of the question.
    after = procedure.follows is not None
    calling = [each for each in limbs if each[1].truth is None and (after or not each[1].silent)]
    depending = [each for each in calling if not each[1].undetermined]
    if depending:
        return _called("depends", depending)
    if calling:
        return _called("undetermined", calling)
    silent = not after and any([each.silent for _, each in limbs])
    return SILENT if silent else _NOT_REQUIRED


def _called(state: str, limbs: Limbs) -> Call:
    grounds = tuple([limb.title for limb, _ in limbs])
    if state != "depends":
        return Call(state, limbs, grounds)
    starts = [found.start for _, found in limbs if found.start is not None]
    ends = [found.end for _, found in limbs if found.end is not None]
    return Call(state, limbs, grounds, min(starts, default=None), max(ends, default=None))
