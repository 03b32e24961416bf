"""What goes in and out, typed: the bodies of requests and answers, with examples.

A case and a result keep to schemas/case.schema.json and schemas/result.schema.json; here they
stand by name only (see contract.py).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from engine.dates import day_number

ID = "3f5g7h9j1k3m5n7p9q1r3s5t7v"
DIGEST = "sha256:" + "0" * 64
AT = "2026-11-25T08:30:00.123Z"
ID_PATTERN = "^[0-9a-hjkmnp-tv-z]{26}$"
DIGEST_PATTERN = "^sha256:[0-9a-f]{64}$"

Verdict = Literal["agree", "amend", "return"]
Position = Literal["inside", "below", "above", "no_range"]


def _day(text: str) -> str:
    try:
        day_number(text)
    except ValueError:
        raise ValueError("不是日历上的日子；请写成 2026-03-02 这样的日期") from None
    return text


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("不能只有空白")
    if "\0" in text:
        raise ValueError("不能有空字符")
    return text


def _number(value: Any) -> Any:
    # JSON numbers only: 1 is not "1", and true is no sum of money.
    if isinstance(value, bool | str):
        raise ValueError("应是数，不加引号")
    return value


def named(schema: str, *, null: bool = False) -> WithJsonSchema:
    """A value described by a contract schema; contract.py puts the reference in."""
    return WithJsonSchema({"x-contract": schema, "x-null": null})


Text = Annotated[
    str, StringConstraints(min_length=1, max_length=2000, strict=True), AfterValidator(_said)
]
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=200, strict=True), AfterValidator(_said)
]
Day = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", strict=True),
    AfterValidator(_day),
    Field(json_schema_extra={"format": "date"}),
]
Fine = Annotated[
    Decimal,
    BeforeValidator(_number),
    Field(ge=0, le=10**12, decimal_places=2),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 10**12}),
]
Case = Annotated[Any, named("Case")]
CaseOrNull = Annotated[Any, named("Case", null=True)]
Result = Annotated[Any, named("Result")]
ResultOrNull = Annotated[Any, named("Result", null=True)]
Yuan = int | float | None


class Sent(BaseModel):
    """A body that a client sends: nothing in it is ignored."""

    model_config = ConfigDict(extra="forbid")


class Answer(BaseModel):
    """A body that the server answers with."""


# Evaluations -------------------------------------------------------------------------------


class Record(Answer):
    """Where a record stands in the linked audit log."""

    seq: int = Field(examples=[17])
    hash: str = Field(examples=["0" * 64])


class Fined(Answer):
    """What a party of an earlier case was fined."""

    party: str = Field(description="As that case called it", examples=["plant"])
    fine: Yuan = Field(description="Yuan; null where no fine was imposed", examples=[9000])


class Earlier(Answer):
    """An earlier decision in a case with the same identifier: offered, never filled in."""

    party: str = Field(description="Whose identifier it is, in this case", examples=["plant"])
    evaluation: str = Field(examples=[ID])
    decided_on: str = Field(examples=["2026-04-20"])
    items: list[str] = Field(examples=[["wsl-097-7"]])
    fines: list[Fined]


class Tried(Answer):
    """An evaluation that was not recorded."""

    history: list[Earlier]
    result: Result


class Recorded(Answer):
    """An evaluation on record."""

    id: str = Field(examples=[ID])
    created_at: str = Field(examples=[AT])
    record: Record
    replaces: str | None = Field(description="The evaluation that this one corrects")
    history: list[Earlier]
    result: Result


class Summary(Answer):
    """An evaluation in a list."""

    id: str = Field(examples=[ID])
    created_at: str = Field(examples=[AT])
    office: str = Field(examples=["yeji"])
    actor: str = Field(examples=["case-system"])
    rule_set: str = Field(examples=["yeji"])
    digest: str = Field(pattern=DIGEST_PATTERN, examples=[DIGEST])
    published_only: bool
    engine_version: str = Field(examples=["0.1.0"])
    case_digest: str = Field(pattern=DIGEST_PATTERN, examples=[DIGEST])
    status: Literal["settled", "open", "no_rule"]
    items: list[str] = Field(examples=[["wsl-097-7"]])
    replaces: str | None
    erased: bool
    record: Record


class Evaluations(Answer):
    """A page of evaluations, newest first; `next` is the cursor of the page after it."""

    evaluations: list[Summary]
    next: str | None


class Replayed(Answer):
    """Whether the rules and the case of then give the same bytes today."""

    same: bool
    engine_version_then: str = Field(examples=["0.1.0"])
    engine_version_now: str = Field(examples=["0.1.0"])
    differences: list[str] = Field(
        description="JSON pointers into the result, at most 200", examples=[["/outcomes/0/fine"]]
    )


class Reason(Sent):
    """Why a record is erased."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "依法删除：保存期限届满"}]}
    )

    reason: Text


