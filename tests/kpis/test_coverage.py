"""What a missing table or column costs: said in words, for the check of the sources."""

import pytest

from kpis.catalogue import SEVEN
from kpis.coverage import effects, missing_measures, places_needed
from kpis.definitions import Definitions
from kpis.facts.measures import MEASURES
from kpis.model import TABLES

ALL = {name: frozenset(table.column_names) for name, table in TABLES.items()}
BOOKED, PAID = Definitions(), Definitions(customer_when="paid")


def without(*places: str) -> dict[str, frozenset[str]]:
    """Everything is mapped but these tables and ``table.column`` places."""
    mapped = {name: columns for name, columns in ALL.items() if name not in places}
    for place in places:
        table, _, column = place.partition(".")
        if column:
            mapped[table] = mapped[table] - {column}
    return mapped


@pytest.mark.parametrize("definitions", [BOOKED, PAID])
def test_with_everything_mapped_nothing_is_missing(definitions: Definitions) -> None:
    assert missing_measures(ALL, definitions) == {}
    assert effects(ALL, definitions) == []


def test_with_nothing_mapped_all_seven_are_undefined() -> None:
    text = " ".join(effects({}, BOOKED))
    assert all(kpi.label in text for kpi in SEVEN)


def test_missing_measures_are_measures() -> None:
    assert set(missing_measures({}, BOOKED)) <= set(MEASURES)


@pytest.mark.parametrize(
    ("places", "sentence"),
    [
        (
            ("costs",),
            "no costs are mapped; undefined: Customer acquisition cost and Marketing ROI",
        ),
        (
            ("leads.mql_at", "lead_stages"),
            "no MQL date is mapped (leads.mql_at or lead_stages); "
            "undefined: Marketing-qualified leads",
        ),
        (
            ("deals.amount",),
            "deals.amount is not mapped; undefined: Marketing ROI",
        ),
        (
            ("touches",),
            "no touches are mapped: each lead is credited to its own campaign alone",
        ),
        (
            ("payments",),
            "no payments are mapped: lifetime value is won revenue per customer so far",
        ),
        (
            ("customers",),
            "no customers are mapped, so churn is unknown: "
            "lifetime value is won revenue per customer so far",
        ),
        (
            ("customers.ended_on",),
            "customers.ended_on is not mapped, so churn is unknown: "
            "lifetime value is won revenue per customer so far",
        ),
        (
            ("rates",),
            "no rates are mapped: amounts in other currencies are counted, not priced",
        ),
    ],
)
def test_each_missing_place_has_its_sentence(places: tuple[str, ...], sentence: str) -> None:
    assert effects(without(*places), BOOKED) == [sentence]


def test_one_of_two_places_for_a_milestone_is_enough() -> None:
    for place in ("leads.mql_at", "lead_stages"):
        assert "mqls" not in missing_measures(without(place), BOOKED)


def test_lifetime_value_without_payments_needs_amounts() -> None:
    text = " ".join(effects(without("payments", "deals.amount"), BOOKED))
    assert (
        "deals.amount is not mapped; undefined: Customer lifetime value and Marketing ROI" in text
    )


@pytest.mark.parametrize(
    ("definitions", "column"), [(BOOKED, "deals.closed_at"), (PAID, "deals.paid_at")]
)
def test_customers_need_the_date_that_was_agreed(definitions: Definitions, column: str) -> None:
    missing = missing_measures(without(column), definitions)
    assert missing["new_customers"] == missing["revenue"] == f"{column} is not mapped"
    other = BOOKED if definitions is PAID else PAID
    assert "new_customers" not in missing_measures(without(column), other)


def test_what_is_missing_is_never_reported_of_a_kpi_that_is_there() -> None:
    """No costs: five of the seven do without, and none of their labels is named."""
    (sentence,) = effects(without("costs"), BOOKED)
    named = {kpi.key for kpi in SEVEN if kpi.label in sentence}
    assert named == {"cac", "marketing_roi"}


