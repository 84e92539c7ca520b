"""Claims about mapping that hold for any table: for junk, and for data that nobody here made."""

from datetime import UTC

import numpy as np
import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from connectors.mapping.mapping import map_table
from connectors.mapping.schema import arrow_schema
from connectors.settings.tables import TableSettings
from connectors.sources.raw import RawTable
from kpis.errors import MappingError
from kpis.model import TABLES, columns_of
from tests.connectors.mapping.mapped_frames import BERLIN, mapped

# --- properties of every table, on junk

JUNK = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.sampled_from(["2026-01-01", "13/1/2026", "won", "sales", "EUR", "$1", "1.5", "kr 5", "a"]),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.decimals().filter(lambda number: not number.is_snan()),  # pandas fails on it
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.datetimes(timezones=st.sampled_from([UTC])),
    st.binary(max_size=4),
    st.lists(st.integers(), max_size=2),
)


@st.composite
def junk_tables(draw):
    table = draw(st.sampled_from(sorted(TABLES)))
    names = tuple(column.name for column in columns_of(table, ("segment",)))
    rows = draw(st.lists(st.tuples(*[JUNK] * len(names)), max_size=8))
    return table, pd.DataFrame(rows, columns=names, dtype=object)


def attempt(table, frame, rows, serial, **how):
    how = TableSettings.model_validate({"source": "crm", "from": "x", **how})
    source = RawTable(frame, np.asarray(rows, dtype=np.int64), "table x", serial_dates=serial)
    try:
        return map_table(table, source, how, ("segment",), "Asia/Tokyo", BERLIN)
    except MappingError as error:
        # A table of junk may well hold dates or amounts that read two ways.
        two = ("two ways", "both ways", "day and month exchanged")
        assume(not any(said in str(error) for said in two))
        raise


@settings(max_examples=60)
@given(junk_tables(), st.booleans())
def test_every_row_of_junk_is_loaded_or_rejected_and_the_source_stays_as_it_was(given_, serial):
    table, frame = given_
    before = [(type(cell), repr(cell)) for cell in frame.to_numpy().ravel()]
    result = attempt(table, frame, np.arange(2, 2 + len(frame)), serial)
    assert [(type(cell), repr(cell)) for cell in frame.to_numpy().ravel()] == before
    assert result.rows_read == len(frame) == result.frame.num_rows + len(result.rejects)
    assert result.rejects["row"].is_unique
    assert result.frame.schema == arrow_schema(table, ("segment",))
    assert not (result.rejects[["column", "reason"]] == "").any(axis=None)
    for column in TABLES[table].columns:
        assert not column.required or result.frame[column.name].null_count == 0


@settings(max_examples=60)
@given(junk_tables(), st.randoms(use_true_random=False))
def test_permuted_rows_give_the_same_rows_permuted(given_, random):
    """Of rows with the same key the first is loaded, so those are left out of the comparison, and
    footers stand last: kept, they are rows like others."""
    table, frame = given_
    rows = np.arange(2, 2 + len(frame))
    there = attempt(table, frame, rows, False, totals="keep")
    assume(not there.rejects["reason"].str.startswith("is already in row").any())
    order = list(range(len(frame)))
    random.shuffle(order)
    back = attempt(table, frame.iloc[order], rows[order], False, totals="keep")

    def loaded_in_order(result):
        kept = sorted(set(rows) - set(result.rejects["row"]))
        by_row = dict(zip(result_rows(result), result.frame.to_pylist(), strict=True))
        return [repr(by_row[row]) for row in kept]

    def result_rows(result):
        given_rows = rows if result is there else rows[order]
        return [row for row in given_rows if row not in set(result.rejects["row"])]

    assert loaded_in_order(back) == loaded_in_order(there)
    pd.testing.assert_frame_equal(
        back.rejects.sort_values("row", ignore_index=True),
        there.rejects.sort_values("row", ignore_index=True),
    )


# --- a data set that nobody here made


def pipeline(path):
    frame = pd.read_csv(path, dtype=str)
    how = {"lead_id": "opportunity_id", "created_at": "engage_date", "mql_at": "close_date"}
    return frame, mapped("leads", frame, columns=how)


def test_the_500_leads_without_an_engage_date_are_each_named_by_row(real_data):
    """8,800 opportunities, 500 of them still prospecting, without a day on which they engaged."""
    frame, result = pipeline(real_data / "crm_maven" / "sales_pipeline.csv")
    assert (result.rows_read, result.frame.num_rows, len(result.rejects)) == (8800, 8300, 500)
    assert set(result.rejects["column"]) == {"created_at"}
    assert set(result.rejects["reason"]) == {"is required, but blank"}
    blank = np.flatnonzero(frame["engage_date"].isna()) + 2
    assert result.rejects["row"].tolist() == blank.tolist()


def test_us_dates_give_the_same_instants_row_by_row_without_a_format(real_data):
    """The columns hold dates such as 10/20/2016, which prove the month to be first."""
    _, iso = pipeline(real_data / "crm_maven" / "sales_pipeline.csv")
    us_frame, us = pipeline(real_data / "crm_maven_raw" / "sales_pipeline_us_dates.csv")
    assert us_frame["engage_date"].dropna().str.fullmatch(r"\d+/\d+/\d{4}").all()
    assert us.frame.equals(iso.frame)
    assert us.rejects.equals(iso.rejects)


def test_deals_of_the_pipeline_sum_to_its_known_revenue(real_data):
    """Won 4,238, Lost 2,473, open 2,089 (1,589 + 500); won revenue 10,005,534."""
    frame = pd.read_csv(real_data / "crm_maven" / "sales_pipeline.csv", dtype=str)
    names = {"deal_id": "opportunity_id", "status": "deal_stage", "amount": "close_value"}
    values = {"status": {"open": "*", "won": "Won", "lost": "Lost"}}
    found = mapped("deals", frame, columns=names, values=values).frame.to_pandas()
    assert found["status"].value_counts().to_dict() == {"won": 4238, "lost": 2473, "open": 2089}
    assert found.loc[found["status"] == "won", "amount"].sum() == 10_005_534
