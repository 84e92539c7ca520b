"""Claims about blanks below names: shared costs, merged columns, reports grouped by a name."""

import pytest

from tests.connectors.mapping.mapped_frames import mapped


def notes(*campaigns):
    days = [f"2026-10-{day:02}" for day in range(1, 1 + len(campaigns))]
    amounts = [10 + 7 * day for day in range(len(campaigns))]
    frame = {"spent_on": days, "campaign_id": list(campaigns), "amount": amounts}
    return mapped("costs", frame).notes


@pytest.mark.parametrize(
    "campaigns",
    [
        ("spring", "fair", None, None),
        (None, "spring", None, "fair"),
        ("spring", None, None, "fair"),
        ("spring", "fair", "fair", None, "x", None),
    ],
)
def test_costs_without_a_campaign_are_noted_as_shared(campaigns):
    (note,) = notes(*campaigns)
    assert not note.is_doubt and note.text.endswith("as shared cost.")
    assert note.text.startswith(f"2 rows of {len(campaigns)} have no campaign: they count")


def test_campaigns_that_stand_once_above_blanks_may_have_been_merged():
    """Rows 2, 4 and 5 of five may be costs of spring and fair, which have 10 and 24 of 120."""
    (note,) = notes("spring", None, "fair", None, None)
    assert note.is_doubt and note.text.startswith("3 rows of 5 have no campaign")
    assert "write the campaign into every row" in note.text


@pytest.mark.parametrize("campaigns", [("spring", "fair"), (None, None)])
def test_costs_that_all_have_a_campaign_or_none_need_no_note(campaigns):
    assert notes(*campaigns) == ()


@pytest.mark.parametrize(
    "mark", ["dto.", "Ditto", '"', "''", "〃", '- " -', "ídem", "s.o.", "同上"]
)
def test_a_mark_for_the_cell_above_is_doubted_with_the_name_it_stands_for(mark):
    """Costs of 17 and 31 of 82 are spring's and fair's, and no campaign is called dto."""
    (note,) = notes("spring", mark, "fair", mark)
    assert note.is_doubt
    assert note.text == (
        "2 cells of campaign_id hold a mark for the cell above, and were loaded as a name "
        f"('row 3: {mark} below spring' and 'row 5: {mark} below fair'). Write the campaign into "
        "every row of the source."
    )


@pytest.mark.parametrize("campaigns", [("Idem", "fair", "Idem"), ("spring", "dto. Verlag", "id")])
def test_a_campaign_in_the_first_row_and_words_that_begin_like_a_mark_are_names(campaigns):
    assert notes(*campaigns) == ()


def leads(*campaigns):
    count = len(campaigns)
    frame = {"campaign_id": list(campaigns), "lead_id": [f"L{at}" for at in range(count)]}
    return mapped("leads", {**frame, "created_at": ["2026-10-01"] * count}).notes


@pytest.mark.parametrize(
    "campaigns",
    [
        ("spring", None, None, "fair", None),
        ("spring", None, None, "fair", "web", None, "mail", None, None),
    ],
)
def test_leads_below_campaigns_that_stand_once_each_are_doubted(campaigns):
    """Of five leads spring has three and fair two; read as they stand they have one each."""
    (note,) = leads(*campaigns)
    blank = campaigns.count(None)
    assert note.is_doubt and note.text.startswith(
        f"{blank} rows of {len(campaigns)} have no campaign"
    )
    assert "grouped by it" in note.text and "shared" not in note.text


@pytest.mark.parametrize(
    "campaigns",
    [
        ("spring", None, "fair", None),
        (None, "spring", None, None, "fair", None),
        ("spring", None, None, "spring", None),
        ("spring", None, None, None, "fair"),
        ("spring", "fair", "web", "mail", None, None, "x", None, None, None, None, None),
    ],
)
def test_leads_that_lack_a_campaign_here_and_there_are_not_doubted(campaigns):
    assert leads(*campaigns) == ()


def test_deals_of_a_report_grouped_by_owner_are_doubted_and_by_customer_are_not():
    """An open deal has no customer yet, and each that was won its own."""
    frame = {"deal_id": list("abcde"), "status": ["won"] * 5}
    names = ["x", None, None, "y", None]
    (note,) = mapped("deals", {**frame, "owner": names}).notes
    assert note.is_doubt and "Each owner stands once" in note.text
    assert mapped("deals", {**frame, "customer_id": names}).notes == ()


def test_costs_of_a_blank_team_are_marketing_and_a_note_says_so():
    """The column is mapped, so somebody meant to fill it: 20 of 60 move into ROI."""
    frame = {"spent_on": ["2026-10-01"] * 3, "amount": [10, 20, 30]}
    result = mapped("costs", {**frame, "team": ["sales", None, "marketing"]})
    assert result.frame["team"].to_pylist() == ["sales", "marketing", "marketing"]
    (note,) = result.notes
    assert note.text.startswith("1 cell of team was blank and taken as marketing.")
    assert mapped("costs", frame).notes == ()
