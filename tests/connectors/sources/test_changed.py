"""Claims about putting changed rows into kept ones: each cell and type is that of a full read."""

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from connectors.sources.changed.exact_cells import frame_of, kept_table
from connectors.sources.changed.kept import AllRows, NeverKept
from connectors.sources.changed.merged import in_order, key_order, merged, those_there
from connectors.sources.changed.stamps import bound, since_of
from connectors.sources.raw import no_progress
from connectors.sources.typed_columns import in_arrow, joined_batches

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
CELLS = [
    None,
    True,
    1,
    2**70,
    -0.0,
    float("inf"),
    "1",
    "",
    "é😀\x00",
    Decimal("1.10"),
    Decimal("NaN"),
    date(2026, 1, 2),
    datetime(2026, 1, 2, 3, 4, 5, 6),
    datetime(2026, 1, 2, tzinfo=UTC),
    datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN),
    datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=BERLIN),
    datetime(1850, 1, 1, tzinfo=BERLIN),
    datetime(1, 1, 2, tzinfo=BERLIN),
    datetime(2026, 1, 2, tzinfo=timezone(timedelta(hours=5, minutes=30))),
    time(3, 4, 5, 6),
    time(3, 4, tzinfo=timezone(timedelta(hours=-2))),
    timedelta(days=-3, microseconds=7),
    UUID(int=7),
    b"\x00\xff",
    [1, "1", None, [Decimal("2.50")]],
    (1, "a,b"),
    {"a": [1, None], "b": {"c": 1.5}, 3: False},
]
"""One of each kind that drivers give, and what is lost most easily of it."""


