"""The catalogue is data that everything else reads: it must be whole and say what is computed."""

import pytest

from kpis.catalogue import BESIDE, CATALOGUE, SEVEN, SEVEN_KEYS, Kpi, kpi_named
from kpis.definitions import Definitions
from kpis.display import formula_of
from kpis.errors import UsageError
from kpis.facts.measures import MEASURES
from kpis.scorecard.scorecard import COLUMNS

EVERY = pytest.mark.parametrize("kpi", SEVEN + BESIDE, ids=lambda kpi: kpi.key)


def test_the_seven_are_those_both_teams_agreed_on_in_the_order_of_the_funnel() -> None:
    assert SEVEN_KEYS == (
        "mqls",
        "sqls",
        "lead_conversion_rate",
        "sales_cycle_days",
        "cac",
        "clv",
        "marketing_roi",
    )


def test_no_two_kpis_share_a_key_or_a_label() -> None:
    assert len(CATALOGUE) == len(SEVEN + BESIDE)
    assert len({kpi.label for kpi in CATALOGUE.values()}) == len(CATALOGUE)


@EVERY
def test_a_kpi_says_what_it_is_and_who_says_so(kpi: Kpi) -> None:
    assert all((kpi.label, kpi.short, kpi.source, kpi.measures))
    assert all(text.endswith(".") for text in (kpi.formula, kpi.undefined, kpi.example))
    assert set(kpi.measures) <= set(MEASURES)
    assert kpi.key in COLUMNS


@EVERY
def test_counts_and_revenue_add_up_over_time_and_quotients_do_not(kpi: Kpi) -> None:
    assert kpi.additive == (kpi.unit == "count" or kpi.key == "revenue")


def test_less_is_better_where_it_is_cost_or_time() -> None:
    down = {key for key, kpi in CATALOGUE.items() if kpi.better == "down"}
    assert down == {"sales_cycle_days", "cac", "cost_per_lead", "cac_payback_months"}


def test_an_unknown_kpi_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="no KPI 'mql'. Did you mean 'mqls'?"):
        kpi_named("mql")


def test_the_formula_says_which_margin_is_meant() -> None:
    roi = CATALOGUE["marketing_roi"]
    assert formula_of(roi, Definitions()).endswith("On revenue (margin 100%).")
    assert formula_of(roi, Definitions(gross_margin=0.4)).endswith("On gross margin (40%).")
    assert "margin" not in formula_of(CATALOGUE["cac"], Definitions())


def test_the_formula_says_which_conversion_is_meant() -> None:
    rate = CATALOGUE["lead_conversion_rate"]
    assert "so far" in formula_of(rate, Definitions())
    assert "so far" not in formula_of(rate, Definitions(conversion="period"))


def test_the_formula_says_what_the_cycle_begins_with() -> None:
    cycle = CATALOGUE["sales_cycle_days"]
    for switch, words in {
        "lead_created": "from lead created to",
        "first_touch": "from the lead's first touch to",
        "deal_created": "from deal created to",
    }.items():
        assert words in formula_of(cycle, Definitions.model_validate({"cycle_from": switch}))


def test_the_formula_says_what_lifetime_value_is_reported_from_and_for_how_long() -> None:
    """The entry tells both, the formula the one that is agreed on; one month is not "1 months"."""
    clv = CATALOGUE["clv"]
    assert "churn" in clv.formula and "expected to bring in the months agreed on" in clv.formula
    observed = formula_of(clv, Definitions())
    assert "churn" in observed and "expected to bring" not in observed
    for months, words in {1: "the next 1 month,", 12: "the next 12 months,"}.items():
        agreed = Definitions(clv_basis="predictive", clv_max_months=months)
        found = formula_of(clv, agreed)
        assert f"expected to bring in {words}" in found and "churn" not in found


def test_the_formula_says_within_how_many_working_days_mqls_are_answered() -> None:
    rate = CATALOGUE["follow_up_rate"]
    for days, words in {
        0: "the same working day",
        1: "1 working day ",
        3: "3 working days ",
    }.items():
        assert f"within {words}" in formula_of(rate, Definitions(follow_up_working_days=days))
