"""What the routes work with: one object an application."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request

from api.http.aside import Aside
from api.http.logs import Note
from api.http.metrics import Metrics
from api.http.rates import Rates
from api.settings import Settings
from engine.evaluate import Engine

if TYPE_CHECKING:
    from api.serving.rule_sets import RuleSets
    from api.store import Store


@dataclass(slots=True)
class Services:
    """The parts of one application; `kept` are the digests whose bundles are in the store,
    `reviews` the last reviews of like cases by what they rest on."""

    settings: Settings
    store: Store
    rules: RuleSets
    aside: Aside
    metrics: Metrics
    log: Any
    rates: Rates
    kept: set[str] = field(default_factory=set)
    reviews: dict[Any, Any] = field(default_factory=dict)

    def keep_bundle(self, engine: Engine) -> None:
        """Put the rules of an engine into the store, once a process."""
        rule_set = engine.rule_set
        if rule_set.digest not in self.kept:
            self.store.put_bundle(
                rule_set.digest,
                rule_set.id,
                rule_set.version,
                rule_set.published_only,
                self.rules.bundle(engine),
            )
            self.kept.add(rule_set.digest)


def services_of(request: Request) -> Services:
    """The parts of the application that a request came to."""
    found: Services = request.app.state.services
    return found


async def _services(request: Request) -> Services:
    return services_of(request)


def note_of(request: Request) -> Note:
    """What the log will say of a request."""
    found: Note = request.scope["liangfa"]
    return found


The = Annotated[Services, Depends(_services)]
