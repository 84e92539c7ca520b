"""Claims about what "*" took, about values that no row has, and about several problems at once."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from connectors.mapping.mapping import map_table
from connectors.mapping.notes import Note
from connectors.settings.tables import TableSettings
from connectors.sources.raw import RawTable
from kpis.errors import MappingError
from tests.connectors.mapping.mapped_frames import BERLIN, mapped

STATUS = {"status": {"won": ["closedwon"], "lost": ["closedlost"], "open": "*"}}


def deals(rows, **how):
    frame = pd.DataFrame(rows, columns=["deal_id", "status", "closed_at", "amount"], dtype=object)
    settings = TableSettings.model_validate({"source": "crm", "from": "x", **how})
    raw = RawTable(frame, np.arange(2, 2 + len(frame)), "table deals")
    return map_table("deals", raw, settings, (), "UTC", BERLIN, date(2026, 11, 15))


def texts(result):
    return [note.text for note in result.notes]


def test_each_status_that_the_star_took_is_named_with_count_amounts_and_past_closing_dates():
    """98765432 is the won stage of a second pipeline: 3,000 + 4,000 would be missing."""
    result = deals(
        [
            ("D1", "closedwon", "2026-10-20", 1000),
            ("D2", "98765432", "2026-10-22", 3000),
            ("D3", "98765432", "2026-10-23", 4000),
            ("D4", "scheduled", "2026-12-24", 500),
        ],
        values=STATUS,
    )
    never, second, scheduled = result.notes
    assert never.text == "No rows have 'closedlost', which values.status names."
    assert second.text == (
        "2 rows have status '98765432', which values.status has \"*\" read as open; amounts: 7,000 "
        "in all; closing date in the past: 2 ('D2' and 'D3'). Add '98765432' to won or lost in "
        "values.status if it is one."
    )
    assert second.is_doubt and not scheduled.is_doubt and not never.is_doubt
    assert (
        scheduled.text.startswith("1 row has status 'scheduled'") and "past" not in scheduled.text
    )


def test_a_status_whose_closing_dates_lie_ahead_for_most_is_no_doubt():
    """1 of 3 slipped: the CRM keeps the expected day there. On the day itself none is past."""
    rows = [("D1", "new", "2026-10-01", 1), ("D2", "new", "2026-11-15", 1)]
    (note,) = deals([*rows, ("D3", "new", "2026-12-01", 1)], values={"status": {"open": "*"}}).notes
    assert not note.is_doubt and "closing date in the past: 1" in note.text


def test_rejected_rows_and_canonical_names_are_not_among_what_the_star_took():
    rows = [("D1", "won", None, 1), ("D2", "new", "2026-02-31", 1), (None, "old", None, 1)]
    assert deals(rows, values={"status": {"open": "*"}}).notes == ()


def test_a_canonical_name_stands_for_itself_beside_the_names_that_are_listed_for_it():
    """A second pipeline writes "won": as "open" its 2,000 + 4,000 would be missing."""
    rows = [("D1", "closedwon", None, 1000), ("D2", "won", None, 2000), ("D3", "Won", None, 4000)]
    result = deals([*rows, ("D4", "lost", None, 8), ("D5", "x", None, 16)], values=STATUS)
    assert result.frame["status"].to_pylist() == ["won", "won", "won", "lost", "open"]
    (taken,) = [text for text in texts(result) if '"*"' in text]
    assert taken.startswith("1 row has status 'x'")


def test_a_canonical_name_that_is_listed_for_another_stands_for_that():
    """In this source "won" is a verbal promise; "WON" differs from it in case only."""
    names = {"status": {"open": ["won"], "won": ["paid"], "lost": "*"}}
    rows = [("D1", "won", None, 1), ("D2", "WON", None, 1), ("D3", "paid", None, 1)]
    assert deals(rows, values=names).frame["status"].to_pylist() == ["open", "open", "won"]


def test_a_text_that_the_settings_give_stands_for_itself():
    """Not for the rest: a lead that is an "mql" already is not one of the others."""
    names = {"stage": {"mql": ["Marketing Qualified Lead"], "other": "*"}}
    frame = {"lead_id": list("abc"), "stage": ["mql", "Marketing Qualified Lead", "new"]}
    result = mapped("lead_stages", {**frame, "entered_at": ["2026-10-01"] * 3}, values=names)
    assert result.frame["stage"].to_pylist() == ["mql", "mql", "other"]


@pytest.mark.parametrize("blank", [None, "", "NULL", float("nan")])
def test_blank_is_what_the_settings_say_it_is(blank):
    """A flag of 1, 0 and NULL: neither won nor lost yet. Without "" nobody says so."""
    rows = [("D1", 1, None, 1), ("D2", 0, None, 1), ("D3", blank, None, 1)]
    named = {"won": ["1"], "lost": ["0"], "open": ["", "*"]}
    result = deals(rows, values={"status": named})
    assert result.frame["status"].to_pylist() == ["won", "lost", "open"]
    unnamed = deals(rows, values={"status": {**named, "open": "*"}})
    assert unnamed.frame.num_rows == 2
    assert 'list "" in values.status' in unnamed.rejects["reason"][0]


def test_amounts_of_several_currencies_are_never_summed():
    """300 + 300 are no 600; 50 without a currency are of the company."""
    frame = {"deal_id": list("abc"), "status": ["new"] * 3, "closed_at": [None] * 3}
    amounts = {"amount": [300, 300, 50], "currency": ["EUR", "JPY", None]}
    (note,) = mapped("deals", {**frame, **amounts}, values={"status": {"open": "*"}}).notes
    assert "amounts: 350 EUR and 300 JPY" in note.text and "600" not in note.text


def test_many_values_are_summed_up():
    rows = [(f"D{i}", f"stage {i}", None, 1) for i in range(15)]
    notes = deals(rows, values={"status": {"open": "*"}}).notes
    assert len(notes) == 13 and notes[-1].text.startswith("3 rows have 3 more values of status")


def test_every_problem_of_a_table_is_listed_in_one_error():
    """Two columns are missing, and the days of a third read both ways."""
    with pytest.raises(MappingError) as error:
        mapped(
            "leads",
            {"lead_id": ["a"], "mql_at": ["03/04/2026"], "sql_at": ["05/06/2026"]},
            columns={"owner": "Besitzer"},
        )
    problems = str(error.value).split("\n")
    assert len(problems) == 4
    for part, problem in zip(("created_at", "Besitzer", "mql_at", "sql_at"), problems, strict=True):
        assert part in problem and problem.startswith("leads")


@pytest.mark.parametrize(
    ("status", "rest"),
    [
        *(("Won - Upsell", "lost"), ("6. Won", "open"), ("✅ Closed\u00a0Won", "open")),
        *(("closed-won", "lost"), ("WON (renewal)", "open")),
    ],
)
def test_a_status_that_the_star_took_but_that_reads_like_won_is_doubted(status, rest):
    """Its 3,000 would be missing: what is won is "Closed Won" alone."""
    values = {"status": {"won": ["Closed Won"], rest: "*"}}
    (note,) = deals(
        [("D1", "Closed Won", None, 1), ("D2", status, None, 3000)], values=values
    ).notes
    assert note.is_doubt
    assert note.text.endswith(f"Add '{status}' to won in values.status if it is one.")


@pytest.mark.parametrize(
    "status",
    [
        *(
            "Wonder",
            "1. Lead",
            "New",
            "Lost, competitor won",
            "closed",
            "Not won",
            "Closed - won't",
        ),
        *("Won by competitor", "Competitor won", "Never won", "Nicht won", "Closed, not won"),
    ],
)
def test_a_status_without_all_words_of_won_or_with_those_of_the_rest_is_no_doubt(status):
    values = {"status": {"won": ["Closed Won", "1"], "lost": "*"}}
    rows = [("D1", "Closed Won", None, 1), ("D2", "1", None, 2), ("D3", status, None, 3000)]
    (note,) = deals(rows, values=values).notes
    assert not note.is_doubt


def test_a_note_on_one_row_agrees_with_it():
    note = Note(table="costs", column="", rows=1, what="hold a text, and were loaded; were it so")
    assert note.text == "1 row holds a text, and was loaded; were it so."
    assert note.model_copy(update={"rows": 2}).text.startswith("2 rows hold a text, and were")
