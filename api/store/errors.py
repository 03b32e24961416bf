"""What the store may say instead of an answer."""

from __future__ import annotations


class StoreError(Exception):
    """Base of the errors below; the text is zh-CN and holds no data of a case."""


class StoreUnavailable(StoreError):
    """Locked, full, or gone: nothing was promised, ask again. `cause` is what the database calls
    it, a code without data."""

    def __init__(self, cause: str = "", message: str = "数据库暂时不能读写，请稍后再试") -> None:
        super().__init__(f"{message}（{cause}）" if cause else message)
        self.cause = cause or None


class IdempotencyMismatch(StoreError):
    """The same Idempotency-Key came with another content."""

    def __init__(self) -> None:
        super().__init__("同一个 Idempotency-Key 用在了不同的内容上，请换一个键")


class NotFound(StoreError):
    """There is no such record or key."""

    def __init__(self, what: str) -> None:
        super().__init__(f"没有{what}")


class Erased(NotFound):
    """The record is there, but its content was erased and nothing can be added to it."""

    def __init__(self) -> None:
        super().__init__("这条记录的内容：已经依申请删除")


class Damaged(StoreError):
    """A sealed value does not open because it or its key was changed or moved; or the whole
    database file cannot be read."""

    def __init__(self, message: str = "这条记录已经损坏，请执行 liangfa audit verify") -> None:
        super().__init__(message)
