"""Claims about mapping the columns and cells of a source to a canonical table."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pandas as pd
import pyarrow as pa
import pytest

from connectors.mapping.rejects import REJECT_COLUMNS
from connectors.mapping.schema import arrow_schema
from kpis.errors import MappingError
from kpis.model import TABLES
from tests.connectors.mapping.mapped_frames import mapped


def leads(**columns):
    """Leads with ids l1, l2, … and a creation day, and the columns given."""
    count = len(next(iter(columns.values())))
    ids = {"lead_id": [f"l{i + 1}" for i in range(count)], "created_at": ["2026-01-01"] * count}
    return {**ids, **columns}


def problems(result):
    return list(result.rejects[["row", "column", "value", "reason"]].itertuples(index=False))


# --- tables without rows, columns or sense


@pytest.mark.parametrize("table", TABLES)
def test_a_table_without_rows_has_the_canonical_columns_and_nothing_else(table):
    result = mapped(table, pd.DataFrame(columns=[*TABLES[table].column_names, "other"]))
    assert result.frame.schema == arrow_schema(table)
    assert (result.frame.num_rows, len(result.rejects), result.rows_read) == (0, 0, 0)
    assert list(result.rejects.columns) == list(REJECT_COLUMNS)


def test_a_sheet_without_a_header_is_an_error_that_says_so():
    with pytest.raises(MappingError, match="leads: table contacts of source 'crm' is empty: it ha"):
        mapped("leads", pd.DataFrame())


def test_a_renamed_column_is_an_error_that_names_table_place_column_nearest_and_remedy():
    frame = {"id": ["1"], "create_dat": ["2026-01-01"]}
    with pytest.raises(MappingError) as error:
        mapped("leads", frame, columns={"lead_id": "id", "created_at": "create_date"})
    for part in (
        "leads: table contacts of source 'crm' has no column 'create_date'",
        "renamed? Did you mean 'create_dat'?",
        "columns.created_at under [tables.leads]",
    ):
        assert part in str(error.value)


@pytest.mark.parametrize("header", ["Regoin", "reg_ion"])
def test_a_dimension_that_leads_lack_is_an_error_that_names_it_the_nearest_and_the_remedy(header):
    """A renamed column would otherwise put every lead into the region (none)."""
    with pytest.raises(MappingError) as error:
        mapped("leads", leads(**{header: ["north"]}), dimensions=("region",))
    for part in (
        "leads: table contacts of source 'crm' has no column 'region', which [dimensions] names.",
        f"Was it renamed? Did you mean '{header}'?",
        'columns.region = "…" under [tables.leads]',
        "or remove 'region' from [dimensions]",
    ):
        assert part in str(error.value)


@pytest.mark.parametrize("table", ["deals", "costs", "campaigns"])
def test_a_dimension_that_another_table_lacks_is_none_there(table):
    cells = {"text": "1", "choice": "won", "day": "2026-01-01", "money": "5"}
    required = {c.name: [cells[c.kind]] for c in TABLES[table].columns if c.required}
    result = mapped(table, required, ("region",))
    assert result.frame["region"].to_pylist() == [None] and "region" not in result.mapped


def test_a_required_column_that_is_not_mapped_is_an_error_that_lists_what_there_is():
    frame = {"lead_id": ["1"], **{f"field {i}": ["x"] for i in range(20)}}
    with pytest.raises(MappingError) as error:
        mapped("leads", frame)
    assert "no column 'created_at', which every row of leads needs" in str(error.value)
    assert "'field 10' and 9 more" in str(error.value)


def test_a_column_name_that_fits_two_columns_is_an_error():
    frame = pd.DataFrame([["1", "2026-01-01", "2026-01-02"]], columns=["lead_id", "At", "At"])
    with pytest.raises(MappingError, match="2 columns that read 'At'"):
        mapped("leads", frame, columns={"created_at": "At"})


def test_an_exact_column_name_wins_over_one_in_other_case():
    frame = {" LEAD_ID ": ["a"], "Created_At": ["2026-01-01"], "created_at": ["2026-01-02"]}
    result = mapped("leads", frame)
    assert result.frame["lead_id"].to_pylist() == ["a"]
    assert result.frame["created_at"].to_pylist() == [datetime(2026, 1, 1, 23, tzinfo=UTC)]
    assert result.mapped == {"lead_id", "created_at"}


def test_values_for_a_column_that_the_source_lacks_are_an_error():
    with pytest.raises(MappingError, match=r"values\.owner"):
        mapped("leads", leads(email=["a@b"]), values={"owner": {"Ann": "a"}})


# --- text


def test_text_is_the_shortest_way_to_write_a_cell_and_blank_is_null():
    cells = [9935249409, 9935249409.0, 1e22, 1e-7, 1.5, Decimal("1.50"), Decimal("1E+3"), True]
    cells += ["007", " a\u00a0", "\u00a0", "", None, pd.NA, float("nan"), date(2026, 3, 4)]
    cells += [UUID(int=1), {"a": 1}, b"bytes", "\ud83d"]
    texts = ["9935249409", "9935249409", "1" + "0" * 22, "0.0000001", "1.5", "1.5", "1000", "true"]
    texts += ["007", "a", None, None, None, None, None, "2026-03-04"]
    texts += ["00000000-0000-0000-0000-000000000001", '{"a": 1}', "bytes", "?"]
    result = mapped("leads", leads(owner=cells))
    assert result.frame["owner"].to_pylist() == texts


def test_characters_without_width_at_the_ends_of_an_id_do_not_make_it_another_one():
    """Excel and web pages leave them in copied cells: "c1" would not join "\u200bc1"."""
    result = mapped("leads", leads(campaign_id=["c1", "\u200bc1", "c1\ufeff ", "\u200b"]))
    assert result.frame["campaign_id"].to_pylist() == ["c1", "c1", "c1", None]


def test_equal_numbers_of_other_types_are_kept_apart():
    """1 == 1.0 == True in Python; as text they are "1", "1" and "true"."""
    result = mapped("leads", leads(owner=[1, True, 1.0, False, 0]))
    assert result.frame["owner"].to_pylist() == ["1", "true", "1", "false", "0"]


def test_ids_read_as_floats_because_one_is_blank_match_ids_read_as_integers():
    """pandas reads a column of integers with a gap as floats: 7.0 must still be lead 7."""
    floats = mapped("touches", {"lead_id": pd.Series([7.0, None]), **_touch})
    integers = mapped("touches", {"lead_id": pd.Series([7, 8]), **_touch})
    assert floats.frame["lead_id"].to_pylist() == ["7"]
    assert integers.frame["lead_id"].to_pylist() == ["7", "8"]
    assert problems(floats) == [(3, "lead_id", "", "is required, but blank")]


_touch = {"campaign_id": ["c", "c"], "touched_at": ["2026-01-01", "2026-01-01"]}


@pytest.mark.parametrize(
    "dtype", ["str", "object", "category", "string[python]", pd.ArrowDtype(pa.string())]
)
def test_text_of_any_pandas_type_maps_alike(dtype):
    result = mapped("leads", pd.DataFrame(leads(owner=["Ann ", None, "Ann"])).astype(dtype))
    assert result.frame["owner"].to_pylist() == ["Ann", None, "Ann"]
    assert result.frame.num_rows == 3


def test_dimensions_are_text_columns_of_the_tables_that_carry_them():
    result = mapped("leads", leads(Industry=["it"]), ("segment",), columns={"segment": "Industry"})
    assert result.frame.column_names[-1] == "segment"
    assert result.frame["segment"].to_pylist() == ["it"]
    assert "segment" not in arrow_schema("touches", ("segment",)).names


# --- choices and renamed values


BLANK_STATUS = (
    'is required, but blank; list "" in values.status to say what blank means, as in '
    'open = ["", "*"]'
)


def deals(status, **more):
    return {"deal_id": [f"d{i}" for i in range(len(status))], "status": status, **more}


def test_canonical_names_match_in_any_case_without_a_values_entry():
    result = mapped("deals", deals(["Won", " LOST ", "open"]))
    assert result.frame["status"].to_pylist() == ["won", "lost", "open"]


def test_listed_values_match_exactly_then_in_any_case_and_the_star_catches_the_rest():
    values = {"status": {"won": ["closedwon", 'Won "A"'], "lost": "closedlost", "open": "*"}}
    cells = ["closedwon", "ClosedWon", "closedlost", "contract sent", None]
    result = mapped("deals", deals(cells), values=values)
    assert result.frame["status"].to_pylist() == ["won", "won", "lost", "open"]
    assert problems(result) == [(6, "status", "", BLANK_STATUS)]


@pytest.mark.parametrize("blank", ["\u00a0", "\u202f", "  ", "\t"])
def test_a_listed_value_is_the_same_with_another_blank_between_its_words(blank):
    """A no-break space is what a page or a sheet puts there, and nobody sees it."""
    values = {"status": {"won": ["Closed Won"], "open": "*"}}
    result = mapped("deals", deals([f"Closed{blank}Won", "ClosedWon"]), values=values)
    assert result.frame["status"].to_pylist() == ["won", "open"]


def test_a_value_that_fits_two_names_but_for_its_case_fits_neither():
    """closed may be Closed, which is won, or CLOSED, which is lost: it is one of the others."""
    values = {"status": {"won": "Closed", "lost": "CLOSED", "open": "*"}}
    result = mapped("deals", deals(["Closed", "CLOSED", "closed"]), values=values)
    assert result.frame["status"].to_pylist() == ["won", "lost", "open"]


def test_an_unknown_value_is_rejected_with_what_is_known_and_the_nearest():
    values = {"status": {"won": ["closedwon"], "lost": ["closedlost"]}}
    result = mapped("deals", deals(["closed won", "open", "7"]), values=values)
    known = "is not a known status; known are closedwon, closedlost, open, won, lost."
    assert problems(result) == [
        (2, "status", "closed won", f"{known} Did you mean 'closedwon'?"),
        (4, "status", "7", known),
    ]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"wom": "x"}, "to 'wom', which status cannot be. Did you mean 'won'?"),
        ({"won": "closed", "lost": ["closed"]}, "map 'closed' to 'won' and to 'lost'"),
        ({"won": "*", "lost": "*"}, r"map '\*' to 'won' and to 'lost'"),
    ],
)
def test_values_that_cannot_be_meant_are_an_error(values, message):
    with pytest.raises(MappingError, match=message):
        mapped("deals", deals(["x"]), values={"status": values})


def test_a_blank_optional_choice_takes_its_default_and_so_does_a_missing_column():
    costs = {"spent_on": ["2026-01-01"] * 3, "amount": [1, 2, 3]}
    teams = mapped("costs", {**costs, "team": ["Sales", None, "Finance"]})
    assert teams.frame["team"].to_pylist() == ["sales", "marketing"]
    assert [(p.row, p.column, p.value) for p in problems(teams)] == [(4, "team", "Finance")]
    missing = mapped("costs", costs)
    assert missing.frame["team"].to_pylist() == ["marketing"] * 3
    assert "team" in teams.mapped and "team" not in missing.mapped


def test_values_of_a_text_column_rename_what_is_listed_and_leave_the_rest():
    frame = leads(owner=["a.smith", "B.JONES", "Cy", None])
    names = {"Ann Smith": "a.smith", "Bob Jones": ["b.jones"]}
    result = mapped("leads", frame, values={"owner": names})
    assert result.frame["owner"].to_pylist() == ["Ann Smith", "Bob Jones", "Cy", None]
    result = mapped("leads", frame, values={"owner": {**names, "Other": "*"}})
    assert result.frame["owner"].to_pylist() == ["Ann Smith", "Bob Jones", "Other", None]


def test_values_of_a_date_column_are_an_error():
    with pytest.raises(MappingError, match=r"Remove values\.mql_at"):
        mapped("leads", leads(mql_at=["x"]), values={"mql_at": {"y": "x"}})


# --- dates, money, currencies


def test_times_are_in_the_sources_zone_and_days_in_the_companys():
    """Noon in New York is 17:00 UTC in winter; 20:00 on 31 January is 1 February in Berlin."""
    result = mapped("leads", leads(mql_at=["2026-01-31 12:00"]), zone="America/New_York")
    assert result.frame["mql_at"].to_pylist() == [datetime(2026, 1, 31, 17, tzinfo=UTC)]
    cells = ["2026-01-31 20:00", "2026-01-31 12:00", "2026-01-31"]
    costs = {"spent_on": cells, "amount": [1, 1, 1]}
    result = mapped("costs", costs, zone="America/New_York")
    assert result.frame["spent_on"].to_pylist() == [
        date(2026, 2, 1),
        date(2026, 1, 31),
        date(2026, 1, 31),
    ]


def test_spreadsheet_dates_and_texts_may_stand_in_one_column():
    result = mapped("leads", leads(mql_at=[45000.5, "2023-03-15 12:00", "x"]), serial=True)
    noon = datetime(2023, 3, 15, 12, tzinfo=UTC)
    assert result.frame["mql_at"].to_pylist() == [noon, noon]
    assert [(p.row, p.column, p.value) for p in problems(result)] == [(4, "mql_at", "x")]


def test_ambiguous_dates_name_table_column_and_place_and_a_format_per_column_settles_them():
    frame = leads(Qualified=["3/4/2026"])
    with pytest.raises(MappingError, match=r"leads\.mql_at \(column 'Qualified' of table contacts"):
        mapped("leads", frame, columns={"mql_at": "Qualified"})
    how = {"columns": {"mql_at": "Qualified"}, "date_format": {"mql_at": "%d/%m/%Y"}}
    result = mapped("leads", frame, **how)
    assert result.frame["mql_at"].to_pylist() == [datetime(2026, 4, 2, 22, tzinfo=UTC)]


def test_currencies_may_be_renamed():
    frame = deals(["won"], amount=[1], currency=["Euro"])
    result = mapped("deals", frame, values={"currency": {"EUR": "euro"}})
    assert result.frame["currency"].to_pylist() == ["EUR"]


def test_three_letters_that_are_no_currency_are_rejected_with_the_near_one():
    """Loaded, an amount in a currency that is none would have no rate, and be left out later."""
    frame = deals(["won"] * 4, amount=[1] * 4, currency=["EUR", "EURO", "dem", "QQQ"])
    result = mapped("deals", frame)
    assert result.frame["currency"].to_pylist() == ["EUR", "DEM"]
    near, far = (problem.reason for problem in problems(result))
    assert near.startswith("is no currency code of ISO 4217. Did you mean 'EUR'?")
    assert far == "is no currency code of ISO 4217 such as EUR; values.currency can rename it"


def test_negative_amounts_load_and_rates_that_are_not_positive_do_not():
    result = mapped("deals", deals(["won"], amount=["(1,200.50)"]))
    assert result.frame["amount"].to_pylist() == [-1200.5]
    result = mapped("rates", {"currency": ["usd", "gbp", "chf"], "rate": ["0.912", "0", "-1"]})
    assert result.frame["rate"].to_pylist() == [0.912]
    reason = "is no exchange rate: it must be more than 0"
    assert problems(result) == [(3, "rate", "0", reason), (4, "rate", "-1", reason)]


def test_millionths_are_scaled_to_the_very_amounts():
    """1,234,560,000 millionths are 1234.56; times the float nearest to 1e-6 they are not quite."""
    micros = ["1234560000", "-70000", "(1,500,000)", "later", None, 29]
    how = {"scale": {"amount": 1e-6}}
    result = mapped("deals", deals(["won"] * 6, amount=micros), **how)
    assert result.frame["amount"].to_pylist() == [1234.56, -0.07, -1.5, None, 0.000029]
    assert [(p.row, p.column, p.value) for p in problems(result)] == [(5, "amount", "later")]


def test_thousands_are_scaled_and_only_amounts_and_numbers_have_a_scale():
    result = mapped("deals", deals(["won"], amount=["1.5"]), scale={"amount": 1000})
    assert result.frame["amount"].to_pylist() == [1500.0]
    with pytest.raises(MappingError, match=r"Remove scale\.owner"):
        mapped("deals", deals(["won"], owner=["Ann"]), scale={"owner": 2})


# --- rows, duplicates, rejects


def test_one_record_per_rejected_row_with_its_first_problem():
    frame = {"lead_id": ["a", None, "c"], "created_at": ["x", "y", "2026-01-01"]}
    result = mapped("leads", frame)
    reason = "is a word, not a date"
    assert problems(result) == [
        (2, "created_at", "x", reason),
        (3, "lead_id", "", "is required, but blank"),
    ]
    assert result.rejects["table"].tolist() == ["leads"] * 2


def test_tables_without_a_key_keep_equal_rows():
    frame = {"lead_id": ["a", "a"], "campaign_id": ["c", "c"], "touched_at": ["2026-01-01"] * 2}
    assert mapped("touches", frame).frame.num_rows == 2


def test_a_long_value_is_shortened_in_its_record():
    result = mapped("leads", leads(mql_at=["x" * 1000]))
    assert len(result.rejects["value"][0]) == 200


def test_questionable_rows_that_the_facts_deal_with_are_loaded():
    frame = {"customer_id": ["a"], "started_on": ["2026-02-01"], "ended_on": ["2026-01-01"]}
    assert mapped("customers", frame).frame.num_rows == 1
    assert mapped("deals", deals(["won"], closed_at=[None])).frame.num_rows == 1
