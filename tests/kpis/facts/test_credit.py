"""Attribution: whole leads split over campaigns, and which touches count."""

from typing import get_args

import pytest

from kpis.definitions import AttributionModel, Company, Definitions
from tests.small_data import Row, by_campaign, campaign, facts_of, lead, stage, total, touch, won

MODELS = get_args(AttributionModel)
EVERY_MODEL = pytest.mark.parametrize("model", MODELS)


def credit(
    touches: list[Row], model: AttributionModel, campaign_id: str | None = None
) -> dict[str, float]:
    """The credit of the single lead ``a``, by campaign."""
    facts = facts_of(model=model, leads=[lead("a", "2026-03-01", campaign_id)], touches=touches)
    return by_campaign(facts, "leads")


THREE = [
    touch("a", "mail", "2026-03-01"),
    touch("a", "ads", "2026-03-08"),
    touch("a", "fair", "2026-03-15"),
]


@EVERY_MODEL
def test_without_touches_a_lead_gives_all_to_its_own_campaign(model: AttributionModel) -> None:
    assert credit([], model, "ads") == {"ads": 1.0}


@EVERY_MODEL
def test_without_touches_and_campaign_a_lead_goes_to_none(model: AttributionModel) -> None:
    assert credit([], model) == {"(none)": 1.0}


@EVERY_MODEL
def test_touches_outweigh_the_leads_own_campaign(model: AttributionModel) -> None:
    assert credit([touch("a", "fair", "2026-03-01")], model, "ads") == {"fair": 1.0}


@EVERY_MODEL
def test_touches_of_leads_that_do_not_exist_count_for_nobody(model: AttributionModel) -> None:
    assert credit([touch("nobody", "fair", "2026-03-01")], model, "ads") == {"ads": 1.0}


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("first_touch", {"mail": 1.0}),
        ("last_touch", {"fair": 1.0}),
        ("linear", {"mail": 1 / 3, "ads": 1 / 3, "fair": 1 / 3}),
        ("position_based", {"mail": 0.4, "ads": 0.2, "fair": 0.4}),
        ("time_decay", {"mail": 1 / 7, "ads": 2 / 7, "fair": 4 / 7}),
        ("w_shaped", {"mail": 0.6 / 0.7, "ads": 0.05 / 0.7, "fair": 0.05 / 0.7}),
    ],
)
def test_each_model_splits_three_touches_its_own_way(
    model: AttributionModel, expected: dict[str, float]
) -> None:
    """A week apart, the first on the day of the lead. Time decay: 1/4, 1/2 and 1, of 1.75.
    W-shaped: 30 + 30 for mail, 10 for the other two, and nobody's 30 as there is no SQL."""
    assert credit(THREE[::-1], model) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("position_based", {"mail": 0.5, "ads": 0.5}),
        ("time_decay", {"mail": 2**-0.5 / (1 + 2**-0.5), "ads": 1 / (1 + 2**-0.5)}),
        ("w_shaped", {"mail": 0.6 / 0.7, "ads": 0.1 / 0.7}),
    ],
)
def test_two_touches_three_and_a_half_days_apart(
    model: AttributionModel, expected: dict[str, float]
) -> None:
    """Half of a half-life, in fractional days; position-based gives two touches half each."""
    touches = [touch("a", "mail", "2026-03-01"), touch("a", "ads", "2026-03-04 12:00")]
    assert credit(touches, model) == pytest.approx(expected)


def test_w_shaped_gives_30_each_to_first_lead_and_sql_and_spreads_10() -> None:
    """Created on 8 March, SQL on the 15th: mail is first, ads the last by created_at, fair the last
    by sql_at; the two touches of radio hold nothing and get 5 each."""
    facts = facts_of(
        model="w_shaped",
        leads=[lead("a", "2026-03-08", sql_at="2026-03-15")],
        touches=[
            touch("a", "mail", "2026-03-01"),
            touch("a", "radio", "2026-03-02"),
            touch("a", "ads", "2026-03-08"),
            touch("a", "radio", "2026-03-09"),
            touch("a", "fair", "2026-03-14"),
        ],
    )
    assert by_campaign(facts, "leads") == pytest.approx(
        {"mail": 0.3, "ads": 0.3, "fair": 0.3, "radio": 0.1}
    )


@pytest.mark.parametrize("model", ["first_touch", "last_touch"])
def test_touches_of_the_same_moment_go_to_the_lowest_campaign(model: AttributionModel) -> None:
    """Whichever the order of the rows."""
    same = [touch("a", name, "2026-03-02 10:00") for name in ("fair", "ads", "mail")]
    assert credit(same, model) == credit(same[::-1], model) == {"ads": 1.0}


