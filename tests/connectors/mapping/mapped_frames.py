"""How the tests of mapping make a canonical table of a frame, as one of the source ``crm``."""

import numpy as np
import pandas as pd

from connectors.mapping.mapping import map_table
from connectors.settings.tables import TableSettings
from connectors.sources.raw import RawTable
from kpis.definitions import Company

BERLIN = Company(currency="EUR", time_zone="Europe/Berlin")


def raw(frame, first_row=2, place="table contacts", **more):
    frame = frame if isinstance(frame, pd.DataFrame) else pd.DataFrame(frame, dtype=object)
    return RawTable(frame, np.arange(first_row, first_row + len(frame)), place, **more)


def mapped(
    table, frame, dimensions=(), company=BERLIN, zone="UTC", serial=False, from_1904=False, **how
):
    how = TableSettings.model_validate({"source": "crm", "from": "x", **how})
    source = raw(frame, serial_dates=serial, from_1904=from_1904)
    return map_table(table, source, how, dimensions, zone, company)
