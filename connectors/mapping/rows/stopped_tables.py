"""Rows that came regularly and stop while others go on: a whole table, a date, a campaign's costs.

The export was not renewed, or a sync broke off: what is missing counts as nothing at all.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.amounts.old_rates import days_in
from connectors.mapping.notes import Note
from connectors.mapping.rows.stale_parts import Days, days_with_rows, pause, stops, usually
from kpis.definitions import Company
from kpis.display import day_text

_DATES = {
    ("costs", "spent_on"): "CAC and cost per lead are too low, and ROI is too high",
    ("leads", "created_at"): "leads are too few, and cost per lead is too high",
    ("leads", "mql_at"): "MQLs are too few",
    ("leads", "sql_at"): "SQLs are too few",
    ("touches", "touched_at"): "campaigns lack the credit of what is missing",
    ("deals", "closed_at"): "customers, revenue, conversion and ROI are too low, and CAC too high",
    ("payments", "paid_on"): "customer lifetime value is too low",
}
"""The dates by which rows count, and what KPIs are without the rows that are missing."""
_GOING_ON = 3
"""Days with rows of another table after the last one: a row entered late is no evidence."""
_LEAST, _RATE = 5, 0.5
"""Leads and touches of a campaign after its last cost, and their share of the rate before it."""


@dataclass(frozen=True)
class _Dated:
    """A date of a table, and the days with rows by it."""

    table: str
    column: str
    days: Days


def stopped_notes(frames: Mapping[str, pa.Table], company: Company, day: date) -> list[Note]:
    """Return a doubt for each date of the loaded tables that stops while another table continues.

    frames: the loaded tables. Rows after ``day``, that of the report, are plans. Dates that came
    at least every few days must be silent for 14 days and four of their longest gaps, and the other
    table must have rows on three days since. Where costs go on, those of a campaign that stops are
    doubted while its leads and touches go on.
    """
    zone = company.time_zone
    dated = [
        _Dated(table, column, days_with_rows(days_in(frames[table][column], zone), day))
        for table, column in _DATES
        if table in frames
    ]
    notes: dict[tuple[str, str], Note] = {}
    for one in dated:
        others = [other for other in dated if _goes_on(one, other)]
        is_known = (one.table, "created_at") in notes  # without leads there are no MQLs
        if others and not is_known:
            longest = max(others, key=lambda other: other.days[-1])
            notes[one.table, one.column] = _note(one, longest)
    if "costs" in frames and ("costs", "spent_on") not in notes:
        return [*notes.values(), *_campaigns(frames, company, day)]
    return [*notes.values()]


def _goes_on(one: _Dated, other: _Dated) -> bool:
    """Whether ``one`` stops before another table, or before the rows of its own go on."""
    is_other = other.table != one.table or other.column == "created_at" != one.column
    if not is_other or not len(one.days) or not len(other.days):
        return False
    since = int((other.days > one.days[-1]).sum())
    return since >= _GOING_ON and stops(one.days, other.days[-1])


def _note(one: _Dated, other: _Dated) -> Note:
    is_whole = one.column not in ("mql_at", "sql_at")
    continues = "continue by their created_at" if other.table == one.table else "continue"
    return Note(
        table=one.table,
        column="" if is_whole else one.column,
        rows=0,
        what=_what(one.days, f"{other.table} {continues}", other.days),
        remedy=f"If the export or sync stopped, all since then is missing, and {_so(one)}: export "
        "it again. If there were none, nothing is.",
        is_doubt=True,
    )


def _what(days: Days, others: str, of_others: Days) -> str:
    last, until = days[-1].item(), of_others[-1].item()
    since = f"come after {day_text(last)}, though they came {usually(days)} before"
    return f"{since}; {others} until {day_text(until)}"


def _so(one: _Dated) -> str:
    return _DATES[one.table, one.column]


def _campaigns(frames: Mapping[str, pa.Table], company: Company, day: date) -> Iterator[Note]:
    """The doubts on campaigns of which costs stop, while others' and its own leads go on."""
    costs = frames["costs"]
    until = days_with_rows(costs["spent_on"], day)
    cells = costs.select(["campaign_id", "spent_on"]).group_by(["campaign_id", "spent_on"])
    ran = cells.aggregate([]).to_pandas().dropna().groupby("campaign_id", sort=True)["spent_on"]
    for campaign, spent in ran:
        days = days_with_rows(pa.chunked_array([pa.array(spent, pa.date32())]), day)
        if len(days) and stops(days, until[-1]):
            found = _interest(frames, str(campaign), company, day)
            if _outlasts(found, days):
                lead_days = found.astype("datetime64[D]")
                what = f"of {campaign} {_what(days, 'its leads or touches continue', lead_days)}"
                yield Note(
                    table="costs",
                    column="",
                    rows=0,
                    what=what,
                    remedy="If the export or sync of its account stopped, all since then is "
                    "missing, and its CAC and cost per lead are too low, and its ROI is too high: "
                    "export it again. If it costs nothing any more, nothing is.",
                    is_doubt=True,
                )


def _interest(frames: Mapping[str, pa.Table], campaign: str, company: Company, day: date) -> Days:
    """The day of each lead and touch of a campaign, in order."""
    found = [np.empty(0, dtype="datetime64[D]")]
    for table, column in (("leads", "created_at"), ("touches", "touched_at")):
        if table in frames:
            own = frames[table].filter(pc.equal(frames[table]["campaign_id"], campaign))
            dated = days_in(own[column], company.time_zone).drop_null()
            found.append(dated.to_numpy().astype("datetime64[D]"))
    days = np.sort(np.concatenate(found))
    return days[days <= np.datetime64(day)]


def _outlasts(found: Days, days: Days) -> bool:
    """Whether leads come after the last cost for longer than a pause, not much fewer than before.

    Some come late of every campaign that has ended.
    """
    after = found[found > days[-1]]
    silent = int((after[-1] - days[-1]).astype(int)) if len(after) else 0
    before = int(((found >= days[0]) & (found <= days[-1])).sum())
    span = int((days[-1] - days[0]).astype(int)) + 1
    is_usual = len(after) * span >= _RATE * before * silent
    return len(after) >= _LEAST and silent >= pause(days) and is_usual