def test_w_shaped_takes_the_lowest_campaign_of_touches_at_the_same_time_as_the_last() -> None:
    """Before the lead, created at 12:00, and again before its SQL, three touches came at the same
    time: ads is the first and the last by created_at, 60; brand, the lowest of the later ones, the
    last by sql_at, 30; the other three share 10. With the highest as the last it would be fair and
    seo that hold 30 each."""
    early = [touch("a", name, "2026-03-02 10:00") for name in ("mail", "fair", "ads")]
    late = [touch("a", name, "2026-03-05 10:00") for name in ("seo", "brand")]
    facts = facts_of(
        model="w_shaped",
        leads=[lead("a", "2026-03-02 12:00", sql_at="2026-03-05 12:00")],
        touches=[*late, *early],
    )
    tenth = 0.1 / 3
    assert by_campaign(facts, "leads") == pytest.approx(
        {"ads": 0.6, "brand": 0.3, "mail": tenth, "fair": tenth, "seo": tenth}
    )


def test_a_campaign_that_touched_twice_gets_both_weights() -> None:
    """ads 2/3 and fair 1/3: by distinct campaigns it would be a half each."""
    touches = [touch("a", name, "2026-03-02") for name in ("ads", "fair", "ads")]
    assert credit(touches, "linear") == pytest.approx({"ads": 2 / 3, "fair": 1 / 3})


def test_a_touch_recorded_twice_is_two_touches() -> None:
    touches = [touch("a", "ads", "2026-03-02"), touch("a", "ads", "2026-03-02")]
    assert credit([*touches, touch("a", "fair", "2026-03-03")], "linear") == pytest.approx(
        {"ads": 2 / 3, "fair": 1 / 3}
    )


@pytest.mark.parametrize(
    ("closed_at", "last"),
    [
        ("2026-03-10 09:00", "ads"),
        ("2026-03-10 18:00", "news"),
        ("2026-03-10", "news"),
        ("2026-03-10 00:00:01", "mail"),
    ],
)
def test_touches_count_up_to_the_moment_of_the_sale_or_through_its_day_without_a_time(
    closed_at: str, last: str
) -> None:
    """Touched on 2 March, on the 10th at 09:00 and 18:00, and on the 11th. Sold at 09:00, the touch
    of that very moment is the last; sold on the 10th without a time, that of 18:00 is. By days,
    09:00 would give a newsletter nine hours after the sale all of the credit."""
    facts = facts_of(
        model="last_touch",
        leads=[lead("a", "2026-03-01")],
        touches=[
            touch("a", "mail", "2026-03-02"),
            touch("a", "ads", "2026-03-10 09:00"),
            touch("a", "news", "2026-03-10 18:00"),
            touch("a", "fair", "2026-03-11"),
        ],
        deals=[won("1", "a", closed_at, 100.0)],
    )
    assert by_campaign(facts, "revenue") == {last: 100.0}


def test_a_sale_without_a_time_is_at_midnight_of_the_company() -> None:
    """23:00 UTC on 9 March is midnight of the 10th in Berlin, so the touch at 18:00 UTC on the 10th
    counts there; in UTC it is a sale at 23:00 on the 9th. 23:30 UTC on the 10th is the 11th in
    Berlin: too late for both."""
    tables = {
        "leads": [lead("a", "2026-03-01", "mail")],
        "touches": [touch("a", "ads", "2026-03-10 18:00"), touch("a", "fair", "2026-03-10 23:30")],
        "deals": [won("1", "a", "2026-03-09 23:00", 100.0)],
    }
    assert by_campaign(facts_of(**tables), "revenue") == {"mail": 100.0}
    berlin = facts_of(company=Company(time_zone="Europe/Berlin"), **tables)
    assert by_campaign(berlin, "revenue") == {"ads": 100.0}


def test_a_day_without_midnight_begins_when_its_clocks_go_forward() -> None:
    """In Beirut clocks went from 0:00 to 1:00 on 29 March 2026, at 22:00 UTC: a sale on that day
    without a time is stored as 1:00 there, and the touch at 12:00 UTC counts."""
    facts = facts_of(
        company=Company(time_zone="Asia/Beirut"),
        leads=[lead("a", "2026-03-01", "mail")],
        touches=[touch("a", "ads", "2026-03-29 12:00")],
        deals=[won("1", "a", "2026-03-28 22:00", 100.0)],
    )
    assert by_campaign(facts, "revenue") == {"ads": 100.0}


def test_of_two_sales_through_a_lead_the_first_ends_its_touches() -> None:
    """Two customers through lead a on 10 March, at 12:00 and 15:00: the touch at 13:00 is too late
    for the first, and a lead has one credit."""
    facts = facts_of(
        leads=[lead("a", "2026-03-01")],
        touches=[touch("a", "mail", "2026-03-02"), touch("a", "ads", "2026-03-10 13:00")],
        deals=[
            won("1", "a", "2026-03-10 15:00", 10.0, customer_id="k"),
            won("2", "a", "2026-03-10 12:00", 20.0, customer_id="m"),
        ],
    )
    assert by_campaign(facts, "revenue") == {"mail": 30.0}


def test_the_day_of_becoming_a_customer_is_the_day_of_payment_where_that_was_agreed() -> None:
    """Closed on 10 March, paid on the 20th: the touch of the 15th counts only when paid decides."""
    tables = {
        "leads": [lead("a", "2026-03-01", "mail")],
        "touches": [touch("a", "ads", "2026-03-15")],
        "deals": [won("1", "a", "2026-03-10", 100.0, paid_at="2026-03-20")],
    }
    assert by_campaign(facts_of(**tables), "revenue") == {"mail": 100.0}
    paid = facts_of(definitions=Definitions(customer_when="paid"), **tables)
    assert by_campaign(paid, "revenue") == {"ads": 100.0}


