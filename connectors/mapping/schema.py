"""The Arrow schema of a canonical table, which readers of a snapshot need without the mapping."""

from collections.abc import Mapping

import pyarrow as pa

from kpis.model import Kind, columns_of

ARROW_TYPES: Mapping[Kind, "pa.DataType"] = {
    "text": pa.string(),
    "choice": pa.string(),
    "time": pa.timestamp("us", tz="UTC"),
    "day": pa.date32(),
    "money": pa.float64(),
    "number": pa.float64(),
    "kpi": pa.string(),
    "period": pa.string(),
    "goal": pa.float64(),
}


def arrow_schema(table: str, dimensions: tuple[str, ...] = ()) -> pa.Schema:
    """Return the Arrow schema of a canonical table: instants in UTC, days as dates."""
    return pa.schema([(c.name, ARROW_TYPES[c.kind]) for c in columns_of(table, dimensions)])
