"""Claims about ids: they are text, the same wherever they stand, whatever a spreadsheet did."""

import unicodedata

import numpy as np
import pandas as pd
import pytest

from connectors.mapping.mapping import joined
from connectors.mapping.salesforce_ids import in_one_form, long_id
from tests.connectors.mapping.mapped_frames import mapped


def leads(*ids, **how):
    return mapped("leads", {"lead_id": list(ids), "created_at": ["2026-01-01"] * len(ids)}, **how)


def deals(*lead_ids, **how):
    count = len(lead_ids)
    frame = {"deal_id": [f"d{i}" for i in range(count)], "status": ["won"] * count}
    return mapped("deals", {**frame, "lead_id": list(lead_ids)}, **how)


def ids(result):
    return result.frame["lead_id"].to_pylist()


def test_the_guard_of_a_spreadsheet_is_no_part_of_an_id_and_zeros_are():
    result = leads('="0002"', "0001", "=0003", '=""', "=A1+2")
    assert ids(result) == ["0002", "0001", "0003", "=A1+2"], "a formula is not read"
    assert result.rejects["row"].to_list() == [5]
    assert ids(leads('="0002"&""')) == ['="0002"&""'], "nor is one that begins like a guard"
    (note,) = result.notes
    assert note.text.startswith("2 cells of lead_id were guarded") and not note.is_doubt


def test_an_apostrophe_before_a_number_or_a_sign_is_a_guard_and_one_before_a_word_is_a_name():
    """'0001 of one export is 0001 of the other; 's-Hertogenbosch begins with its apostrophe."""
    result = leads("'0001", "'+49", "'s-Hertogenbosch", "'24 sale'")
    assert ids(result) == ["0001", "+49", "'s-Hertogenbosch", "'24 sale'"]
    (note,) = result.notes
    assert note.rows == 2 and 'as in ="…" or \'…' in note.text


def test_an_amount_and_a_day_may_be_guarded_too():
    frame = {"spent_on": ['="2026-10-01"'], "amount": ['="12.50"']}
    assert mapped("costs", frame).frame["amount"].to_pylist() == [12.5]


def test_an_id_that_a_spreadsheet_rounded_is_rejected_and_one_that_looks_like_it_is_not():
    """Six leads that all read 4.87688E+15 would else be one lead and five duplicates."""
    result = leads("4.87688E+15", "4.87688E+15", "1E5", "12E+4x")
    assert ids(result) == ["1E5", "12E+4x"]
    assert result.rejects["row"].to_list() == [2, 3]
    assert "a number that a spreadsheet rounded" in result.rejects["reason"][1]


def test_numbers_of_more_digits_than_a_spreadsheet_keeps_are_doubted():
    (note,) = leads(4876880000000000.0, 12.0).notes
    assert note.is_doubt and note.rows == 1


def test_bytes_that_are_no_text_are_ids_in_hexadecimal_and_none_is_another():
    """Four GUIDs that count up: decoded, their last bytes 0x90 to 0x93 would all be one mark."""
    guids = [bytes.fromhex(f"7b0c1d521c7e4b559b1c0a51be5c1a{last:x}") for last in range(0x90, 0x94)]
    result = leads(*guids)
    assert ids(result) == [f"7b0c1d52-1c7e-4b55-9b1c-0a51be5c1a{x:x}" for x in range(0x90, 0x94)]
    (note,) = result.notes
    assert note.text.startswith("4 cells of lead_id held bytes that are no text, read as hexadec")
    assert ids(deals(b"\x01", memoryview(b"L1"), "L1")) == ["01", "4c31", "L1"]
    plain = deals(b"L1", "Zoë".encode(), None)
    assert ids(plain) == ["L1", "Zoë", None] and plain.notes == ()


def test_accents_composed_and_combined_are_one_campaign():
    composed, combined = (unicodedata.normalize(form, "Frühjahr") for form in ("NFC", "NFD"))
    assert composed != combined
    frame = {"spent_on": ["2026-10-01"] * 2, "amount": [1, 2], "campaign_id": [composed, combined]}
    assert mapped("costs", frame).frame["campaign_id"].to_pylist() == [composed] * 2


def test_settings_in_another_composition_still_rename_a_value():
    won = unicodedata.normalize("NFD", "Geschäft")
    frame = {"deal_id": ["1"], "status": [unicodedata.normalize("NFC", won)]}
    assert (
        mapped("deals", frame, values={"status": {"won": won}}).frame["status"][0].as_py() == "won"
    )


