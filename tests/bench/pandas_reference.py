"""The nine questions in plain pandas, over the same facts in memory: a mask, a group-by, a mean.

It computes sums and the mean cycle alone, no conversion, median or lifetime value, so it does less.
"""

from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd

from kpis.model import Where
from kpis.scorecard.selection import Window

COUNTED = ("leads", "mqls", "sqls", "revenue")
NEEDED = (*COUNTED, "cycles", "cycle_days")


class Asked(Protocol):
    """What a question of the nine consists of."""

    windows: tuple[Window, ...]
    by: str | None
    where: Where | None


def facts_in_pandas(file: Path) -> pd.DataFrame:
    """The facts under the linear model; texts as categories."""
    texts = ["measure", "campaign_id", "channel", "region", "owner"]
    frame = pd.read_parquet(file, columns=["day", "linear", *texts]).rename(
        columns={"campaign_id": "campaign"}
    )
    texts[1] = "campaign"
    return frame.astype(dict.fromkeys(texts, "category")).assign(
        day=pd.to_datetime(frame["day"]).to_numpy()
    )


def plain_pandas(frame: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """The sums of each window and group, and the mean sales cycle: one row each."""
    rows = frame[frame["measure"].isin(NEEDED)]
    for name, values in (asked.where or {}).items():
        rows = rows[rows[name].isin(values)]
    keys = ["measure", *([asked.by] if asked.by else [])]
    answers = []
    for number, window in enumerate(asked.windows):
        begins, ends = (pd.Timestamp(day) for day in (window.period.start, window.period.end))
        inside = rows[(rows["day"] >= begins) & (rows["day"] <= ends)]
        sums = inside.groupby(keys, observed=True)["linear"].sum()
        table = sums.unstack("measure") if asked.by else sums.to_frame("").T
        table = table.reindex(columns=list(NEEDED)).fillna(0.0)
        table["sales_cycle_days"] = table["cycle_days"] / table["cycles"].where(table["cycles"] > 0)
        answers.append(table.assign(window=number, group=table.index.astype(str)))
    return pd.concat(answers, ignore_index=True)


def check_same_answers(frame: pd.DataFrame, asked: Asked, scorecard: pd.DataFrame) -> None:
    """Raise AssertionError unless the scorecard has the same sums and means."""
    keys, values = ["window", "group"], [*COUNTED, "sales_cycle_days"]
    ours = scorecard.set_index(keys)[values].astype(float)
    # A group of the scorecard that has costs alone is none here.
    theirs = plain_pandas(frame, asked).set_index(keys)[values].reindex(ours.index)
    theirs[list(COUNTED)] = theirs[list(COUNTED)].fillna(0.0)
    np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-6)
