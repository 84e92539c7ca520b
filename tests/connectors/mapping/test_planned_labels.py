"""Claims about costs whose campaign is the label of a budget, a plan or a mean."""

from datetime import date

import pytest

from connectors.mapping.rows.planned_labels import planned_notes
from tests.connectors.mapping.mapped_frames import BERLIN, doubts, mapped


def costs(*campaigns):
    size = len(campaigns)
    frame = {
        "spent_on": [f"2026-10-{day:02}" for day in range(1, size + 1)],
        "amount": [str(100 * at) for at in range(1, size + 1)],
        "campaign_id": list(campaigns),
    }
    return mapped("costs", frame)


def found(table, **beside):
    frames = {"costs": table.frame, **{name: held.frame for name, held in beside.items()}}
    return [note.text for note in planned_notes(frames, BERLIN, date(2026, 10, 31))]


LABELS = [
    *("Remaining budget", "Remaining", "Restbudget", "Budget", "Forecast", "Verbleibend"),
    *("Average per day", "% of total", "Budget left", "Total budget 2026", "Forecast Q4", "Soll"),
    *("Ø pro Tag", "Budget restant", "Presupuesto restante", "Cost per lead", "Differenz"),
]


@pytest.mark.parametrize("label", LABELS)
def test_a_budget_or_mean_below_the_costs_is_doubted_where_it_was_loaded(label):
    """400 of 1,000 were never spent."""
    table = costs("spring", "fair", "spring", label)
    (text,) = found(table)
    assert doubts(table) == []
    assert text == (
        "1 row has a campaign that no lead has and that reads like a figure about the costs: "
        f"400.00 in all ('2026-10-04, 400, {label}'). If nothing was spent there, take them out of "
        "the source."
    )


@pytest.mark.parametrize(
    "name",
    [
        *("Budget travel fair", "Low budget hotels", "Forecast webinar", "Media", "Rest of Asia"),
        *("Planner app", "Average Joe", "Remaining seats", "Target", "Budgeting guide"),
    ],
)
def test_campaigns_whose_names_hold_such_a_word_are_not_doubted(name):
    assert found(costs("spring", "fair", "spring", name)) == []


@pytest.mark.parametrize("named_by", ["leads", "touches", "campaigns"])
def test_a_campaign_of_that_name_is_none(named_by):
    frames = {
        "leads": {"lead_id": ["L1"], "created_at": ["2026-10-01"], "campaign_id": ["Budget"]},
        "touches": {"lead_id": ["L1"], "touched_at": ["2026-10-01"], "campaign_id": ["Budget"]},
        "campaigns": {"campaign_id": ["Budget"]},
    }
    table = costs("spring", "fair", "spring", "Budget")
    assert found(table, **{named_by: mapped(named_by, frames[named_by])}) == []


def test_the_name_of_most_costs_is_none():
    assert found(costs("Budget", "Budget", "fair")) == []
