"""One state of a Google spreadsheet, though several answers tell of it.

Google answers one question at a time, and somebody may edit between two of them: a row that is
inserted there would give each amount its neighbour's currency. So what can be compared is, and a
spreadsheet that was edited meanwhile is read again.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from gspread.utils import absolute_range_name, rowcol_to_a1

from connectors.sources.google.api import Client
from connectors.sources.worksheet_table import Merge
from kpis.errors import SourceError

READS = 3
"""How often a spreadsheet is read that is edited meanwhile."""
_FIELDS = "properties(timeZone),sheets(properties(title,sheetType),merges)"
_NUMBERS = {"valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": "SERIAL_NUMBER"}
_DATES_AS_TEXT = {**_NUMBERS, "dateTimeRenderOption": "FORMATTED_STRING"}
_AS_SHOWN = {"valueRenderOption": "FORMATTED_VALUE"}
_T = TypeVar("_T")

Rows = list[list[Any]]
Columns = Mapping[tuple[str, int], Sequence[str]]
"""By worksheet and position of a column, the text of each of its cells; the last may be missing."""


class _Edited(Exception):
    """Two answers are of two states; its text says of what."""


class State:
    """What Google says of a spreadsheet.

    merges: the merged cells of each worksheet that has cells. time_zone: the spreadsheet's own.
    is_strict: numbers must be the same in all answers. Formulas such as ``NOW()`` never are, so
    the last try takes other numbers in the same cells.
    """

    def __init__(self, client: Client, spreadsheet: str, is_strict: bool) -> None:
        self._client, self._spreadsheet, self._is_strict = client, spreadsheet, is_strict
        self._values: dict[str, Rows] = {}
        self._metadata = client.fetch_sheet_metadata(spreadsheet, {"fields": _FIELDS})
        self.merges = _merges(self._metadata)
        self.time_zone = str(self._metadata.get("properties", {}).get("timeZone", ""))

    def values(self, titles: list[str]) -> dict[str, Rows]:
        """The cells of worksheets by title: numbers for numbers and dates."""
        self._values = dict(zip(titles, self._asked(titles), strict=True))
        return self._values

    def as_shown(self, titles: list[str]) -> dict[str, Rows]:
        """The same of some of them again, but for dates, which are texts."""
        found = self._asked(titles, _DATES_AS_TEXT) if titles else []
        for title, rows in zip(titles, found, strict=True):
            self._check(title, self._values[title], rows, dates_are_texts=True)
        return dict(zip(titles, found, strict=True))

    def shown(self, columns: Sequence[tuple[str, int]]) -> Columns:
        """The texts that columns of worksheets show, each given by title and position."""
        if not columns:
            return {}
        ranges = {(title, at): f"{_letter(at)}:{_letter(at)}" for title, at in columns}
        texts = self._asked(ranges, _AS_SHOWN)
        numbers = self._asked(ranges)
        for (title, at), rows in zip(ranges, numbers, strict=True):
            before = _without_end([row[at : at + 1] for row in self._values[title]])
            self._check(title, before, _without_end(rows))
        return {
            column: [str(row[0]) if row else "" for row in rows]
            for column, rows in zip(ranges, texts, strict=True)
        }

    def check(self) -> None:
        """Raise _Edited where worksheets or merged cells are others than they were."""
        if self._client.fetch_sheet_metadata(self._spreadsheet, {"fields": _FIELDS}) != (
            self._metadata
        ):
            raise _Edited("its worksheets or merged cells")

    def _asked(
        self,
        ranges: Sequence[str] | Mapping[tuple[str, int], str],
        how: Mapping[str, str] = _NUMBERS,
    ) -> list[Rows]:
        # In quotes, or a worksheet called D3 or FY2026 would be read as a cell of the first one.
        named = (
            [absolute_range_name(title, cells) for (title, _), cells in ranges.items()]
            if isinstance(ranges, Mapping)
            else [absolute_range_name(title) for title in ranges]
        )
        answer = self._client.values_batch_get(self._spreadsheet, named, dict(how))
        return [found.get("values", []) for found in answer["valueRanges"]]

    def _check(self, title: str, one: Rows, other: Rows, dates_are_texts: bool = False) -> None:
        """Raise _Edited where cells differ that must not."""
        if len(one) == len(other) and all(
            row == again
            or (
                len(row) == len(again)
                and all(
                    cell == same
                    or (_is_number(cell) and isinstance(same, str) and dates_are_texts)
                    or (_is_number(cell) and _is_number(same) and not self._is_strict)
                    for cell, same in zip(row, again, strict=True)
                )
            )
            for row, again in zip(one, other, strict=True)
        ):
            return
        raise _Edited(f"worksheet '{title}'")


def of_one_state(name: str, client: Client, spreadsheet: str, read: Callable[[State], _T]) -> _T:
    """What ``read`` makes of a spreadsheet, of one state of it; name: of its source.

    Raises SourceError when it is edited during each of READS tries.
    """
    edited = ""
    for left in reversed(range(READS)):
        try:
            state = State(client, spreadsheet, is_strict=left > 0)
            found = read(state)
            state.check()
            return found
        except _Edited as what:
            edited = str(what)
    raise SourceError(
        f"Source '{name}': somebody edits the spreadsheet while it is read ({edited}), also at the "
        f"try number {READS}. Refresh again when the edits are done."
    )


def _merges(metadata: Mapping[str, Any]) -> dict[str, list[Merge]]:
    """The merged cells of each worksheet; a chart on a sheet of its own has no cells."""
    return {
        sheet["properties"]["title"]: [
            Merge(m.get("startRowIndex", 0), m.get("startColumnIndex", 0), m["endRowIndex"])
            for m in sheet.get("merges", [])
        ]
        for sheet in metadata["sheets"]
        if sheet["properties"].get("sheetType") != "OBJECT"
    }


def _letter(at: int) -> str:
    return str(rowcol_to_a1(1, at + 1)).rstrip("1")


def _without_end(rows: Rows) -> Rows:
    """The rows without blank ones at the end, which an answer leaves out; a blank cell is none."""
    kept = [[] if row == [""] else row for row in rows]
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)
