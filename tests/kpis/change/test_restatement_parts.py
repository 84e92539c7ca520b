"""Claims about the parts of a restated figure: what each cause adds, and that it adds up."""

from math import nan

import pytest

from kpis.catalogue import CATALOGUE
from kpis.change.restatement_parts import Part, parts_of, sentence
from tests.small_data import days

WEEK = days("2026-11-09", "2026-11-15")


def test_what_was_undefined_on_the_way_is_one_part_with_the_step_after_it() -> None:
    """10 days, undefined under the new definitions, 14 with late data, 15 now: 4 by both, 1."""
    steps = [
        ("other version", 10.0),
        ("definitions", nan),
        ("late data", 14.0),
        ("since then", 15.0),
    ]
    assert parts_of(10.0, steps) == (
        Part(("definitions", "late data"), 4.0),
        Part(("since then",), 1.0),
    )


def test_parts_that_cancel_out_are_reported_both() -> None:
    steps = [("definitions", 79.0), ("late data", 84.0)]
    assert parts_of(81.0, steps) == (Part(("definitions",), -2.0), Part(("late data",), 5.0))


@pytest.mark.parametrize(
    ("kpi", "was", "now", "amounts", "message"),
    [
        ("mqls", 81.4, 84.3, (1.45, 1.45), "81 shown, 84 now (+3): +2 definitions, +1 late"),
        ("mqls", 81.4, 83.9, (1.05, 1.45), "81 shown, 84 now (+3): +1 definitions, +2 late"),
        ("mqls", 81.4, 84.6, (1.6, 1.6), "81 shown, 85 now (+4): +2 definitions, +2 late"),
        ("mqls", 2.0, 1.0, (0.4, -1.4), "2 shown, 1 now (−1): −1 late"),
        ("revenue", 1000.4, 2500.6, (1000.1, 500.1), "€1,000 shown, €2,501 now (+€1,501): "),
        ("marketing_roi", 1.0, 1.25, (0.5, -0.25), "100% shown, 125% now (+25 pts): +50 pts "),
        (
            "sales_cycle_days",
            50.0,
            48.5,
            (-1.0, -0.5),
            "50.0 days shown, 48.5 days now (−1.5 days)",
        ),
        ("clv_to_cac", 3.0, 3.2, (0.1, 0.1), "3.0× shown, 3.2× now (+0.2×): +0.1× definitions"),
    ],
)
def test_amounts_add_up_as_they_are_written(
    kpi: str, was: float, now: float, amounts: tuple[float, float], message: str
) -> None:
    """1.45 + 1.45 of 81.4 to 84.3: each rounds to 1, but 81 and 84 are 3 apart. Of 1.05 and 1.45
    the latter is nearer to 2."""
    parts = [Part(("definitions",), amounts[0]), Part(("late data",), amounts[1])]
    words = {"definitions": "definitions", "late data": "late"}
    text = sentence(CATALOGUE[kpi], WEEK, (was, ""), (now, ""), parts, words, "EUR")
    assert message in text
