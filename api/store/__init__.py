"""The record of what was evaluated and decided: append-only, sealed, hash-chained."""

from api.store.errors import (
    Damaged,
    Erased,
    IdempotencyMismatch,
    NotFound,
    StoreError,
    StoreUnavailable,
)
from api.store.opening import open_store
from api.store.records import (
    PROGRAM,
    ROLES,
    Actor,
    ApiKey,
    Decided,
    Decision,
    Evaluation,
    Fault,
    Fine,
    HistoryEntry,
    NewEvaluation,
    Review,
    Verification,
)
from api.store.store import Store

__all__ = [
    "PROGRAM",
    "ROLES",
    "Actor",
    "ApiKey",
    "Damaged",
    "Decided",
    "Decision",
    "Erased",
    "Evaluation",
    "Fault",
    "Fine",
    "HistoryEntry",
    "IdempotencyMismatch",
    "NewEvaluation",
    "NotFound",
    "Review",
    "Store",
    "StoreError",
    "StoreUnavailable",
    "Verification",
    "open_store",
]
