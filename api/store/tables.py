"""The tables. Every append-only row carries `seq`, the number of the audit row it belongs to.

`record_keys` and `record_tags` are not part of the chain: erasure deletes from them, and only
from them. Large sealed columns come last, so that SQLite reads lists without touching them.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
)

metadata = MetaData()
_Number = BigInteger().with_variant(Integer, "sqlite")


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, String, nullable=null)


def _seq() -> Column[int]:
    return Column("seq", _Number, nullable=False, index=True)


def _who() -> list[Column[str]]:
    return [_text("created_at"), _text("office"), _text("actor"), _text("key_id", null=True)]


audit = Table(
    "audit",
    metadata,
    Column("seq", _Number, primary_key=True, autoincrement=False),
    *(_text(name) for name in ("at", "actor", "office", "action", "kind", "record_id")),
    *(_text(name) for name in ("record_hash", "previous", "hash")),
)

# One row: which master key this database was begun with.
master_keys = Table(
    "master_keys", metadata, Column("id", String, primary_key=True), _seq(), _text("created_at")
)

evaluations = Table(
    "evaluations",
    metadata,
    Column("id", String, primary_key=True),
    _seq(),
    *_who(),
    _text("rule_set"),
    _text("digest"),
    Column("published_only", Integer, nullable=False),
    *(_text(name) for name in ("engine_version", "case_digest", "status", "tags_hash")),
    _text("replaces", null=True),
    Column("sealed_case", LargeBinary, nullable=False),
    Column("sealed_result", LargeBinary, nullable=False),
    Index("ix_evaluations_office_seq", "office", "seq"),
    Index("ix_evaluations_replaces", "replaces", "id"),
)

evaluation_items = Table(
    "evaluation_items",
    metadata,
    _seq(),
    _text("evaluation_id"),
    Column("position", Integer, nullable=False),
    _text("item"),
    PrimaryKeyConstraint("evaluation_id", "position"),
    Index("ix_evaluation_items_item_seq", "item", "seq"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", String, primary_key=True),
    _seq(),
    Column("evaluation_id", String, nullable=False, index=True),
    *_who(),
    _text("decided_on"),
    Column("sealed", LargeBinary, nullable=False),
    Index("ix_decisions_evaluation_id_seq", "evaluation_id", "seq", "id"),
)

# `party` is empty: the sealed document names the party at the same position. Rows of programs
# before say there what the case called it, and the chain keeps them as they are.
decision_parties = Table(
    "decision_parties",
    metadata,
    _seq(),
    _text("decision_id"),
    Column("position", Integer, nullable=False),
    _text("party"),
    *(Column(f"{name}_fen", BigInteger) for name in ("fine", "lo", "hi", "suggested")),
    PrimaryKeyConstraint("decision_id", "position"),
)

# What like cases are told by, one row a party and fine: nothing personal, kept after an erasure.
review_points = Table(
    "review_points",
    metadata,
    _seq(),
    _text("record_id"),
    Column("position", Integer, nullable=False),
    _text("evaluation_id", null=True),
    Column("row", Integer),
    *(_text(name) for name in ("office", "decided_on", "kind", "item", "edition", "role")),
    *(_text(name) for name in ("stage", "tier", "circumstances")),
    *(Column(f"{name}_fen", BigInteger) for name in ("fine", "lo", "hi", "suggested")),
    Column("reasoned", Integer, nullable=False),
    _text("row_tag", null=True),
    PrimaryKeyConstraint("record_id", "position"),
    Index("ix_review_points_item_office", "item", "office"),
    Index("ix_review_points_office", "office"),
    Index("ix_review_points_row_tag", "row_tag"),
)

# The decisions of before there were points, looked at once.
point_fills = Table(
    "point_fills",
    metadata,
    Column("id", String, primary_key=True),
    _seq(),
    _text("created_at"),
)

# Past decisions read from a file; `sealed` holds what the file calls each of them.
imports = Table(
    "imports",
    metadata,
    Column("id", String, primary_key=True),
    _seq(),
    *_who(),
    _text("file_hash"),
    Column("rows", Integer, nullable=False),
    _text("tags_hash"),
    Column("sealed", LargeBinary, nullable=False),
)

# An import that does not count any more; nothing of it is taken away.
import_withdrawals = Table(
    "import_withdrawals",
    metadata,
    Column("import_id", String, primary_key=True),
    _seq(),
    *_who(),
    _text("reason"),
)

# Keyed hashes of the numbers of decision documents, by the point that each is about.
document_numbers = Table(
    "document_numbers",
    metadata,
    _seq(),
    _text("record_id"),
    Column("position", Integer, nullable=False),
    _text("tag"),
    PrimaryKeyConstraint("record_id", "position"),
    Index("ix_document_numbers_tag", "tag"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", String, primary_key=True),
    _seq(),
    Column("evaluation_id", String, nullable=False, index=True),
    *_who(),
    Column("sealed", LargeBinary, nullable=False),
)

bundles = Table(
    "bundles",
    metadata,
    Column("digest", String, primary_key=True),
    _seq(),
    _text("created_at"),
    _text("rule_set"),
    _text("version"),
    Column("published_only", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

erasures = Table(
    "erasures",
    metadata,
    Column("evaluation_id", String, primary_key=True),
    _seq(),
    *_who(),
    _text("reason"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String, primary_key=True),
    _seq(),
    *(_text(name) for name in ("created_at", "name", "role", "office", "secret_hash")),
)

key_revocations = Table(
    "key_revocations",
    metadata,
    Column("revoked", String, primary_key=True),
    _seq(),
    *_who(),
)

# What an Idempotency-Key was first used for.
requests = Table(
    "requests",
    metadata,
    _seq(),
    _text("actor"),
    _text("request_key"),
    _text("body_tag"),
    _text("record_id"),
    PrimaryKeyConstraint("actor", "request_key"),
)

# Erasure deletes from these two.
record_keys = Table(
    "record_keys",
    metadata,
    Column("evaluation_id", String, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)
record_tags = Table(
    "record_tags",
    metadata,
    _text("tag"),
    _text("evaluation_id"),
    PrimaryKeyConstraint("tag", "evaluation_id"),
    Index("ix_record_tags_evaluation_id", "evaluation_id"),
)

ERASABLE = (record_keys, record_tags)
# The tables whose rows the chain covers, by name; each kind's own table and id column below.
CHAINED = {
    table.name: table
    for table in metadata.sorted_tables
    if table is not audit and table not in ERASABLE
}
KINDS = {
    "master_key": (master_keys, "id"),
    "evaluation": (evaluations, "id"),
    "decision": (decisions, "id"),
    "review": (reviews, "id"),
    "import": (imports, "id"),
    "withdrawal": (import_withdrawals, "import_id"),
    "point_fill": (point_fills, "id"),
    "bundle": (bundles, "digest"),
    "erasure": (erasures, "evaluation_id"),
    "api_key": (api_keys, "id"),
    "key_revocation": (key_revocations, "revoked"),
}
