"""Numbers of decision documents (决定书文号): one spelling, and what stands for one on record."""

from __future__ import annotations

import re
import unicodedata

from api.store.seal import Seal

_PARTS = re.compile(r"[0-9]+|[^\W\d_]+")
_YEAR = re.compile(r"(19|20)[0-9]{2}")
# Words that one office writes and another leaves out: 罚字〔2025〕第012号 is 罚〔2025〕12号.
_OPTIONAL = str.maketrans("", "", "字第号")


def normal_number(text: str) -> str:
    """One spelling of a document number; "" for what is none: no organ before the year, no year, or
    no figure after it. Brackets, blanks, marks and leading zeros make no difference."""
    parts = _PARTS.findall(unicodedata.normalize("NFKC", text).upper())
    said = [
        f"/{part.lstrip('0')}/" if part.isdecimal() else part.translate(_OPTIONAL) for part in parts
    ]
    years = [place for place, part in enumerate(parts) if _YEAR.fullmatch(part)]
    if not years or not any(said[: years[0]]) or not any(map(str.isdecimal, parts[years[0] + 1 :])):
        return ""
    return "".join(said).replace("//", "/")


def number_tag(seal: Seal, text: str) -> str | None:
    """What a document number is found again by, and not read; None for what is no full number."""
    normal = normal_number(text)
    return seal.tag(normal, "document number") if normal else None
