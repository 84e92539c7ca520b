"""Claims on columns that come in Arrow: they map to what the same values as Python objects do."""

from datetime import date, datetime
from decimal import Decimal

import pandas as pd
import pyarrow as pa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connectors.sources.typed_columns import as_objects, in_arrow, typed_column, typed_frame
from kpis.errors import MappingError
from tests.connectors.mapping.mapped_frames import mapped

TIMES = st.datetimes(datetime(1899, 12, 30), datetime(2201, 1, 2)) | st.dates(
    date(2026, 1, 1), date(2026, 3, 1)
).map(lambda day: datetime(day.year, day.month, day.day))
FAR = TIMES | st.just(datetime(9999, 12, 31, 23, 59)) | st.just(datetime(1, 1, 1))
TEXTS = st.text(max_size=6) | st.sampled_from(
    [" 7 ", '="007"', "1.5E+15", "n/a", "#N/A", "Total", "won", "Spend", "FrÃ¼h", "2026-01-01"]
)
FLOATS = st.floats() | st.sampled_from([0.0, -0.0, 1e15, -1e15, 45000.5, 20260101.0])
WHOLE = st.sampled_from([0, 1, 25, 45000, 20260101, 1_790_000_000, 2**53 + 1, 2**63 - 1, -(2**63)])
VALUES = {
    pa.int64(): WHOLE,
    pa.int16(): st.integers(-(2**15), 2**15 - 1),
    pa.uint64(): WHOLE.map(abs),
    pa.float64(): FLOATS,
    pa.float32(): st.floats(width=32),
    pa.decimal128(21, 2): st.decimals(-(10**9), 10**9, places=2),
    pa.bool_(): st.booleans(),
    pa.string(): TEXTS,
    pa.large_string(): TEXTS,
    pa.dictionary(pa.int32(), pa.string()): TEXTS,
    pa.timestamp("us"): FAR,
    pa.timestamp("ms", "UTC"): TIMES,
    pa.timestamp("us", "Europe/Berlin"): TIMES,
    pa.timestamp("us", "+05:30"): TIMES,
    pa.timestamp("ns"): TIMES,
    pa.date32(): st.dates(),
    pa.time64("us"): st.times(),
    pa.binary(): st.binary(max_size=3),
    pa.list_(pa.int64()): st.lists(st.integers(0, 9), max_size=2),
}
DAY = "2026-02-03"
LEAD = {"lead_id": "a", "created_at": DAY, "segment": "SMB"}
DEAL = {"deal_id": "d", "created_at": DAY, "status": "won", "amount": 5}
ROLES = (
    ("costs", "spent_on", {"amount": 5, "campaign_id": "c"}),
    ("costs", "amount", {"spent_on": DAY}),
    ("leads", "lead_id", LEAD),
    ("leads", "created_at", LEAD),
    ("leads", "segment", LEAD),
    ("campaigns", "ends_on", {"campaign_id": "c", "name": "n", "channel": "ads"}),
    ("deals", "status", DEAL),
    ("deals", "is_deleted", DEAL),
)


@st.composite
def columns(draw):
    kind = draw(st.sampled_from(list(VALUES)))
    values = draw(st.lists(st.none() | VALUES[kind], min_size=1, max_size=8))
    return pa.array(values, kind)


def attempt(table, frame, **how):
    """All that mapping makes of a frame: rows, rejects and notes, or why it is refused."""
    dimensions = ("segment",) if table == "leads" else ()
    try:
        made = mapped(table, frame, dimensions, serial=True, **how)
    except MappingError as error:
        return str(error)
    return made.frame.to_pylist(), made.rejects.to_dict("list"), made.notes, made.mapped


@settings(max_examples=80)
@given(columns(), st.sampled_from(ROLES), st.sampled_from([None, "%Y%m%d", "epoch_s", "serial"]))
@example(pa.array([0.0, -0.0, 5.0]), ROLES[1], None)
@example(pa.array([datetime(1900, 6, 1)], pa.timestamp("us", "+05:30")), ROLES[3], None)
def test_a_column_in_arrow_maps_as_its_values_do(column, role, date_format):
    table, name, others = role
    rest = {other: [value] * len(column) for other, value in others.items() if other != name}
    cells = column.to_pylist()
    typed = typed_frame(pa.table({name: column, **rest}))
    of_batches = typed.assign(**{name: typed_column([in_arrow(cells[:3]), in_arrow(cells[3:])])})
    objects = pd.DataFrame({name: pd.Series(cells, dtype=object), **rest}, dtype=object)
    how = {"blanks": ["2026-01-05", "25", "w"]}
    if date_format and name in ("spent_on", "created_at", "ends_on"):
        how["date_format"] = {name: date_format}
    expected = repr(attempt(table, objects, **how))
    assert repr(attempt(table, typed, **how)) == expected
    assert repr(attempt(table, of_batches, **how)) == expected


def test_a_year_too_far_for_microseconds_is_rejected_as_one_and_its_value_shown():
    """10**18 milliseconds are 31.7 million years, and microseconds reach 292,000."""
    at = pa.array([10**18, 1_767_225_600_000]).cast(pa.timestamp("ms"))
    frame = typed_frame(pa.table({"lead_id": ["a", "b"], "created_at": at}))
    made = mapped("leads", frame)
    assert made.frame["lead_id"].to_pylist() == ["b"]
    assert made.rejects["value"].tolist() == ["31690708-07-05T01:46:40"]
    assert "outside 1900 to 2200" in made.rejects["reason"][0]


def test_as_objects_returns_whole_numbers_with_gaps_days_and_decimals_as_they_are():
    """A float would hold neither 2**53 + 1 nor 0.10, and a timestamp would be no bare day."""
    whole = pa.array([2**53 + 1, None])
    held = {"n": whole, "d": [date(2026, 1, 5), None], "m": [Decimal("0.10"), None]}
    frame = typed_frame(pa.table({**held, "t": pa.array([1.5, float("nan")])}))
    assert [as_objects(frame[name]).tolist() for name in frame] == [
        [2**53 + 1, None],
        [date(2026, 1, 5), None],
        [Decimal("0.10"), None],
        [1.5, None],
    ]
    assert str(as_objects(frame["m"])[0]) == "0.10"


def test_columns_of_one_header_stay_apart():
    table = pa.Table.from_arrays([pa.array([1]), pa.array(["x"])], names=["Id", "Id"])
    frame = typed_frame(table)
    assert list(frame.columns) == ["Id", "Id"]
    assert (frame.iat[0, 0], frame.iat[0, 1]) == (1, "x")
