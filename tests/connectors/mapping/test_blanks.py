"""Claims about markers for "no value": they are blanks, are named, and words stay words."""

from datetime import UTC, date, datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.mapping import blanks
from tests.connectors.mapping.mapped_frames import mapped


def deals(lead_ids, **how):
    count = len(lead_ids)
    frame = {"deal_id": [f"d{i}" for i in range(count)], "status": ["won"] * count}
    return mapped("deals", {**frame, "lead_id": lead_ids}, **how)


def ids(result):
    return result.frame["lead_id"].to_pylist()


@pytest.mark.parametrize(
    "marker",
    [
        *("#N/A", "#n/a", "NULL", "null", "N/A", "\\N", "(not set)", "#REF!", "#NV", "#BEZUG!"),
        *("#VALEUR!", "#WAARDE!", "<NA>", "NaN", "--", " #N/A ", "(none)", "(blank)"),
        *("[object Object]", "#ERROR!", "undefined", "NaT", "[]", "{}"),
        *("n.d.", "N/D", "s/d", "k. A.", "k.A.", "i.v.t.", "b.d."),
        "00000000-0000-0000-0000-000000000000",
    ],
)
def test_a_marker_is_no_id_and_is_named_with_its_count(marker):
    """Three failed lookups would otherwise be three deals of one lead."""
    result = deals(["L1", marker, marker, marker])
    assert ids(result) == ["L1", None, None, None]
    (note,) = result.notes
    assert note.rows == 3 and note.examples == (marker.strip(),)
    assert note.text == f"3 cells of lead_id were read as no value ('{marker.strip()}')."


@pytest.mark.parametrize(
    "marker",
    [
        *("-None-", "--None--", "- none -", "(No value)", "<none>", "[empty]", "--Select--"),
        *(
            "-- Please select --",
            "(Leer)",
            "<not set>",
            "{{none}}",
            "(n/a)",
            "(vide)",
            "[Keine Angabe]",
            "- Bitte wählen -",
        ),
    ],
)
def test_the_first_entry_of_a_list_to_choose_from_is_no_id(marker):
    """Two deals of Zoho without an account would otherwise be one customer, -None-."""
    assert ids(deals(["L1", marker, marker])) == ["L1", None, None]


@pytest.mark.parametrize(
    "name",
    [
        *("None of us", "-Nonen-", "Select", "[Nonesuch]", "No value", "(NA)", "[NA]", "-NA-"),
        *("-none)", "(none]", "--none-", "<n/a-", "[select]", "*vide*", "-Blank-", "[Leer]"),
    ],
)
def test_a_name_that_only_resembles_one_stays(name):
    assert ids(deals(["L1", name])) == ["L1", name]


