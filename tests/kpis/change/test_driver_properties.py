"""For every company and KPI, what the groups contributed adds up to the whole change."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpis.calendar import Period
from kpis.catalogue import CATALOGUE
from kpis.change.drivers import drivers
from kpis.scorecard.scorecard import scorecard
from kpis.scorecard.selection import Facts, Window
from tests.kpis.random_data import (
    AS_OF,
    CAMPAIGNS,
    random_definitions,
    random_facts,
    random_tables,
)
from tests.small_data import Row, cost, days, deal, lead

QUOTIENTS = ("clv_to_cac", "cac_payback_months")
BEFORE, NOW = days("2025-10-01", "2026-01-15"), days("2026-01-16", "2026-05-15")


def dense_facts(random: Random) -> Facts:
    """A random company in which both periods have leads, won and lost deals and costs enough for
    most KPIs to be defined."""
    tables = random_tables(random)

    def day_in(period: Period) -> str:
        return (period.start + timedelta(days=random.randint(0, period.days // 2))).isoformat()

    for n in range(24):
        name, created = f"j{n}", day_in((BEFORE, NOW)[n % 2])
        sold: Row = deal(
            name,
            random.choice(("won", "lost")),
            lead_id=name,
            closed_at=created,
            paid_at=created,
            amount=random.choice((100.0, 250.5)),
        )
        origin = random.choice((*CAMPAIGNS, None))
        tables["leads"].append(lead(name, created, origin, sql_at=random.choice((None, created))))
        tables["deals"].append(sold)
        tables["costs"].append(cost(created, random.choice((10.0, 99.99)), origin))
    return random_facts(tables, random_definitions(random))


few = settings(max_examples=4)
companies = st.integers(0, 2**32).map(Random)
close = {"rel": 1e-9, "abs": 1e-9}


@few
@given(companies, st.sampled_from(["campaign", "channel", "segment", "owner"]))
def test_the_parts_add_up_to_the_change_of_the_scorecard(random: Random, by: str) -> None:
    """For every KPI that has a change; and rate and mix add up to each part of a ratio."""
    facts = dense_facts(random)
    windows = [Window(BEFORE, AS_OF), Window(NOW, AS_OF)]
    before, now = scorecard(facts, windows).to_dict("records")
    for key, kpi in CATALOGUE.items():
        found = drivers(facts, key, windows[1], windows[0], by)
        expected = pytest.approx((before[key], now[key]), **close, nan_ok=True)
        assert (found.before, found.now) == expected
        reported = found.change == found.change and key not in QUOTIENTS
        if not reported or found.reason == f"costs do not carry {by}":
            assert found.reason and found.frame.empty
            continue
        assert found.reason is None
        assert found.frame["total"].sum() == pytest.approx(now[key] - before[key], **close)
        both = found.frame["rate"] + found.frame["mix"]
        if not kpi.additive:
            assert both.tolist() == pytest.approx(found.frame["total"].tolist(), **close)


@few
@given(companies)
def test_rate_and_mix_follow_from_what_is_shown_and_turn_their_sign_with_time(
    random: Random,
) -> None:
    """Each row's rate and mix by the formula from its own KPI and shares, where it has both.
    Left out is lifetime value, as the whole's cap decides on its weights. Backwards in time, every
    part is the same with the sign turned."""
    facts = dense_facts(random)
    then, now = Window(BEFORE, AS_OF), Window(NOW, AS_OF)
    for key in ("lead_conversion_rate", "cac", "marketing_roi", "cost_per_lead", "win_rate"):
        found = drivers(facts, key, now, then)
        middle = (found.before + found.now) / 2
        for row in found.frame.to_dict("records"):
            is_shown = row["before"] == row["before"] and row["now"] == row["now"]
            if row["share_before"] > 0 and row["share_now"] > 0 and is_shown:
                share = (row["share_before"] + row["share_now"]) / 2
                mean = (row["before"] + row["now"]) / 2
                mix = (mean - middle) * (row["share_now"] - row["share_before"])
                assert row["rate"] == pytest.approx(share * (row["now"] - row["before"]), **close)
                assert row["mix"] == pytest.approx(mix, **close)
        backwards = drivers(facts, key, then, now)
        there, back = (d.frame.set_index("group")["total"].to_dict() for d in (found, backwards))
        turned = {group: -total for group, total in back.items()}
        assert there == pytest.approx(turned, **close)
