"""How a canonical table is mapped: one part, or several that are put under each other."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from kpis.model import TABLES

ROW_ID = "(row)"
"""In ``columns``, the row number of a file or sheet in place of a column."""


class Strict(BaseModel):
    """Settings that refuse a key that they do not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _text(value: Any) -> Any:
    """A constant as text, as a cell of a file would hold it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float | date) else value


def _not_zero(factor: float) -> float:
    if not factor:
        raise ValueError("must not be 0, which would make every amount 0")
    return factor


class TableSettings(Strict):
    """Where one part of a canonical table comes from, and how its columns and values are called.

    query: one SELECT in the SQL of the database; for files and sheets in that of DuckDB.
    columns: canonical name = name in the source. A canonical column that is not named here is
        taken from a source column of the same name, if there is one. "(row)" makes an id of the
        number of the row, where a file or sheet has none; "" maps none at all.
    values: per column, canonical value = source value, a list of them, or "*" for all others.
    constants: canonical columns that have one value in every row, such as a currency.
    date_format: strptime format of text dates, for all columns or per column; "epoch_d",
        "epoch_s", "epoch_ms", "epoch_us", "epoch_ns" or "serial" where numbers count.
    instants: columns of which midnights are instants, though every value is a midnight.
    decimal: decimal mark of text amounts, where they read both ways (``1.200``).
    scale: what the numbers of a column are multiplied by, such as 1e-6 for millionths,
        or -1 where costs are written with a minus.
    blanks: texts that mean "no value", for all columns or per column, beside the usual ones.
        What reads as a number is blank in a column of amounts only where the column is named.
    totals: whether rows that are a total, a footer or a title are rejected, or kept as rows.
    first_of: columns of which a cell may list several ids, of which the first counts.
    header_row: the row of a file or worksheet that names the columns, where it is not found.
    optional: a table that the database lacks, or that has no rows, is noted, and no error; so are
        the optional_columns that ``columns`` names and the source lacks.
    updated_at: the column of a database that says when a row was changed last, so that only changed
        rows are read. row_key: that which tells its rows apart; the table's key if not given.
    """

    source: str
    from_: str | None = Field(default=None, alias="from")
    query: str | None = None
    columns: dict[str, str] = {}
    values: dict[str, dict[str, str | list[str]]] = {}
    constants: dict[str, Annotated[str, BeforeValidator(_text)]] = {}
    date_format: str | dict[str, str] | None = None
    instants: list[str] = []
    decimal: Literal[".", ","] | None = None
    scale: dict[str, Annotated[float, Field(allow_inf_nan=False), AfterValidator(_not_zero)]] = {}
    blanks: list[str] | dict[str, list[str]] = []
    totals: Literal["reject", "keep"] = "reject"
    first_of: list[str] = []
    header_row: int | None = Field(default=None, ge=1)
    optional: bool = False
    optional_columns: list[str] = []
    updated_at: str | None = Field(default=None, min_length=1)
    row_key: str | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _one_origin(self) -> "TableSettings":
        if (self.from_ is None) == (self.query is None):
            raise ValueError("needs exactly one of 'from' (a table, worksheet or file) and 'query'")
        both = next((name for name in self.constants if name in self.columns), None)
        if both:
            raise ValueError(f"has '{both}' under 'columns' and under 'constants'. Keep one")
        return self

    @property
    def columns_named(self) -> list[str]:
        """The canonical columns that any of its keys names."""
        of_formats = self.date_format if isinstance(self.date_format, dict) else {}
        of_blanks = self.blanks if isinstance(self.blanks, dict) else {}
        named = (self.columns, self.values, self.constants, self.scale, of_formats, of_blanks)
        listed = (*self.instants, *self.first_of, *self.optional_columns)
        return [*listed, *(column for key in named for column in key)]

    def date_format_of(self, column: str) -> str | None:
        """The strptime format that text dates of ``column`` are written in, if it was given."""
        if isinstance(self.date_format, dict):
            return self.date_format.get(column)
        return self.date_format

    def blanks_of(self, column: str) -> list[str]:
        """The texts that the settings name as "no value" of ``column`` itself or of all columns."""
        return self.blanks.get(column, []) if isinstance(self.blanks, dict) else self.blanks


def row_key(part: str, settings: TableSettings) -> str | None:
    """Return the column of the source that tells the rows of a part apart, None where none does."""
    key = TABLES[table_of(part)].key
    if settings.row_key is not None or len(key) != 1:
        return settings.row_key
    named = settings.columns.get(key[0], key[0])
    return None if named in ("", ROW_ID) or key[0] in settings.constants else named


def why_not_by_changes(part: str, settings: TableSettings, kind: str) -> str:
    """Why a part of a source of ``kind`` cannot be read by its changes; empty where it can be."""
    if settings.updated_at is None:
        return "has 'row_key', which needs 'updated_at'" if settings.row_key is not None else ""
    if kind != "database":
        return "'updated_at' is for databases. Remove it"
    if row_key(part, settings) is None:
        return "'updated_at' needs 'row_key', the column of the source that tells its rows apart"
    return ""


PART = ", part "


def part_name(table: str, number: int, parts: int) -> str:
    """Return what a part of ``table`` is called: as the table, or with its number from 1."""
    return table if parts == 1 else f"{table}{PART}{number}"


def table_of(part: str) -> str:
    """Return the table that a part belongs to, by the part's name."""
    return part.partition(PART)[0]


def _as_parts(value: Any) -> Any:
    return [value] if isinstance(value, dict | TableSettings) else value


Parts = Annotated[tuple[TableSettings, ...], BeforeValidator(_as_parts), Field(min_length=1)]
Tables = dict[str, Parts]
"""``[tables.X]`` is one part, ``[[tables.X]]`` several."""
