"""Numbers as people write them in a form, exactly."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Any

import orjson

PLEASE = "请只填阿拉伯数字，例如 3 或者 1200.50，不写单位；逗号只能按千位写"
_NUMBER = re.compile(r"-?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]*)?")
_LONGEST = 20


def number_of(text: str) -> Decimal | None:
    """A number with what a Chinese keyboard makes of it: full-width digits and signs, commas
    between thousands; None for what is none. Raises ValueError for one that is too long."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if _NUMBER.fullmatch(plain) is None:
        return None
    plain = plain.replace(",", "")
    if len(plain) > _LONGEST:
        raise ValueError("数太长；请核对")
    return Decimal(plain)


def exact(number: Any) -> orjson.Fragment:
    """A Decimal in JSON with every digit it has, for `orjson.dumps(default=...)`."""
    return orjson.Fragment(format(number, "f"))
