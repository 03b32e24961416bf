"""The reviewer's pages: like cases beside each other, one group, one imported decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Path, Query, Request, Response

from api.consistency.answering import Examined, group_document, rule
from api.consistency.export import as_csv, as_xlsx
from api.consistency.grouping import likeness_of
from api.consistency.names import KINDS, WHERE, Names
from api.consistency.position import bin_of, off_suggested, percent, position, where
from api.consistency.strip import PLACES, strip, told
from api.http.access import office_of
from api.http.consistency import allowed, names_at_hand, reviewed
from api.http.models.common import day
from api.http.services import Services, The, note_of
from api.pages.finding import laws_of
from api.pages.frame import page
from api.pages.visitors import Visit, page_router
from api.problems import Fault, Problem, invalid
from api.store import Actor, Double, Point, Wanted
from engine.money import yuan_number

router = page_router()
_A_PAGE = 20
_CASES = 100
# A workbook of more takes longer than anybody is kept waiting.
_MOST_XLSX = 20_000
_DOTS, _DOTS_ALONE = 80, 400
_TYPES = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
}

Text = Annotated[str, Query(max_length=200)]
Number = Annotated[int, Query(ge=1, le=10**6)]
Row = Annotated[int, Path(ge=1, le=2**31 - 1)]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the form asks for, as it was written, and what is wrong with it by field."""

    item: str
    law: str
    office: str
    since: str
    until: str
    by: str
    faults: dict[str, str]

    @property
    def wanted(self) -> Wanted:
        """The same for the store."""
        return Wanted(*(each or None for each in self._asked()))

    @property
    def query(self) -> str:
        """The same as the query of an address, "" without any."""
        names = ("item", "law", "office", "from", "to")
        given = dict(zip(names, self._asked(), strict=True))
        given["by"] = "" if self.by == "year" else self.by
        kept = {name: value for name, value in given.items() if value}
        return f"?{urlencode(kept)}" if kept else ""

    def _asked(self) -> tuple[str, str, str, str, str]:
        return self.item, self.law, self.office, self.since, self.until


async def _filters(
    visitor: Visit,
    item: Text = "",
    law: Text = "",
    office: Text = "",
    since: Annotated[Text, Query(alias="from")] = "",
    until: Annotated[Text, Query(alias="to")] = "",
    by: Text = "year",
) -> Filters:
    faults = {}
    for name, text in (("from", since), ("to", until)):
        try:
            if text.strip():
                day(text.strip())
        except ValueError as error:
            faults[name] = str(error)
    if not faults and since and until and since > until:
        faults["from"] = "起始日在截止日以后"
    shown = office_of(visitor.actor) or office.strip()
    by = by if by in ("year", "month") else "year"
    return Filters(item.strip(), law.strip(), shown, since.strip(), until.strip(), by, faults)


Asked = Annotated[Filters, Depends(_filters)]