class Erased(Answer):
    """A record whose case, result, decisions and reviews can no longer be read by anybody."""

    id: str = Field(examples=[ID])
    erased: Literal[True]


# Decisions ---------------------------------------------------------------------------------


class OfficerIn(Sent):
    """An officer with the number of the certificate (行政处罚法 42)."""

    name: Name = Field(examples=["王一"])
    certificate: str = Field(
        pattern="^[A-Za-z0-9]{6,20}$",
        strict=True,
        description="Letters and digits",
        examples=["AH0117A"],
    )


class PartyIn(Sent):
    """What was decided for one party of the result."""

    party: Name = Field(description="As in `totals` of the result", examples=["plant"])
    fine: Fine | None = Field(
        description="Yuan, at most two decimals; null for no fine", examples=[9000]
    )
    measures: list[Name] = Field(
        default=[], max_length=50, description="Measures imposed, in words"
    )


class DecisionIn(Sent):
    """A decision as it was made."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "decided_on": "2026-04-20",
                    "parties": [{"party": "plant", "fine": 9000}],
                    "reason": "经集体讨论，当事人已全部整改",
                    "officers": [
                        {"name": "王一", "certificate": "AH0117A"},
                        {"name": "李二", "certificate": "AH0118A"},
                    ],
                }
            ]
        }
    )

    decided_on: Day
    parties: list[PartyIn] = Field(min_length=1, max_length=200)
    reason: Text | None = Field(
        default=None,
        description="Required where a fine lies outside the range or is not the suggested one",
    )
    officers: list[OfficerIn] = Field(min_length=2, max_length=20)


class Placed(Answer):
    """A fine beside the range that the result gave; `off_suggested` is null without a suggestion.

    `no_range` means that the result gave no bounds to place it against.
    """

    party: str
    fine: Yuan
    measures: list[str]
    min: Yuan
    max: Yuan
    suggested: Yuan
    position: Position
    off_suggested: bool | None


class Officer(Answer):
    """An officer of a decision."""

    name: str
    certificate: str


class Decision(Answer):
    """A decision on record."""

    id: str = Field(examples=[ID])
    created_at: str = Field(examples=[AT])
    actor: str
    record: Record
    decided_on: str
    parties: list[Placed]
    reason: str | None
    officers: list[Officer]


# Reviews -----------------------------------------------------------------------------------


class PointIn(Sent):
    """One point of the checklist; a point that does not hold needs a note."""

    ok: bool = Field(strict=True)
    note: Text | None = None


class ChecklistIn(Sent):
    """主体、管辖、事实、证据、法律适用、裁量、程序."""

    subject: PointIn
    jurisdiction: PointIn
    facts: PointIn
    evidence: PointIn
    law: PointIn
    discretion: PointIn
    procedure: PointIn


_OK = {"ok": True}


class ReviewIn(Sent):
    """A review: every point of the checklist, and 同意 agree, 修改 amend or 退回 return."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "checklist": {
                        **dict.fromkeys(ChecklistIn.model_fields, _OK),
                        "evidence": {"ok": False, "note": "培训记录缺少签名页"},
                    },
                    "verdict": "return",
                    "note": "补证后再报",
                }
            ]
        }
    )

    checklist: ChecklistIn
    verdict: Verdict
    note: Text | None = Field(default=None, description="Required unless the verdict is agree")


class Point(Answer):
    """One point as reviewed, with the reasons of the result that it rests on."""

    ok: bool
    note: str | None
    reasons: list[str] = Field(examples=[["r1", "r4"]])


class Checklist(Answer):
    """The reviewed points."""

    subject: Point
    jurisdiction: Point
    facts: Point
    evidence: Point
    law: Point
    discretion: Point
    procedure: Point


class Review(Answer):
    """A review on record."""

    id: str = Field(examples=[ID])
    created_at: str = Field(examples=[AT])
    actor: str
    record: Record
    checklist: Checklist
    verdict: Verdict
    note: str | None


class Points(Answer):
    """For each point of the checklist, the ids of the reasons it rests on."""

    subject: list[str]
    jurisdiction: list[str]
    facts: list[str]
    evidence: list[str]
    law: list[str]
    discretion: list[str]
    procedure: list[str]


