"""Points for the review of like cases, and imports of past decisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from api.store import triggers

revision = "0002"
down_revision = "0001"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Three tables and two indexes; the points of older decisions are filled in by `open_store`,
    which has the key to read them."""
    op.create_table(
        "review_points",
        sa.Column("seq", _NUMBER, nullable=False),
        *_texts("record_id"),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("evaluation_id", sa.String),
        sa.Column("row", sa.Integer),
        *_texts("office", "decided_on", "kind", "item", "edition", "role"),
        *_texts("stage", "tier", "circumstances"),
        *(sa.Column(f"{name}_fen", sa.BigInteger) for name in ("fine", "lo", "hi", "suggested")),
        sa.Column("reasoned", sa.Integer, nullable=False),
        sa.Column("row_tag", sa.String),
        sa.PrimaryKeyConstraint("record_id", "position"),
    )
    op.create_index("ix_review_points_item_office", "review_points", ["item", "office"])
    op.create_index("ix_review_points_office", "review_points", ["office"])
    op.create_index("ix_review_points_row_tag", "review_points", ["row_tag"])
    op.create_table(
        "point_fills",
        *_texts("id"),
        sa.Column("seq", _NUMBER, nullable=False),
        *_texts("created_at"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "imports",
        *_texts("id"),
        sa.Column("seq", _NUMBER, nullable=False),
        *_texts("created_at", "office", "actor"),
        sa.Column("key_id", sa.String),
        *_texts("file_hash"),
        sa.Column("rows", sa.Integer, nullable=False),
        *_texts("tags_hash"),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_evaluations_replaces", "evaluations", ["replaces", "id"])
    op.create_index("ix_decisions_evaluation_id_seq", "decisions", ["evaluation_id", "seq", "id"])
    dialect = op.get_bind().dialect.name
    for table, key in (
        ("review_points", ["record_id", "position"]),
        ("point_fills", ["id"]),
        ("imports", ["id"]),
    ):
        op.create_index(f"ix_{table}_seq", table, ["seq"])
        for statement in triggers.append_only(dialect, table, key):
            op.execute(statement)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=False) for name in names]
