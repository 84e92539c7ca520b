"""Which row of a file or worksheet names the columns: people put titles above it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from connectors.settings.tables import ROW_ID, TableSettings, table_of
from connectors.sources.raw import RawNote
from kpis.errors import SourceError
from kpis.model import TABLES

SEARCHED = 50
"""Rows in which a header is looked for."""
_LISTED = 6
_OF_A_LINE = 2
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class Wanted:
    """The columns by which a header is known.

    table: for messages, the canonical table. needed: a header names all of them, as the settings
    or the canonical table call them. welcome: names that a header may have, too. amounts: of
    these the columns of money; times: those of moments. has_currency: the settings name
    a currency. row: the header's row where the settings give it. is_for_query: what the columns are
    for is known to a query alone.
    """

    table: str
    needed: frozenset[str] = frozenset()
    welcome: frozenset[str] = frozenset()
    amounts: frozenset[str] = frozenset()
    times: frozenset[str] = frozenset()
    has_currency: bool = False
    row: int | None = None
    is_for_query: bool = False

    @property
    def rows_to_search(self) -> int:
        """How many rows of a file or sheet the search needs."""
        return max(SEARCHED, self.row or 0)

    def is_named_by(self, row: Sequence[Any]) -> bool:
        """Whether the row is the header for sure."""
        names = folded(titles(row))
        if self.needed:
            return folded(self.needed) <= names
        return bool(self.welcome) and self.count(row) >= min(2, len(folded(self.welcome)))

    def count(self, row: Sequence[Any]) -> int:
        """How many of the columns the row names."""
        return len(folded(titles(row)) & folded(self.needed | self.welcome))


def wanted_of(part: str, request: TableSettings) -> Wanted:
    """Return the columns that a part of a table is read from."""
    table = table_of(part)
    columns = [c for c in TABLES[table].columns if c.name not in request.constants]
    called = {c.name: request.columns.get(c.name, c.name) for c in columns} | request.columns
    needed = {called[c.name] for c in columns if c.required} | set(request.columns.values())
    return Wanted(
        table=table,
        needed=frozenset(needed - {ROW_ID, ""}),
        welcome=frozenset({*called.values()} - {""}),
        amounts=frozenset(called[c.name] for c in columns if c.kind in ("money", "goal")),
        times=frozenset(called[c.name] for c in columns if c.kind == "time"),
        has_currency=names_currency(request),
        row=request.header_row,
    )


def names_currency(request: TableSettings) -> bool:
    """Whether the settings of a part name the currency of its amounts."""
    return bool(request.columns.get("currency")) or "currency" in request.constants


def folded(names: Iterable[str]) -> set[str]:
    """Return the names as they are compared: without case, blanks around them and line breaks."""
    return {" ".join(name.split()).casefold() for name in names if name.strip()}


def titles(row: Sequence[Any]) -> list[str]:
    """Return the cells of a row as column names, "" where blank.

    Programs that join files leave a byte order mark, or two, before a name.
    """
    return ["" if cell is None else str(cell).replace(_BYTE_ORDER_MARK, "").strip() for cell in row]


def check_named_once(columns: Sequence[str], where: str) -> None:
    """Raise SourceError, beginning with ``where``, for an answer of two columns of one name."""
    twice = [column for column, times in Counter(columns).items() if times > 1]
    if twice:
        raise SourceError(
            f"{where} returns the column '{twice[0]}' more than once. Name each one with AS."
        )


def sure_header(rows: Sequence[Sequence[Any]], wanted: Wanted) -> int | None:
    """Return the position of the header in ``rows`` where it is given or names what is wanted.

    Of several such rows right below each other it is the last: a header of two rows repeats in
    the lower one what is merged over both.
    """
    if wanted.row is not None:
        return wanted.row - 1
    fits = [at for at, row in enumerate(rows[:SEARCHED]) if wanted.is_named_by(row)]
    if not fits:
        return None
    return next(at for at in fits if at + 1 not in fits)


def header_at(rows: Sequence[Sequence[Any]], wanted: Wanted, where: str) -> int:
    """Return the position of the header in ``rows``, the first ones of a file or worksheet.

    It is the row that the settings give, else the first one that names all wanted columns, else
    the first that is not blank.

    Raises SourceError, beginning with ``where``: nothing in it, a row that is given but blank or
    lacks columns that another row names, or a first row that is more likely a title than another
    row, which is named.
    """
    filled = [at for at, row in enumerate(rows) if any(titles(row))]
    if wanted.row is not None:
        _refuse_given(rows, wanted.row - 1, wanted, where)
    if not filled:
        raise SourceError(f"{where} is empty. Its first row must name the columns.")
    sure = sure_header(rows, wanted)
    if sure is not None:
        return sure
    first = filled[0]
    likely = max(filled, key=lambda at: wanted.count(rows[at]))
    if wanted.count(rows[likely]) > wanted.count(rows[first]):
        raise _not_sure(rows, likely, wanted, where)
    is_alone = sum(map(bool, titles(rows[first]))) == 1
    if is_alone and not wanted.count(rows[first]):
        for at in filled:
            if sum(map(bool, titles(rows[at]))) > 1:
                raise _not_sure(rows, at, wanted, where)
    return first


def _refuse_given(rows: Sequence[Sequence[Any]], given: int, wanted: Wanted, where: str) -> None:
    """Raise where the row that the settings give is blank, or another one names all columns.

    Title lines come and go from one export to the next.
    """
    row = rows[given] if given < len(rows) else []
    right = sure_header(rows, replace(wanted, row=None)) if wanted.needed else None
    is_blank = not any(titles(row))
    if not is_blank and (right is None or wanted.is_named_by(row)):
        return
    does = "has nothing in" if is_blank else "does not name all columns that are read in"
    remedy = "Correct header_row" if right is None else f"Set header_row = {right + 1}"
    names = "" if right is None else f": row {right + 1} names all columns that are read"
    raise SourceError(
        f"{where} {does} row {given + 1}, which should be its header. "
        f"{remedy} under [tables.{wanted.table}]{names}."
    )


def _not_sure(rows: Sequence[Sequence[Any]], at: int, wanted: Wanted, where: str) -> SourceError:
    names = [name for name in titles(rows[at]) if name]
    missing = sorted(n for n in wanted.needed if not folded([n]) <= folded(names))
    lacks = f" It does not name {_quoted(missing)}." if missing else ""
    return SourceError(
        f"{where}: row {at + 1} looks like the header ({_quoted(names)}), as no row names all "
        f"columns that are read.{lacks} Correct columns under [tables.{wanted.table}], or write "
        f"header_row = {at + 1} there if that row names the columns."
    )


def _quoted(names: Sequence[str]) -> str:
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(f"'{name}'" for name in names[:_LISTED]) + more


def rows_above(rows: Sequence[Sequence[Any]], at: int, wanted: Wanted) -> tuple[RawNote, ...]:
    """Return a note on what stands above the header and was left out; none where it was given."""
    above = [names for names in map(titles, rows[:at]) if any(names)]
    if not above or wanted.row is not None:
        return ()
    first = [next(name for name in names if name) for names in above]
    return (
        RawNote(
            rows=len(above),
            what=f"above the header, which is row {at + 1}, were left out",
            examples=tuple(first[:3]),
            remedy=f"header_row = {at + 1} says so in the settings.",
        ),
    )


def lines_above(rows: Sequence[Sequence[Any]], at: int) -> tuple[str, ...]:
    """Return the lines above the header, and their cells where a line has two.

    A line of three cells or more names groups of columns.
    """
    found = list[str]()
    for cells in ([cell for cell in titles(row) if cell] for row in rows[:at]):
        if len(cells) <= _OF_A_LINE:
            found += [", ".join(cells), *cells]
    return tuple(dict.fromkeys(one for one in found if one))
