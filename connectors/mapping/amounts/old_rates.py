"""Amounts converted at a rate of long ago, because the table of rates ends before them.

The last rate of a currency is valid until a newer one: a rate of 2018 prices a deal of 2026.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.notes import Note
from kpis.definitions import Company

_DAY_OF = {"deals": "closed_at", "costs": "spent_on", "payments": "paid_on"}
_OLD = timedelta(days=400)
"""Rates that are set once a year, some weeks late, are not old."""


def old_rates_notes(frames: Mapping[str, pa.Table], company: Company, day: date) -> list[Note]:
    """Return a doubt for each table and currency with amounts over 400 days past its last rate.

    frames: the loaded tables. Amounts after ``day``, that of the report, are plans. A currency of
    which no rate has a ``valid_from`` says nothing of its age; one that no amount is in, such as
    the Deutsche Mark in a bank's table, needs no newer rate.
    """
    if "rates" not in frames:
        return []
    newest = _newest(frames["rates"])
    newest.pop(company.currency, None)
    found = []
    for table in sorted(frames.keys() & _DAY_OF.keys()):
        frame = frames[table]
        days = days_in(frame[_DAY_OF[table]], company.time_zone)
        for code, (since, rate) in sorted(newest.items()):
            is_late = pc.and_(pc.greater(days, since + _OLD), pc.less_equal(days, day))
            of_code = pc.equal(pc.utf8_upper(frame["currency"]), code)
            here = pc.and_(pc.and_(is_late, of_code), pc.is_valid(frame["amount"]))
            if rows := int(pc.sum(here).as_py() or 0):
                found.append(_note(table, rows, code, since, rate))
    return found


def _newest(rates: pa.Table) -> dict[str, tuple[date, float]]:
    """The first day and the rate of the last rate of each currency that has a dated one."""
    newest: dict[str, tuple[date, float]] = {}
    for rate in rates.select(["currency", "rate", "valid_from"]).to_pylist():
        code, since = rate["currency"].upper(), rate["valid_from"]
        if since is not None and since > newest.get(code, (date.min, 0.0))[0]:
            newest[code] = (since, rate["rate"])
    return newest


def days_in(moments: "pa.ChunkedArray[Any]", zone: str) -> "pa.ChunkedArray[Any]":
    """Return the days of a column in the company's zone."""
    if pa.types.is_timestamp(moments.type):
        moments = pc.local_timestamp(moments.cast(pa.timestamp("us", zone)))
    return moments.cast(pa.date32(), safe=False)


def _note(table: str, rows: int, code: str, since: date, rate: float) -> Note:
    return Note(
        table=table,
        column="amount",
        rows=rows,
        what=f"are converted at the last rate of {code}, {rate:,.6g} from {since}, which is more "
        f"than {_OLD.days} days older",
        remedy=f"Add newer rates of {code} to the rates table.",
        is_doubt=True,
    )
