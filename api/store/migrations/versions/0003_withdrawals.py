"""Withdrawals of imports, and what stands for the numbers of decision documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from api.store import triggers

revision = "0003"
down_revision = "0002"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Two tables; older imports and decisions have no numbers in the second."""
    op.create_table(
        "import_withdrawals",
        *_texts("import_id"),
        sa.Column("seq", _NUMBER, nullable=False),
        *_texts("created_at", "office", "actor"),
        sa.Column("key_id", sa.String),
        *_texts("reason"),
        sa.PrimaryKeyConstraint("import_id"),
    )
    op.create_table(
        "document_numbers",
        sa.Column("seq", _NUMBER, nullable=False),
        *_texts("record_id"),
        sa.Column("position", sa.Integer, nullable=False),
        *_texts("tag"),
        sa.PrimaryKeyConstraint("record_id", "position"),
    )
    op.create_index("ix_document_numbers_tag", "document_numbers", ["tag"])
    dialect = op.get_bind().dialect.name
    for table, key in (
        ("import_withdrawals", ["import_id"]),
        ("document_numbers", ["record_id", "position"]),
    ):
        op.create_index(f"ix_{table}_seq", table, ["seq"])
        for statement in triggers.append_only(dialect, table, key):
            op.execute(statement)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=False) for name in names]
