"""The result as JSON-ready data, its keys in the contract's order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import __version__
from engine.citation import Citation, RuleRef
from engine.drafting import draft
from engine.facts import Fact, Value
from engine.general_rules import Procedure
from engine.keeping import Filled, kept
from engine.model import Law, RuleSet
from engine.money import yuan_number
from engine.procedure import examine
from engine.result import (
    FORMAT,
    Alternative,
    Applied,
    Assumption,
    Compared,
    Decision,
    FineResult,
    Imposed,
    Missing,
    Outcome,
    Possible,
    Reason,
    Result,
    Step,
)
from engine.wording import (
    Words,
    assumption_text,
    fact_text,
    measure_text,
    no_suggestion_text,
    not_examined,
    notice,
    step_key,
    step_title,
    warning_text,
)


def document(result: Result) -> dict[str, Any]:
    """The result as JSON-ready data with its keys in the contract's order; some parts of it are
    shared with other results and not to be changed."""
    rule_set: RuleSet = result.rule_set
    words = Words(rule_set)
    reasons = _Reasons(words)
    assumed = _assumption_forms(rule_set.facts)
    forms = _step_forms(rule_set.procedures, rule_set.laws, rule_set.organs)
    outcomes = [_outcome(each, words, reasons) for each in result.outcomes]
    examined = examine(result)
    paragraphs = list(draft(result, examined, words))
    procedures, referrals = (
        [
            _step(each, forms, words, reasons)
            for each in examined.steps
            if (each.kind == "procedure") is wanted
        ]
        for wanted in (True, False)
    )
    draft_reasons = [
        list(dict.fromkeys([reasons.number(one) for one in each.reasons])) for each in paragraphs
    ]
    return {
        "format": FORMAT,
        "status": result.status,
        "notice": notice(result),
        "rule_set": {
            "id": rule_set.id,
            "version": rule_set.version,
            "digest": rule_set.digest,
            "layers": [
                {"id": layer.id, "version": layer.version, "status": layer.status}
                for layer in rule_set.layers
            ],
            "published_only": rule_set.published_only,
        },
        "engine_version": __version__,
        "case_digest": result.case.digest,
        "outcomes": outcomes,
        "totals": [{"party": party, "fine": money.document()} for party, money in examined.totals],
        "procedures": procedures,
        "referrals": referrals,
        "missing": [_missing(each, rule_set) for each in result.missing],
        "assumptions": [assumed[each] for each in result.assumptions],
        "not_examined": [
            {"code": code, "says": text} for code, text in not_examined(result, examined)
        ],
        "warnings": [
            {"code": each.code, "about": each.about, "says": warning_text(each, rule_set)}
            for each in (*result.warnings, *examined.warnings)
        ],
        "reasons": reasons.listed,
        "draft": [each.text for each in paragraphs],
        "draft_reasons": draft_reasons,
    }


class _Reasons:
    """The reasons of a result, numbered as they come; one that several outcomes share is listed
    once."""

    def __init__(self, words: Words) -> None:
        self.listed: list[dict[str, Any]] = []
        self._words = words
        self._ids: dict[tuple[object, ...], str] = {}
        self._seen: dict[int, str] = {}  # by the very object, which the result keeps alive

    def number(self, reason: Reason) -> str:
        """The id of a reason, which is listed when it is new."""
        found = self._seen.get(id(reason))
        if found is None:
            ref = reason.ref
            where = (ref.set, ref.id, ref.place.file, ref.place.line)
            key = (reason.step, reason.code, where, reason.slots, reason.facts)
            found = self._ids.get(key)
            if found is None:
                found = self._ids[key] = f"r{len(self._ids) + 1}"
                self.listed.append(_reason(found, reason, self._words))
            self._seen[id(reason)] = found
        return found


def _outcome(outcome: Outcome, words: Words, reasons: _Reasons) -> dict[str, Any]:
    return {
        "violation": outcome.violation,
        "item": outcome.item.id,
        "edition": outcome.item.edition,
        "party": {"id": outcome.party, "role": outcome.role},
        "disposition": outcome.disposition,
        "stage": outcome.stage,
        "obligation": outcome.obligation,
        "tier": _tier(outcome),
        "statutory": outcome.statutory.document(),
        "fine": _fine(outcome.fine),
        "measures": [_measure(each, words.rule_set) for each in outcome.measures],
        "basis": [_cite(each, words) for each in outcome.basis],
        "violates": [_cite(each, words) for each in outcome.violates],
        "circumstances": [_applied(each) for each in outcome.circumstances],
        "alternatives": [_alternative(each) for each in outcome.alternatives],
        "compared": [_compared(each) for each in outcome.compared],
        "possible": [_possible(each, words.rule_set) for each in outcome.possible],
        "reasons": [reasons.number(each) for each in outcome.reasons],
    }


def _tier(answer: Outcome | Decision) -> dict[str, str] | None:
    tier = answer.tier
    if tier is None:
        return None
    return {"id": tier.id, "title": tier.title, "layer": tier.ref.set, "status": tier.status}


def _fine(fine: FineResult) -> dict[str, Any]:
    return {
        "state": fine.state,
        **fine.money.document(),
        "suggested": yuan_number(fine.suggested),
        "suggested_why": no_suggestion_text(fine.suggested_why) if fine.suggested_why else None,
        "with_measures": "alone_or_together" if fine.alone else "together",
        "layer": fine.layer,
    }


def _measure(measure: Imposed, rule_set: RuleSet) -> dict[str, Any]:
    return {
        "kind": measure.kinds[0] if measure.form == "single" else None,
        "form": measure.form,
        "kinds": list(measure.kinds),
        "nature": measure.nature,
        "obligation": measure.obligation,
        "by": measure.by,
        "amount": measure.amount.document() if measure.amount is not None else None,
        "says": measure_text(measure, rule_set),
    }


def _cite(citation: Citation, words: Words) -> dict[str, Any]:
    return {
        "law": citation.law,
        "article": citation.article,
        "paragraph": citation.paragraph,
        "item": citation.item,
        "text": words.cited[citation],
    }


def _applied(applied: Applied) -> dict[str, Any]:
    return {
        "id": applied.id,
        "effects": list(applied.effects),
        "obligation": applied.obligation,
        "outcome": applied.outcome,
    }


def _alternative(alternative: Alternative) -> dict[str, Any]:
    return {
        "effect": alternative.effect,
        "fine": alternative.money.document(),
        "because": alternative.because,
    }


def _compared(compared: Compared) -> dict[str, Any]:
    return {
        "item": compared.item.id,
        "edition": compared.item.edition,
        "disposition": compared.disposition,
        "stage": compared.stage,
        "statutory": compared.statutory.document(),
        "fine": compared.fine.document(),
        "applies": compared.applies,
    }


def _step(step: Step, forms: _Forms, words: Words, reasons: _Reasons) -> dict[str, Any]:
    told = _step_form(step, forms, words).copy()
    told["party"] = step.party
    told["violation"] = step.violation
    if step.daily is not None:
        told["daily"] = step.daily.document()
    if step.cap is not None:
        told["cap"] = step.cap.document()
    if step.reason is not None:
        told["reason"] = reasons.number(step.reason)
    return told


@kept
def _assumption_forms(facts: Mapping[str, Fact]) -> Mapping[Assumption, dict[str, Any]]:
    """What is told of an assumption: as many as the facts have values to assume."""

    def form(assumption: Assumption) -> dict[str, Any]:
        return {
            "fact": assumption.fact,
            "value": facts[assumption.fact].plain(assumption.value),
            "kind": assumption.kind,
            "says": assumption_text(assumption, facts),
        }

    return Filled(form)


_Forms = dict[tuple[str, str, tuple[str, ...]], dict[str, Any]]


@kept
def _step_forms(
    procedures: tuple[Procedure, ...], laws: Mapping[str, Law], organs: Mapping[str, str]
) -> _Forms:
    """The forms of steps, filled as results need them: as many as the procedures have grounds."""
    return {}


def _step_form(step: Step, forms: _Forms, words: Words) -> dict[str, Any]:
    """The keys of a step in order, with what is the same for everyone in its state."""
    key = step_key(step)
    if key is None:
        return _new_step_form(step, words)
    form = forms.get(key)
    if form is None:
        form = forms[key] = _new_step_form(step, words)
    return form


def _new_step_form(step: Step, words: Words) -> dict[str, Any]:
    procedure = step.procedure
    deadline = procedure.deadline if procedure is not None else None
    return {
        "id": procedure.id if procedure is not None else step.title,
        "kind": step.kind,
        "title": step_title(step),
        "party": None,
        "violation": None,
        "state": step.state,
        "obligation": procedure.obligation if procedure is not None else "shall",
        "from_amount": yuan_number(step.from_amount),
        "up_to_amount": yuan_number(step.up_to_amount),
        "grounds": list(step.grounds),
        "to": None if step.to is None else {"organ": step.to[0], "level": step.to[1]},
        "deadline": None
        if deadline is None
        else {"count": deadline[0], "unit": deadline[1], "from": deadline[2]},
        "daily": None,
        "cap": None,
        "basis": words.cited[procedure.basis] if procedure is not None else None,
        "status": procedure.status if procedure is not None else "verified",
        "says": words.step(step),
        "rule": _rule(procedure.ref) if procedure is not None else None,
        "reason": None,
    }


def _possible(possible: Possible, rule_set: RuleSet) -> dict[str, Any]:
    decision = possible.decision
    return {
        "disposition": decision.disposition,
        "stage": decision.stage,
        "obligation": decision.obligation,
        "tier": _tier(decision),
        "statutory": decision.statutory.document(),
        "fine": _fine(decision.fine),
        "measures": [_measure(each, rule_set) for each in decision.measures],
        "given": [
            [_stated(name, value, rule_set) for name, value in path] for path in possible.given
        ],
    }


def _reason(id: str, reason: Reason, words: Words) -> dict[str, Any]:
    return {
        "id": id,
        "step": reason.step,
        "code": reason.code,
        "says": words.reason(reason),
        "rule": _rule(reason.ref),
        "citations": [words.cited[each] for each in reason.citations],
        "facts": [_stated(name, value, words.rule_set) for name, value in reason.facts],
    }


def _stated(name: str, value: Value | None, rule_set: RuleSet) -> dict[str, Any]:
    return {
        "fact": name,
        "value": rule_set.facts[name].plain(value),
        "says": fact_text(name, value, rule_set),
    }


def _rule(ref: RuleRef) -> dict[str, Any]:
    return {"set": ref.set, "id": ref.id, "file": ref.place.file, "line": ref.place.line}


def _missing(missing: Missing, rule_set: RuleSet) -> dict[str, Any]:
    return {
        "fact": missing.fact,
        "ask": rule_set.facts[missing.fact].ask,
        "where": missing.where,
        "settles": list(missing.settles),
    }
