"""Secrets of the store: the master key, one data key per evaluation, tags of identifiers.

A body is compressed, then sealed with AES-256-GCM under the data key of its evaluation; the data
key is sealed under a key derived from the master key, bound to the evaluation's id. Without its
data key a body is noise, which is how erasure works.
"""

from __future__ import annotations

import base64
import hmac
import os
import tempfile
import unicodedata
import zlib
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from api.store.errors import Damaged
from engine.faults import Finding, InputFault, Place

_SIZE = 32
_NONCE = 12
_SEALED = "sealed:"


class Seal:
    """Seals and opens under one master key."""

    def __init__(self, master: bytes) -> None:
        self.fingerprint = _derive(master, "fingerprint").hex()
        self._wrapping = AESGCM(_derive(master, "wrap"))
        self._tagging = _derive(master, "tag")
        self._door = _derive(master, "door")

    def wrap(self, key: bytes, evaluation_id: str) -> bytes:
        """The data key as it may be stored."""
        return _sealed(self._wrapping, key, evaluation_id)

    def unwrap(self, wrapped: bytes, evaluation_id: str) -> bytes:
        """The data key; raises Damaged where it is not the one that was stored."""
        return _opened(self._wrapping, wrapped, evaluation_id)

    def tag(self, text: str, purpose: str = "identifier") -> str:
        """What stands for a text that must be found again but not read."""
        return keyed_hash(self._tagging, f"{purpose}\n{text}")

    def secret(self, purpose: str) -> bytes:
        """A key of its own for something outside the store, the same in every process."""
        return _derive(self._door, purpose)


def new_key() -> bytes:
    """A fresh data key."""
    return os.urandom(_SIZE)


def seal(key: bytes, body: bytes, place: str) -> bytes:
    """A body compressed and sealed for one place (record id and column)."""
    return _sealed(AESGCM(key), zlib.compress(body, 1), place)


def unseal(key: bytes, sealed: bytes, place: str) -> bytes:
    """The body again; raises Damaged where a bit was changed or it was moved."""
    return zlib.decompress(_opened(AESGCM(key), sealed, place))


def seal_text(key: bytes, text: str, place: str) -> str:
    """A short text sealed for a column of text."""
    return _SEALED + base64.b64encode(seal(key, text.encode(), place)).decode()


def unseal_text(key: bytes, sealed: str, place: str) -> str:
    """The text again, or as it stands in a row of before such texts were sealed; raises Damaged."""
    if not sealed.startswith(_SEALED):
        return sealed
    try:
        content = base64.b64decode(sealed.removeprefix(_SEALED), validate=True)
    except ValueError:
        raise Damaged from None
    return unseal(key, content, place).decode()


def keyed_hash(key: bytes, text: str) -> str:
    """A hash of a text that only the holder of the data key can compute."""
    return hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256").hex()


def normal(identifier: str) -> str:
    """One spelling of an identifier: no blanks, capital half-width letters."""
    return "".join(unicodedata.normalize("NFKC", identifier).split()).upper()


def new_master_key(path: Path) -> bytes:
    """Make the master key, readable by its owner only; a key that is there already is kept."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".master-") as file:  # mode 0600
        file.write(base64.b64encode(os.urandom(_SIZE)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
        try:
            os.link(file.name, path)
        except FileExistsError:
            return master_key(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return master_key(path)


def master_key(path: Path) -> bytes:
    """The master key in a file; raises InputFault where others may read it or it is no key."""
    try:
        if path.stat().st_mode & 0o077:
            raise _fault(path, "主密钥文件别人也能读写", f"请执行 chmod 600 {path}")
        key = base64.b64decode(path.read_bytes().strip(), validate=True)
    except FileNotFoundError:
        raise _fault(path, "找不到主密钥", "请把当初的 master.key 恢复到这里") from None
    except (OSError, ValueError):
        key = b""
    if len(key) != _SIZE:
        raise _fault(path, "主密钥不能读，或者不是本程序的主密钥", "请从备份恢复 master.key")
    return key


def check_master_key(own: Seal, fingerprint: str, path: Path) -> None:
    """Raise InputFault where a database was begun with another master key."""
    if not hmac.compare_digest(own.fingerprint, fingerprint):
        raise _fault(path, "这不是这个数据库的主密钥", "请换成当初的 master.key")


def _fault(path: Path, message: str, help: str) -> InputFault:
    return InputFault([Finding("bad_master_key", Place(str(path)), message, help)])


def _derive(master: bytes, purpose: str) -> bytes:
    return hmac.digest(master, f"liangfa {purpose}".encode(), "sha256")


def _sealed(cipher: AESGCM, plain: bytes, place: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + cipher.encrypt(nonce, plain, place.encode())


def _opened(cipher: AESGCM, sealed: bytes, place: str) -> bytes:
    try:
        return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
    except (InvalidTag, TypeError, ValueError):
        raise Damaged from None
