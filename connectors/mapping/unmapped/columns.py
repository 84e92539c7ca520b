"""The columns of a part that nobody mapped, found by what their headers say."""

import re
from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.amounts.amount_column import amounts
from connectors.mapping.cells import Cells, distinct, text_of, texts_of
from connectors.mapping.dates import dates
from connectors.mapping.header_words import header_words
from connectors.settings.tables import TableSettings
from connectors.sources.raw import RawTable
from connectors.sources.typed_columns import as_objects
from kpis.errors import MappingError

Rows = npt.NDArray[np.bool_]
_NAME = re.compile(r"[^\W\d]\w*")
_COMMA = re.compile(r",\d{1,2}$")
_RESERVED = frozenset(
    ("all", "and", "as", "asc", "case", "check", "column", "default", "desc", "distinct", "end")
    + ("from", "group", "in", "limit", "not", "null", "on", "or", "order", "references", "select")
    + ("table", "then", "to", "union", "unique", "user", "using", "when", "where", "with")
)
"""Headers that SQL reads as words of its own: ``Order`` of a shop's export."""


def counted(table: str, rows: pa.Table) -> Rows:
    """Return which loaded rows are money in plus: costs, payments and won deals."""
    counts: Rows = rows["amount"].to_numpy() > 0
    if table == "deals":
        counts &= pc.equal(rows["status"], "won").to_numpy()
    return counts


class UnmappedColumns:
    """The unmapped columns of the rows that were loaded.

    origin: the position in the source of each mapped column. kept: which rows were loaded.
    numbers: what each loaded row is called in its source.
    """

    def __init__(
        self,
        table: str,
        raw: RawTable,
        settings: TableSettings,
        origin: Mapping[str, int],
        kept: Rows,
    ) -> None:
        self.table, self.raw, self.settings, self.kept = table, raw, settings, kept
        self.origin = origin
        self.called = {name: str(raw.frame.columns[at]) for name, at in origin.items()}
        mapped = set(origin.values())
        self.headers = {
            at: str(header) for at, header in enumerate(raw.frame.columns) if at not in mapped
        }
        self.numbers = raw.rows if kept.all() else raw.rows[kept]

    def of_every_row(self) -> "UnmappedColumns":
        """Return the same columns in every row of the source, rejected ones included."""
        every = np.ones(len(self.kept), dtype=bool)
        return UnmappedColumns(self.table, self.raw, self.settings, self.origin, every)

    def headed(self, words: "re.Pattern[str]") -> Iterator[tuple[int, str]]:
        """Yield position and header of each column whose header's words match ``words`` whole."""
        for at, header in self.headers.items():
            if words.fullmatch(header_words(header)):
                yield at, header

    def cells(self, at: int) -> Cells:
        """Return the cells of a column in the loaded rows."""
        return distinct(self.raw.frame.iloc[self.kept, at])

    def texts(self, at: int) -> npt.NDArray[np.object_]:
        """Return the text of each loaded row's cell."""
        cells = as_objects(self.raw.frame.iloc[self.kept, at])
        return np.array([text_of(cell) for cell in cells], dtype=object)

    def days(self, at: int, like: str) -> npt.NDArray[np.datetime64]:
        """Return the day in each loaded row, NaT where there is none.

        like: the mapped column whose date format holds. All are NaT where they read both ways.
        """
        cells = self.cells(at)
        try:
            found = dates.moments(
                cells.values,
                serial_dates=self.raw.serial_dates,
                date_format=self.settings.date_format_of(like),
                where="",
            )
        except MappingError:
            return np.full(len(cells.codes), "NaT", dtype="datetime64[D]")
        return np.append(found.wall, np.datetime64("NaT")).astype("datetime64[D]")[cells.codes]

    def amounts(self, at: int) -> npt.NDArray[np.float64]:
        """Return the amount or number in each loaded row, not scaled, NaN where there is none."""
        cells = self.cells(at)
        try:
            read = amounts(cells.values, kind="money", decimal=self.settings.decimal, where="")
        except MappingError:
            return np.full(len(cells.codes), np.nan)
        found: npt.NDArray[np.float64] = cells.in_rows(read.values).to_numpy(zero_copy_only=False)
        return found

    def where(self, condition: str) -> str:
        """Return the line of settings that leaves out rows that do not meet ``condition``."""
        return self.query("*", f" WHERE {condition}")

    def others(self, at: int, values: list[str]) -> str:
        """Return the condition of rows with other values or none, for which NOT IN is not true."""
        name = self.name(str(self.raw.frame.columns[at]))
        texts = ", ".join(map(self.text, values))
        others = f"{name} <> {texts}" if len(values) == 1 else f"{name} NOT IN ({texts})"
        has_blanks = bool((self.cells(at).codes < 0).any())
        return f"{name} IS NULL OR {others}" if has_blanks else others

    def query(self, columns: str, condition: str = "") -> str:
        """Return the line of settings that reads ``columns`` with a query."""
        if self.settings.query is not None:
            taken = condition.strip() or f"SELECT {columns}"
            return f"{taken} in the query of [tables.{self.table}]"
        name = str(self.settings.from_)
        # A database knows crm.contacts; to a query of files leads.csv is one name.
        source = name if re.fullmatch(r"[\w.]+", name) and not self.holds_text else f'"{name}"'
        line = f"query = '''SELECT {columns} FROM {source}{condition}'''"
        return f"{line} in place of 'from' under [tables.{self.table}]"

    def amount_with(self, at: int, formula: str, blank: int = 0) -> str:
        """Return the line of settings that computes the amount with another column, and drops it.

        formula: of ``{amount}`` and ``{other}``. blank: what the other is where it is blank. The
        columns that other rules read are kept.
        """
        header = self.called["amount"]
        before = [*map(str, self.raw.frame.columns)].index(header)
        number = formula.format(amount=self._number(before, 0), other=self._number(at, blank))
        amount = self.name(header)
        if self.holds_text:
            other = self.name(self.headers[at])
            return self.query(f"* EXCLUDE ({other}) REPLACE ({number} AS {amount})")
        others = [self.name(name) for key, name in self.called.items() if key != "amount"]
        return self.query(", ".join([*others, f"{number} AS {amount}"]))

    def _number(self, at: int, blank: int) -> str:
        """A column as a number of SQL; of texts, by how they are written."""
        name = self.name(str(self.raw.frame.columns[at]))
        cells = self.cells(at)
        has_blanks = bool((cells.codes < 0).any())
        if not self.holds_text:
            return f"COALESCE({name}, {blank})" if has_blanks else name
        texts = texts_of(cells.values)
        decimal = self.settings.decimal or ("," if any(map(_COMMA.search, texts)) else ".")
        thousands = "." if decimal == "," else ","
        value = f"NULLIF({name}, '')" if has_blanks else name
        if any(thousands in text for text in texts):
            value = f"REPLACE({value}, '{thousands}', '')"
        if decimal == ",":
            value = f"REPLACE({value}, ',', '.')"
        number = f"CAST({value} AS DOUBLE)"
        return f"COALESCE({number}, {blank})" if has_blanks else number

    def text(self, value: str) -> str:
        """Return a text as SQL writes it."""
        return "'" + value.replace("'", "''") + "'"

    def name(self, header: str) -> str:
        """Return a column's name as SQL writes it."""
        is_plain = _NAME.fullmatch(header) and header.casefold() not in _RESERVED
        return header if is_plain else '"' + header.replace('"', '""') + '"'

    @property
    def holds_text(self) -> bool:
        """Whether a query reads every cell as text, as it does of files and worksheets."""
        return self.raw.has_fixed_rows
