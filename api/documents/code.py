"""The code by which a printed document is checked against the record it says it is of."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Sequence

from api.store import Decision, Evaluation

_GROUP, _LENGTH = 4, 16
# What is easily read for another letter, in either alphabet: none of the left is in it.
_LETTERS = str.maketrans({"0": "O", "1": "I", "8": "B"})
_DIGITS = str.maketrans({"o": "0", "i": "1", "l": "1"})
_NO_LETTER = re.compile("[^A-Z0-9]")
_ID = re.compile("(?<![0-9a-z])[0-9a-z]{26}(?![0-9a-z])")


def code_of(record: Evaluation, decisions: Sequence[Decision]) -> str:
    """Sixteen letters and digits out of the hashes that the audit log keeps of a record and of the
    decision that stands, in groups of four.

    base32(SHA-256("<id> <hash of the record> <hash of the last decision, or nothing>")): whoever
    may read the record can compute it, nobody else can guess it, and it is another one as soon as
    the record is not what it was or another decision is recorded.
    """
    last = decisions[-1].hash if decisions else ""
    hashed = hashlib.sha256(f"{record.id} {record.hash} {last}".encode()).digest()
    letters = base64.b32encode(hashed).decode()[:_LENGTH]
    return "-".join(letters[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))


def same_code(one: str, other: str) -> bool:
    """Whether two codes are the same but for how they were copied."""
    return bare_code(one) == bare_code(other)


def decided_since(
    code: str, record: Evaluation, decisions: Sequence[Decision]
) -> Sequence[Decision] | None:
    """The decisions recorded after the document with a code was made, none where it is the latest;
    None where the code is not of this record at all."""
    for count in range(len(decisions), -1, -1):
        if same_code(code, code_of(record, decisions[:count])):
            return decisions[count:]
    return None


def bare_code(text: str) -> str:
    """The letters of a code however it was copied, with the words around it or without."""
    written = _NO_LETTER.sub("", unicodedata.normalize("NFKC", text).upper())
    return written.translate(_LETTERS)


def whole_code(text: str) -> bool:
    """Whether a text has as many letters as a code."""
    return len(bare_code(text)) == _LENGTH


def id_in(text: str) -> str:
    """The id of a record in a text, however it was copied; "" for none."""
    written = unicodedata.normalize("NFKC", text).lower()
    found = _ID.search(written) or _ID.search(re.sub("[^0-9a-z]", "", written))
    return found[0].translate(_DIGITS) if found else ""
