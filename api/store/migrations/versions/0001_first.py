"""The first schema."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from api.store import triggers

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_APPEND_ONLY: dict[str, list[str]] = {}


def upgrade() -> None:
    """Tables, indexes, triggers."""
    dialect = op.get_bind().dialect.name
    _audit()
    _records()
    _access()
    _erasable()
    for statement in triggers.functions(dialect):
        op.execute(statement)
    for table, key in _APPEND_ONLY.items():
        for statement in triggers.append_only(dialect, table, key):
            op.execute(statement)
    for table, key in (
        ("record_keys", ["evaluation_id"]),
        ("record_tags", ["tag", "evaluation_id"]),
    ):
        for statement in triggers.erasable(dialect, table, key):
            op.execute(statement)


def _audit() -> None:
    names = ["at", "actor", "office", "action", "kind", "record_id"]
    names += ["record_hash", "previous", "hash"]
    op.create_table(
        "audit",
        sa.Column("seq", _NUMBER, primary_key=True, autoincrement=False),
        *_texts(*names),
    )
    _APPEND_ONLY["audit"] = ["seq"]
    _chained("master_keys", ["id"], *_texts("id", "created_at"))


def _records() -> None:
    _chained(
        "evaluations",
        ["id"],
        *_texts("id"),
        *_who(),
        *_texts("rule_set", "digest"),
        sa.Column("published_only", sa.Integer, nullable=False),
        *_texts("engine_version", "case_digest", "status", "tags_hash"),
        sa.Column("replaces", sa.String),
        sa.Column("sealed_case", sa.LargeBinary, nullable=False),
        sa.Column("sealed_result", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_evaluations_office_seq", "evaluations", ["office", "seq"])
    _chained(
        "evaluation_items",
        ["evaluation_id", "position"],
        *_texts("evaluation_id"),
        sa.Column("position", sa.Integer, nullable=False),
        *_texts("item"),
    )
    op.create_index("ix_evaluation_items_item_seq", "evaluation_items", ["item", "seq"])
    _chained(
        "decisions",
        ["id"],
        *_texts("id", "evaluation_id"),
        *_who(),
        *_texts("decided_on"),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_decisions_evaluation_id", "decisions", ["evaluation_id"])
    _chained(
        "decision_parties",
        ["decision_id", "position"],
        *_texts("decision_id"),
        sa.Column("position", sa.Integer, nullable=False),
        *_texts("party"),
        *(sa.Column(f"{name}_fen", sa.BigInteger) for name in ("fine", "lo", "hi", "suggested")),
    )
    _chained(
        "reviews",
        ["id"],
        *_texts("id", "evaluation_id"),
        *_who(),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_reviews_evaluation_id", "reviews", ["evaluation_id"])
    _chained(
        "bundles",
        ["digest"],
        *_texts("digest", "created_at", "rule_set", "version"),
        sa.Column("published_only", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    _chained("erasures", ["evaluation_id"], *_texts("evaluation_id"), *_who(), *_texts("reason"))


def _access() -> None:
    _chained(
        "api_keys",
        ["id"],
        *_texts("id", "created_at", "name", "role", "office", "secret_hash"),
    )
    _chained("key_revocations", ["revoked"], *_texts("revoked"), *_who())
    _chained(
        "requests",
        ["actor", "request_key"],
        *_texts("actor", "request_key", "body_tag", "record_id"),
    )


def _erasable() -> None:
    op.create_table(
        "record_keys",
        sa.Column("evaluation_id", sa.String, primary_key=True),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "record_tags",
        *_texts("tag", "evaluation_id"),
        sa.PrimaryKeyConstraint("tag", "evaluation_id"),
    )
    op.create_index("ix_record_tags_evaluation_id", "record_tags", ["evaluation_id"])


def _chained(table: str, key: list[str], *columns: sa.Column[Any]) -> None:
    op.create_table(
        table,
        sa.Column("seq", _NUMBER, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint(*key),
    )
    op.create_index(f"ix_{table}_seq", table, ["seq"])
    _APPEND_ONLY[table] = key


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.String, nullable=False) for name in names]


def _who() -> list[sa.Column[Any]]:
    return [*_texts("created_at", "office", "actor"), sa.Column("key_id", sa.String)]
