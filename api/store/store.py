"""The record (全过程记录): evaluations, decisions, reviews, rules; added to, never edited."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import func, select

from api.store import adding, batches, comparing, importing, reading, verifying
from api.store import seal as sealing
from api.store.batches import Batch
from api.store.comparing import Wanted
from api.store.database import Database
from api.store.doubles import Standing
from api.store.errors import NotFound
from api.store.importing import Import, Imported, PastDecision
from api.store.keys import Keys
from api.store.ledger import Ledger
from api.store.points import Point
from api.store.records import (
    Actor,
    ApiKey,
    Decision,
    Evaluation,
    Fault,
    HistoryEntry,
    NewEvaluation,
    Review,
    Verification,
    plain,
)
from api.store.repeats import Idempotency
from api.store.tables import audit, bundles, evaluations


class Store:
    """One database and its master key. Safe to share between threads, not across a fork.

    Everything may raise StoreUnavailable: then nothing was promised, and the next call finds
    out by itself whether the database is back.
    """

    def __init__(self, database: Database, ledger: Ledger, seal: sealing.Seal) -> None:
        self._database = database
        self._ledger = ledger
        self._seal = seal
        self._keys = Keys(database, ledger)

    # Evaluations

    def add_evaluation(
        self,
        new: NewEvaluation,
        actor: Actor,
        *,
        idempotency: Idempotency | None = None,
        replaces: str | None = None,
    ) -> tuple[Evaluation, bool]:
        """The record and True; or, for an Idempotency-Key seen before, the first and False."""
        id, write = adding.evaluation(self._seal, new, actor, idempotency, replaces)
        written, entry = self._ledger.append(write)
        if written != id:
            first = self.evaluation(written)
            if first is None:
                raise NotFound("这条评估记录")
            return first, False
        return Evaluation(
            rule_set=new.rule_set,
            digest=new.digest,
            published_only=new.published_only,
            engine_version=new.engine_version,
            case_digest=new.case_digest,
            status=new.status,
            items=new.items,
            case=new.case,
            result=new.result,
            id=id,
            office=actor.office,
            actor=actor.name,
            key_id=actor.key_id,
            created_at=entry.at,
            seq=entry.seq,
            hash=entry.hash,
            erased=False,
            replaces=replaces,
        ), True

    def evaluation(self, id: str) -> Evaluation | None:
        """A record with its case and result, which are empty when erased, as is the digest of the
        case; whoever asks checks the office."""
        with self._database.read() as connection:
            return reading.evaluation(connection, self._seal, plain(id))

    def evaluations(
        self,
        *,
        office: str | None,
        item: str | None = None,
        rule_set: str | None = None,
        status: str | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> tuple[list[Evaluation], str | None]:
        """Newest first, without bodies; `after` is the cursor that came with the last page."""
        wanted = {"office": office, "rule_set": rule_set, "status": status}
        with self._database.read() as connection:
            return reading.evaluations(connection, self._seal, wanted, item, after, limit)

    def replaced(self, ids: Sequence[str]) -> dict[str, str]:
        """Of some evaluations, those that another corrects, each with the last one that does."""
        with self._database.read() as connection:
            return reading.replaced(connection, [plain(each) for each in ids])

    def followed(self, ids: Sequence[str]) -> dict[str, tuple[int, int]]:
        """How many decisions and how many reviews some evaluations have."""
        with self._database.read() as connection:
            return reading.followed(connection, [plain(each) for each in ids])

    # What follows an evaluation

    def add_decision(
        self,
        evaluation_id: str,
        document: dict[str, Any],
        actor: Actor,
        idempotency: Idempotency | None = None,
    ) -> Decision:
        """Seal a decision to its evaluation. Of `document`, `decided_on` and of each of `parties`
        {party, fine, min, max, suggested} the amounts (yuan or null) stay readable for reviews."""
        of = plain(evaluation_id)
        write = adding.decision(self._seal, of, document, actor, idempotency)
        id, _ = self._ledger.append(write)
        return next(each for each in self.decisions(of) if each.id == id)

    def add_review(
        self,
        evaluation_id: str,
        document: dict[str, Any],
        actor: Actor,
        idempotency: Idempotency | None = None,
    ) -> Review:
        """Seal a review to its evaluation."""
        of = plain(evaluation_id)
        write = adding.review(self._seal, of, document, actor, idempotency)
        id, _ = self._ledger.append(write)
        return next(each for each in self.reviews(of) if each.id == id)

    def decisions(self, evaluation_id: str) -> list[Decision]:
        """The decisions on an evaluation, oldest first; the last one stands."""
        with self._database.read() as connection:
            return reading.decisions(connection, self._seal, plain(evaluation_id))

    def reviews(self, evaluation_id: str) -> list[Review]:
        """The reviews of an evaluation, oldest first."""
        with self._database.read() as connection:
            return reading.reviews(connection, self._seal, plain(evaluation_id))

    def history(
        self, identifier: str, *, office: str | None, before: str | None = None
    ) -> list[HistoryEntry]:
        """Earlier decisions in cases with this party, newest first; `before` is a date. A blank
        identifier is nobody's."""
        normal = sealing.normal(identifier)
        if not normal:
            return []
        tag = self._seal.tag(normal)
        with self._database.read() as connection:
            return reading.history(connection, self._seal, tag, office, before)

    # Like cases

    def standing(self, wanted: Wanted) -> Standing:
        """The fines that stand, recorded and imported, for the review of like cases; and those
        that are, or may be, both."""
        with self._database.read(snapshot=True) as connection:
            return comparing.standing(connection, wanted)

    def points(self, wanted: Wanted) -> list[Point]:
        """The fines that stand, alone."""
        return self.standing(wanted).points

    def head(self) -> int:
        """The number of the last record: what was read stays true as long as it is the same."""
        with self._database.read() as connection:
            return connection.execute(select(func.max(audit.c.seq))).scalar() or 0

    def fill_points(self) -> None:
        """Give the decisions of before there were points theirs; once in a database's life."""
        with self._database.read() as connection:
            unfilled = comparing.unfilled(connection)
        if unfilled:
            self._ledger.append(comparing.filling(self._database, self._seal))

    def offices(self) -> list[str]:
        """The offices whose decisions can be compared."""
        with self._database.read() as connection:
            return comparing.offices(connection)

    def known_rows(self, rows: Sequence[PastDecision]) -> tuple[int, ...]:
        """The lines of a file that have been imported before."""
        with self._database.read() as connection:
            return importing.known_rows(connection, self._seal, rows)

    def recorded_rows(self, rows: Sequence[PastDecision]) -> tuple[int, ...]:
        """The lines of a file that are certainly decisions recorded here."""
        with self._database.read() as connection:
            return importing.recorded_rows(connection, self._seal, rows)

    def add_import(
        self,
        rows: Sequence[PastDecision],
        file_hash: str,
        actor: Actor,
        check: Callable[[], None] = lambda: None,
        *,
        name: str = "",
    ) -> Import:
        """Record the rows that are not there yet, all or none; what `check` raises stops it.
        `name` is what the file was called."""
        write = importing.importing(self._seal, rows, name, file_hash, actor, check)
        made: Import = self._ledger.append(write)[0]
        return made

    def imported(self, import_id: str, row: int) -> Imported:
        """One imported row; raises NotFound."""
        with self._database.read() as connection:
            return importing.imported(connection, self._seal, plain(import_id), row)

    def batch(self, import_id: str) -> Batch:
        """One import; raises NotFound."""
        with self._database.read() as connection:
            return batches.batch(connection, self._seal, plain(import_id))[0]

    def batches(self, skip: int = 0, limit: int | None = None) -> tuple[list[Batch], int]:
        """The imports, withdrawn ones too, newest first; and how many there are."""
        with self._database.read(snapshot=True) as connection:
            return batches.batches(connection, self._seal, skip, limit)

    def batch_points(self, import_id: str, limit: int) -> list[Point]:
        """The first rows of an import, withdrawn or not."""
        with self._database.read() as connection:
            return batches.batch_points(connection, plain(import_id), limit)

    def withdraw(self, import_id: str, actor: Actor, reason: str) -> bool:
        """Have an import count no more; its rows may be imported again. False, and nothing is
        written, where it was withdrawn before; raises NotFound."""
        done: bool = self._ledger.append(batches.withdrawal(plain(import_id), actor, reason))[0]
        return done

    # Erasure

    def erase(self, evaluation_id: str, actor: Actor, reason: str) -> None:
        """Destroy the data key and the party index of an evaluation, or the key of an import; the
        chain still verifies, `reason` stays readable. Again is no error; and is needed after
        StoreUnavailable, when the key may still lie in a file that others were reading."""
        self._ledger.append(adding.erasure(plain(evaluation_id), actor, reason))
        self._database.forget_deleted()

    # Rules

    def put_bundle(
        self, digest: str, rule_set: str, version: str, published_only: bool, content: bytes
    ) -> None:
        """Keep the rules that a digest stands for; raises ValueError where it does not."""
        if hashlib.sha256(content).hexdigest() != digest.removeprefix("sha256:"):
            raise ValueError(digest)
        if self.bundle(digest) is None:
            write = adding.bundle(digest, rule_set, version, published_only, content)
            self._ledger.append(write)

    def bundle(self, digest: str) -> bytes | None:
        """The rules of a digest."""
        query = select(bundles.c.content).where(bundles.c.digest == plain(digest))
        with self._database.read() as connection:
            packed = connection.execute(query).scalar()
        return None if packed is None else zlib.decompress(packed)

    # Keys

    def add_key(self, name: str, role: str, office: str) -> tuple[str, str]:
        """A new key: its id and its secret, which is shown this once."""
        return self._keys.add(name, role, office)

    def keys(self) -> list[ApiKey]:
        """Every key ever made, revoked ones too."""
        return self._keys.all()

    def has_keys(self) -> bool:
        """Whether any key was ever made."""
        return self._keys.any()

    def revoke_key(self, id: str, actor: Actor) -> None:
        """The key opens nothing from now on."""
        self._keys.revoke(plain(id), actor)

    def actor_for(self, secret: str) -> Actor | None:
        """Who holds this secret."""
        return self._keys.actor(secret)

    def holder_of(self, key_id: str) -> Actor | None:
        """Whose key has this id; None for an unknown or revoked one. For whoever has shown the
        secret before."""
        return self._keys.holder(plain(key_id))

    def secret(self, purpose: str) -> bytes:
        """A key derived from the master key, for one purpose outside the store."""
        return self._seal.secret(purpose)

    # The whole

    def verify(self, expected: tuple[int, str] | None = None) -> Verification:
        """Recompute the audit log; `expected` is a head (seq, hash) noted earlier."""
        return verifying.verify(self._database, self._seal, expected)

    def verify_records(self, seqs: Sequence[int]) -> Fault | None:
        """The first of a few records, by their numbers, that is not what the log says; None where
        all are."""
        return verifying.verify_records(self._database, self._seal, seqs)

    def ping(self) -> None:
        """Raise StoreUnavailable where the database does not answer."""
        with self._database.read() as connection:
            connection.execute(select(evaluations.c.id).limit(1)).first()

    def close(self) -> None:
        """Give the connections back."""
        self._database.close()
