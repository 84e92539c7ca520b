"""Claims about rows of money that unmapped columns call reversed, refunded, planned or foreign."""

import pytest

from tests.connectors.mapping.mapped_frames import answered, doubts, mapped


def bookings(header, *cells, table="costs", amounts=(400, 900, 900, 50), more=None, **how):
    """Four bookings, of each of which the column ``header`` says something; deals are won."""
    days = [f"2026-10-0{at}" for at in range(1, 5)]
    own = {
        "costs": {"spent_on": days},
        "payments": {"paid_on": days, "customer_id": [*"abcd"]},
        "deals": {"deal_id": [*"abcd"], "status": ["won", "won", "won", "lost"]},
    }[table]
    frame = {**own, "amount": [*amounts], header: [*cells], **(more or {})}
    return doubts(mapped(table, frame, **how))


@pytest.mark.parametrize(
    ("header", "usual", "word"),
    [
        ("Belegart", "Rechnung", "Storno"),
        ("Document type", "Invoice", "Credit Memo"),
        ("transaction_type", "charge", "refund"),
        ("Type de pièce", "Facture", "Avoir"),
        ("Tipo", "Factura", "Nota de crédito"),
        ("Soort", "Factuur", "Creditnota"),
        ("Vorgang", "Eingangsrechnung", "Gutschrift"),
        ("Financial Status", "paid", "partially_refunded"),
        ("Buchungstext", "Messe", "STORNO"),
    ],
)
def test_a_reversal_in_plus_is_doubted_with_the_query_that_gives_it_a_minus(header, usual, word):
    """900 and its reversal are 0: 450 were spent, not 2,250."""
    (text,) = bookings(header, usual, usual, word, usual)
    assert text.startswith(
        f"1 row is '{word}' in '{header}', which is not mapped, but counts in plus: 900.00 in all "
        "('row 4: 900.00'). If it takes another row back, give it a minus: query = "
    )
    assert f"IN ('{word}') THEN '-' || amount ELSE amount END AS amount FROM \"x\"'''" in text


@pytest.mark.parametrize(
    ("header", "out", "into"),
    [
        *(("Af Bij", "Af", "Bij"), ("D/C", "D", "C"), ("Soll/Haben-Kennzeichen", "S", "H")),
        *(("Dr/Cr", "Dr", "Cr"), ("CreditDebitIndicator", "DBIT", "CRDT"), ("In/Out", "Out", "In")),
        *(("Transaction type", "Debit", "Credit"), ("Eingang/Ausgang", "Ausgang", "Eingang")),
    ],
)
def test_money_that_goes_the_other_way_is_doubted_where_a_bank_writes_all_in_plus(
    header, out, into
):
    """900 came back into the account of the costs; as payments, 900 went out of it."""
    for table, usual, other in (("costs", out, into), ("payments", into, out)):
        (text,) = bookings(header, usual, usual, other, usual, table=table)
        assert text.startswith(f"1 row is '{other}' in '{header}', which is not mapped, but counts")
        assert f"IN ('{other}') THEN '-' || amount" in text and "'row 4: 900.00'" in text


@pytest.mark.parametrize(
    ("header", "cells", "more"),
    [
        ("Belegart", ("Rechnung", "Rechnung", "Storno", "Rechnung"), {"amounts": (9, 5, -5, 1)}),
        ("Type", ("Refund",) * 4, {}),
        ("Type", ("credit", "debit", "credit", "Refundable"), {}),
        ("Buchungstext", ("Gutschrift", "Lastschrift", "x", "y"), {"table": "payments"}),
        ("Campaign", ("Refund", "spring", "fair", "web"), {}),
        ("Text", ("Cancellation insurance", "Storno-Schutz 2026", "x", "y"), {}),
        ("Status", ("Completed", "Partially Refunded", "x", "y"), {"amounts": (9, 5, -2, 1)}),
        ("Af Bij", ("Af", "Af", "Bij", "Af"), {"amounts": (9, 5, -2, 1)}),
        ("D/C", ("C",) * 4, {}),
        ("Card type", ("debit", "debit", "credit", "debit"), {}),
        ("Direction", ("in", "out", "in", "north"), {}),
    ],
    ids=[
        *("a minus", "all", "other words", "a bank's credit", "a name", "longer texts", "PayPal"),
        *("a bank's minus", "one side", "cards", "no side"),
    ],
)
def test_reversals_with_a_sign_and_words_that_mean_another_thing_are_not_doubted(
    header, cells, more
):
    assert not any("in plus" in text for text in bookings(header, *cells, **more))


