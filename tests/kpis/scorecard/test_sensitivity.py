"""The KPIs under every attribution model: what moves, what cannot, what some leave undefined."""

from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpis.catalogue import CATALOGUE, SEVEN_KEYS
from kpis.definitions import ATTRIBUTION_MODELS, AttributionModel, Definitions
from kpis.errors import UsageError
from kpis.scorecard.scorecard import scorecard
from kpis.scorecard.selection import Facts
from kpis.scorecard.sensitivity import moves_credit, ranges, sensitivity, sentence
from kpis.scorecard.undefined import NO_CREDIT
from tests.kpis.random_data import random_definitions, random_facts, random_period, random_tables
from tests.small_data import YEAR, campaign, cost, days, facts_of, lead, touch, won

companies = st.integers(0, 2**32).map(Random)


def one_lead_two_campaigns(**costs: float) -> Facts:
    """A lead created on its touch of ads, touched by fair a week later, won for 1,000."""
    return facts_of(
        leads=[lead("a", "2026-01-01", mql_at="2026-01-02", sql_at="2026-01-03")],
        touches=[touch("a", "ads", "2026-01-01"), touch("a", "fair", "2026-01-08")],
        deals=[won("1", "a", "2026-02-01", 1000.0)],
        campaigns=[campaign("ads", "search"), campaign("fair", "events")],
        costs=[cost("2026-01-05", amount, name) for name, amount in costs.items()],
    )


def credited(facts: Facts, model: AttributionModel) -> Facts:
    """The same facts, under another model."""
    return replace(facts, model=model)


def range_of(facts: Facts, kpi: str, group: str, by: str = "campaign") -> dict[str, Any]:
    found = ranges(sensitivity(facts, [YEAR], by), kpi)
    (row,) = found[found["group"] == group].to_dict("records")
    return row


def test_an_empty_company_has_no_groups_and_no_ranges() -> None:
    frame = sensitivity(facts_of(leads=[]), [YEAR], "campaign")
    assert frame.empty
    assert ranges(frame, "mqls").empty
    assert sentence(ranges(frame, "mqls"), CATALOGUE["mqls"], {}, "EUR") == ""


def test_an_unknown_kpi_is_reported_with_the_nearest_name() -> None:
    frame = sensitivity(one_lead_two_campaigns(ads=200.0), [YEAR], "campaign")
    with pytest.raises(UsageError, match="marketing_roi"):
        ranges(frame, "marketing_ro")


def test_one_campaigns_roi_has_a_value_under_each_model() -> None:
    """Ads cost 200, fair 500; the lead brought 1,000. Credit of ads, and its ROI:

    first touch 1: (1000 − 200) ÷ 200 = 4;  last touch 0: −1;  linear and position-based 1/2: 1.5;
    time decay 2^−1 against 1, so 1/3: (333.33 − 200) ÷ 200 = 0.667;  w-shaped: ads holds the
    first touch, the creation and, on 3 January, the SQL, all 90 of it, fair the other 10:
    (900 − 200) ÷ 200 = 3.5. The total is (1000 − 700) ÷ 700 under each.
    """
    facts = one_lead_two_campaigns(ads=200.0, fair=500.0)
    frame = sensitivity(facts, [YEAR], "campaign")
    of_ads = frame[frame["group"] == "ads"].set_index("model")
    assert of_ads["marketing_roi"].to_dict() == pytest.approx(
        {
            "first_touch": 4.0,
            "last_touch": -1.0,
            "linear": 1.5,
            "position_based": 1.5,
            "time_decay": 2 / 3,
            "w_shaped": 3.5,
        }
    )
    whole = sensitivity(facts, [YEAR])["marketing_roi"]
    assert whole.tolist() == pytest.approx([3 / 7] * 6)


def test_a_range_names_its_ends_and_who_says_so() -> None:
    """Ads: −100 % (last touch) to 400 % (first touch), 150 % as agreed. Fair, with the rest of the
    credit: −100 % under first touch, (1000 − 500) ÷ 500 = 100 % under last touch."""
    facts = one_lead_two_campaigns(ads=200.0, fair=500.0)
    ads = range_of(facts, "marketing_roi", "ads")
    assert (ads["low"], ads["agreed"], ads["high"], ads["spread"]) == (-1.0, 1.5, 4.0, 5.0)
    assert (ads["low_models"], ads["high_models"]) == (("last_touch",), ("first_touch",))
    assert (ads["undefined_models"], ads["reason"]) == ((), "")
    fair = range_of(facts, "marketing_roi", "fair")
    assert (fair["low"], fair["high"]) == (-1.0, 1.0)
    assert (fair["low_models"], fair["high_models"]) == (("first_touch",), ("last_touch",))


def test_a_filter_on_a_campaign_has_the_range_of_its_row() -> None:
    facts = one_lead_two_campaigns(ads=200.0, fair=500.0)
    (row,) = ranges(
        sensitivity(facts, [YEAR], where={"campaign": ["ads"]}), "marketing_roi"
    ).to_dict("records")
    assert (row["group"], row["low"], row["high"]) == ("", -1.0, 4.0)


