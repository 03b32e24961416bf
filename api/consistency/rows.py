"""Past decisions out of the rows of a file: each is read whole, or listed with every reason."""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from api.clock import today
from api.consistency.cells import Unreadable, amount, day, no_formula, says_nothing, word, written
from api.consistency.export import plain_cell
from api.consistency.mapping import LABELS, Head, Mapping, find_head
from api.consistency.resolving import Resolved, Resolver
from api.consistency.sheets import Cell, Row, Table, read_table
from api.store import UNSTATED, PastDecision
from engine.faults import Finding, InputFault, Place
from engine.model import RuleSet

# All rows are recorded in one transaction, and others wait for it.
MAX_ROWS = 20_000
_SHOWN_HEAD = 20
_STEP = 200
_LONGEST = {"office": 100, "reference": 60}

Progress = Callable[[int], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row cannot be read: the column (by our name), a stable code, and zh-CN."""

    column: str
    code: str
    says: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be read: its line in the file, its cells as text, every reason."""

    row: int
    cells: tuple[str, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A file as read: by what headings, which sheet of it, and every row that is not empty."""

    name: str
    file_hash: str
    head: Head
    sheet: str
    other_sheets: tuple[str, ...]
    accepted: tuple[PastDecision, ...]
    rejected: tuple[Rejected, ...]


def read_decisions(
    name: str,
    content: bytes,
    mapping: Mapping,
    rules: RuleSet,
    office: str,
    progress: Progress = lambda _: None,
) -> Read:
    """Every row of a file; raises InputFault for a file or mapping that cannot be used at all.

    `office` stands where neither file nor mapping says whose decision it is. `progress` hears of
    the rows done, and may raise to stop.
    """
    table = read_table(name, content, mapping.encoding)
    sheet, head, rows = _opened(name, table, mapping)
    resolver = Resolver(rules, mapping)
    reader = _Reader(head, mapping, resolver, office)
    accepted: list[PastDecision] = []
    rejected: list[Rejected] = []
    for line, row in _body(rows, head.line):
        if len(accepted) + len(rejected) >= MAX_ROWS:
            said = f"超过 {MAX_ROWS} 行"
            raise InputFault([Finding("too_many_rows", Place(name, line), said, "请分成几个文件")])
        made = reader.read(line, row)
        if isinstance(made, PastDecision):
            accepted.append(made)
        else:
            rejected.append(made)
        if (len(accepted) + len(rejected)) % _STEP == 0:
            progress(len(accepted) + len(rejected))
    progress(len(accepted) + len(rejected))
    digest = hashlib.sha256(content).hexdigest()
    others = tuple(each for each in table.sheets if each != sheet)
    return Read(name, digest, head, sheet, others, tuple(accepted), tuple(rejected))


def _opened(name: str, table: Table, mapping: Mapping) -> tuple[str, Head, Iterator[Row]]:
    """The sheet that is stated, else the first with headings that are known; and all its rows."""
    if mapping.sheet is not None and mapping.sheet not in table.sheets:
        known = f"有：{'、'.join(table.sheets[:20])}" if table.sheets else "CSV 没有工作表"
        said = f"没有工作表“{mapping.sheet[:60]}”"
        raise InputFault([Finding("unknown_sheet", Place(name), said, known)])
    fault: InputFault | None = None
    for sheet in table.sheets if mapping.sheet is None and table.sheets else [mapping.sheet or ""]:
        rows = table.rows(sheet)
        first = list(itertools.islice(rows, _SHOWN_HEAD))
        try:
            return sheet, find_head(first, mapping, name), itertools.chain(first, rows)
        except InputFault as found:
            fault = fault or found
    assert fault is not None
    raise fault


def _body(rows: Iterator[Row], head: int) -> Iterator[tuple[int, Row]]:
    """The rows under the headings that hold anything, with their line in the file."""
    for line, row in enumerate(rows, 1):
        if line > head and any(cell not in (None, "") for cell in row):
            yield line, row


class _Reader:
    """Reads one row after the other; `_reasons` are those of the row at hand."""

    def __init__(self, head: Head, mapping: Mapping, resolver: Resolver, office: str) -> None:
        self._head, self._mapping, self._resolver = head, mapping, resolver
        self._office = office
        self._today = today()
        self._row: Row = ()
        self._reasons: list[Reason] = []

    def read(self, line: int, row: Row) -> PastDecision | Rejected:
        """One row, or every reason why it cannot be read."""
        self._row, self._reasons = row, []
        decided_on = self._decided_on()
        acted_on = self._try("acted_on", lambda: day(self._cell("acted_on")))
        if acted_on is not None and decided_on is not None and acted_on > decided_on:
            self._say("acted_on", "bad_date", f"{acted_on} 在决定日期以后")
        fine = self._amount("fine")
        rule = self._rule(acted_on or decided_on, decided_on)
        circumstances = self._circumstances()
        low, high = self._range(rule, circumstances)
        suggested = self._amount("suggested")
        office = self._text("office", self._office)
        reference = self._text("reference", "")
        reasoned = not says_nothing(self._word("reason"))
        if self._reasons or rule is None or decided_on is None:
            return Rejected(line, tuple(_raw(cell) for cell in row), tuple(self._reasons))
        return PastDecision(
            row=line,
            office=office,
            decided_on=decided_on,
            item=rule.item,
            edition=rule.edition,
            role=rule.role,
            stage=rule.stage,
            tier=rule.tier,
            circumstances=circumstances,
            fine_fen=fine,
            lo_fen=low,
            hi_fen=high,
            suggested_fen=suggested,
            reasoned=reasoned,
            reference=reference,
        )

    def _decided_on(self) -> str | None:
        found = self._needed("decided_on", lambda: day(self._cell("decided_on")))
        if found is not None and found > self._today:
            self._say("decided_on", "bad_date", f"{found} 还没有到")
        return found

    def _rule(self, on: str | None, decided_on: str | None) -> Resolved | None:
        """The rule that was in force, its tiers on the day of the decision; what depends on an
        earlier fault is not told again."""
        before = len(self._reasons)
        text = self._word("item")
        if len(self._reasons) > before:
            return None
        if not text:
            self._say("item", "missing", "没有写事项")
            return None
        item = self._try("item", lambda: self._resolver.item(text))
        if item is None or on is None or decided_on is None:
            return None
        edition = self._try("decided_on", lambda: self._resolver.edition(item, on))
        if edition is None:
            return None
        before = len(self._reasons)
        role, stage, tier = (self._word(column) for column in ("role", "stage", "tier"))
        if len(self._reasons) > before:
            return None
        try:
            return self._resolver.resolve(edition, role, stage, tier, decided_on)
        except Unreadable as fault:
            column = fault.code.partition("_")[2]
            self._say(column if column in LABELS else "item", fault.code, fault.says)
            return None

    def _circumstances(self) -> str:
        if "circumstances" not in self._head.places:
            return UNSTATED
        text = self._word("circumstances")
        return self._try("circumstances", lambda: self._resolver.circumstances(text)) or ""

    def _range(self, rule: Resolved | None, circumstances: str) -> tuple[int | None, int | None]:
        """The range that the file states, else the one of the rule where nothing moves it."""
        low, high = self._amount("min"), self._amount("max")
        if high is None and low is None:
            moved = rule is None or self._resolver.moves(circumstances)
            found = None if moved or rule is None else rule.range
            return (found.lo, found.hi) if found is not None else (None, None)
        if high is not None and (low or 0) > high:
            self._say("min", "reversed_range", "下限大于上限")
        return low, high

    def _amount(self, column: str) -> int | None:
        multiple = 10**4 if column in self._head.ten_thousands else 1

        def work() -> int | None:
            return amount(self._cell(column), multiple=multiple)

        return self._needed(column, work) if column == "fine" else self._try(column, work)

    def _text(self, column: str, otherwise: str) -> str:
        text = self._kept(column) or otherwise
        if column == "office":
            text = self._resolver.office(text)
            if not text:
                self._say(column, "missing", "没有写机关")
        if len(text) > _LONGEST[column] or not text.isprintable():
            self._say(column, "out_of_bounds", f"超过 {_LONGEST[column]} 字，或者有看不见的字符")
        return text

    def _word(self, column: str) -> str:
        return word(self._kept(column))

    def _kept(self, column: str) -> str:
        """The text of a cell, or what holds where it is empty, as it is written."""
        cell = self._cell(column)
        self._try(column, lambda: no_formula(cell))
        text = written(cell)
        return text or written(self._mapping.defaults.get(column))  # type: ignore[call-overload]

    def _cell(self, column: str) -> Cell:
        place = self._head.places.get(column)
        return self._row[place] if place is not None and place < len(self._row) else None

    def _needed(self, column: str, work: Callable[[], T | None]) -> T | None:
        before = len(self._reasons)
        found = self._try(column, work)
        if found is None and len(self._reasons) == before:
            self._say(column, "missing", f"没有写{LABELS[column]}")
        return found

    def _try(self, column: str, work: Callable[[], T]) -> T | None:
        try:
            return work()
        except Unreadable as fault:
            self._say(column, fault.code, fault.says)
            return None

    def _say(self, column: str, code: str, says: str) -> None:
        self._reasons.append(Reason(column, code, says))


def rejects_csv(read: Read) -> bytes:
    """The rows that cannot be read as they stand in the file, with line, columns and reasons; to be
    mended and imported again. What would run in a spreadsheet is made text."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*map(plain_cell, read.head.headings), "行号", "有问题的列", "原因"])
    width = len(read.head.headings)
    for each in read.rejected:
        cells = [*each.cells, *[""] * width][: max(width, len(each.cells))]
        columns = "；".join(dict.fromkeys(LABELS[reason.column] for reason in each.reasons))
        says = "；".join(reason.says for reason in each.reasons)
        writer.writerow([*map(plain_cell, cells), each.row, columns, plain_cell(says)])
    return out.getvalue().encode("utf-8-sig")


def _raw(cell: Cell) -> str:
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else word(cell)
