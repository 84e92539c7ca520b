"""CDNOW: 2,357 people who first bought from a web shop in the first twelve weeks of 1997.

The models of predictive lifetime value were published with what they bought up to 30 September
1997; the data goes on to 30 June 1998.
"""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from kpis.lifetime.predictive import customer_summary


@pytest.fixture(scope="session")
def cdnow(real_data: Path) -> pd.DataFrame:
    """The purchases, from 1 January 1997 to 30 June 1998, as payments."""
    return pd.read_csv(
        real_data / "cdnow" / "CDNOW_sample.txt",
        sep=r"\s+",
        names=["master_id", "customer_id", "paid_on", "discs", "amount"],
        dtype={"customer_id": "string", "paid_on": "string"},
    )[["customer_id", "paid_on", "amount"]]


@pytest.fixture(scope="session")
def cdnow_summary(cdnow: pd.DataFrame) -> pd.DataFrame:
    return customer_summary(cdnow, date(1997, 9, 30))