@router.get("/reviews")
async def reviews_page(
    request: Request, the: The, visitor: Visit, asked: Asked, p: Number = 1
) -> Response:
    """The groups of like cases, those with something to look at first."""
    found = await _found(the, visitor.actor, asked)
    names, digest = await the.aside.compute(names_at_hand, the)
    note_of(request).digest = digest
    rules = (await the.aside.compute(the.rules.engine, None, None, False)).rule_set
    shown = found[(p - 1) * _A_PAGE : p * _A_PAGE]
    return page(
        request,
        visitor,
        "reviews.html",
        asked=asked,
        own=office_of(visitor.actor),
        offices=await the.aside.store(the.store.offices),
        laws=laws_of(rules),
        groups=await the.aside.compute(_cards, shown, names, asked),
        total=len(found),
        cases=sum(len(each.group.points) for each in found),
        others=sum(len(each.group.others) for each in found),
        apart=sum(len(each.outliers) for each in found),
        unexplained=sum(len(each.unexplained) for each in found),
        same=sum(len(each.same) for each in found),
        perhaps=len({double.imported[:2] for each in found for double in each.perhaps}),
        page_number=p,
        pages=-(-len(found) // _A_PAGE),
        rule=rule(),
    )


@router.get("/reviews/groups/{group}")
async def group_page(
    request: Request,
    the: The,
    visitor: Visit,
    asked: Asked,
    group: str,
    p: Number = 1,
    at: Annotated[int | None, Query(ge=-1, le=PLACES)] = None,
) -> Response:
    """One group: where each case lies, by office and period, what stands out, every case; with
    `at`, only the cases at one place of the drawing."""
    found = await _found(the, visitor.actor, asked)
    one = next((each for each in found if each.group.likeness.id == group), None)
    if one is None:
        raise Problem("not_found", "没有这一组案件，或者不在所选的范围里")
    names, digest = await the.aside.compute(names_at_hand, the)
    note_of(request).digest = digest
    everyone = [*one.group.points, *one.group.others]
    if at is not None:
        order = zip(one.group.points, one.group.order, strict=True)
        everyone = [point for point, place in order if bin_of(place, PLACES) == at]
    shown = everyone[(p - 1) * _CASES : p * _CASES]
    apart = {(point.record_id, point.position) for point in one.outliers}
    return page(
        request,
        visitor,
        "review_group.html",
        asked=asked,
        card=_card(one, names, asked, _DOTS_ALONE),
        told=group_document(one, names, asked.by),
        address=_address,
        where=WHERE,
        kinds=KINDS,
        cases=[_case(point, apart) for point in shown],
        total=len(everyone),
        at=at,
        page_number=p,
        pages=-(-len(everyone) // _CASES),
        rule=rule(),
    )


@router.get("/reviews/export")
async def export(
    request: Request, the: The, visitor: Visit, asked: Asked, format: Text = "xlsx"
) -> Response:
    """Everything that is asked for, as a sheet."""
    if format not in _TYPES:
        raise Problem("not_found", "只能导出为 xlsx 或 csv")
    if asked.faults:
        # An empty sheet would say that there is nothing.
        raise invalid(Fault(name, "not_a_date", said) for name, said in asked.faults.items())
    found = await _found(the, visitor.actor, asked)
    count = sum(len(each.group.points) + len(each.group.others) for each in found)
    if format == "xlsx" and count > _MOST_XLSX:
        said = f"有 {count} 行，超过 {_MOST_XLSX} 行；请缩小范围，或者导出 CSV"
        raise Problem("too_large", said)
    names, digest = await the.aside.compute(names_at_hand, the)
    note_of(request).digest = digest
    kind, write = _TYPES[format]
    content = await the.aside.compute(write, found, names)
    headers = {"Content-Disposition": f'attachment; filename="review.{format}"'}
    return Response(content, media_type=kind, headers=headers)


@router.get("/reviews/imported/{import_id}/{row}")
async def imported_page(
    request: Request, the: The, visitor: Visit, import_id: str, row: Row
) -> Response:
    """One imported decision, as far as it was recorded."""
    one = await the.aside.store(the.store.imported, import_id, row)
    if office_of(visitor.actor) not in (None, one.point.office):
        raise Problem("not_found", "没有这条导入的记录")
    twins = await the.aside.store(_twins, the, one.point, allowed(visitor.actor, Wanted()))
    names, digest = await the.aside.compute(names_at_hand, the)
    note_of(request).digest = digest
    return page(
        request,
        visitor,
        "review_imported.html",
        one=one,
        twins=twins,
        said=_likeness(one.point, names),
        case=_case(one.point, set()),
        where=WHERE,
    )


def _twins(the: Services, point: Point, wanted: Wanted) -> dict[str, Double | None]:
    """The recorded decision that an imported one is, or may be, of those that may be seen."""
    near = the.store.standing(wanted)

    def of(doubles: tuple[Double, ...]) -> Double | None:
        return next((each for each in doubles if each.imported[:2] == point[:2]), None)

    return {"same": of(near.same), "perhaps": of(near.perhaps)}


async def _found(the: Services, actor: Actor, asked: Filters) -> list[Examined]:
    return [] if asked.faults else await reviewed(the, allowed(actor, asked.wanted))


def _cards(found: list[Examined], names: Names, asked: Filters) -> list[dict[str, object]]:
    return [_card(each, names, asked, _DOTS) for each in found]


def _card(found: Examined, names: Names, asked: Filters, most: int) -> dict[str, object]:
    likeness = found.group.likeness
    address = f"/reviews/groups/{likeness.id}{asked.query}"
    spread = found.group.spread
    mark = "&" if asked.query else "?"

    def more(place: int) -> str:
        return f"{address}{mark}at={place}#cases"

    return {
        "address": address,
        "item": likeness.item,
        "edition": likeness.edition,
        "said": names.likeness(likeness),
        "n": len(found.group.points),
        "others": len(found.group.others),
        "judged": found.judged,
        "apart": found.outliers[:5],
        "apart_count": len(found.outliers),
        "off": len(found.off_range),
        "unexplained": len(found.unexplained),
        "same": len(found.same),
        "perhaps": len(found.perhaps),
        "median": spread and percent(spread.median),
        "quartiles": spread and (percent(spread.lower), percent(spread.upper)),
        "drawing": spread and strip(found, point_address, more, f"g{likeness.id}", most),
        "told": told,
        "point_address": point_address,
    }


def _likeness(point: Point, names: Names) -> dict[str, str]:
    return names.likeness(likeness_of(point))


def point_address(point: Point) -> str:
    """Where a case is looked at."""
    if point.row is not None:
        return f"/reviews/imported/{point.record_id}/{point.row}"
    return f"/cases/{point.evaluation_id}"


def _address(case: dict[str, object]) -> str:
    """The same for a case as data."""
    if case["row"] is not None:
        return f"/reviews/imported/{case['import']}/{case['row']}"
    return f"/cases/{case['evaluation']}"


def _case(point: Point, apart: set[tuple[str, int]]) -> dict[str, object]:
    at = position(point)
    return {
        "address": point_address(point),
        "office": point.office,
        "decided_on": point.decided_on,
        "fine": yuan_number(point.fine_fen),
        "lo": yuan_number(point.lo_fen),
        "hi": yuan_number(point.hi_fen),
        "suggested": yuan_number(point.suggested_fen),
        "percent": None if at is None else percent(at),
        "where": where(point),
        "off": off_suggested(point),
        "reasoned": bool(point.reasoned),
        "imported": point.row is not None,
        "apart": (point.record_id, point.position) in apart,
        "kind": "" if point.kind == "single" and at is not None else KINDS[point.kind],
    }
