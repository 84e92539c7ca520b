"""What one unit of each currency is worth by the table of rates, for everybody to see."""

from typing import Any

import pyarrow as pa

from connectors.mapping.notes import Note
from kpis.display import listed

_LISTED = 12


def rates_note(rates: pa.Table, company_currency: str) -> list[Note]:
    """Return the note that says it, as in ``1 USD = 0.86 to 0.9 EUR``; none without rates.

    rates: the loaded rows, ``currency`` and ``rate``. Central banks publish many rates the other
    way round, and a yen of 163 euros shows at once. Where the company's own currency has a rate
    other than 1, all of them are doubtful.
    """
    spans = rates.group_by("currency", use_threads=False).aggregate(
        [("rate", "min"), ("rate", "max")]
    )
    found = sorted(spans.to_pylist(), key=lambda span: str(span["currency"]))
    if not found:
        return []
    worth = [f"1 {span['currency']} = {_span(span)} {company_currency}" for span in found[:_LISTED]]
    more = [f"{len(found) - _LISTED} more currencies"] if len(found) > _LISTED else []
    what = f"are read as {listed([*worth, *more])}"
    own = [_span(span) for span in found if span["currency"] == company_currency]
    is_doubt = own not in ([], ["1"])
    remedy = (
        f"One {company_currency} is {company_currency} 1, so the rates seem to be in another "
        f"currency, or the other way round: divide each by that of {company_currency}."
    )
    return [
        Note(
            table="rates",
            column="",
            rows=rates.num_rows,
            what=what,
            remedy=remedy if is_doubt else "",
            is_doubt=is_doubt,
        )
    ]


def _span(span: dict[str, Any]) -> str:
    low, high = f"{span['rate_min']:,.6g}", f"{span['rate_max']:,.6g}"
    return low if low == high else f"{low} to {high}"
