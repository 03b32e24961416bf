"""API keys: `lf_<id>_<secret>`, shown once, stored as argon2; revoked at once and for ever."""

from __future__ import annotations

import hashlib
import secrets
import time
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select

from api.clock import new_id
from api.store.database import Database
from api.store.errors import NotFound
from api.store.ledger import Entry, Ledger
from api.store.records import PROGRAM, ROLES, Actor, ApiKey, plain
from api.store.tables import api_keys, key_revocations

_KEPT_SECONDS = 60
_KEPT_MOST = 1024
# The secrets are random, so the cost need only be honest: 19 MiB and two passes, about 20 ms.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class Keys:
    """The keys of one database, with the answers of the last minute kept in memory."""

    def __init__(self, database: Database, ledger: Ledger) -> None:
        self._database = database
        self._ledger = ledger
        self._kept: dict[bytes, tuple[Actor, float]] = {}
        self._any = False
        self._nobody = _HASHER.hash(secrets.token_urlsafe())
        self._one_at_a_time = Lock()  # each costs memory

    def add(self, name: str, role: str, office: str) -> tuple[str, str]:
        """A new key: its id, and the secret that nobody can be shown again."""
        if role not in ROLES:
            raise ValueError(role)
        id = new_id()
        secret = f"lf_{id}_{secrets.token_urlsafe(32)}"
        hashed = _HASHER.hash(secret)

        def write(entry: Entry) -> None:
            entry.add(
                api_keys,
                id=id,
                created_at=entry.at,
                name=plain(name),
                role=role,
                office=plain(office),
                secret_hash=hashed,
            )
            entry.sign(PROGRAM, "add_key", "api_key", id)

        self._ledger.append(write)
        return id, secret

    def all(self) -> list[ApiKey]:
        """Every key ever made, oldest first."""
        query = (
            select(api_keys, key_revocations.c.created_at.label("revoked_at"))
            .outerjoin(key_revocations, key_revocations.c.revoked == api_keys.c.id)
            .order_by(api_keys.c.seq)
        )
        with self._database.read() as connection:
            return [
                ApiKey(row.id, row.name, row.role, row.office, row.created_at, row.revoked_at)
                for row in connection.execute(query)
            ]

    def any(self) -> bool:
        """Whether there ever was a key; keys are never deleted, so yes stays yes."""
        if not self._any:
            with self._database.read() as connection:
                self._any = connection.execute(select(api_keys.c.id).limit(1)).first() is not None
        return self._any

    def revoke(self, id: str, actor: Actor) -> None:
        """The key opens nothing from now on, in any process; again is no error."""

        def write(entry: Entry) -> None:
            known = select(api_keys.c.id).where(api_keys.c.id == id)
            if not entry.connection.execute(known).first():
                raise NotFound("这个密钥")
            revoked = select(key_revocations.c.revoked).where(key_revocations.c.revoked == id)
            if not entry.connection.execute(revoked).first():
                entry.add(key_revocations, revoked=id, **entry.who(actor))
                entry.sign(actor, "revoke_key", "key_revocation", id)

        self._ledger.append(write)

    def actor(self, secret: str) -> Actor | None:
        """Who holds this secret; None for a wrong, made-up or revoked one."""
        digest = hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
        actor, until = self._kept.get(digest, (None, 0.0))
        if actor is None or until < time.monotonic():
            actor = self._checked(secret)
            if actor is None:
                return None
            if len(self._kept) >= _KEPT_MOST:
                self._kept.clear()
            self._kept[digest] = actor, time.monotonic() + _KEPT_SECONDS
        if self._is_revoked(
            str(actor.key_id)
        ):  # asked every time: another process may have done it
            self._kept.pop(digest, None)
            return None
        return actor

    def holder(self, id: str) -> Actor | None:
        """Whose key has this id; None for an unknown or revoked one."""
        query = select(api_keys).where(api_keys.c.id == id)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        if row is None or self._is_revoked(id):
            return None
        return Actor(row.id, row.name, row.role, row.office)

    def _checked(self, secret: str) -> Actor | None:
        parts = secret.split("_", 2)
        id = plain(parts[1]) if len(parts) == 3 and parts[0] == "lf" else ""
        with self._database.read() as connection:
            row = connection.execute(select(api_keys).where(api_keys.c.id == id)).first()
        try:
            with self._one_at_a_time:
                # An unknown id takes as long as a wrong secret.
                _HASHER.verify(row.secret_hash if row else self._nobody, plain(secret))
        except (VerificationError, InvalidHashError):
            return None
        return Actor(row.id, row.name, row.role, row.office) if row else None

    def _is_revoked(self, id: str) -> bool:
        query = select(key_revocations.c.revoked).where(key_revocations.c.revoked == id)
        with self._database.read() as connection:
            return connection.execute(query).first() is not None
