"""Cohorts at equal age, when they are mature enough to judge, and the median cycle that says so."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from kpis.definitions import Company, Definitions
from kpis.funnel.funnel import funnel
from kpis.scorecard.scorecard import compared, scorecard
from kpis.scorecard.selection import Facts, Window
from kpis.scorecard.sums import usual_cycle, weighted_median
from tests.small_data import card, cards, days, facts_of, lead, touch, won

JANUARY, FEBRUARY = days("2026-01-01", "2026-01-31"), days("2026-02-01", "2026-02-28")


def maturing() -> Facts:
    """January's leads a-d: a won after 10 days, b after 50. February's e-h: e won after 10 days,
    f after 50. As of 28 February, f is not yet won."""
    tables = {
        "leads": [lead(name, "2026-01-01") for name in "abcd"]
        + [lead(name, "2026-02-01") for name in "efgh"],
        "deals": [
            won("1", "a", "2026-01-11"),
            won("2", "b", "2026-02-20"),
            won("3", "e", "2026-02-11"),
            won("4", "f", "2026-03-23"),
        ],
    }
    facts = facts_of(as_of="2026-02-28", **tables)
    return replace(facts, usual_cycle_days=usual_cycle(facts))


def test_cohorts_are_compared_at_equal_age() -> None:
    """On 28 February, February's leads are 27 days past its start: 1 of 4 = 25 %. January's have 2
    of 4 by then, but 27 days after its own start, on the 28th, 1 of 4: nothing has changed."""
    windows = [FEBRUARY, Window(JANUARY, date(2026, 1, 28)), JANUARY]
    rates = scorecard(maturing(), windows)["lead_conversion_rate"]
    assert rates.tolist() == pytest.approx([0.25, 0.25, 0.5])


def test_the_period_to_compare_with_is_seen_at_the_age_of_this_one() -> None:
    """On 28 February its month is 27 days past its start: January's leads count up to the 28th."""
    facts = maturing()
    windows = compared(FEBRUARY, facts.as_of, facts.company)
    assert windows == (Window(FEBRUARY, facts.as_of), Window(JANUARY, date(2026, 1, 28)))
    assert scorecard(facts, windows)["lead_conversion_rate"].tolist() == [0.25, 0.25]


def test_a_period_long_over_is_compared_with_one_that_had_as_long_to_convert() -> None:
    """On 1 May February is 89 days past its start; January's leads count up to 31 March only."""
    windows = compared(FEBRUARY, date(2026, 5, 1), Company())
    assert [window.horizon for window in windows] == [date(2026, 5, 1), date(2026, 3, 31)]


def test_before_a_period_begins_its_comparison_has_one_day_to_convert() -> None:
    """Nothing is older than its first day, and nothing counts that is after as_of."""
    march = days("2026-03-01", "2026-03-31")
    now, before = compared(march, date(2026, 2, 28), Company())
    assert (now.horizon, before.horizon) == (date(2026, 2, 28), date(2026, 2, 1))


def test_the_horizon_includes_its_own_day() -> None:
    windows = [Window(JANUARY, date(2026, 2, 19)), Window(JANUARY, date(2026, 2, 20))]
    assert scorecard(maturing(), windows)["lead_conversion_rate"].tolist() == [0.25, 0.5]


def test_a_cohort_younger_than_the_median_cycle_is_marked_immature() -> None:
    """Cycles of 10, 10 and 50 days: the median is 10. Leads of a period that ended 9 days ago are
    too young to judge, those of one that ended 10 days ago are not."""
    facts = maturing()
    assert facts.usual_cycle_days == 10.0
    young, old = days("2026-02-01", "2026-02-19"), days("2026-02-01", "2026-02-18")
    frame = scorecard(facts, [young, old])
    assert frame["immature"].tolist() == [True, False]
    assert "still maturing" in frame["notes"][0]["lead_conversion_rate"]
    assert "lead_conversion_rate" not in frame["notes"][1]


def test_maturity_is_judged_at_the_horizon() -> None:
    """January ended on the 31st; seen as of 5 February, it was 5 days old."""
    early = Window(JANUARY, date(2026, 2, 5))
    assert scorecard(maturing(), [early, JANUARY])["immature"].tolist() == [True, False]


def test_conversion_in_the_period_never_is_immature() -> None:
    facts = replace(maturing(), definitions=Definitions(conversion="period"))
    assert scorecard(facts, [FEBRUARY])["immature"].tolist() == [False]