def test_models_that_say_the_same_are_all_named_and_leave_no_spread() -> None:
    """Each lead has one touch, so that every model gives it all to the same campaign."""
    facts = facts_of(
        leads=[lead(name, "2026-01-01", "ads") for name in "abc"],
        deals=[won(name, name, "2026-02-01", 0.1) for name in "abc"],
        costs=[cost("2026-01-05", 0.7, "ads")],
    )
    ads = range_of(facts, "marketing_roi", "ads")
    assert ads["low_models"] == ads["high_models"] == tuple(ATTRIBUTION_MODELS)
    assert ads["spread"] == 0.0
    assert ads["low"] == pytest.approx(0.3 / 0.7 - 1)


def test_what_is_undefined_under_some_models_only_is_reported_with_the_reason() -> None:
    """Fair costs money, but the customer is not its own under first touch: 500 ÷ 0 customers. Under
    last touch it is: 500 ÷ 1, under linear and position-based 500 ÷ ½ = 1,000, under time decay
    500 ÷ ⅔ = 750, under w-shaped 500 ÷ 0.1 = 5,000. Dropping the undefined model silently, or
    calling it 0, would both make fair look surer than it is."""
    fair = range_of(one_lead_two_campaigns(ads=200.0, fair=500.0), "cac", "fair")
    assert (fair["low"], fair["agreed"], fair["high"]) == pytest.approx((500.0, 1000.0, 5000.0))
    assert fair["undefined_models"] == ("first_touch",)
    assert fair["reason"] == "no customers were won"


def test_a_campaign_without_any_credit_under_a_model_counts_zero_there() -> None:
    """Fair is free. Under first touch nothing of the year is its own: no row of the scorecard. Its
    leads range from 0 to 1, not from 0.1; its conversion has no value there, and says why."""
    facts = one_lead_two_campaigns(ads=200.0)
    assert set(scorecard(credited(facts, "first_touch"), [YEAR], "campaign")["group"]) == {"ads"}
    leads = range_of(facts, "leads", "fair")
    assert (leads["low"], leads["low_models"], leads["high"]) == (0.0, ("first_touch",), 1.0)
    conversion = range_of(facts, "lead_conversion_rate", "fair")
    assert (conversion["low"], conversion["high"]) == (1.0, 1.0)
    assert (conversion["undefined_models"], conversion["reason"]) == (("first_touch",), NO_CREDIT)


def test_lifetime_value_looks_back_where_nothing_of_the_period_is_credited() -> None:
    """l1, of ads alone, brought 1,000 in February. In June l2 was touched by ads, then by fair:
    under last touch nothing of June is ads' own, but its customer is. Lifetime value is 1,000 under
    every model, as a filter on ads says; cost per customer of June has no value under any."""
    facts = facts_of(
        leads=[lead("l1", "2026-01-05"), lead("l2", "2026-06-01")],
        touches=[
            touch("l1", "ads", "2026-01-05"),
            touch("l2", "ads", "2026-06-01"),
            touch("l2", "fair", "2026-06-08"),
        ],
        deals=[won("1", "l1", "2026-02-01", 1000.0)],
        costs=[cost("2026-01-05", 200.0, "fair")],
    )
    june = days("2026-06-01", "2026-06-30")
    assert set(scorecard(credited(facts, "last_touch"), [june], "campaign")["group"]) == {"fair"}
    frame = sensitivity(facts, [june], "campaign").query("group == 'ads'")
    filtered = sensitivity(facts, [june], where={"campaign": ["ads"]})
    assert frame["clv"].tolist() == filtered["clv"].tolist() == [1000.0] * 6
    reasons = dict(zip(frame["model"], frame["reasons"], strict=True))
    assert reasons["first_touch"]["cac"] == "no customers were won"
    assert {key: reasons["last_touch"].get(key) for key in ("clv", "cac", "clv_to_cac")} == {
        "clv": None,
        "cac": NO_CREDIT,
        "clv_to_cac": NO_CREDIT,
    }


def test_what_is_not_mapped_is_undefined_under_every_model_for_its_own_reason() -> None:
    facts = facts_of(
        leads=[lead("a", "2026-01-01")],
        touches=[touch("a", "ads", "2026-01-01"), touch("a", "fair", "2026-01-08")],
    )
    roi = range_of(facts, "marketing_roi", "fair")
    assert np.isnan(roi["low"]) and np.isnan(roi["high"]) and np.isnan(roi["spread"])
    assert roi["undefined_models"] == tuple(ATTRIBUTION_MODELS)
    assert roi["reason"] == "no deals are mapped"


def test_without_the_agreed_model_the_range_has_no_agreed_value() -> None:
    every = one_lead_two_campaigns(ads=200.0, fair=500.0)
    facts = replace(every, every_model=every.every_model.drop("linear"), model="first_touch")
    ads = range_of(facts, "marketing_roi", "ads")
    assert np.isnan(ads["agreed"]) and (ads["low"], ads["high"]) == (-1.0, 4.0)


