"""The application: routes, the door around them, one shape of error."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TextIO

from fastapi import APIRouter, Depends, FastAPI

from api.consistency.staging import Staging
from api.documents.checking import form_at
from api.http.access import Keys
from api.http.aside import Aside
from api.http.contract import openapi_of
from api.http.door import Door
from api.http.errors import add_handlers
from api.http.logs import logger
from api.http.metrics import Metrics
from api.http.parameters import admitted
from api.http.rates import Rates
from api.http.routes import (
    audit,
    consistency,
    decisions,
    documents,
    evaluations,
    health,
    items,
    matches,
    reviews,
    rule_sets,
)
from api.http.services import Services
from api.pages.mounting import add_pages
from api.serving.rule_sets import RuleSets
from api.settings import Settings
from api.store import Store
from engine import __version__

_DESCRIPTION = """Facts of a case in, a penalty range for each party out, every figure explained and
cited. A result is advice for the organ that decides. Errors are RFC 9457 problem details."""
_TAGS = {
    "evaluations": "A case in, ranges out: tried or on record, replayed, as a document, erased",
    "decisions and reviews": "What was decided and reviewed, and whether like cases were alike",
    "rules": "The rule sets served, and what each item asks",
    "server": "Whether it lives and can work, what it counted, whether the records are whole",
}


def create_app(
    settings: Settings, store: Store, rules: RuleSets, *, log: TextIO | None = None
) -> FastAPI:
    """The HTTP door over an open store and loaded rules; whoever opened them closes them.

    The log goes to standard error, or to `log`. Raises InputFault where the settings name a form of
    documents that cannot be used.
    """
    form_at(settings.document_template)
    services = Services(
        settings,
        store,
        rules,
        Aside(settings.timeout_seconds),
        Metrics(),
        logger(settings.log_format, log),
        Rates(settings.rate_per_minute),
    )

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        Staging(settings.state_dir, store).sweep()
        yield
        services.aside.close()

    app = FastAPI(
        title="Liangfa 量罚",
        version=__version__,
        description=_DESCRIPTION,
        openapi_tags=[{"name": name, "description": says} for name, says in _TAGS.items()],
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=life,
    )
    app.state.services = services
    app.state.keys = Keys(store)
    under = APIRouter(prefix="/v1", dependencies=[Depends(admitted)])
    # The addresses asked most come first: routes are tried in this order.
    for each in (
        evaluations,
        rule_sets,
        items,
        decisions,
        reviews,
        consistency,
        documents,
        matches,
        audit,
    ):
        under.include_router(each.router)
    app.include_router(under)
    app.include_router(health.router)
    add_handlers(app)
    add_pages(app)
    served = rules.engine(None, None, False).rule_set.digest
    app.add_middleware(Door, log=services.log, metrics=services.metrics, digest=served)

    def openapi() -> dict[str, Any]:
        return openapi_of(app)

    app.openapi = openapi  # type: ignore[method-assign]
    return app
