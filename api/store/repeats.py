"""Requests that may come twice: what their Idempotency-Key was first used for.

The key is kept as a keyed hash, for people write names into such keys. The content is told by the
data key of the record it made, so that nobody can try out contents once that is gone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from api.store import seal as sealing
from api.store.errors import IdempotencyMismatch
from api.store.ledger import Entry
from api.store.records import Actor, plain
from api.store.tables import decisions, requests, reviews

Idempotency = tuple[str, str]  # the key, and what stands for the content it came with


@dataclass(frozen=True, slots=True)
class Repeat:
    """One request of an actor for a purpose; without `idempotency` it is always the first."""

    seal: sealing.Seal
    actor: Actor
    idempotency: Idempotency | None
    purpose: str

    def first(self, entry: Entry, data_key: Callable[[str], bytes]) -> str | None:
        """The record that the first such request made, None where this is the first. `data_key`
        gives the key of an evaluation and raises Erased where that is gone and nobody can tell any
        more; raises IdempotencyMismatch where the first had another content."""
        if self.idempotency is None:
            return None
        request_key, content = self.idempotency
        # Programs before wrote the key as it came, and the hash of the content under no data key.
        query = select(requests.c.body_tag, requests.c.record_id).where(
            requests.c.actor == self.actor.identity,
            requests.c.request_key.in_((self._key_tag(request_key), plain(request_key))),
        )
        row = entry.connection.execute(query).first()
        if row is None:
            return None
        key = data_key(_evaluation_of(entry.connection, row.record_id))
        known = (self._content_tag(key, content), self.seal.tag(content, self.purpose))
        if row.body_tag not in known:
            raise IdempotencyMismatch
        return str(row.record_id)

    def remember(self, entry: Entry, record_id: str, key: bytes) -> None:
        """Keep that this request made a record, whose data key is `key`."""
        if self.idempotency is not None:
            request_key, content = self.idempotency
            entry.add(
                requests,
                actor=self.actor.identity,
                request_key=self._key_tag(request_key),
                body_tag=self._content_tag(key, content),
                record_id=record_id,
            )

    def _key_tag(self, request_key: str) -> str:
        return self.seal.tag(request_key, "idempotency key")

    def _content_tag(self, key: bytes, content: str) -> str:
        return sealing.keyed_hash(key, f"{self.purpose}\n{content}")


def _evaluation_of(connection: Connection, record_id: str) -> str:
    """The evaluation that a decision or review belongs to; of an evaluation, itself."""
    for table in (decisions, reviews):
        query = select(table.c.evaluation_id).where(table.c.id == record_id)
        if of := connection.execute(query).scalar():
            return str(of)
    return record_id
