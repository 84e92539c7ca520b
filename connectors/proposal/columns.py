"""Which source column is which canonical one: by its name, its kind and its values."""

from collections.abc import Iterator, Sequence

from connectors.mapping.amounts.currencies import currencies_of
from connectors.proposal.names import column_name_score
from connectors.proposal.parts import SHOWN, TAKEN, Choice
from connectors.survey.found import FoundTable
from connectors.survey.profile import Profile
from kpis.model import TABLES, Column

_JOINED = {
    "touches": ("lead_id",),
    "activities": ("lead_id",),
    "lead_stages": ("lead_id",),
    "deals": ("lead_id", "customer_id"),
    "deal_stages": ("deal_id",),
    "payments": ("customer_id",),
}
"""Columns that name rows of another table: see proposal.joins."""
_MARGIN = 0.1
"""By how much the best column must be better than the next one to be taken."""
_UNNAMED_KEY = 0.75
_COUNTED = {10: "epoch_s", 13: "epoch_ms", 16: "epoch_us"}
"""Digits of counted moments of our days, and their format."""


def joined_columns(table: str) -> tuple[str, ...]:
    """Return the columns of a canonical table that name rows of another one."""
    return _JOINED.get(table, ())


def choices_of(table: str, found: FoundTable) -> tuple[Choice, ...]:
    """Return for each canonical column the best source columns, taken where one is clearly best.

    What a status means, and whether keys meet, is not looked at here.
    """
    return tuple(
        choice
        for column in TABLES[table].columns
        for choice in _best(sorted(_candidates(table, column, found), key=lambda c: -c.score))
    )


def _best(ranked: list[Choice]) -> Iterator[Choice]:
    """The best candidate; where a second is as good, both are left to a person."""
    if not ranked:
        return
    first = ranked[0]
    if len(ranked) > 1 and ranked[1].score > first.score - _MARGIN and first.score < 1:
        second = ranked[1]
        remedy = f"'{second.column}' may be meant, too"
        yield _not_taken(first, remedy)
        yield _not_taken(second, f"'{first.column}' may be meant, too")
    elif first.score < TAKEN:
        yield _not_taken(first, first.remedy)
    else:
        yield first


def _not_taken(choice: Choice, remedy: str) -> Choice:
    return Choice(
        *(choice.name, choice.column, choice.score, choice.reason),
        is_taken=False,
        date_formats=choice.date_formats,
        remedy=remedy,
    )


def _candidates(table: str, column: Column, found: FoundTable) -> Iterator[Choice]:
    named = list(_named(table, column, found))
    yield from named
    is_key = table in ("leads", "deals") and TABLES[table].key == (column.name,)
    sure = [c for c in named if column_name_score(c.column, table, column.name) >= TAKEN]
    if is_key and not sure and not any(choice.score >= TAKEN for choice in named):
        yield from _unnamed_key(column, found, [choice.column for choice in named])


def _unnamed_key(column: Column, found: FoundTable, named: Sequence[str]) -> Iterator[Choice]:
    """The first column with another value in each row: it tells rows apart, whatever its name.

    It is looked for where no column is named as the key alone: where one is and repeats, rows are
    not what they should be, such as the lines of deals.

    named: columns whose names hint at it, which come before the others.
    """
    for header in dict.fromkeys((*named, *found.columns)):
        seen = found.profile_of(header)
        if seen.kind in ("text", "number") and seen.is_unique and seen.rows > 1:
            what = f"the first column with another value in each of {seen.rows:,} rows"
            yield Choice(column.name, header, _UNNAMED_KEY, f"{what}; its name does not say it")
            return


def _named(table: str, column: Column, found: FoundTable) -> Iterator[Choice]:
    is_key = TABLES[table].key == (column.name,)
    for header in dict.fromkeys(found.columns):
        by_name = column_name_score(header, table, column.name)
        if not by_name:
            continue
        seen = found.profile_of(header)
        fit, reason, formats = _fit(table, column, seen)
        score = round(by_name * fit, 2)
        is_sure = by_name >= TAKEN and seen.kind != "empty"
        if score >= SHOWN or (is_sure and (is_key or fit == 0)):
            remedy = f"its name says {column.name}, but {reason}" if is_key and is_sure else ""
            yield Choice(column.name, header, score, reason, date_formats=formats, remedy=remedy)


def _fit(table: str, column: Column, seen: Profile) -> tuple[float, str, tuple[str, ...]]:
    """From 0 to 1 how well values fit a column, why, and the formats that its dates need."""
    if seen.kind == "empty":
        return 0.0, "has no value in any row", ()
    filled = f"{seen.filled:,} of {seen.rows:,} rows filled"
    if column.name in TABLES[table].key and len(TABLES[table].key) == 1:
        return *_key_fit(seen), ()
    match column.kind:
        case "time" | "day":
            return _time_fit(seen, filled)
        case "money" | "number":
            is_number = seen.kind == "number"
            text = f"numbers; {filled}" if is_number else "its values are no numbers"
            return (seen.share if is_number else 0.0), text, ()
        case _ if column.name == "currency":
            known = sum(n for text, n in seen.values.items() if text in currencies_of(text))
            return known / seen.filled, f"codes of currencies; {filled}", ()
        case _:
            is_text = seen.kind != "time"
            text = f"{filled}, {len(seen.values):,} different"
            return (1.0 if is_text else 0.0), text if is_text else "its values are dates", ()


def _key_fit(seen: Profile) -> tuple[float, str]:
    if seen.kind in ("time", "flag"):
        return 0.0, "its values are dates or flags"
    if seen.is_unique:
        return 1.0, f"another value in each of {seen.rows:,} rows"
    repeated, blank = seen.filled - len(seen.values), seen.rows - seen.filled
    share = len(seen.values) / seen.rows
    what = f"{repeated:,} of {seen.rows:,} rows repeat a value, {blank:,} have none"
    has_totals = not repeated and share > 0.9  # in a short list, a row of totals has no key
    return (0.9 if share > 0.98 or has_totals else 0.5 * share), what


def _time_fit(seen: Profile, filled: str) -> tuple[float, str, tuple[str, ...]]:
    if seen.kind == "time":
        days = f"dates from {seen.first} to {seen.last}" if seen.first else "dates"
        return seen.share, f"{days}; {filled}", seen.formats
    lengths = {len(text.lstrip("-").partition(".")[0]) for text in seen.values}
    if seen.kind == "number" and len(lengths) == 1:
        (digits,) = lengths
        if digits in _COUNTED:
            kind = _COUNTED[digits]
            return 0.9, f"numbers of {digits} digits, as {kind} counts; {filled}", (kind,)
        years = {text[:4] for text in seen.values}
        if digits == 8 and all("1990" <= year <= "2100" for year in years):
            return 0.95, f"numbers such as {next(iter(seen.values))}; {filled}", ("%Y%m%d",)
    return 0.0, "its values are no dates", ()
