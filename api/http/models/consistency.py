"""Like cases beside each other: groups, how they spread, what stands out."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.http.models.common import ID, Answer, Position, Yuan

Percent = int | float


class Rule(Answer):
    """The rule by which cases stand out. Under `enough` cases nothing is judged. Else a case stands
    out where `factor` times its distance from the median exceeds `threshold` median distances
    (MAD); where that is 0, where it lies beyond `reach` quartile distances outside the quartiles;
    and never nearer to the median than `close` percent of the range."""

    enough: int = Field(examples=[5])
    threshold: float = Field(examples=[3.5])
    factor: float = Field(examples=[0.6745])
    reach: float = Field(examples=[1.5])
    close: Percent = Field(examples=[10])


class Case(Answer):
    """One fine in its range: of a recorded decision, or of a row that was imported.

    `kind` says why it is not compared: `mixed` several fines make up the amount, `open` facts were
    missing, `none` the law knows no fine there, `erased` the content is gone; `single` without a
    `percent` has no range with two ends.
    """

    decision: str | None = Field(examples=[ID])
    evaluation: str | None = Field(examples=[ID])
    import_: str | None = Field(alias="import", description="The import it came by")
    row: int | None = Field(description="The line of the imported file")
    office: str = Field(examples=["yeji"])
    decided_on: str = Field(examples=["2026-04-20"])
    kind: Literal["single", "mixed", "open", "none", "erased"]
    fine: Yuan
    min: Yuan
    max: Yuan
    suggested: Yuan
    percent: Percent | None = Field(description="0 at the minimum, 100 at the maximum")
    position: Position
    off_suggested: bool | None
    reasoned: bool = Field(description="Whether the decision states a reason")


class Spread(Answer):
    """Where the fines of a group lie in their ranges, in percent; exact inside, two decimals here.
    `mad` is the median distance from the median."""

    n: int
    lowest: Percent
    lower_quartile: Percent
    median: Percent
    upper_quartile: Percent
    highest: Percent
    mad: Percent


class Part(Spread):
    """An office or a period of a group; `few` where it has too few cases to say anything."""

    name: str = Field(examples=["yeji"])
    few: bool


class Alike(Answer):
    """From where to where, in percent, a case is like the others of its group."""

    by: Literal["mad", "quartiles"]
    from_: Percent = Field(alias="from")
    to: Percent


class Pair(Answer):
    """Two cases of a group with far apart results."""

    apart: Percent = Field(description="Percent of the range")
    days: int = Field(description="Days between the two decisions")
    lower: Case
    higher: Case


class Double(Answer):
    """A recorded decision and an imported one."""

    recorded: Case
    imported: Case


class Group(Answer):
    """Like cases: the same item, edition, role, stage, tier and circumstances.

    Lists hold at most 200 cases, counts count all; `not_compared` counts cases by `kind`.
    """

    id: str = Field(examples=["e288af3acad3c8836a42"])
    item: str = Field(examples=["wsl-097-7"])
    title: str | None
    edition: str = Field(examples=["wsl-097-7@2021-09-01"])
    role: str = Field(examples=["unit"])
    stage: str | None = Field(examples=["first"])
    tier: str | None = Field(description="layer:tier", examples=["cn-mem:A"])
    circumstances: list[str]
    unstated: list[Literal["tier", "circumstances"]] = Field(
        description="What the imported file does not say; not the same as none"
    )
    n: int
    not_compared: dict[str, int]
    judged: bool
    spread: Spread | None
    alike: Alike | None
    offices: list[Part]
    periods: list[Part]
    outliers_count: int
    outliers: list[Case]
    pairs: list[Pair]
    off_range_count: int
    off_range: list[Case]
    unexplained_count: int = Field(
        description="Off the range or off the suggested amount, without a reason"
    )
    unexplained: list[Case]
    counted_once_count: int
    counted_once: list[Double] = Field(
        description="Recorded and imported too, alike in the number of the document, office, day,"
        " item, role and fine: the recorded one counts"
    )
    possibly_same_count: int
    possibly_same: list[Double] = Field(
        description="Alike in the number alone, or in all the rest where one has no number: both"
        " count"
    )


class Consistency(Answer):
    """Groups of like cases, those with something to look at first."""

    decisions: int = Field(description="Recorded decisions")
    imported: int = Field(description="Imported rows that count")
    counted_once: int = Field(description="Imported rows left out, as the decision is recorded")
    possibly_same: int = Field(description="Imported rows that may be a recorded decision")
    rule: Rule
    groups: list[Group]
