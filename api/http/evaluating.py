"""A case through the engine: from the bytes of a request to the bytes of the result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from api.http.limits import case_source
from api.http.models.evaluations import Earlier, Fined
from api.http.services import Services
from api.serving.answers import result_bytes
from api.store import NewEvaluation, Store
from engine import __version__
from engine.evaluate import Engine
from engine.money import yuan_number
from engine.parsing import region_of
from engine.result import Result


@dataclass(frozen=True, slots=True)
class Evaluated:
    """An evaluation as done: what was read, by which rules, the exact bytes of the result."""

    engine: Engine
    case: bytes
    parties: tuple[tuple[str, str], ...]
    result: Result
    content: bytes

    def new(self) -> NewEvaluation:
        """The same as a record to be."""
        rule_set = self.engine.rule_set
        return NewEvaluation(
            rule_set=rule_set.id,
            digest=rule_set.digest,
            published_only=rule_set.published_only,
            engine_version=__version__,
            case_digest=self.result.case.digest,
            status=self.result.status,
            items=tuple(dict.fromkeys(each.item.id for each in self.result.outcomes)),
            case=self.case,
            result=self.content,
            identifiers=tuple(dict.fromkeys(identifier for _, identifier in self.parties)),
        )


def evaluate(
    services: Services, body: bytes, rule_set: str | None, published_only: bool
) -> Evaluated:
    """Evaluate a case on the rules asked for; raises Problem or what the engine raises."""
    source = case_source(body, services.settings)
    engine = services.rules.engine(rule_set, region_of(source), published_only)
    result = engine.evaluate_source(source)
    parties = tuple(_identified(source.data))
    return Evaluated(engine, source.text.encode(), parties, result, result_bytes(result))


def _identified(data: Any) -> Iterator[tuple[str, str]]:
    for party in data.get("case", data).get("parties") or ():
        if party.get("identifier"):
            yield party["id"], party["identifier"]


def asks_for_history(result: Result) -> bool:
    """Whether the answer asks for, or assumed, something that earlier decisions may answer."""
    facts = result.rule_set.facts
    return any(facts[each.fact].earlier for each in (*result.missing, *result.assumptions))


def earlier_decisions(
    store: Store, evaluated: Evaluated, office: str | None, own: str | None = None
) -> list[Earlier]:
    """What the records hold of decisions with the same identifiers, but for the `own` record."""
    if not evaluated.parties or not asks_for_history(evaluated.result):
        return []
    return [
        Earlier(
            party=party,
            evaluation=each.evaluation_id,
            decided_on=each.decided_at,
            items=list(each.items),
            fines=[Fined(party=one.party, fine=yuan_number(one.fine_fen)) for one in each.fines],
        )
        for party, identifier in evaluated.parties
        for each in store.history(identifier, office=office)
        if each.evaluation_id != own
    ]