@pytest.mark.parametrize(
    ("table", "header", "moved", "never"),
    [
        ("costs", "Status", "booked", "cancelled"),
        ("costs", "Status", "Gebucht", "Entwurf"),
        ("costs", "Rechnungsstatus", "bezahlt", "storniert"),
        ("costs", "Betragsart", "Ist", "Plan"),
        ("costs", "Plan/Ist", "IST", "PLAN 2026"),
        ("costs", "Type", "Actual", "Forecast Q4"),
        ("costs", "Scenario", "Actuals", "Budget"),
        ("costs", "Statut", "payée", "annulée"),
        ("costs", "Estado", "pagado", "previsto"),
        ("costs", "Stato", "consuntivo", "preventivo"),
        ("costs", "Soort", "werkelijk", "begroot"),
        ("costs", "approvalStatus", "Approved", "Rejected"),
        ("payments", "Status", "Paid", "Failed"),
        ("payments", "status", "succeeded", "requires_payment_method"),
        ("payments", "Payment Status", "Completed", "Pending"),
        ("payments", "Status", "Paid", "Refunded"),
        ("payments", "Zahlungsstatus", "bezahlt", "ausstehend"),
        ("deals", "Financial Status", "paid", "voided"),
        ("deals", "Order Status", "completed", "cancelled"),
    ],
)
def test_money_that_never_moved_is_doubted_with_the_query_without_it(table, header, moved, never):
    """900 of 2,250 never moved; of the deals, the lost one counts nowhere in any case."""
    (text,) = bookings(header, moved, moved, never, never, table=table, amounts=(400, 900, 900, 0))
    name = header if header.isidentifier() else f'"{header}"'
    assert text == (
        f"1 row is '{never}' in '{header}', which is not mapped, but counts like the others: "
        f"900.00 in all ('row 4: {never} 900.00'). If no money moved, leave them out: query = "
        f"'''SELECT * FROM \"x\" WHERE {name} <> '{never}'''' in place of 'from' under "
        f"[tables.{table}]."
    )


def test_several_such_statuses_are_one_doubt_and_blank_ones_stay():
    (text,) = bookings("Status", "booked", None, "cancelled", "planned")
    assert text.startswith("2 rows are 'cancelled' and 'planned' in 'Status', which is not mapped")
    assert ": 950.00 in all ('row 4: cancelled 900.00' and 'row 5: planned 50.00')." in text
    assert "WHERE Status IS NULL OR Status NOT IN ('cancelled', 'planned')'''" in text


@pytest.mark.parametrize(
    ("table", "header", "cells", "others"),
    [
        ("costs", "Belegart", ("Angebot", "Auftrag", "Lieferschein", "Rechnung"), 3),
        ("costs", "Document type", ("Quote", "Order", "Invoice", "Invoice"), 2),
        ("costs", "Doc", ("Estimate", "Bill", "Bill", "Bill"), 1),
        ("costs", "Status", ("Quote", "Proforma invoice", "Invoice", None), 2),
        ("costs", "Type de pièce", ("Devis", "Facture", "Facture", "Facture"), 1),
        ("payments", "Vorgang", ("Angebot", "Auftrag", "Auftrag", "Mahnung"), 1),
        ("deals", "Type", ("Quote", "Sales Order", "Sales Order", "Quote"), 1),
    ],
)
def test_papers_before_the_last_kind_are_doubted_as_the_same_purchase(table, header, cells, others):
    """An offer of 400 that became an order of 900 is one purchase; the lost deal counts nowhere."""
    (text,) = bookings(header, *cells, table=table)
    assert text.startswith(f"{others} row") and f" in '{header}', which is not mapped, but" in text
    assert f"('row 2: {cells[0]} 400.00'" in text
    assert "If another row is of the same purchase, leave them out: query = " in text


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Belegart", ("Rechnung", "Rechnung", "Quittung", "Mahnung")),
        ("Type", ("Order", "Order", "Renewal", "Order")),
        ("Type", ("Offer", "Webinar", "Newsletter", "Offer")),
        ("Campaign type", ("Offer", "Order", "Invoice", "Offer")),
        ("Order", ("Quote 7", "Order 8", "Invoice 9", "x")),
    ],
)
def test_one_kind_of_paper_and_words_of_campaigns_are_not_doubted(header, cells):
    assert bookings(header, *cells) == []


