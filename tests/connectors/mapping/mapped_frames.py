"""How the tests of mapping make a canonical table of a frame, as one of the source ``crm``."""

import duckdb
import numpy as np
import pandas as pd

from connectors.mapping.mapping import map_table
from connectors.settings.tables import TableSettings
from connectors.sources.raw import RawTable
from kpis.definitions import Company

BERLIN = Company(currency="EUR", time_zone="Europe/Berlin")
FILE = "query = '''SELECT * FROM \"x\" WHERE "
"""How a remedy begins that leaves rows out."""


def raw(frame, first_row=2, place="table contacts", **more):
    frame = frame if isinstance(frame, pd.DataFrame) else pd.DataFrame(frame, dtype=object)
    return RawTable(frame, np.arange(first_row, first_row + len(frame)), place, **more)


def mapped(
    table, frame, dimensions=(), company=BERLIN, zone="UTC", serial=False, from_1904=False, **how
):
    how = TableSettings.model_validate({"source": "crm", "from": "x", **how})
    source = raw(frame, serial_dates=serial, from_1904=from_1904)
    return map_table(table, source, how, dimensions, zone, company)


def doubts(table):
    return [note.text for note in table.notes if note.is_doubt]


def answered(text, frame):
    """What the query that a doubt names answers, where the source is ``frame``."""
    query = text.split("query = '''")[1].split("''' in place")[0]
    with duckdb.connect() as connection:
        connection.register("x", pd.DataFrame(frame))
        return connection.sql(query).df()


def costs(header="Cost", **more):
    frame = {"Day": ["2026-10-01", "2026-10-02"], header: ["100", "250"], **more}
    return mapped("costs", frame, columns={"spent_on": "Day", "amount": header})


def leads(**more):
    size = len(next(iter(more.values())))
    ids = [f"L{at}" for at in range(1, size + 1)]
    return {"lead_id": ids, "created_at": ["2026-10-01"] * size, **more}
