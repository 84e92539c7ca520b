"""Won deals of two parts that are one sale: a deal of the CRM becomes an order of the shop."""

from collections.abc import Sequence
from itertools import combinations, islice

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.cells import shown
from connectors.mapping.notes import EXAMPLES, Note
from connectors.mapping.rows.overlaps import sums

_DAYS, _PRICE = 3, 0.01
"""Days between a deal and its order, and by how much of it postage or rounding moves the amount."""
_LEAST, _SHARE = 2, 0.05
"""Pairs that are no coincidence; so many of the won deals of the part that has fewer of them."""
_LISTED = 12


def sold_twice_notes(
    parts: Sequence[pa.Table], places: Sequence[str], lines: Sequence[str]
) -> list[Note]:
    """Return a doubt for each part with won deals that an earlier part of deals holds, too.

    lines: that of settings which leaves deals out of a part, with … for their ids. A pair has one
    lead or customer, closes within 3 days and is worth the same within 1%. It takes two pairs, or
    one of an amount that no other deal has. Pairs equal in all but the id are for
    :mod:`kpis.health.same_rows` to name. A blank currency may be any.
    """
    won = [_won(part, at) for at, part in enumerate(parts)]
    sold = pd.concat(won, ignore_index=True).drop_duplicates("deal_id")
    sold["at"] = sold.index
    pairs = pd.concat([_pairs(sold, who) for who in ("lead_id", "customer_id")])
    pairs = pairs.drop_duplicates(["at", "at_of"])
    notes = []
    for part, of in combinations(range(len(parts))[::-1], 2):
        found = pairs[(pairs["part"] == part) & (pairs["part_of"] == of)]
        least = max(1, _SHARE * min(len(won[part]), len(won[of])))
        number = min(found["at"].nunique(), found["at_of"].nunique())
        is_sure = number >= _LEAST or _has_own_amount(sold, found)
        if number >= least and is_sure and not _are_equal(sold, found):
            named = [f"part {one + 1} ({places[one]})" for one in (part, of)]
            notes.append(_note(found, named, lines[part], part))
    return notes


def _won(part: pa.Table, at: int) -> pd.DataFrame:
    """The won deals of a part that have a day and are worth something."""
    is_won = pc.and_(pc.equal(part["status"], "won"), pc.greater(part["amount"], 0))
    rows = part.filter(pc.and_(is_won, part["closed_at"].is_valid()))
    frame: pd.DataFrame = rows.to_pandas()
    return frame.assign(part=at, day=frame["closed_at"].dt.floor("D"))


def _pairs(sold: pd.DataFrame, who: str) -> pd.DataFrame:
    """The deals of one ``who`` in two parts, each beside that of the earlier part (``…_of``)."""
    named = sold[sold[who].notna()]
    in_parts = named.groupby(who)["part"].nunique()
    named = named[named[who].isin(in_parts.index[in_parts > 1])]
    named = named[[who, "day", "deal_id", "amount", "currency", "part", "at"]].fillna("")
    near = pd.concat(
        [named.assign(day=named["day"] + pd.Timedelta(days=n)) for n in range(-_DAYS, _DAYS + 1)]
    )
    both = named.merge(near, on=[who, "day"], suffixes=("", "_of"))
    amounts = both[["amount", "amount_of"]]
    is_alike = amounts.max(axis=1) - amounts.min(axis=1) <= _PRICE * amounts.max(axis=1)
    one, of = both["currency"], both["currency_of"]
    is_alike &= (one == of) | (one == "") | (of == "")
    return both[is_alike & (both["part_of"] < both["part"])].drop(columns=who)


def _has_own_amount(sold: pd.DataFrame, found: pd.DataFrame) -> bool:
    """Whether a pair has an amount that no other deal has: it is no price of a list."""
    equal = found[found["amount"] == found["amount_of"]]
    return any((sold["amount"] == amount).sum() == 2 for amount in equal["amount"])


def _are_equal(sold: pd.DataFrame, found: pd.DataFrame) -> bool:
    columns = sold.columns.difference(["deal_id", "part", "at"])
    one, other = (
        sold.loc[found[at], columns].reset_index(drop=True).astype(object) for at in ("at", "at_of")
    )
    return bool(((one == other) | (one.isna() & other.isna())).to_numpy().all())


def _note(found: pd.DataFrame, named: Sequence[str], line: str, part: int) -> Note:
    first = found.drop_duplicates("at")
    columns = (first[name] for name in ("deal_id", "amount", "deal_id_of", "amount_of"))
    pairs = zip(*columns, strict=True)
    ids = ", ".join("'" + id_.replace("'", "''") + "'" for id_ in first["deal_id"].head(_LISTED))
    more = ", …" if len(first) > _LISTED else ""
    looks = "looks like a won deal" if len(first) == 1 else "look like won deals"
    what = f"of {named[0]} {looks} of {named[1]}: one lead or customer, within {_DAYS} days and "
    return Note(
        table="deals",
        column="",
        rows=len(first),
        what=what + f"{_PRICE:.0%} of the amount" + sums(first),
        examples=tuple(
            shown(f"{id_} {amount:,.2f} as {of} {was:,.2f}")
            for id_, amount, of, was in islice(pairs, EXAMPLES)
        ),
        remedy=f"If they are one sale each, they count twice: leave them out of part {part + 1}: "
        f"{line.replace('…', ids + more)}.",
        is_doubt=True,
    )