@pytest.mark.parametrize(
    ("header", "cells", "how"),
    [
        ("Campaign status", ("paid", "paid", "cancelled", "planned"), {}),
        ("Status", ("active", "paused", "cancelled", "booked"), {}),
        ("Status", ("completed", "completed", "cancelled", "planned"), {}),
        ("Status", ("paid", "open", "overdue", "paid"), {}),
        ("Status", ("Plan",) * 4, {}),
        ("Product", ("Actual", "Forecast", "Budget", "Paid"), {}),
        ("Status", ("posted", "posted", "voided", "posted"), {"amounts": (9, 5, -5, 1)}),
        ("State", ("Paid", "Paid", "Refunded", "Paid"), {"amounts": (9, -5, 5, 1)}),
        ("Payout status", ("paid", "paid", "pending", "failed"), {"table": "payments"}),
        ("Status", ("paid", "paid", "paid", "cancelled"), {"table": "deals"}),
        ("Payment status", ("paid", "pending", "overdue", "paid"), {"table": "deals"}),
        ("Subscription status", ("paid", "paid", "cancelled", "paid"), {"table": "deals"}),
    ],
)
def test_a_campaigns_status_unpaid_costs_and_one_status_alone_are_not_doubted(header, cells, how):
    """A lost deal counts nowhere, and a refund of PayPal has a row of its own below zero."""
    if header == "Status" and "deals" in how.values():
        how = {**how, "columns": {"status": "stage"}, "more": {"stage": ["won"] * 3 + ["lost"]}}
    texts = bookings(header, *cells, **how)
    assert not any("like the others" in text for text in texts)


@pytest.mark.parametrize(
    ("header", "amounts", "refunds", "left"),
    [
        ("Amount Refunded", ("400.00", "900.00"), ("0.00", "300.00"), [400, 600]),
        ("Refunded Amount", ("400", "900"), ("", "300"), [400, 600]),
        ("Refunds", ("400", "900"), ("0", "-300"), [400, 600]),
        ("Refund amount (EUR)", ("1,400.50", "900"), ("0", "300"), [1400.5, 600]),
        ("Rückerstattungsbetrag", ("1.400,50", "900,00"), ("0,00", "300,00"), [1400.5, 600]),
        ("Montant remboursé", ("400", "900"), ("0", "900"), [400, 0]),
    ],
)
@pytest.mark.parametrize("table", ["payments", "deals"])
def test_a_refund_beside_the_amount_is_doubted_with_a_query_that_takes_it_off(
    table, header, amounts, refunds, left
):
    """Of 900, 300 went back: 600 was received."""
    days = ["2026-10-01", "2026-10-02"]
    own = {"payments": {"customer_id": ["a", "b"], "paid_on": days}}.get(
        table, {"deal_id": ["a", "b"], "status": ["won", "won"]}
    )
    frame = {**own, "Amount": [*amounts], header: [*refunds]}
    (text,) = doubts(mapped(table, frame))
    back = 900 - left[1]
    assert text.startswith(
        f"1 row has a refund in '{header}', which is not mapped, and counts in full: {back:,.2f} "
        f"of 900.00 was refunded ('row 3: {back:,.2f} of 900.00'). If the amount is before refunds,"
    )
    assert answered(text, frame)["Amount"].tolist() == left


