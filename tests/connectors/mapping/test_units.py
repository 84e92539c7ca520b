"""Claims about units in the headers of amounts: refused until ``scale`` confirms or denies them."""

import pytest

from connectors.mapping.amounts.units import header_unit
from kpis.errors import MappingError
from tests.connectors.mapping.mapped_frames import mapped


def costs(header, amounts, **how):
    frame = {"spent_on": ["2026-10-01"] * len(amounts), header: amounts}
    return mapped("costs", frame, columns={"amount": header}, **how)


@pytest.mark.parametrize(
    ("factor", "headers"),
    [
        ("1000", "Amount (k€)|kEUR|Betrag in TEUR|betrag_teur|T€|Umsatz Tsd. EUR|in thousands"),
        (
            "1000",
            "Revenue (000)|Sales '000|$000|US$ 000s|Amount (in 1,000 EUR)|Amount (K)|€k|EUR k",
        ),
        ("1000000", "Umsatz Mio.|Revenue mn|€m|$M|MEUR|Amount in millions|USD m|$mm"),
        ("1000000000", "Revenue bn|Mrd. €"),
        (
            "0.01",
            "amount_cents|amountCents|AMOUNT_CENTS|cents|Preis (ct)|minor_units|€ cents"
            "|Amount (GBp)|price_GBX",
        ),
        (
            "1e-6",
            "cost_micros|costMicros|metrics.cost_micros|localSpendAmountMicros"
            "|billed_charge_local_micro|spendMicro|amount_micro (USD)",
        ),
    ],
)
def test_a_header_that_names_a_unit_gives_its_factor(factor, headers):
    found = {header: (header_unit(header) or ("", ""))[1] for header in headers.split("|")}
    assert found == dict.fromkeys(found, factor)


@pytest.mark.parametrize(
    "header",
    [
        *("Amount", "cost_per_lead", "percent", "per cent", "recent", "Center cost", "accents"),
        *("Amount (EUR)", "Total ($)", "US$", "Amount MN", "Cost per thousand", "Microsoft Ads"),
        *("Sales micro", "Cost micro campaigns"),
        *("amount_gbp", "Amount (GBP)", "GBP"),
        *("tax", "Kosten", "minority", "Team", "Amount 2000", "Deal 10,000+", "MRR", "Netto T"),
    ],
)
def test_words_and_parts_of_words_name_no_unit(header):
    assert header_unit(header) is None


def test_a_unit_in_the_header_is_refused_until_scale_decides():
    """1.5 thousand are 1,500; the naive sum is 1.5. A factor of 1 says that they are plain."""
    with pytest.raises(MappingError) as refused:
        costs("Betrag in TEUR", ["1,5"])
    assert "the header 'Betrag in TEUR' says thousands" in str(refused.value)
    assert "Set scale = { amount = 1000 } under [tables.costs]" in str(refused.value)
    scaled = costs("Betrag in TEUR", ["1,5"], scale={"amount": 1000})
    assert scaled.frame["amount"].to_pylist() == [1500]
    plain = costs("Betrag in TEUR", ["1,5"], scale={"amount": 1})
    assert plain.frame["amount"].to_pylist() == [1.5]


def test_the_currency_behind_a_unit_counts():
    """2 thousand dollars are 2,000 dollars, not euros."""
    result = costs("Amount (k$)", ["2"], scale={"amount": 1000})
    assert result.frame["amount"].to_pylist() == [2000]
    assert result.frame["currency"].to_pylist() == ["USD"]


def test_a_row_of_units_below_the_header_counts_as_part_of_it():
    """1.25 and 2 thousand are 3,250; the row itself is none."""
    rows = ["TEUR", "1,25", "2,00"]
    with pytest.raises(MappingError, match="the header 'amount TEUR' says thousands"):
        costs("amount", rows)
    frame = {"spent_on": ["DD.MM.YYYY", "05.10.2026", "19.10.2026"], "amount": rows}
    scaled = mapped("costs", frame, scale={"amount": 1000})
    assert scaled.frame["amount"].to_pylist() == [1250, 2000] and len(scaled.rejects) == 1
    below = {"spent_on": frame["spent_on"], "amount": ["USD", "1.25", "2.00"]}
    assert mapped("costs", below).frame["currency"].to_pylist() == ["USD", "USD"]
    assert mapped("costs", below | {"amount": ["tbd", "1.25", "2.00"]}).rows_read == 3


@pytest.mark.parametrize("scale", [0.01, -0.01])
def test_cents_with_decimals_are_doubted(scale):
    """1,750.50 and 1,999.9 are no numbers of cents; 1,250.00 and 200,000 are, and stay quiet."""
    amounts = ["1250.00", "1750.50", "1999.9", "1750.50", "200000", 1_234_567_890_123.0, None]
    found = costs("cents", amounts, scale={"amount": scale})
    (note,) = [note for note in found.notes if "decimals" in note.what]
    assert (note.rows, note.examples, note.is_doubt) == (3, ("1750.50", "1999.9"), True)
    assert f"set scale = {{ amount = {round(scale * 100)} }}" in note.remedy


@pytest.mark.parametrize(
    ("amounts", "scale"),
    [
        (["125000", "175050", 199_900.0], 0.01),
        (["125000.00", "175050.0"], 0.01),
        (["1250.00", "1750.50"], 1),
        (["12.5"], 1000),
        (["1234.5678", "991.0375", "12.5"], 0.01),
        (["1250000000.25"], 1e-6),
    ],
)
def test_whole_cents_and_parts_of_a_cent_that_were_computed_are_not_doubted(amounts, scale):
    """1234.5678 cents is what a rate of exchange makes; 12.5 beside it is one of those."""
    assert not costs("spend", amounts, scale={"amount": scale}).notes


def test_thousandths_with_decimals_and_millionths_of_nothing_are_doubted():
    """180.25 is no number of thousandths; 180 millionths are 0.018 cents, of an ad that cost 180.

    Of micros, one row of half a cent beside others is one that was hardly shown.
    """
    for scale, amounts, rows in (
        (0.001, ["180.25", "310.40", "200"], 2),
        (1e-6, ["180.25", "310.40", "200"], 3),
        (1e-6, ["180", "310", "0", None, "250000"], 2),
    ):
        (note,) = costs("Cost", amounts, scale={"amount": scale}).notes
        assert note.is_doubt and note.rows == rows and "set scale = { amount = 1 }" in note.remedy
    for amounts in (["5000", "180250000", "310400000"], ["0", "0", "180250000"], ["0", None]):
        assert not costs("Cost", amounts, scale={"amount": 1e-6}).notes
    assert not costs("Cost", ["0.004", "0.002"]).notes


def test_an_amount_that_was_in_full_before_it_was_scaled_is_doubted():
    """12.5, 8, 7.5 and 6 thousand are usual: 16,000 thousand is 2,133 times their median, 7.5.

    A hundred times the usual amount may be a fair.
    """
    found = costs("Spend (k€)", ["12.5", "8", "7.5", "6", "16000"], scale={"amount": 1000})
    (note,) = [note for note in found.notes if note.is_doubt]
    assert (note.rows, note.examples) == (1, ("16000",))
    assert "500 times the usual amount or more, once scaled" in note.what
    for usual in (["12.5", "8", "7.5", "6", "800"], ["8", "8", "16000"]):
        assert not costs("Spend (k€)", usual, scale={"amount": 1000}).notes
    assert not costs("Spend", ["12.5", "8", "7.5", "6", "16000"]).notes