def test_characters_that_nobody_sees_within_an_id_make_no_other_one():
    result = leads("a\u200bb", "c\u00a0d", "e\u00adf", "g\u200ch", "\u2066i\u2069 j", "\u061ck")
    assert ids(result) == ["ab", "c d", "ef", "gh", "i j", "k"]
    assert result.notes[0].rows == 5, "k had its mark at an end"
    assert ids(leads("می\u200cخواهم")) == ["می\u200cخواهم"], "a joiner shapes Persian letters"
    frame = {"lead_id": ["a"], "created_at": ["2026-01-01"], "owner": ["Zo\u00a0e"]}
    assert mapped("leads", frame).frame["owner"].to_pylist() == ["Zo\u00a0e"], "names stay"


def test_the_first_of_several_ids_is_taken_only_where_the_settings_say_so():
    for cells in (("L1;L2", "L3; L4", "L5|L6", "L7"), ("L1,L2", "L3, L4", "L5 ,L6", "L7")):
        assert ids(deals(*cells)) == list(cells)
        result = deals(*cells, first_of=["lead_id"])
        assert ids(result) == ["L1", "L3", "L5", "L7"]
        assert result.notes[0].text.startswith("3 cells of lead_id list several ids, of which")


@pytest.mark.parametrize(
    "between",
    [
        *(" / ", " & ", " + ", " und ", " and ", " y ", "/", "&", "+", " · "),
        *("\t", "、", "；", "，"),
    ],
)
def test_two_ids_with_other_signs_between_them_are_a_list(between):
    result = deals(f"L101{between}L109", "L103", first_of=["lead_id"])
    assert ids(result) == ["L101", "L103"]
    assert [note.text.split(",")[0] for note in result.notes] == [
        "1 cell of lead_id lists several ids"
    ]


def test_first_of_says_where_it_found_no_list_and_splits_no_name_or_number():
    """Ids with a slash of their own, and names of two words, are one id each."""
    cells = ("2026/1001", "Search & Display", "Rock and Roll", "Müller / Söhne", "A+", "L1 - L2")
    result = deals(*cells, first_of=["lead_id"])
    assert ids(result) == list(cells)
    (note,) = result.notes
    assert not note.is_doubt and note.text == (
        "6 cells of lead_id hold no list for first_of, which splits cells at ; , | a line, or / "
        "and & between spaces ('2026/1001', 'Search & Display' and 'Rock and Roll')."
    )
    assert deals(*cells).notes == ()


@pytest.mark.parametrize(
    ("cells", "firsts"),
    [
        (("Q1/SEM2; Q2/SEM1", "Q3/LI1"), ["Q1/SEM2", "Q3/LI1"]),
        (("L1;L2", "L101/L109"), ["L1", "L101/L109"]),
        (("2026/1;2026/2", "101/109"), ["2026/1", "101/109"]),
    ],
)
def test_a_slash_within_a_word_is_a_part_of_it_where_a_clearer_sign_is_used(cells, firsts):
    result = deals(*cells, first_of=["lead_id"])
    assert ids(result) == firsts
    assert [note.text.split(" (")[0] for note in result.notes] == [
        "1 cell of lead_id lists several ids, of which the first was taken",
        "1 cell of lead_id has a / & or + without spaces around, which first_of keeps as a "
        "part of the id",
    ]


def test_a_slash_alone_parts_ids_of_one_form():
    """101/109 may be the 109th of group 101, as 2026/1001 is."""
    cells = ("Q1/SEM2", "101/109", "L101/L109", "L1/ L2")
    assert ids(deals(*cells, first_of=["lead_id"])) == ["Q1/SEM2", "101/109", "L101", "L1"]


def test_lists_by_line_as_json_and_as_postgresql_writes_them_are_taken_apart():
    """A GUID in braces is one id; a list of one id names that id."""
    guid = "{7b0c1d52-1c7e-4b55-9b1c-0a51be5c1a01}"
    cells = ("L1\nL2", "Ü1\r\nÜ2", '["L3", "L4"]', "{L5,L6}", "[7, 8]", '["L9"]', guid)
    assert ids(deals(*cells)) == list(cells)
    result = deals(*cells, first_of=["lead_id"])
    assert ids(result) == ["L1", "Ü1", "L3", "L5", "7", "L9", guid]
    assert [note.rows for note in result.notes] == [5, 1]


