"""Claims about costs without a campaign: shared, or a merged column that lost its merges."""

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


def test_costs_of_a_blank_team_are_marketing_and_a_note_says_so():
    """The column is mapped, so somebody meant to fill it: 20 of 60 move into ROI."""
    frame = {"spent_on": ["2026-10-01"] * 3, "amount": [10, 20, 30]}
    result = mapped("costs", {**frame, "team": ["sales", None, "marketing"]})
    assert result.frame["team"].to_pylist() == ["sales", "marketing", "marketing"]
    (note,) = result.notes
    assert note.text.startswith("1 cell of team was blank and taken as marketing.")
    assert mapped("costs", frame).notes == ()
