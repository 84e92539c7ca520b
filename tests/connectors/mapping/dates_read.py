"""How the tests of dates read a column: each cell as instant or day, or why it is refused."""

from datetime import datetime

import pandas as pd

from connectors.mapping.cells import distinct
from connectors.mapping.dates import dates

WHERE = "leads.created_at (column 'created' of table contacts, source 'crm')"
BERLIN, TOKYO, NEW_YORK = "Europe/Berlin", "Asia/Tokyo", "America/New_York"


def parsed(cells, zone="UTC", company=None, kind="time", serial=False, fmt=None, **more):
    """The column's distinct values, and what they mean."""
    series = cells if isinstance(cells, pd.Series) else pd.Series(cells, dtype=object)
    column = distinct(series)
    is_end = more.pop("is_end", False)
    found = dates.moments(
        column.values, serial_dates=serial, date_format=fmt, where=WHERE, is_end=is_end
    )
    read = dates.days if kind == "day" else dates.instants
    return column, read(found, zone, company or zone, "closed_at", **more)


def read(cells, zone="UTC", company=None, kind=None, **more):
    """Each cell as instant in UTC without its zone (as day if a company is given), or a reason."""
    column, found = parsed(cells, zone, company, kind or ("day" if company else "time"), **more)
    values = [
        v.replace(tzinfo=None) if isinstance(v, datetime) else v for v in found.values.to_pylist()
    ]
    return [None if code < 0 else found.reasons.get(code, values[code]) for code in column.codes]


def remarks(cells, zone="UTC", company=None, kind="time", **more):
    """The remarks on the column: how many values each is on, what it says, and the remedy."""
    _, found = parsed(cells, zone, company, kind, **more)
    return [(len(r.positions), f"{r.what}. {r.remedy}".strip(), r.is_doubt) for r in found.remarks]