def test_a_list_of_one_between_separators_is_its_id():
    """Programs keep ``,L1,L4,`` so that a search for ``,L4,`` finds each."""
    result = deals(",L1,L4,", ",L2,", "L3,", "L4", ",", first_of=["lead_id"])
    assert ids(result) == ["L1", "L2", "L3", "L4", ","]
    assert [note.rows for note in result.notes] == [1, 2]


def test_the_id_of_a_lookup_of_sharepoint_is_behind_its_number():
    """An item without its number, or more of them in a cell, stays as it is."""
    result = deals("17;#L1", "23;#L2", "L;#3", "1;#L4;#2;#L5")
    assert ids(result) == ["L1", "L2", "L;#3", "1;#L4;#2;#L5"]
    (note,) = result.notes
    assert note.text.startswith("2 cells of lead_id are lookups of SharePoint (number;#id), of")


@pytest.mark.parametrize("kind", [list, tuple, np.array])
def test_a_typed_list_is_taken_element_by_element(kind):
    """Parquet gives arrays, a database lists. "Acme, Inc." is one id; nothing in a list is none."""
    cells = [["L1", "L4"], ["L2"], ["Acme, Inc.", "L3"], [], [None], [7.0, 8.0]]
    result = deals(*map(kind, cells), None, first_of=["lead_id"])
    assert ids(result) == ["L1", "L2", "Acme, Inc.", None, None, "7", None]
    assert [(note.rows, note.is_doubt) for note in result.notes] == [(3, False), (1, False)]
    assert ids(deals(kind(["L1", "L4"]))) == ['["L1", "L4"]'], "all of them without the settings"


@pytest.mark.parametrize("sign", [";", "|", "\n"])
def test_a_comma_is_a_part_of_a_name_where_a_column_separates_by_another_sign(sign):
    """A list in brackets says nothing about the others."""
    cells = ("Acme, Inc.", f"Beta GmbH{sign} Acme, Inc.", f"Gamma, LLC{sign}Delta", "{L1,L2}")
    result = deals(*cells, first_of=["lead_id"])
    assert ids(result) == ["Acme, Inc.", "Beta GmbH", "Gamma, LLC", "L1"]
    assert ids(deals("L3, L4", "{L1;L2}", first_of=["lead_id"])) == ["L3", "L1"]


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("00Q5e000001AbCd", "00Q5e000001AbCdEAK"),
        ("00Q5e000001aBcD", "00Q5e000001aBcDEAU"),
    ],
)
def test_the_last_three_characters_of_an_id_of_salesforce_follow_from_the_others(short, long):
    """00Q5e: only the third is a capital, 4 → E. 00000: none, A. 1AbCd: 2 + 8 = 10 → K."""
    assert long_id(short) == long


def test_ids_of_15_characters_are_completed_where_another_table_has_18():
    """The two leads differ by case alone: what ignores case would give both deals to one lead."""
    reported = leads("00Q5e000001AbCd", "00Q5e000001aBcD", "web-1")
    by_api = deals("00Q5e000001AbCdEAK", "00Q5e000001aBcDEAU", None)
    found = in_one_form({"leads": ("leads", reported), "deals": ("deals", by_api)})
    assert ids(found["leads"]) == ["00Q5e000001AbCdEAK", "00Q5e000001aBcDEAU", "web-1"]
    assert found["deals"] is by_api
    (note,) = found["leads"].notes
    assert note.rows == 2 and "completed to the 18" in note.text


def test_ids_of_15_characters_stay_where_nothing_proves_that_they_are_salesforces():
    reported = leads("00Q5e000001AbCd")
    for other in (deals("00Q5e000001XyZz"), deals("00Q5e000001AbCdAAA")):
        found = in_one_form({"leads": ("leads", reported), "deals": ("deals", other)})
        assert found["leads"] is reported


def test_a_lead_in_both_forms_is_loaded_once():
    part = leads("00Q5e000001AbCd", "00Q5e000001AbCdEAK")
    whole = joined("leads", [in_one_form({"leads": ("leads", part)})["leads"]])
    assert ids(whole) == ["00Q5e000001AbCdEAK"]
    assert (whole.rows_read, len(whole.rejects)) == (2, 1)


def test_ids_in_a_typed_column_are_read_as_before():
    assert ids(leads(*pd.Series([7, 8]))) == ["7", "8"]


def test_a_number_of_eighteen_digits_is_shown_as_its_cell_holds_it():
    """A float of a spreadsheet: 120214501234567000 is 120214501234567008 in binary."""
    (note,) = leads(120214501234567000.0, "L2").notes
    assert "('120214501234567000')" in note.text
