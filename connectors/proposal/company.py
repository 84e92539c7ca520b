"""What tables say of the company: its currency, and the newest day that they know."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from connectors.mapping.amounts.currencies import currencies_of, header_currency
from connectors.mapping.header_words import header_words
from connectors.proposal.parts import ProposedPart
from connectors.proposal.recognised import Recognised
from connectors.survey.found import FoundTable
from kpis.definitions import Company

_CURRENCY_NAMES = {"currency", "currency code", "currency iso code", "account currency", "währung"}
_CURRENCY_NAMES |= {"deal currency code", "property deal currency code", "waehrung"}
_DATED = {"created_at", "closed_at", "spent_on", "mql_at", "sql_at", "touched_at", "paid_on"}


def currency_found(parts: Sequence[ProposedPart], presets: Sequence[Recognised]) -> tuple[str, str]:
    """Return the currency that most amounts are in, and where it says so; empty where none does."""
    counts, places = Counter[str](), dict[str, str]()
    for part in parts:
        for choice in part.taken.values():
            named = header_currency(choice.column, Company())
            if choice.name != "amount":
                continue
            where = f"'{choice.column}' of {part.found.name}"
            if named and named[1]:
                counts[named[0]] += part.found.rows
                places.setdefault(named[0], f"the header {where}")
            for mark, rows in part.found.profile_of(choice.column).marks.items():
                codes = currencies_of(mark)
                if len(codes) == 1:
                    (code,) = codes
                    counts[code] += rows
                    places.setdefault(code, f"'{mark}' beside the amounts in {where}")
    tables = [part.found for part in parts] + [t for one in presets for t in one.tables]
    for table in tables:
        for code, rows in _codes(table).items():
            counts[code] += rows
            places.setdefault(code, f"a column of currencies in {table.name}")
    if not counts:
        return "", ""
    code, _ = counts.most_common(1)[0]
    others = f"; there are amounts in {', '.join(sorted(set(counts) - {code}))}, too"
    return code, places[code] + (others if len(counts) > 1 else "")


def _codes(table: FoundTable) -> dict[str, int]:
    """The rows of each currency that a column of currencies names."""
    for header in table.columns:
        if header_words(header) in _CURRENCY_NAMES:
            values = table.profile_of(header).values
            found = {text: rows for text, rows in values.items() if text in currencies_of(text)}
            if found:
                return found
    return {}


def newest_day(
    parts: Sequence[ProposedPart], presets: Sequence[Recognised], today: date
) -> date | None:
    """Return the newest day up to ``today`` of dates that figures count by; None without any."""
    days = [
        seen.last
        for part in parts
        for choice in part.taken.values()
        if choice.name in _DATED and (seen := part.found.profile_of(choice.column)).last
    ]
    for one in presets:
        for table in one.tables:
            named = (c for c in table.columns if not c.startswith("_") and _is_dated(c))
            days += [seen.last for name in named if (seen := table.profile_of(name)).last]
    known = [day for day in days if day is not None and day <= today]
    return max(known, default=None)


def _is_dated(header: str) -> bool:
    words = set(header_words(header).split())
    return bool(words & {"createdate", "closedate", "created", "close", "date", "day"})
