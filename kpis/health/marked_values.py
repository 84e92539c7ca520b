"""Values of a column that checks mark: each is looked at once, however many rows have it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir


def _every(rows: ir.Table) -> ir.Value:
    return ibis.literal(True)


@dataclass(frozen=True)
class MarkedValues:
    """The values of a ``column`` that checks mark.

    values: one row per ``value``; for each check, by its key in ``keys``, a flag of that name and
    ``<key>_example``. counted: which rows a check looks at, of those that have a value at all.
    """

    column: str
    values: ir.Table
    keys: tuple[str, ...]
    counted: Callable[[ir.Table], ir.Value] = _every


def marked(column: str, key: str, values: ir.Table, example: ir.Value) -> MarkedValues:
    """All ``values`` marked by the one check of that key; values: with a column ``value``."""
    flags = {key: ibis.literal(True), f"{key}_example": example}
    return MarkedValues(column, values.select("value", **flags), (key,))


def with_marks(rows: ir.Table, found: Sequence[MarkedValues], kept: Sequence[str]) -> ir.Table:
    """Columns of rows, ``kept``, with the flag and example of each check that marks values.

    A flag is null where a check does not look at a row. All tables are joined in one step, and all
    flags made in another: a step for each would repeat every column of those before it, which the
    engine takes longer to read than to answer.
    """
    named = [one.values.rename({f"value_{n}": "value"}) for n, one in enumerate(found)]
    joined = rows
    for n, (one, values) in enumerate(zip(found, named, strict=True)):
        joined = joined.left_join(values, rows[one.column] == values[f"value_{n}"])
    flags: dict[str, ir.Value] = {}
    for one in found:
        is_looked_at = joined[one.column].notnull() & one.counted(joined)
        for key in one.keys:
            flags[key] = ibis.ifelse(is_looked_at, joined[key].fill_null(False), None)
            flags[f"{key}_example"] = joined[f"{key}_example"]
    return joined.select(*kept, **flags)