FIRST_DAYS = [
    *("0001-01-01", "0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "0001-01-01 00:00:00 +00:00"),
    *("1/1/0001 12:00:00 AM", "01/01/0001 00:00:00", "01.01.0001", "01.01.0001 00:00:00"),
]


@pytest.mark.parametrize("first", [*FIRST_DAYS, date(1, 1, 1), datetime(1, 1, 1)])
def test_the_first_day_of_the_calendar_is_none_as_net_and_go_write_it(first):
    """One lead became an MQL on 7 October; the other never did. Both are leads."""
    frame = {"lead_id": ["a", "b"], "created_at": ["2026-10-01"] * 2}
    day = "2026-10-07" if isinstance(first, str) else date(2026, 10, 7)
    result = mapped("leads", {**frame, "mql_at": [day, first]})
    assert [at is None for at in result.frame["mql_at"].to_pylist()] == [False, True]
    (note,) = result.notes
    assert note.text.startswith("1 cell of mql_at was read as no value ('")


@pytest.mark.parametrize("kind", ["datetime64[us]", "date32[day][pyarrow]"])
def test_so_it_is_in_a_column_of_days_and_a_row_that_needs_one_is_rejected(kind):
    cells = pd.Series([date(2026, 10, 7), date(1, 1, 1), date(1, 1, 2)]).astype(kind)
    frame = pd.DataFrame({"lead_id": ["a", "b", "c"], "created_at": cells})
    result = mapped("leads", frame)
    none, second = result.rejects["reason"].to_list()
    assert none == "is required, but means no value" and "is in the year 1" in second


@pytest.mark.parametrize(
    "shown",
    [
        *("Loading...", "Loading…", "#N/A Loading", "#GETTING_DATA", "Wird geladen..."),
        *("Chargement...", "Cargando…", "Caricamento in corso...", "Laden..."),
    ],
)
def test_what_a_sheet_has_not_loaded_is_doubted_as_it_has_a_value(shown):
    """The two deals have leads, and nobody knows which; the lookup that failed has none."""
    result = deals(["L1", shown, shown, "#N/A"])
    assert ids(result) == ["L1", None, None, None]
    loading, none = sorted(result.notes, key=lambda note: note.rows, reverse=True)
    assert loading.is_doubt and not none.is_doubt
    assert loading.text == (
        f"2 cells of lead_id were still loading when the sheet was saved, and read as no value "
        f"('{shown}'). Open the sheet, wait until it has loaded, and download it again."
    )
    assert none.text == "1 cell of lead_id was read as no value ('#N/A')."


@pytest.mark.parametrize("hidden", ["Loading...", "Cargando...", "[object Object]", "#ERROR!"])
def test_what_hides_an_amount_is_no_blank_one(hidden):
    """The sheet had not finished its formula: the deal has an amount, and nobody knows which."""
    frame = {"deal_id": ["1", "2"], "status": ["won"] * 2, "amount": [hidden, "7"]}
    assert mapped("deals", frame).rejects["value"].to_list() == [hidden]


@pytest.mark.parametrize(
    "word",
    [
        "Loading",
        "Laden 5",
        "[1]",
        "object",
        "NA",
        "na",
        "Nullmeier",
        "0",
        "#1",
        "n",
        "unknown",
        "?",
    ],
)
def test_what_may_be_meant_stays(word):
    """ "NA" is Namibia; an unknown customer may be called so by people on purpose."""
    result = deals([word, "L1"])
    assert ids(result) == [word, "L1"] and result.notes == ()


@pytest.mark.parametrize("initials", ["S.D.", "N.D.", "K.A."])
def test_what_may_be_the_initials_of_a_seller_stays_a_name_and_is_no_id(initials):
    """S. D. sells in South Dakota; no lead has such an id, and no deal such an amount."""
    frame = {"deal_id": ["1"], "status": ["open"], "owner": [initials], "lead_id": [initials]}
    frame = mapped("deals", {**frame, "amount": [initials]}).frame
    assert frame.select(["owner", "lead_id", "amount"]).to_pylist() == [
        {"owner": initials, "lead_id": None, "amount": None}
    ]


def test_a_required_key_that_is_a_marker_is_rejected_with_the_marker_shown():
    frame = {"lead_id": ["#N/A", "a", ""], "created_at": ["2026-01-01"] * 3}
    rejects = mapped("leads", frame).rejects
    assert rejects[["row", "column", "value", "reason"]].to_numpy().tolist() == [
        [2, "lead_id", "#N/A", "is required, but means no value"],
        [4, "lead_id", "", "is required, but blank"],
    ]


def test_the_settings_name_more_blanks_for_all_columns_or_for_one():
    everywhere = deals(["unknown", "L1", "-1"], blanks=["Unknown", "-1"])
    assert ids(everywhere) == [None, "L1", None]
    assert ids(deals(["unknown"], blanks={"lead_id": ["unknown"]})) == [None]
    assert ids(deals(["unknown"], blanks={"customer_id": ["unknown"]})) == ["unknown"]


def test_a_number_is_a_blank_amount_only_where_its_column_is_named():
    """0 means "no id" in every column of ids, but a deal for 0 was given away."""
    frame = {"deal_id": ["1"], "status": ["won"], "lead_id": ["0"], "amount": ["0"]}
    everywhere = mapped("deals", frame, blanks=["0"]).frame
    assert (everywhere["lead_id"][0].as_py(), everywhere["amount"][0].as_py()) == (None, 0.0)
    named = mapped("deals", frame, blanks={"amount": ["0"]}).frame
    assert (named["lead_id"][0].as_py(), named["amount"][0].as_py()) == ("0", None)


ZEROS = [
    *("0000-00-00", "0000-00-00 00:00:00", "00/00/0000"),
    *("1900-01-00", "00.01.1900", "1/0/1900", "01/00/1900 00:00:00", "0/1/1900", "1/0/00 0:00"),
]
"""MySQL's, and what a spreadsheet shows of the number 0 as a date."""


@pytest.mark.parametrize("mask", ["  /  /    ", "__.__.____", "--", "..", "-  -", "/ /  :  :"])
@pytest.mark.parametrize("fmt", [None, "%d.%m.%Y"])
def test_an_empty_mask_is_no_date_and_is_named(mask, fmt):
    frame = {
        "lead_id": ["1", "2"],
        "created_at": ["13.10.2026"] * 2,
        "mql_at": ["14.10.2026", mask],
    }
    result = mapped("leads", {**frame, "owner": ["..", "x"]}, date_format=fmt)
    assert result.frame["mql_at"].null_count == 1 and result.rejects.empty
    assert result.frame["owner"].to_pylist() == ["..", "x"], "a text of dots may mean something"
    (note,) = result.notes
    assert note.text.startswith("1 cell of mql_at was read as no value")


@pytest.mark.parametrize("zero", ZEROS)
def test_the_date_that_is_none_is_blank_among_dates_only(zero):
    frame = {"deal_id": [zero], "status": ["won"], "closed_at": [zero]}
    result = mapped("deals", frame)
    assert result.frame["closed_at"].to_pylist() == [None]
    assert result.frame["deal_id"].to_pylist() == [zero]


@given(st.from_regex(blanks._ZERO_DATE, fullmatch=True))
def test_one_look_over_all_texts_finds_every_date_that_is_none(zero):
    """The look has no marks that must be equal, so it finds more, and must never find less."""
    result = mapped("deals", {"deal_id": ["1"], "status": ["won"], "closed_at": [zero]})
    assert result.frame["closed_at"].to_pylist() == [None]
    assert result.rejects.empty


@pytest.mark.parametrize("fmt", [None, "%Y%m%d"])
@pytest.mark.parametrize("zero", [0, 0.0, "0", "00000000"])
def test_a_zero_among_dates_of_digits_is_none_and_is_named(zero, fmt):
    """SAP writes 00000000 for no date; an integer column of a database keeps 0 of it."""
    day = "20261020" if isinstance(zero, str) else type(zero)(20261020)
    frame = {"deal_id": ["1", "2"], "status": ["open", "won"], "closed_at": [zero, day]}
    how = {} if fmt is None else {"date_format": fmt}
    result = mapped("deals", pd.DataFrame(frame), **how)
    assert result.rejects["value"].tolist() == ([] if fmt else [str(day).removesuffix(".0")])
    assert result.frame["closed_at"][0].as_py() is None
    assert "1 cell of closed_at was read as no value" in result.notes[0].text


@pytest.mark.parametrize("fmt", ["epoch_s", "serial"])
def test_a_zero_that_is_counted_is_no_blank(fmt):
    frame = {"deal_id": ["1"], "status": ["open"], "closed_at": ["0"]}
    assert len(mapped("deals", frame, date_format=fmt).rejects) == 1


def test_a_required_date_of_zero_is_rejected_as_blank():
    frame = {"lead_id": ["1", "2"], "created_at": [20261020, 0]}
    (reason,) = mapped("leads", frame, date_format="%Y%m%d").rejects["reason"]
    assert reason == "is required, but means no value"


@pytest.mark.parametrize("day", ["1900-01-01", "13.01.1900", "1/13/1900", "01/01/1900", "1/1/00"])
def test_a_day_of_1900_is_not_blank(day):
    frame = {"deal_id": ["1"], "status": ["won"], "closed_at": [day]}
    assert not any("no value" in note.what for note in mapped("deals", frame).notes)


@pytest.mark.parametrize(
    "none", [date(1970, 1, 1), datetime(1970, 1, 1), datetime(1970, 1, 1, tzinfo=UTC), "1970-01-01"]
)
def test_a_typed_day_is_blank_where_the_settings_name_it(none):
    frame = {
        "deal_id": ["1", "2"],
        "status": ["won"] * 2,
        "closed_at": [none, datetime(2026, 5, 4)],
    }
    result = mapped("deals", frame, blanks=["1970-01-01"])
    assert result.frame["closed_at"].is_null().to_pylist() == [True, False]
    assert len(result.rejects) == 0