@pytest.mark.parametrize(
    ("amount", "amounts", "header", "refunds"),
    [
        ("Net amount", ("400", "900"), "Amount refunded", ("0", "300")),
        ("Amount", ("-300", "900"), "Amount refunded", ("0", "300")),
        ("Amount", ("400", "900"), "Refunded", ("0", "1")),
        ("Amount", ("400", "900"), "Refunded", ("false", "true")),
        ("Amount", ("400", "900"), "Refund ID", ("", "300")),
        ("Amount", ("400", "900"), "Amount refunded", ("0.00", "0.00")),
        ("Amount", ("400", "900"), "Amount refunded", ("0", "1200")),
    ],
    ids=["net", "rows of refunds", "flag", "words", "id", "none", "more than paid"],
)
def test_net_amounts_refunds_in_rows_and_flags_are_not_doubted(amount, amounts, header, refunds):
    days = ["2026-10-01", "2026-10-02"]
    frame = {"customer_id": ["a", "b"], "paid_on": days, amount: [*amounts], header: [*refunds]}
    texts = doubts(mapped("payments", frame, columns={"amount": amount}))
    assert not any("refunded" in text for text in texts)


def test_a_refunded_charge_whose_refund_stands_beside_it_is_one_doubt():
    """Leaving it out as refunded and taking its refund off would be two remedies of one thing."""
    more = {"Amount Refunded": ["0", "0", "900", "0"]}
    (text,) = bookings("Status", "Paid", "Paid", "Refunded", "Paid", table="payments", more=more)
    assert "900.00 of 900.00 was refunded" in text


@pytest.mark.parametrize(
    "header",
    ["Currency code", "Account currency", "CurrencyIsoCode", "currency_code", "Währung"]
    + ["Kontowährung", "Devise", "Moneda de la cuenta", "Valuta", "Moeda"],
)
@pytest.mark.parametrize("table", ["costs", "payments", "deals"])
def test_an_unmapped_column_of_another_currency_is_doubted_with_the_line_that_maps_it(
    table, header
):
    """900 and 50 USD are no euros. Stripe writes the code in small letters."""
    (text,) = bookings(header, "EUR", "EUR", "USD", "usd", table=table)
    assert text == (
        f"2 rows have USD in '{header}', which is not mapped, but count in EUR: 950.00 in all "
        f"('row 4: 900.00' and 'row 5: 50.00'). Map it: columns.currency = \"{header}\" under "
        f'[tables.{table}]. If they are in EUR, constants = {{ currency = "EUR" }} there.'
    )


@pytest.mark.parametrize(
    ("header", "cells", "how"),
    [
        ("Currency code", ("EUR",) * 4, {}),
        ("Currency code", ("USD",) * 4, {"constants": {"currency": "EUR"}}),
        ("Currency code", ("USD",) * 4, {"columns": {"currency": "Currency code"}}),
        ("Currency code", ("USD",) * 4, {"more": {"currency": ["EUR"] * 4}}),
        ("Currency code", ("USD",) * 4, {"amounts": ("1 EUR", "2 EUR", "3 EUR", "4 EUR")}),
        ("Currency", ("Yen",) * 4, {"columns": {"currency": "Code"}, "more": {"Code": [None] * 4}}),
        ("Budget currency", ("USD",) * 4, {}),
        ("Country", ("USD",) * 4, {}),
    ],
)
def test_the_companys_currency_and_one_that_is_known_are_not_doubted(header, cells, how):
    assert bookings(header, *cells, **how) == []


@pytest.mark.parametrize("amount", ["Amount in company currency", "Cost (EUR)", "Amount (Base)"])
def test_converted_amounts_are_not_in_the_currency_beside_them(amount):
    frame = {"spent_on": ["2026-10-01"], amount: ["400"], "Deal currency": ["USD"]}
    assert doubts(mapped("costs", frame, columns={"amount": amount})) == []