def test_the_usual_cycle_is_that_of_the_last_year() -> None:
    """One customer after 100 days won two years ago, one after 30 won lately."""
    facts = facts_of(
        leads=[lead("a", "2024-01-01"), lead("b", "2026-01-01")],
        deals=[won("1", "a", "2024-04-10"), won("2", "b", "2026-01-31")],
    )
    assert usual_cycle(facts) == 30.0
    assert np.isnan(usual_cycle(facts_of(leads=[])))


@pytest.mark.parametrize(("won_on", "cycle"), [("2025-12-31", 30.0), ("2026-01-01", 60.0)])
def test_the_last_year_has_365_days_with_today(won_on: str, cycle: float) -> None:
    """As of 31 December 2026 it begins on 1 January: a win exactly 365 days ago is no longer in it.
    b took 30 days, a 90: the median of both is 60."""
    created = str(date.fromisoformat(won_on) - timedelta(days=90))
    facts = facts_of(
        as_of="2026-12-31",
        leads=[lead("a", created), lead("b", "2026-06-01")],
        deals=[won("1", "a", won_on), won("2", "b", "2026-07-01")],
    )
    assert usual_cycle(facts) == cycle


@pytest.mark.parametrize(
    "definitions",
    [
        Definitions(),
        Definitions(cycle_from="first_touch"),
        Definitions(cycle_from="deal_created"),
    ],
)
def test_the_usual_cycle_counts_from_lead_creation_as_the_age_of_a_cohort_does(
    definitions: Definitions,
) -> None:
    """a was created on 1 January, touched first on 1 March, its deal created on 1 April and won on
    the 11th: 100 days, of which the sales cycle is 100, 41 or 10. May's leads, at least 15 days
    old on 15 June, are immature under each; held against 10 days they would count as mature."""
    facts = facts_of(
        as_of="2026-06-15",
        definitions=definitions,
        leads=[lead("a", "2026-01-01"), lead("b", "2026-05-20")],
        touches=[touch("a", "ads", "2026-03-01")],
        deals=[won("1", "a", "2026-04-11", created_at="2026-04-01")],
    )
    assert usual_cycle(facts) == 100.0
    facts = replace(facts, usual_cycle_days=usual_cycle(facts))
    may = days("2026-05-01", "2026-05-31")
    assert scorecard(facts, [may])["immature"].tolist() == [True]
    assert set(funnel(facts, [may])["immature"]) == {True}


def test_the_usual_cycle_leaves_out_customers_without_a_lead_and_wrong_dates() -> None:
    """a took 30 days. The deal of no lead took 2, and no cohort has it; b was won before it was
    created, −9 days. The median of all three would be 2."""
    facts = facts_of(
        leads=[lead("a", "2026-01-01"), lead("b", "2026-03-10")],
        deals=[
            won("1", "a", "2026-01-31"),
            won("2", None, "2026-01-03", created_at="2026-01-01"),
            won("3", "b", "2026-03-01"),
        ],
    )
    assert usual_cycle(facts) == 30.0


@pytest.mark.parametrize(
    ("values", "weights", "median"),
    [
        ([7.0], [0.25], 7.0),
        ([1.0, 2.0, 3.0, 4.0], [1.0, 1.0, 1.0, 1.0], 2.5),
        ([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], 2.0),
        ([10.0, 20.0, 90.0], [0.1, 0.1, 0.8], 90.0),
        ([10.0, 90.0], [0.5, 0.5], 50.0),
        ([10.0, 90.0], [0.5001, 0.5], 10.0),
        ([1.0, 2.0, 3.0, 4.0], [1 / 3, 2 / 3, 1 / 3, 2 / 3], 2.5),
    ],
)
def test_the_weighted_median_has_half_of_the_credit_on_either_side(
    values: list[float], weights: list[float], median: float
) -> None:
    """Unweighted, the median of 10, 20, 90 is 20. 1/3 + 2/3 misses half of 2 by rounding only."""
    assert weighted_median(np.array(values), np.array(weights)) == median


def test_a_campaigns_median_is_weighted_by_its_credit() -> None:
    """ads has 1/4 of the 10-day customer and all of the 40-day one: median 40, mean
    (2.5 + 40) ÷ 1.25 = 34. Unweighted both would be 25."""
    facts = facts_of(
        leads=[lead("a", "2026-01-01"), lead("b", "2026-01-01", "ads")],
        touches=[touch("a", name, "2026-01-01") for name in ("ads", "fair", "fair", "mail")],
        deals=[won("1", "a", "2026-01-11"), won("2", "b", "2026-02-10")],
    )
    ads = cards(facts, "campaign")["ads"]
    assert ads["median_cycle_days"] == 40.0
    assert ads["sales_cycle_days"] == pytest.approx(34.0)
    assert card(facts)["median_cycle_days"] == 25.0
