"""Claims about ids that read like none: on two won deals they would make strangers one customer."""

import pytest

from tests.kpis.health.checked_company import counted, health_of, sold

OFTEN = ("A", "A", "B", "B", "x", "x", "x")


@pytest.mark.parametrize(
    "id_",
    [
        *("(unknown)", "[unassigned]", "nicht zugeordnet", "(direct)", "Missing", "[deleted]"),
        *("*****", "?", "#", "{{customer_id}}", "%CUSTOMER_ID%", "${customer.id}", "customer id"),
        *("[REDACTED]", "Walk-in", "Laufkundschaft", "guest", "n.a", '"unknown"', "diverse"),
    ],
)
def test_an_id_in_marks_or_of_marks_and_a_template_are_doubted_from_two_won_deals(id_: str) -> None:
    """A script that never filled in {{customer_id}} wrote it on both deals."""
    assert counted(health_of(deals=sold(*OFTEN, id_, id_))) == {"deals_share_customer": (2, 9)}
    assert health_of(deals=sold(*OFTEN, id_)).findings == ()


@pytest.mark.parametrize(
    "id_",
    [
        *("Guestline", "Direct Line", "Deleted Scenes Ltd", "株式会社", "Diversey", "{7}", "ID 7"),
        *("Customer 7", "Other Ocean", "Errors & Sons", "C-1", "Missing Link"),
    ],
)
def test_a_name_that_holds_such_a_word_and_a_script_without_latin_letters_are_customers(
    id_: str,
) -> None:
    assert health_of(deals=sold(*OFTEN, id_, id_)).findings == ()
