"""Sessions of a browser: a signed cookie that names a key, and tokens that only our forms carry.

Nothing is kept on the server. A cookie says whose key was shown, when, and when it was last used;
whether the key still stands is asked of the store on every request. The cookie opens pages only:
the addresses under /v1 do not read it.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, replace

COOKIE = "liangfa_session"
# Seconds: how long a page may lie idle, how long a sign-in lasts, how often the cookie is renewed.
IDLE = 60 * 60
WHOLE = 10 * IDLE
RENEW = 5 * 60
# How long the browser keeps the cookie: what was typed before a night can be sent after signing in
# again, for only a cookie that is still there ties the open form to the same key.
KEPT = 7 * 24 * IDLE
# A cookie of ours is shorter; anything else is not looked at.
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Session:
    """One browser; `key_id` is empty before sign-in, and on a machine that needs none. Times in
    seconds since 1970."""

    key_id: str
    began: int
    used: int
    nonce: str


class Sessions:
    """Signs and reads cookies under a secret that every worker shares."""

    def __init__(self, secret: bytes) -> None:
        self._cookies = hmac.digest(secret, b"cookie", "sha256")
        self._tokens = hmac.digest(secret, b"token", "sha256")

    def begin(self, key_id: str, now: int, before: Session | None = None) -> Session:
        """A new session, which nobody can have known before. Where the same key was shown `before`
        in this browser, its open forms stay good."""
        same = before is not None and key_id and before.key_id == key_id
        nonce = before.nonce if before is not None and same else secrets.token_urlsafe(18)
        return Session(key_id, now, now, nonce)

    def cookie(self, session: Session) -> str:
        """The session as the browser keeps it."""
        body = f"{session.key_id}.{session.began}.{session.used}.{session.nonce}"
        return f"{body}.{_signature(self._cookies, body)}"

    def read(self, cookie: str | None) -> Session | None:
        """The session of a cookie, over or not; None for one that is not ours."""
        if cookie is None or len(cookie) > _LONGEST or not cookie.isascii():
            return None
        body, _, signature = cookie.rpartition(".")
        if not hmac.compare_digest(_signature(self._cookies, body), signature):
            return None
        key_id, began, used, nonce = body.split(".")
        return Session(key_id, int(began), int(used), nonce)

    def over(self, session: Session, now: int) -> bool:
        """Whether a key has to be shown again: idle too long, or signed in too long ago."""
        return now - session.used > IDLE or now - session.began > WHOLE

    def renewed(self, session: Session, now: int) -> Session | None:
        """The session as used just now; None where it is over, or need not be sent again yet."""
        due = now - session.used > RENEW and not self.over(session, now)
        return replace(session, used=now) if due else None

    def token(self, session: Session) -> str:
        """What every form of the session carries, and no foreign page can know."""
        return _signature(self._tokens, session.nonce)

    def holds(self, session: Session, token: str) -> bool:
        """Whether a form came from a page of this session."""
        return token.isascii() and hmac.compare_digest(self.token(session), token)


def _signature(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256").hex()