def test_each_window_has_ranges_of_its_own() -> None:
    """The lead came in January and was won in February: nothing to credit in March."""
    months = [days("2026-01-01", "2026-01-31"), days("2026-03-01", "2026-03-31")]
    frame = sensitivity(one_lead_two_campaigns(ads=200.0), months, "campaign")
    assert ranges(frame, "leads")[["window", "group"]].to_numpy().tolist() == [
        [0, "ads"],
        [0, "fair"],
    ]


@settings(max_examples=4)
@given(companies)
def test_credit_moves_between_campaigns_only(random: Random) -> None:
    """Neither all of it nor a segment depends on the model; campaigns have the scorecard's values
    under each. A group that the scorecard leaves out under a model counts zero there."""
    tables, definitions = random_tables(random), random_definitions(random)
    facts = random_facts(tables, definitions)
    period = random_period(random)
    for by in (None, "segment"):
        assert not moves_credit(by, {"owner": ["ann"]})
        frame = sensitivity(facts, [period], by, {"owner": ["ann"]})
        for key in SEVEN_KEYS:
            found = ranges(frame, key)
            assert (found["spread"].isna() | (found["spread"] == 0.0)).all()
            assert found["undefined_models"].str.len().isin([0, len(ATTRIBUTION_MODELS)]).all()

    assert moves_credit("campaign", None)
    frame = sensitivity(facts, [period], "campaign")
    for model in ATTRIBUTION_MODELS:
        ours = frame[frame["model"] == model].set_index("group")
        card = scorecard(credited(facts, model), [period], "campaign").set_index("group")
        pd.testing.assert_frame_equal(
            ours.loc[card.index, list(CATALOGUE)], card[list(CATALOGUE)], rtol=1e-9, atol=1e-9
        )
        left_out = ours.drop(index=card.index)
        assert (left_out["leads"].fillna(0.0) == 0.0).all()


def test_a_filter_without_values_moves_no_credit() -> None:
    assert not moves_credit(None, None)
    assert not moves_credit(None, {"campaign": []})
    assert moves_credit("segment", {"channel": ["search"]})


def test_the_sentence_names_the_widest_range_and_one_that_hardly_depends() -> None:
    """Seo's lead has one touch: ROI (1000 − 800) ÷ 800 = 25 % under every model. What came of no
    campaign has none under any, which is no news."""
    facts = facts_of(
        leads=[lead("a", "2026-01-01"), lead("b", "2026-01-01", "seo"), lead("c", "2026-01-01")],
        touches=[touch("a", "ads", "2026-01-01"), touch("a", "fair", "2026-01-08")],
        deals=[won(name, name, "2026-02-01", 1000.0) for name in "abc"],
        costs=[cost("2026-01-05", n, name) for name, n in (("ads", 200.0), ("seo", 800.0))],
    )
    frame = sensitivity(facts, [YEAR], "campaign")
    labels = {"ads": "Spring Ads"}
    roi = sentence(ranges(frame, "marketing_roi"), CATALOGUE["marketing_roi"], labels, "EUR")
    assert roi == (
        "The ROI of Spring Ads is between −100% and 400%, by attribution model; that of seo "
        "hardly depends on it."
    )
    leads = sentence(ranges(frame, "leads"), CATALOGUE["leads"], labels, "EUR")
    assert leads == (
        "The leads of Spring Ads are between 0 and 1, by attribution model; those of seo hardly "
        "depend on it."
    )


def test_the_sentence_says_so_when_nothing_depends_on_the_model() -> None:
    facts = facts_of(leads=[lead("a", "2026-01-01", "ads"), lead("b", "2026-01-01", "seo")])
    found = ranges(sensitivity(facts, [YEAR], "campaign"), "leads")
    kpi = CATALOGUE["leads"]
    message = sentence(found, kpi, {}, "EUR")
    assert message == "The leads here hardly depend on the attribution model."
    one = sentence(found.head(1), kpi, {}, "EUR")
    assert one == "The leads of ads hardly depend on the attribution model."


def test_a_return_of_nothing_may_be_robust() -> None:
    """An ROI of 0 comes back in full: a range of 5 points is a twentieth of that, not infinitely
    many times the 0."""
    found = pd.DataFrame(
        {
            "group": ["wide", "even"],
            "agreed": [1.0, 0.0],
            "low": [0.0, -0.02],
            "high": [2.0, 0.03],
            "spread": [2.0, 0.05],
            "undefined_models": [(), ()],
        }
    )
    message = sentence(found, CATALOGUE["marketing_roi"], {}, "EUR")
    assert message.endswith("; that of even hardly depends on it.")


def test_the_agreed_model_is_that_of_the_definitions() -> None:
    agreed = Definitions(attribution="last_touch")
    facts = facts_of(
        definitions=agreed,
        leads=[lead("a", "2026-01-01")],
        touches=[touch("a", "ads", "2026-01-01"), touch("a", "fair", "2026-01-08")],
    )
    assert range_of(facts, "leads", "fair")["agreed"] == 1.0