@pytest.mark.parametrize(
    ("switch", "place", "reason"),
    [
        ("columns", "leads.mql_at", "no MQL date is mapped (leads.mql_at)"),
        ("stages", "lead_stages", "no MQL date is mapped (lead_stages)"),
    ],
)
def test_milestones_need_the_place_that_was_agreed(switch: str, place: str, reason: str) -> None:
    """Dates elsewhere are not looked at: with them alone MQLs would be an uncounted zero."""
    definitions = Definitions.model_validate({"milestones_from": switch})
    assert missing_measures(without(place), definitions)["mqls"] == reason
    other = "lead_stages" if switch == "columns" else "leads.mql_at"
    assert "mqls" not in missing_measures(without(other), definitions)


@pytest.mark.parametrize("measure", ["follow_ups_in_time", "follow_ups_late"])
def test_a_follow_up_needs_mqls_and_one_of_two_places_for_contacts(measure: str) -> None:
    contacts = ("leads.first_contacted_at", "activities")
    reason = "no contacts are mapped (leads.first_contacted_at or activities)"
    assert missing_measures(without(*contacts), BOOKED)[measure] == reason
    for place in contacts:
        assert measure not in missing_measures(without(place), BOOKED)
    no_mqls = missing_measures(without("leads.mql_at", "lead_stages"), BOOKED)
    assert no_mqls[measure] == no_mqls["mqls"]


def test_stages_without_leads_make_no_mqls() -> None:
    assert missing_measures(without("leads"), BOOKED)["mqls"] == "no leads are mapped"


@pytest.mark.parametrize(
    ("switch", "places", "reason"),
    [
        (
            "lead_created",
            ("deals.lead_id", "deals.created_at"),
            "neither deals.lead_id nor deals.created_at is mapped, so no cycle has a beginning",
        ),
        (
            "lead_created",
            ("leads", "deals.created_at"),
            "neither leads nor deals.created_at are mapped, so no cycle has a beginning",
        ),
        (
            "first_touch",
            ("touches",),
            "no touches are mapped, so no cycle can begin with a first touch",
        ),
        (
            "first_touch",
            ("deals.lead_id",),
            "deals.lead_id is not mapped, so no cycle can begin with a first touch",
        ),
        (
            "deal_created",
            ("deals.created_at",),
            "deals.created_at is not mapped, so no cycle can begin with the deal",
        ),
    ],
)
def test_cycles_need_the_beginning_that_was_agreed(
    switch: str, places: tuple[str, ...], reason: str
) -> None:
    definitions = Definitions.model_validate({"cycle_from": switch})
    assert missing_measures(without(*places), definitions)["cycles"] == reason
    assert f"{reason}; undefined: Sales cycle length" in " ".join(
        effects(without(*places), definitions)
    )


@pytest.mark.parametrize("place", ["touches", "deals.created_at"])
def test_from_lead_to_customer_neither_touches_nor_the_deals_creation_are_needed(
    place: str,
) -> None:
    assert "cycles" not in missing_measures(without(place), BOOKED)


def test_a_kpi_that_lacks_two_things_is_named_with_both_and_never_promised_otherwise() -> None:
    """Leads, touches and campaigns alone: ROI wants deals and costs, and lifetime value is
    undefined, not "won revenue per customer so far"."""
    found = effects({name: ALL[name] for name in ("leads", "touches", "campaigns")}, BOOKED)
    assert "no costs are mapped; undefined: Customer acquisition cost and Marketing ROI" in found
    (deals,) = [text for text in found if text.startswith("no deals are mapped")]
    assert "Customer lifetime value" in deals and "Marketing ROI" in deals
    assert not any("lifetime value is won revenue" in text for text in found)


def test_what_a_kpi_needs_is_reported_by_place_each_once() -> None:
    assert places_needed(("mqls",), BOOKED) == [
        "leads.mql_at or lead_stages.stage",
        "leads.lead_id",
    ]
    assert places_needed(("marketing_cost", "sales_cost"), BOOKED) == ["costs.amount"]
