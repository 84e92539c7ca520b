"""Claims about amounts below zero: refunds beside others, or a source that writes a minus."""

import pytest

from tests.connectors.mapping.mapped_frames import mapped


def costs(*amounts, **how):
    days = [f"2026-10-{day:02}" for day in range(1, 1 + len(amounts))]
    return mapped("costs", {"spent_on": days, "amount": list(amounts)}, **how)


def test_costs_above_zero_need_no_note():
    assert costs(400, 0, 100).notes == ()


def test_refunds_beside_more_that_was_spent_are_noted():
    """400 + 100 - 30 = 470."""
    (note,) = costs(400, 100, -30).notes
    assert not note.is_doubt and note.rows == 1 and note.examples == ("-30",)
    assert note.text.endswith("is below zero, beside 2 above: they count as refunds ('-30').")


@pytest.mark.parametrize(
    "amounts", [(-400, -100), (-400, -100, 7), (50, 20, -90), (0.1, 0.2, -0.3)]
)
def test_costs_mostly_below_zero_are_doubted_with_the_line_that_turns_them(amounts):
    """By rows (2 of 3), or by amounts: 70 - 90 is below 0, and 0.1 + 0.2 - 0.3 leaves nothing."""
    (note,) = costs(*amounts).notes
    assert note.is_doubt
    assert "scale = { amount = -1 } under [tables.costs]" in note.text


def test_a_scale_below_zero_turns_amounts_and_leaves_no_zero_below_zero():
    result = costs(-400, -100, 0, scale={"amount": -1})
    assert str(result.frame["amount"].to_pylist()) == "[400.0, 100.0, 0.0]"
    assert result.notes == ()


def test_a_scale_of_cents_stays_exact_below_zero():
    """119 * -0.01 is -1.1900000000000002 in floats; 119 / -100 is -1.19."""
    assert costs(-119, scale={"amount": -0.01}).frame["amount"].to_pylist() == [1.19]
    (note,) = costs(-119, scale={"amount": 0.01}).notes
    assert "scale = { amount = -0.01 }" in note.remedy


def test_a_scale_of_0_is_refused():
    with pytest.raises(ValueError, match="must not be 0"):
        costs(400, scale={"amount": 0})