def test_a_later_deal_is_credited_through_the_customers_lead_and_its_touches_do_not_count() -> None:
    """Customer k was won through lead a (mail). Its second deal came through lead b (fair), and a
    was touched by ads in between: all of k's revenue is mail's."""
    facts = facts_of(
        leads=[lead("a", "2026-03-01"), lead("b", "2026-04-01", "fair")],
        touches=[touch("a", "mail", "2026-03-01"), touch("a", "ads", "2026-04-15")],
        deals=[
            won("1", "a", "2026-03-10", 100.0, customer_id="k"),
            won("2", "b", "2026-05-10", 900.0, customer_id="k"),
        ],
    )
    assert by_campaign(facts, "revenue") == {"mail": 1000.0}
    assert by_campaign(facts, "new_customers") == {"mail": 1.0}


def test_a_lead_whose_deal_is_not_a_first_deal_goes_on_being_touched() -> None:
    """Lead b brought only k's second deal: it never became a customer, so its touches count."""
    facts = facts_of(
        leads=[lead("a", "2026-03-01", "mail"), lead("b", "2026-04-01")],
        touches=[touch("b", "fair", "2026-04-01"), touch("b", "ads", "2026-06-01")],
        deals=[
            won("1", "a", "2026-03-10", customer_id="k"),
            won("2", "b", "2026-05-10", customer_id="k"),
        ],
    )
    assert by_campaign(facts, "leads") == pytest.approx({"mail": 1.0, "fair": 0.5, "ads": 0.5})
    assert by_campaign(facts, "converted_leads") == {"mail": 1.0}


def test_touches_after_as_of_do_not_exist_yet() -> None:
    facts = facts_of(as_of="2026-03-08", leads=[lead("a", "2026-03-01")], touches=THREE)
    assert by_campaign(facts, "leads") == pytest.approx({"mail": 0.5, "ads": 0.5})


def test_an_sql_after_as_of_is_no_milestone_yet() -> None:
    """W-shaped, as of 15 January: first and created are mail's, 60; ads and fair share the 10 that
    are left, of 70 in all. The SQL of February would give fair 30 of 100."""
    touches = [touch("a", n, f"2026-01-0{d}") for n, d in (("mail", 1), ("ads", 3), ("fair", 5))]
    facts = facts_of(
        as_of="2026-01-15",
        model="w_shaped",
        leads=[lead("a", "2026-01-01", sql_at="2026-02-01")],
        touches=touches,
    )
    assert by_campaign(facts, "leads") == pytest.approx(
        {"mail": 60 / 70, "ads": 5 / 70, "fair": 5 / 70}
    )


def test_an_sql_of_the_day_itself_is_a_milestone() -> None:
    """W-shaped: 60 for mail, 30 for fair, the last touch by the SQL, 10 for ads."""
    facts = facts_of(
        as_of="2026-01-15",
        model="w_shaped",
        leads=[lead("a", "2026-01-01", sql_at="2026-01-15 09:00")],
        touches=[touch("a", n, f"2026-01-0{d}") for n, d in (("mail", 1), ("ads", 3), ("fair", 5))],
    )
    assert by_campaign(facts, "leads") == pytest.approx({"mail": 0.6, "ads": 0.1, "fair": 0.3})


def test_a_deal_without_lead_goes_to_none_even_when_its_customer_was_touched_before() -> None:
    facts = facts_of(
        leads=[lead("a", "2026-03-01", "ads")],
        deals=[won("1", None, "2026-03-10", 70.0), won("2", "unknown", "2026-03-10", 30.0)],
    )
    assert by_campaign(facts, "revenue") == {"(none)": 100.0}
    assert by_campaign(facts, "converted_leads") == {}


@EVERY_MODEL
def test_every_fact_of_a_lead_carries_the_same_credit(model: AttributionModel) -> None:
    """Counts, amounts and days by campaign add up to 1 lead, 1 MQL, 1 customer, 14 days, 300."""
    facts = facts_of(
        model=model,
        campaigns=[campaign("ads", "search")],
        leads=[lead("a", "2026-03-01", sql_at="2026-03-05")],
        lead_stages=[stage("a", "mql", "2026-03-03")],
        touches=THREE,
        deals=[won("1", "a", "2026-03-15", 300.0)],
    )
    whole = {"leads": 1.0, "mqls": 1.0, "sqls": 1.0, "new_customers": 1.0, "converted_leads": 1.0}
    whole |= {"cycles": 1.0, "cycle_days": 14.0, "revenue": 300.0, "deals_won": 1.0}
    shares = by_campaign(facts, "leads")
    for measure, value in whole.items():
        assert total(facts, measure) == pytest.approx(value)
        assert by_campaign(facts, measure) == pytest.approx(
            {name: share * value for name, share in shares.items()}
        )
