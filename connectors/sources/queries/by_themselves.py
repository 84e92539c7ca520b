"""Values of a query that change by themselves, in rows of which none says that it was changed.

A row that is kept has the values of when it was read. So it must be made of its own row of a table:
a number of the row, a sum, or a row that another one hides depend on what other rows hold. A clock
in the outermost WHERE only decides which rows there are, and those are asked for at each refresh.
"""

import re
from collections.abc import Iterator

import sqlglot
from sqlglot import exp

from connectors.sources.queries.one_select import called, dialect_of

_CLOCKS = (
    exp.CurrentDate,
    exp.CurrentDatetime,
    exp.CurrentTime,
    exp.CurrentTimestamp,
    exp.CurrentTimestampLTZ,
    exp.Localtime,
    exp.Localtimestamp,
    exp.Systimestamp,
    exp.UtcDate,
    exp.UtcTime,
    exp.UtcTimestamp,
)
_CLOCK_NAMES = re.compile(
    r"now(64)?|today|yesterday|sys_?(date|time|timestamp)|(sys|get)(utc)?date(time(offset)?)?"
    r"|(clock|statement|transaction)_timestamp|timeofday|cur(date|time)|utc_\w+"
)
_WITHOUT_A_TIME = re.compile(
    r"age|date|time|datetime|julianday|unix_?(epoch|timestamp)|strftime|timetostr"
)
"""Functions that mean the present where they are not given a time, or one to compare with."""
_PRESENT = {"now", "today", "tomorrow", "yesterday"}
"""Texts that are times of the present, in PostgreSQL and SQLite."""
_RANDOM = (exp.Rand, exp.Randn, exp.Randstr, exp.Uuid, exp.TableSample)
_RANDOM_NAMES = re.compile(r"\w*(random|uuid|rand_)\w*|rand\d*")
_PART = (exp.Limit, exp.Offset, exp.Fetch)
_ROW_NUMBERS = {"rownum", "ctid"}
_OF_SEVERAL = "GROUP BY, DISTINCT ON or a function such as sum()"


def why_values_change(query: str, database: str) -> str:
    """Why values of a query may change in rows that were not changed; "" where none may.

    query: one SELECT. database: its kind, as SQLAlchemy calls it. The text is the end of "since".
    """
    return next(_reasons(sqlglot.parse_one(query, read=dialect_of(database))), "")


def _reasons(query: exp.Expr) -> Iterator[str]:
    limited = "a LIMIT in the query makes rows come and go with others"
    present = "the query has values of the present ({}), which change by themselves"
    for part in query.walk():
        if isinstance(part, exp.Window):
            yield f"the query computes {_shown(part)} over other rows"
        elif isinstance(part, _PART) and part.parent:
            yield limited
        elif isinstance(part, exp.Group | exp.AggFunc) or _is_distinct_on(part):
            yield f"the query makes one row of several ({_OF_SEVERAL})"
        elif isinstance(part, _RANDOM) or _is_call(part, _RANDOM_NAMES):
            yield f"the query has random values ({_shown(part)})"
        elif isinstance(part, exp.Column) and part.name.lower() in _ROW_NUMBERS:
            yield f"the query numbers its rows ({part.name})"
        elif _is_clock(part) and not _is_in_outer_where(part, query):
            yield present.format(_shown(part))


def _is_clock(part: exp.Expr) -> bool:
    if isinstance(part, _CLOCKS) or _is_call(part, _CLOCK_NAMES):
        return True
    if isinstance(part, exp.Literal):
        return part.is_string and part.name.strip().lower() in _PRESENT
    if not _is_call(part, _WITHOUT_A_TIME):
        return False
    given = [one for one in part.iter_expressions() if not isinstance(one, exp.Literal)]
    return len(given) < 2 if _called(part) == "age" else not [*part.iter_expressions()]


def _called(part: exp.Expr) -> str:
    """The name by which a function is called, in small letters; "" for another part."""
    return called(part).lower() if isinstance(part, exp.Func) else ""


def _is_call(part: exp.Expr, names: re.Pattern[str]) -> bool:
    return bool(names.fullmatch(_called(part)))


def _is_distinct_on(part: exp.Expr) -> bool:
    return isinstance(part, exp.Distinct) and bool(part.args.get("on"))


def _is_in_outer_where(part: exp.Expr, query: exp.Expr) -> bool:
    """Whether a part decides only which rows of the outermost SELECT there are."""
    where = part.find_ancestor(exp.Where)
    return where is not None and where.parent is query and part.find_ancestor(exp.Query) is query


def _shown(part: exp.Expr) -> str:
    text = part.sql()
    return text if len(text) <= 40 else f"{text[:39]}…"
