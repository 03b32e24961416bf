"""A case as a form: the fields a browser sends, the case they say, and the form of a stored case.

The form is the only state there is. Every field is named by whom or what it is about:
`dates.found_on`, `p1.name`, `v1.dates.acted_on`, `v1.f.overdue.value`; the parties and violations
are numbered once and keep their number when others go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

DAYS = ("acted_on", "ended_on", "found_on", "filed_on", "decided_on")
FACT_KEYS = ("value", "from", "to", "unknown", "evidence")
AUTHORITY = ("region", "level", "organ", "name")


@dataclass(slots=True)
class Written:
    """What is written for one fact: a value, or bounds, or that it is not known; and evidence."""

    value: str = ""
    low: str = ""
    high: str = ""
    unknown: bool = False
    evidence: str = ""

    @property
    def stated(self) -> bool:
        """Whether anything is said of the value."""
        return bool(self.value or self.low or self.high)

    @property
    def touched(self) -> bool:
        """Whether somebody has been here at all."""
        return self.stated or self.unknown or bool(self.evidence)


@dataclass(slots=True)
class Holder:
    """What facts and dates are about: the case, a party or a violation; `key` begins the names of
    its fields."""

    key: str
    id: str = ""
    facts: dict[str, Written] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)

    def name(self, fact: str) -> str:
        """The name of the field of a fact, without its last part."""
        return f"{self.key}.f.{fact}"


@dataclass(slots=True)
class PartyForm(Holder):
    """A party; `standing` is a role, or unit or person for one without."""

    standing: str = "unit"
    roles: list[str] = field(default_factory=list)
    called: str = ""
    identifier: str = ""
    notified: str = ""


@dataclass(slots=True)
class ViolationForm(Holder):
    """A violation; `parties` are the ids of those charged with it, none for all."""

    act: str = ""
    item: str = ""
    parties: list[str] = field(default_factory=list)


@dataclass(slots=True)
class CaseForm:
    """The whole form."""

    rule_set: str = ""
    published_only: bool = False
    replaces: str = ""
    case_id: str = ""
    authority: dict[str, str] = field(default_factory=dict)
    whole: Holder = field(default_factory=lambda: Holder("c"))
    parties: list[PartyForm] = field(default_factory=list)
    violations: list[ViolationForm] = field(default_factory=list)

    def holders(self) -> Iterator[Holder]:
        """The case, then its violations, then its parties."""
        yield self.whole
        yield from self.violations
        yield from self.parties

    def add_party(self, standing: str = "unit") -> PartyForm:
        """One more party."""
        number = _next(self.parties)
        known = {each.id for each in self.parties}
        # A party without a name is called by its id in the draft of a decision.
        id = next(f"当事人{n}" for n in range(number, 10**6) if f"当事人{n}" not in known)
        self.parties.append(PartyForm(f"p{number}", id, standing=standing))
        return self.parties[-1]

    def add_violation(self, item: str) -> ViolationForm:
        """One more violation, a different act unless somebody says otherwise."""
        number = _next(self.violations)
        known = {each.id for each in self.violations}
        id = next(f"v{n}" for n in range(number, 10**6) if f"v{n}" not in known)
        self.violations.append(ViolationForm(f"v{number}", id, item=item))
        return self.violations[-1]

    def drop(self, key: str) -> None:
        """Take a party or a violation out; the last violation stays."""
        gone = {each.id for each in self.parties if each.key == key}
        self.parties = [each for each in self.parties if each.key != key]
        if len(self.violations) > 1:
            self.violations = [each for each in self.violations if each.key != key]
        for violation in self.violations:
            violation.parties = [id for id in violation.parties if id not in gone]


def _next(listed: list[Any]) -> int:
    return 1 + max((_number(each.key) for each in listed), default=0)


# From the browser -------------------------------------------------------------------------


def read_form(pairs: list[tuple[str, str]]) -> CaseForm:
    """The form as it was sent; fields nobody knows are left out."""
    form = CaseForm()
    parties: dict[str, PartyForm] = {}
    violations: dict[str, ViolationForm] = {}
    for name, raw in pairs:
        head, _, rest = name.partition(".")
        text = raw.replace("\r\n", "\n").strip()
        if name in ("rule_set", "replaces", "case_id"):
            setattr(form, name, text)
        elif name == "published_only":
            form.published_only = True
        elif head == "authority" and rest in AUTHORITY:
            form.authority[rest] = text
        elif head == "c":
            _read_common(form.whole, rest, text)
        elif _numbered(head, "p"):
            _read_party(parties.setdefault(head, PartyForm(head)), rest, text)
        elif _numbered(head, "v"):
            _read_violation(violations.setdefault(head, ViolationForm(head)), rest, text)
    # The questions come first on the page, so the order of the fields says nothing.
    form.parties = [parties[key] for key in sorted(parties, key=_number) if parties[key].id]
    form.violations = [
        violations[key] for key in sorted(violations, key=_number) if violations[key].id
    ]
    return form


def _number(key: str) -> int:
    return int(key[1:])


def _numbered(head: str, letter: str) -> bool:
    number = head.removeprefix(letter)
    return head.startswith(letter) and number.isascii() and number.isdecimal() and len(number) < 6


def _read_party(party: PartyForm, name: str, text: str) -> None:
    if name == "as":
        party.standing = text
    elif name == "role":
        party.roles.append(text)
    elif name in ("id", "called", "identifier", "notified"):
        setattr(party, name, text)
    else:
        _read_common(party, name, text)


def _read_violation(violation: ViolationForm, name: str, text: str) -> None:
    if name == "party":
        violation.parties.append(text)
    elif name in ("id", "act", "item"):
        setattr(violation, name, text)
    else:
        _read_common(violation, name, text)


def _read_common(holder: Holder, name: str, text: str) -> None:
    kind, _, rest = name.partition(".")
    if kind == "dates" and rest in (*DAYS, "continuing"):
        if text:
            holder.dates[rest] = text
    elif kind == "f":
        fact, _, key = rest.rpartition(".")
        if not fact or key not in FACT_KEYS:
            return
        written = holder.facts.setdefault(fact, Written())
        if key == "unknown" or (key == "value" and text == "unknown"):
            written.unknown = True
        elif key in ("from", "to"):
            setattr(written, "low" if key == "from" else "high", text)
        else:
            setattr(written, key, text)


# From a record ----------------------------------------------------------------------------


def form_of(case: Mapping[str, Any]) -> CaseForm:
    """The form that says a case again, whichever of its two forms it was written in."""
    inner = case.get("case") or _in_full(case)
    form = CaseForm(case_id=inner.get("id") or "")
    form.authority = {key: text for key, text in (inner.get("authority") or {}).items() if text}
    _fill(form.whole, inner)
    notified = inner.get("notified") or {}
    for number, party in enumerate(inner.get("parties") or (), 1):
        kind, roles = party["kind"], list(party.get("roles") or ())
        if roles and kind in ("unit", "person"):
            # A role says already whether it is a unit's or a person's.
            kind, roles = (kind, roles) if roles[0] == kind else (roles[0], roles[1:])
        made = PartyForm(
            f"p{number}",
            party["id"],
            standing=kind,
            roles=roles,
            called=party.get("name") or "",
            identifier=party.get("identifier") or "",
            notified=_text(notified.get(party["id"])),
        )
        _fill(made, party)
        form.parties.append(made)
    for number, violation in enumerate(inner["violations"], 1):
        charged = ViolationForm(
            f"v{number}",
            violation["id"],
            act=violation.get("act") or "",
            item=violation.get("item") or "",
            parties=list(violation.get("parties") or ()),
        )
        _fill(charged, violation)
        form.violations.append(charged)
    return form


def _in_full(short: Mapping[str, Any]) -> dict[str, Any]:
    own = {key: short[key] for key in ("item", "facts", "dates") if short.get(key)}
    shared = {key: short[key] for key in ("authority", "parties", "notified") if short.get(key)}
    return {**shared, "violations": [{"id": "v1", **own}]}


def _fill(holder: Holder, node: Mapping[str, Any]) -> None:
    for key, value in (node.get("dates") or {}).items():
        if value is not None:
            holder.dates[key] = _text(value)
    for name, value in (node.get("facts") or {}).items():
        holder.facts[name] = _written(value)


def _written(value: Any) -> Written:
    if not isinstance(value, dict):
        return Written(_text(value), unknown=value is None)
    low, high, inner = value.get("from"), value.get("to"), value.get("value")
    return Written(
        _text(inner),
        _text(low),
        _text(high),
        unknown=low is None and high is None and inner is None,
        evidence=value.get("evidence") or "",
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