class Evaluation(Summary):
    """An evaluation with all that hangs on it; masked says whether names, identifiers and incomes
    were left out for the asking role. Case, result and points are null once erased."""

    masked: bool
    points: Points | None
    decisions: list[Decision]
    reviews: list[Review]
    case: CaseOrNull
    result: ResultOrNull


class Group(Answer):
    """Decisions in like cases: the same items and rule set under the same range.

    Positions run from 0 (the minimum) to 1 (the maximum).
    """

    rule_set: str = Field(examples=["yeji"])
    items: list[str] = Field(examples=[["wsl-097-7"]])
    min: Yuan
    max: Yuan
    suggested: Yuan
    n: int
    lowest: float
    median: float
    highest: float
    outside: int = Field(description="How many lie outside the range")
    apart: list[str] | None = Field(
        description="Evaluations whose position lies more than a third of the range from the "
        "median; null under five decisions, which are never judged"
    )


class Consistency(Answer):
    """Groups of like cases, the largest first."""

    groups: list[Group]


# Rules -------------------------------------------------------------------------------------


class RuleSetName(Answer):
    """A rule set in short."""

    id: str = Field(examples=["yeji"])
    version: str = Field(examples=["2026.1.0"])
    digest: str = Field(pattern=DIGEST_PATTERN, examples=[DIGEST])


class RuleSetSummary(RuleSetName):
    """A rule set in a list."""

    title: str
    status: Literal["verified", "draft", "proposal"]
    default: bool
    items: int


class RuleSets(Answer):
    """The rule sets served."""

    rule_sets: list[RuleSetSummary]


class LayerOut(Answer):
    """A layer of a rule set, the statute first."""

    id: str
    version: str
    title: str
    issuer: str
    document: str
    status: Literal["verified", "draft", "proposal"]
    region: str | None
    level: str | None
    effective: dict[str, str | None]
    missing: list[str]


class Awaited(Answer):
    """A paper still to be got, and the items that wait for it."""

    layer: str
    document: str
    lacks: str
    note: str
    items: list[str]


class RuleSet(RuleSetSummary):
    """A rule set: its manifest, its layers, how much it holds, and what it awaits."""

    published_only: bool
    layers: list[LayerOut]
    counts: dict[str, int] = Field(examples=[{"items": 262, "facts": 300}])
    awaits: list[Awaited]


class ItemRow(Answer):
    """An edition of an item in a list."""

    id: str = Field(examples=["wsl-097-7"])
    title: str
    status: Literal["verified", "draft", "proposal"]
    layer: str = Field(examples=["yeji"])
    effective: dict[str, str | None]


class Items(Answer):
    """The items found."""

    rule_set: RuleSetName
    items: list[ItemRow]


class Item(Answer):
    """An item in full: each edition as `liangfa show --format json` tells it, and the JSON Schema
    of the facts that a case may state for it."""

    id: str
    rule_set: RuleSetName
    editions: list[dict[str, Any]]
    facts_schema: dict[str, Any]


class MatchRow(Answer):
    """An item that the facts meet, or may still meet."""

    id: str
    title: str
    edition: str
    established: bool
    missing: list[str]


class Matches(Answer):
    """The items found from the facts: those met, then those that hang on missing facts."""

    rule_set: RuleSetName
    items: list[MatchRow]


# The server --------------------------------------------------------------------------------


class State(Answer):
    """How the server is."""

    status: Literal["alive", "ready"]


class Ready(State):
    """That the server can work; and why it serves older rules than its folder holds, if it does."""

    rules_refused: str | None


class FirstFault(Answer):
    """The first record that is not as it was written."""

    kind: Literal["altered", "missing", "inserted", "reordered"]
    table: str
    id: str
    says: str


class Verification(Answer):
    """Whether every record is as it was written."""

    ok: bool
    seq: int
    head: str
    fault: FirstFault | None


class FaultOut(Answer):
    """One thing that is wrong."""

    pointer: str = Field(
        description="JSON pointer into the body, or the name of a parameter or header",
        examples=["/facts/uncertified_workers"],
    )
    code: str = Field(examples=["unknown_fact"])
    detail: str


class ProblemOut(Answer):
    """RFC 9457 problem details; every error has this shape."""

    type: str = Field(examples=["urn:liangfa:problem:invalid_input"])
    title: str = Field(examples=["内容有误"])
    status: int = Field(examples=[422])
    detail: str
    instance: str = Field(examples=[f"urn:liangfa:request:{ID}"])
    errors: list[FaultOut]
