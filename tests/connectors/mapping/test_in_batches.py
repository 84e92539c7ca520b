"""Claims about tables larger than what is looked at together: they map as in one go."""

from datetime import date, datetime, timedelta

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.mapping import equal_rows
from connectors.mapping.rows import other_year
from connectors.sources.typed_columns import typed_frame
from tests.connectors.mapping.mapped_frames import mapped

DAYS = [date(2026, 1, 20) + timedelta(days=3 * at) for at in range(40)]
"""From January to May, without a year's end, of which some are up to the twelfth."""


def exchanged(day):
    """A day as a program reads it month first, if it can."""
    return date(day.year, day.day, day.month) if day.day <= 12 else day


def slipped(at, day):
    return day.replace(year=2025) if at in (9, 23) else day


KINDS = {
    "in order": DAYS,
    "falling": DAYS[::-1],
    "in no order": [DAYS[7 * at % 40] for at in range(40)],
    "with slips": [slipped(at, day) for at, day in enumerate(DAYS)],
    "exchanged": [exchanged(day) for day in DAYS],
}
"""Kinds of days, of which the last two are doubted."""


def costs(days, pieces=1):
    """Costs in Arrow: 3 of 43 rows are rejected, 37 and 38 stand again, as rows 42 and 43.

    pieces: how many chunks each column comes in, as row groups of a file are.
    """
    amounts = [100.0 + at for at in range(40)]
    amounts[4] = amounts[31] = None
    table = pa.table(
        {
            "spent_on": [*days, None, *days[36:38]],
            "campaign_id": ["fair", None, "spring", *["ads"] * 37, "fair", *["ads"] * 2],
            "amount": [*amounts, 1.0, *amounts[36:38]],
        }
    )
    size = -(-table.num_rows // pieces)
    starts = range(0, table.num_rows, size)
    return mapped("costs", typed_frame(pa.concat_tables(table.slice(at, size) for at in starts)))


def assert_same(one, other):
    assert one.frame.equals(other.frame)
    assert one.rows.tolist() == other.rows.tolist()
    pd.testing.assert_frame_equal(one.rejects, other.rejects)
    assert one.notes == other.notes


@pytest.mark.parametrize("rows", [1, 2, 3, 7, 39])
@pytest.mark.parametrize("kind", KINDS)
def test_days_looked_at_in_blocks_have_the_notes_of_one_go(kind, rows, monkeypatch):
    """Blocks overlap by a row, so that no pair of neighbours is lost between two of them."""
    whole = costs(KINDS[kind])
    assert whole.rejects["row"].tolist() == [6, 33, 42]
    of_days = [note for note in whole.notes if note.column == "spent_on"]
    assert len(of_days) == (kind in ("with slips", "exchanged"))
    monkeypatch.setattr(other_year, "_BLOCK", rows)
    assert_same(costs(KINDS[kind], pieces=rows), whole)


CELLS = (st.sampled_from(["a", "b", "7"]), st.sampled_from(["ads", "fair"]), st.integers(1, 3))


@given(st.lists(st.tuples(*CELLS), min_size=2, max_size=30), st.integers(2, 5), st.booleans())
def test_touches_in_pieces_have_the_repeats_of_one_go(rows, pieces, is_crowded):
    """Row numbers that would outgrow eight bytes are numbered anew, which changes nothing.

    Each touch is to the second, so that two equal ones are a doubt.
    """
    times = [datetime(2026, 1, 5, 10, 0, second) for *_, second in rows]
    leads, campaigns, _ = zip(*rows, strict=True)
    table = pa.table({"lead_id": leads, "campaign_id": campaigns, "touched_at": times})
    whole = mapped("touches", typed_frame(table))
    doubts = [note for note in whole.notes if "equal to earlier ones" in note.what]
    assert len(doubts) == (len(set(rows)) < len(rows))
    size = -(-table.num_rows // pieces)
    starts = range(0, table.num_rows, size)
    parts = pa.concat_tables(table.slice(at, size) for at in starts)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(equal_rows, "_MOST", 2 if is_crowded else 2**63)
        assert_same(mapped("touches", typed_frame(parts)), whole)
