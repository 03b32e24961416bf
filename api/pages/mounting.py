"""The pages put into the application."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from api.http.errors import answered, problem_of
from api.pages import (
    assets,
    casework,
    home,
    lookup,
    papers,
    records,
    review_batches,
    review_imports,
    reviews,
    signing,
)
from api.pages.frame import fault_page
from api.pages.visitors import finished, wants_page

_ROUTERS = (
    assets.router,
    signing.router,
    home.router,
    casework.router,
    records.router,
    lookup.router,
    papers.router,
    review_imports.router,
    review_batches.router,
    reviews.router,
)


def add_pages(app: FastAPI) -> None:
    """Serve every page; a browser that asks for an address nobody knows gets a page too."""
    for router in _ROUTERS:
        app.include_router(router)
    app.add_exception_handler(HTTPException, _unknown)


async def _unknown(request: Request, error: Any) -> Response:
    if not wants_page(request):
        return await answered(request, error)
    problem = problem_of(request, error)
    assert problem is not None
    return finished(request, fault_page(request, None, problem))
