"""Words and marks that pages and documents have in common."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

DAY_NAMES = {
    "acted_on": "违法行为发生之日",
    "ended_on": "行为终了之日",
    "found_on": "发现之日",
    "filed_on": "立案之日",
    "decided_on": "作出决定之日（拟定）",
}
# What the answer to a question would settle.
SETTLES = {
    "disposition": "是否处罚",
    "stage": "处在哪个阶段",
    "tier": "哪个裁量阶次",
    "fine": "罚款多少",
    "measures": "其他措施",
}
_CHINA = timezone(timedelta(hours=8))
# What a reader cannot see, or what turns the order of letters round; line ends and tabs stay.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def local(at: str) -> str:
    """A time of the records as people in China read it: 2026-03-02 16:05."""
    here = datetime.fromisoformat(at).astimezone(_CHINA)
    return here.strftime("%Y-%m-%d %H:%M")


def seen(text: object) -> str:
    """What somebody wrote with its unseen characters as □, for where no element can stand."""
    return _UNSEEN.sub("□", str(text))