def frame(*batches: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    """Rows as a reader of a database makes a frame of them."""
    names = ["key", *"abc"][: len(batches[0][0])]
    columns = ([in_arrow(list(cells)) for cells in zip(*rows, strict=True)] for rows in batches)
    return joined_batches(names, columns, lambda rows: no_progress("", rows))


def through_parquet(table: pa.Table) -> pa.Table:
    file = io.BytesIO()
    pq.write_table(table, file)
    return pq.read_table(file)


def exactly(found: pd.DataFrame) -> list[Any]:
    """Types of columns, and types and texts of cells: 1.10 and 1.1 are equal, and true is 1."""
    return [
        (name, str(found[name].dtype), [(type(cell), repr(cell)) for cell in found[name]])
        for name in found
    ]


def fold(cell: Any) -> Any:
    return (cell.utcoffset(), type(cell.tzinfo)) if isinstance(cell, datetime) else None


@pytest.mark.parametrize("cell", CELLS, ids=repr)
def test_every_cell_is_kept_exactly(cell: Any) -> None:
    """Alone, where its column may be in Arrow, and beside all others, where it is an object."""
    for rows in ([(1, cell)], [(n, one) for n, one in enumerate([cell, *CELLS])]):
        before = frame(rows)
        after = frame_of(through_parquet(kept_table(before)))
        assert exactly(after) == exactly(before)
        assert [fold(one) for one in after["a"]] == [fold(one) for one in before["a"]]


class OwnText(str):
    """A text of a driver's own type."""


@pytest.mark.parametrize("cell", [OwnText("a"), "\ud800", {1}, time(1, tzinfo=BERLIN)])
def test_what_cannot_be_kept_exactly_is_named(cell: Any) -> None:
    with pytest.raises(NeverKept, match="column 'a' holds what cannot be kept"):
        kept_table(frame([(1, cell), (2, 2)]))


ONE = st.one_of(
    st.none(),
    st.sampled_from([1, 2, 2**70, "1", "x", 1.5, Decimal("1.0"), Decimal("1.00"), True]),
    st.sampled_from([date(2026, 1, 2), datetime(2026, 1, 2), datetime(2026, 1, 2, tzinfo=BERLIN)]),
    st.sampled_from([datetime(2026, 1, 2, tzinfo=NEW_YORK), [1], "y"]),
)
ROWS = st.dictionaries(st.sampled_from([1, 2, 3, "1", "2", 4]), st.tuples(ONE, ONE), min_size=1)


@given(before=ROWS, after=ROWS, read=st.sets(st.sampled_from([1, 2, 3, "1", "2", 4])))
def test_merged_rows_are_those_of_one_read_in_any_batches(
    before: dict[Any, tuple[Any, ...]], after: dict[Any, tuple[Any, ...]], read: set[Any]
) -> None:
    """``read``: rows that are read again, though nothing changed in them."""
    rows = [(key, *cells) for key, cells in after.items()]
    half = len(rows) // 2
    whole = kept_table(frame(*(part for part in (rows[:half], rows[half:]) if part)))
    changed = [row for row in rows if row[0] in read or repr(before.get(row[0])) != repr(row[1:])]
    assume(changed)
    kept = kept_table(frame([(key, *cells) for key, cells in before.items()]))
    try:
        found = merged(kept, kept_table(frame(changed)), "key")
    except AllRows:
        assume(False)
    found = those_there(found, kept_table(frame([row[:2] for row in rows])), "key", "a")
    tables = []
    for table in (whole, found):
        tables.append(in_order(table, key_order(table, "key")))
    assert exactly(frame_of(tables[1])) == exactly(frame_of(tables[0]))


@pytest.mark.parametrize(
    ("there", "why"),
    [
        ([(1, 7), (3, 7)], "rows came whose updated_at is older"),
        ([(1, 7), (1, 7)], "rows came whose updated_at is older"),
        ([(1, 7), (None, 7)], "rows came whose updated_at is older"),
        ([(1, 7), (2, 6)], "rows have another updated_at"),
        ([(1, 7), (2, None)], "rows have another updated_at"),
        ([(1, 7), (2, "7")], "rows have another updated_at"),
    ],
)
def test_as_many_rows_that_are_others_are_not_taken_for_the_same(
    there: list[tuple[Any, ...]], why: str
) -> None:
    """A row went and another one came: two rows are there, as before."""
    kept = kept_table(frame([(1, 7), (2, 7)]))
    with pytest.raises(AllRows, match=why):
        those_there(kept, kept_table(frame(there)), "key", "a")


def test_another_type_of_all_values_is_no_change_of_some() -> None:
    """A column of numbers became one of texts: those that were not read are texts now, too."""
    with pytest.raises(AllRows, match="column 'a' has values of another type"):
        merged(kept_table(frame([(1, 1), (2, 2)])), kept_table(frame([(2, "2")])), "key")


def test_texts_of_any_size_can_be_put_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Arrow gives up at two gigabytes of texts in a column, unless they are counted otherwise."""
    table = kept_table(frame([(f"L{n:03}", None if n % 7 else "é" * n) for n in range(99, -1, -1)]))
    order = key_order(table, "key")
    usual = in_order(table, order)
    monkeypatch.setattr("connectors.sources.changed.merged._MOST", 0)
    monkeypatch.setattr("connectors.sources.changed.merged._AT_ONCE", 30)
    assert in_order(table, key_order(table, "key")).equals(usual)
    assert usual["key"].to_pylist() == sorted(table["key"].to_pylist())
    assert usual.schema == table.schema


NOW = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
"""Half past two in Berlin, for the second time."""


@pytest.mark.parametrize(
    ("stamps", "since"),
    [
        ([NOW, None, datetime(2027, 1, 1, tzinfo=UTC)], NOW - timedelta(minutes=10)),
        ([datetime(2026, 10, 25, 2, 59)], datetime(2026, 10, 25, 1, 20)),
        ([datetime(2026, 10, 25, 2, 15)], datetime(2026, 10, 25, 1, 5)),
        ([date(2026, 10, 24), date(2026, 10, 26)], date(2026, 10, 23)),
        ([1_792_890_000, 0, 1_900_000_000], 1_792_890_000 - 600),
        ([1_792_890_000_123], 1_792_890_000_123 - 600_000),
        ([Decimal("1792890000.25"), Decimal(1_900_000_000)], Decimal("1792889400.25")),
        (["2026-10-24T23:00:00Z", "2026-10-24 09:00+02:00", "2030-01-01"], "2026-10-22"),
        ([datetime(2027, 1, 1, tzinfo=UTC)], NOW - timedelta(minutes=10)),
    ],
    ids=[
        "instants",
        "future by the wall",
        "wall",
        "days",
        "seconds",
        "ms",
        "decimals",
        "texts",
        "all future",
    ],
)
def test_rows_are_read_from_before_the_newest_change_that_is_not_in_the_future(
    stamps: list[Any], since: Any
) -> None:
    """Ten minutes; seventy by a clock on the wall, which goes back an hour; two days of texts.

    The second: 2:59 is past 2:30, the present, so that this counts: 2:30 less 70 minutes is 1:20.
    """
    table = kept_table(frame([(n, stamp) for n, stamp in enumerate(stamps)]))
    assert since_of(table, "a", NOW, "Europe/Berlin") == since


@pytest.mark.parametrize(
    "stamps", [[None], [5], ["", "2026-01-02"], ["2026-02-31"], [1.5], [True], [Decimal(5)]]
)
def test_what_is_no_time_is_refused(stamps: list[Any]) -> None:
    with pytest.raises(NeverKept, match="since "):
        since_of(kept_table(frame(list(enumerate(stamps)))), "a", NOW, "UTC")


def test_an_instant_is_bound_as_the_database_compares_it() -> None:
    """MySQL's TIMESTAMP is compared in the session's zone, UTC, and its driver sends no zone."""
    since = datetime(2026, 10, 25, 3, 0, tzinfo=BERLIN)
    assert bound(since, "mysql") == datetime(2026, 10, 25, 2, 0)
    assert bound(since, "postgresql") is since
