"""The pages of an import: choose a file, look at what was read, confirm or stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Query, Request, Response
from starlette.datastructures import UploadFile

from api.consistency.mapping import COLUMNS, LABELS
from api.consistency.rows import MAX_ROWS
from api.consistency.sheets import MAX_BYTES
from api.consistency.staging import Job, Staging
from api.http.logs import frames
from api.http.services import Services, The, note_of
from api.pages.frame import page, see_other
from api.pages.review_batches import IMPORTERS
from api.pages.visitors import Form, Posted, Visit, Visitor, check_token, page_router
from api.problems import Problem
from engine.model import RuleSet
from engine.phrases import STAGES

router = page_router()
_AT = "/reviews/imports"
# What a form with a file may hold beside the file.
_ROOM = 64 * 2**10
_A_PAGE = 20


@router.get(_AT)
async def choose_page(
    request: Request, the: The, visitor: Visit, p: Annotated[int, Query(ge=1, le=10**6)] = 1
) -> Response:
    """Choose a file; and what was imported before."""
    visitor.need(*IMPORTERS)
    return await _choose(request, the, visitor, p)


async def _choose(
    request: Request, the: Services, visitor: Visitor, p: int = 1, fault: str = ""
) -> Response:
    batches, total = await the.aside.store(the.store.batches, (p - 1) * _A_PAGE, _A_PAGE)
    return page(
        request,
        visitor,
        "review_import.html",
        422 if fault else 200,
        columns=COLUMNS,
        most_rows=MAX_ROWS,
        most_mib=MAX_BYTES // 2**20,
        fault=fault,
        batches=batches,
        total=total,
        page_number=p,
        pages=-(-total // _A_PAGE),
    )


@router.post(_AT)
async def choose(request: Request, the: The, visitor: Visit) -> Response:
    """Take a file and begin to read it."""
    visitor.need(*IMPORTERS)
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length[:20]) > MAX_BYTES + _ROOM:
        most = f"文件不能超过 {MAX_BYTES} 字节"
        raise Problem("too_large", most, headers={"Connection": "close"})
    async with request.form(max_files=1, max_fields=8, max_part_size=_ROOM) as form:
        check_token(request, visitor.session, str(form.get("csrf") or ""))
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            return await _choose(request, the, visitor, fault="请选择一个文件")
        content = await file.read()
        office = str(form.get("office") or "").strip()[:100] or visitor.actor.office
        name = file.filename[:200]
    staging = _staging(the)
    owner = _owner(visitor)
    job = await the.aside.store(staging.add, name, content, office, owner)
    the.aside.begin(_work, the, staging.read, job, await _rules(the))
    return see_other(request, f"{_AT}/{job.id}")


@router.get(_AT + "/{job_id}")
async def job_page(request: Request, the: The, visitor: Visit, job_id: str) -> Response:
    """How far it is, what was read, what was recorded."""
    job = await _job(the, visitor, job_id)
    rules = await _rules(the)
    note_of(request).digest = rules.digest
    return page(
        request,
        visitor,
        "review_job.html",
        job=job,
        at=f"{_AT}/{job.id}",
        columns=COLUMNS,
        labels=LABELS,
        stages=STAGES,
        defaults={"role": "", "stage": "", **job.mapping.get("defaults", {})},
        rules=rules,
    )


@router.post(_AT + "/{job_id}/mapping")
async def remap(request: Request, the: The, posted: Posted, job_id: str) -> Response:
    """Read again with what the form says of the columns."""
    job = await _job(the, posted.visitor, job_id)
    if job.running:
        raise Problem("bad_request", "正在读取，请等它读完")
    staging = _staging(the)
    await the.aside.store(staging.again, job, _mapping(posted, job))
    the.aside.begin(_work, the, staging.read, job, await _rules(the))
    return see_other(request, f"{_AT}/{job.id}")


def _mapping(posted: Form, job: Job) -> dict[str, Any]:
    """The mapping that the form describes: an empty choice means no column."""
    kept = {
        name: job.mapping[name] for name in ("values", "sheet", "encoding") if name in job.mapping
    }
    # By its place: a browser does not give the blanks in a name back as they are.
    others = {str(place): name for place, name in enumerate(job.report.get("other_sheets", ()))}
    sheet = others.get(posted.get("sheet") or "")
    if sheet is not None:
        # Another sheet has other headings: they are looked for afresh.
        return {**kept, "sheet": sheet}
    columns = {
        column.name: posted.get(f"column-{column.name}") or None
        for column in COLUMNS
        if f"column-{column.name}" in dict(posted.pairs)
    }
    defaults = {name: posted.get(f"default-{name}") for name in ("role", "stage", "office")}
    return {
        **kept,
        "columns": columns,
        "defaults": {name: value for name, value in defaults.items() if value},
        "ten_thousands": [
            name for name in ("fine", "min", "max", "suggested") if posted.get(f"wan-{name}")
        ],
        **({"header_row": job.report["line"]} if "line" in job.report else {}),
    }


@router.post(_AT + "/{job_id}/confirm")
async def confirm(request: Request, the: The, posted: Posted, job_id: str) -> Response:
    """Record what can be read."""
    job = await _job(the, posted.visitor, job_id)
    if job.phase != "ready":
        raise Problem("bad_request", "还没有读完，或者已经导入过；请看页面上的说明")
    staging = _staging(the)
    if await the.aside.store(staging.begin_writing, job):
        the.aside.begin(_work, the, staging.write, job, await _rules(the), posted.visitor.actor)
    return see_other(request, f"{_AT}/{job.id}")


@router.post(_AT + "/{job_id}/stop")
async def stop(request: Request, the: The, posted: Posted, job_id: str) -> Response:
    """Drop it; nothing of it is recorded."""
    job = await _job(the, posted.visitor, job_id)
    await the.aside.store(_staging(the).stop, job)
    return see_other(request, _AT)


@router.get(_AT + "/{job_id}/rejects")
async def rejects(request: Request, the: The, visitor: Visit, job_id: str) -> Response:
    """The rows that could not be read, with their reasons."""
    job = await _job(the, visitor, job_id)
    content = await the.aside.store(_staging(the).rejects, job)
    headers = {"Content-Disposition": 'attachment; filename="rejects.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def _work(the: Services, work: Callable[..., None], *given: Any) -> None:
    """Run a job in the thread for long work; what nobody expected goes to the log."""
    try:
        work(*given)
    except Exception as error:
        the.log.error("crash", kind=type(error).__name__, frames=frames(error))


async def _job(the: Services, visitor: Visitor, job_id: str) -> Job:
    visitor.need(*IMPORTERS)
    found: Job = await the.aside.store(_staging(the).find, job_id, _owner(visitor))
    return found


def _staging(the: Services) -> Staging:
    return Staging(the.settings.state_dir, the.store)


def _owner(visitor: Visitor) -> str:
    return visitor.actor.identity


async def _rules(the: Services) -> RuleSet:
    found: RuleSet = (await the.aside.compute(the.rules.engine, None, None, False)).rule_set
    return found
