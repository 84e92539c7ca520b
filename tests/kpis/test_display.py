"""Numbers as people read them, and changes coloured by direction."""

from math import nan

import pytest

from kpis.calendar import Period
from kpis.catalogue import CATALOGUE, kpi_named
from kpis.definitions import Company
from kpis.display import (
    UNDEFINED,
    Change,
    brief,
    change,
    counted,
    days_label,
    money,
    period_label,
    shown,
)
from tests.small_data import days


@pytest.mark.parametrize("key", CATALOGUE)
def test_undefined_is_a_dash_and_never_a_number(key: str) -> None:
    assert shown(CATALOGUE[key], nan, "EUR") == UNDEFINED == "—"


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("mqls", 0.0, "0"),
        ("mqls", 1204.0, "1,204"),
        ("mqls", 2.9999999999, "3"),
        ("lead_conversion_rate", 0.0421, "4.2%"),
        ("sales_cycle_days", 51.78, "51.8 days"),
        ("cac", 3409.6, "€3,410"),
        ("clv", 0.0, "€0"),
        ("marketing_roi", 1.2, "120%"),
        ("marketing_roi", -0.25, "−25%"),
        ("clv_to_cac", 2.63, "2.6×"),
        ("cac_payback_months", 14.96, "15.0 months"),
    ],
)
def test_each_unit_is_written_its_own_way(key: str, value: float, text: str) -> None:
    assert shown(CATALOGUE[key], value, "EUR") == text


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (12_340.0, "EUR", "€12,340"),
        (-40.0, "EUR", "−€40"),
        (-0.4, "EUR", "€0"),
        (1_240_000.0, "USD", "$1.24M"),
        (-2_500_000.0, "USD", "−$2.50M"),
        (12.0, "CHF", "CHF 12"),
        *((12.0, "GBP", "£12"), (12.0, "JPY", "¥12"), (12.0, "INR", "₹12"), (12.0, "KRW", "₩12")),
        (12.0, "CAD", "CAD 12"),  # CA$ is more than a sign
    ],
)
def test_money_has_a_sign_a_symbol_and_no_cents(amount: float, currency: str, text: str) -> None:
    assert money(amount, currency) == text


@pytest.mark.parametrize(
    ("key", "now", "before", "expected"),
    [
        ("mqls", 120.0, 100.0, Change("+20%", True)),
        ("mqls", 80.0, 100.0, Change("−20%", False)),
        ("cac", 120.0, 100.0, Change("+20%", False)),
        ("cac", 80.0, 100.0, Change("−20%", True)),
        ("mqls", 100.4, 100.0, Change("no change", None)),
        ("lead_conversion_rate", 0.06, 0.04, Change("+2.0 pts", True)),
        ("lead_conversion_rate", 0.04, 0.06, Change("−2.0 pts", False)),
        ("lead_conversion_rate", 0.0402, 0.04, Change("no change", None)),
        ("lead_conversion_rate", 0.05, 0.0, Change("+5.0 pts", True)),
        ("marketing_roi", 0.5, -0.5, Change("+100 pts", True)),
    ],
)
def test_a_change_is_in_points_for_shares_and_better_by_the_direction_of_the_kpi(
    key: str, now: float, before: float, expected: Change
) -> None:
    """4 % to 6 % are 2 points, not 50 per cent; a CAC that rises is worse."""
    assert change(CATALOGUE[key], now, before) == expected


@pytest.mark.parametrize(("now", "before"), [(nan, 1.0), (1.0, nan), (5.0, 0.0)])
def test_no_change_is_reported_where_there_is_nothing_to_compare(now: float, before: float) -> None:
    assert change(CATALOGUE["mqls"], now, before) is None


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("revenue", 626_400.0, "€626k"),
        ("revenue", -12_000.0, "−€12k"),
        ("revenue", 9_999.0, "€9,999"),
        ("revenue", 1_240_000.0, "€1.24M"),
        ("mqls", 12_345.0, "12,345"),
        ("clv", nan, UNDEFINED),
    ],
)
def test_where_room_is_scarce_amounts_are_in_thousands(key: str, value: float, text: str) -> None:
    assert brief(CATALOGUE[key], value, "EUR") == text


@pytest.mark.parametrize(
    ("period", "label"),
    [
        (days("2026-11-01", "2026-11-30"), "November 2026"),
        (days("2026-10-01", "2026-12-31"), "Q4 2026"),
        (days("2026-01-01", "2026-12-31"), "2026"),
        (days("2026-11-16", "2026-11-22"), "16–22 Nov 2026"),
        (days("2026-10-01", "2026-10-23"), "1–23 Oct 2026"),
        (days("2026-10-26", "2026-11-01"), "26 Oct – 1 Nov 2026"),
        (days("2025-12-29", "2026-01-04"), "29 Dec 2025 – 4 Jan 2026"),
        (days("2026-11-23", "2026-11-23"), "23 Nov 2026"),
    ],
)
def test_a_period_is_written_in_words_and_nothing_twice(period: Period, label: str) -> None:
    assert period_label(period, Company()) == label
    if " – " in label or "–" in label:
        assert days_label(period) == label


def test_a_fiscal_quarter_is_labelled_by_its_fiscal_year() -> None:
    first_quarter = days("2026-01-01", "2026-03-31")
    assert period_label(first_quarter, Company(fiscal_year_starts=4)) == "Q4 FY2026"
    year = days("2025-04-01", "2026-03-31")
    by_start = Company(fiscal_year_starts=4, fiscal_year_named="start")
    assert period_label(year, by_start) == "FY2025"
    assert period_label(first_quarter, Company()) == "Q1 2026"


@pytest.mark.parametrize("residue", [4.4e-16, -4.4e-16])
def test_what_a_sum_leaves_of_rounding_does_not_show(residue: float) -> None:
    """Half a lead of each of five: 2.5 in one order of the sum, 2.5000000000000004 in another."""
    mqls, revenue = kpi_named("mqls"), kpi_named("revenue")
    assert shown(mqls, 2.5 + residue, "EUR") == shown(mqls, 2.5, "EUR")
    assert shown(revenue, 2.5 + residue, "EUR") == shown(revenue, 2.5, "EUR")
    assert money(-0.5 + residue, "EUR") == money(-0.5, "EUR")
    assert brief(revenue, 12_500 + 1e4 * residue, "EUR") == brief(revenue, 12_500, "EUR")
    for count in (0.5, 2.5):
        assert counted(count + residue, "lead") == counted(count, "lead")
    assert shown(mqls, residue, "EUR") == "0"
