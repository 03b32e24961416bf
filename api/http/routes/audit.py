"""Whether every record is as it was written."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.http.access import Auditor
from api.http.contract import problems
from api.http.models.server import Verification
from api.http.parameters import Seq
from api.http.services import The
from api.problems import Fault, invalid

router = APIRouter(prefix="/audit", tags=["server"])


@router.get(
    "/verify",
    operation_id="verify",
    response_model=Verification,
    responses=problems(403),
)
async def verify(
    the: The,
    _: Auditor,
    seq: Seq = None,
    hash: Annotated[
        str | None, Query(pattern="^[0-9a-f]{64}$", description="The hash kept with `seq`")
    ] = None,
) -> Any:
    """Recompute the chain. A `seq` and `hash` kept elsewhere also find a tail that was cut off."""
    if (seq is None) != (hash is None):
        raise invalid([Fault("seq", "missing_key", "seq 和 hash 要一起写")])
    expected = None if seq is None or hash is None else (seq, hash)
    told = await the.aside.patiently(the.store.verify, expected)
    fault = told.fault
    return {
        "ok": told.ok,
        "seq": told.seq,
        "head": told.hash,
        "fault": fault
        and {"kind": fault.kind, "table": fault.table, "id": fault.id, "says": fault.says},
    }
