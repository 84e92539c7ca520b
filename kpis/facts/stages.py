"""How leads move: which stages they skip, where they wait, and whether sales answers in time.

The stages are lead, MQL, SQL and customer. A lead is in the furthest one that it has reached.
"""

from datetime import date

import ibis
import ibis.expr.types as ir

from kpis.definitions import WEEKDAYS, Company, Definitions

_NEVER = date(9999, 12, 31)
_FIRST_MONDAY = date(1, 1, 1)


def lead_progress(
    leads: ir.Table,
    became_customer: ir.Table,
    deals: ir.Table,
    definitions: Definitions,
    company: Company,
    as_of: date,
) -> ir.Table:
    """Return how far each lead has come by ``as_of``.

    leads: see existing_leads, with a number ``lead``. became_customer: lead_id, won_day. deals: see
    Sales. One row per lead: ``lead`` and, with days that may be after ``as_of`` and are null for
    never,

    - mql_day, and skipped_mql_day: the day it became SQL or customer without having been MQL
    - sql_day, and skipped_sql_day: the day it became customer without having been SQL
    - stage: ``lead``, ``mql`` or ``sql`` while it is on its way, and waiting_since, the day it came
      into that stage; stage is null for customers, and for those who since that day were
      disqualified or had the last of their deals closed (see :func:`_leads_of_closed_deals`)
    - in_time: see :func:`_is_in_time`; disqualified_day, bad_fit: as in ``leads``
    """
    closed = _leads_of_closed_deals(deals, as_of)
    rows = leads.left_join(became_customer, "lead_id").left_join(closed, "lead_id")
    is_mql, is_sql = _by(rows.mql_day, as_of), _by(rows.sql_day, as_of)
    reached = (is_sql, rows.sql_day), (is_mql, rows.mql_day)
    waiting_since = ibis.cases(*reached, else_=rows.created_day)
    is_disqualified, is_lost = (
        _by(day, as_of) & (day >= waiting_since)
        for day in (rows.disqualified_day, rows.all_closed_day)
    )
    is_out = _by(rows.won_day, as_of) | is_disqualified | is_lost
    past_mql = _earliest(rows.sql_day, rows.won_day)
    return rows.select(
        *("lead", "mql_day", "sql_day", "disqualified_day", "bad_fit"),
        skipped_mql_day=_skipped(past_mql.nullif(_NEVER), rows.mql_day),
        skipped_sql_day=_skipped(rows.won_day, rows.sql_day),
        stage=ibis.cases((is_out, None), (is_sql, "sql"), (is_mql, "mql"), else_="lead"),
        waiting_since=waiting_since,
        in_time=_is_in_time(rows, definitions.follow_up_working_days, company, as_of),
    )


def _is_in_time(rows: ir.Table, agreed: int, company: Company, as_of: date) -> ir.Value:
    """Whether an MQL was answered within the ``agreed`` working days, counted from the day after.

    Null for leads that are no MQL and, answered or not, until the next working day after these
    begins: otherwise those answered early would count before those who are not, and the newest MQLs
    look better than they are. A contact, even an earlier one, a disqualification and the steps to
    SQL and customer are answers. The MQLs of a day off have at least the next working day.
    """
    answered = _earliest(rows.contacted_day, rows.disqualified_day, rows.sql_day, rows.won_day)
    number = _working_day_number(rows.mql_day, company)
    taken = _working_day_number(ibis.least(answered, as_of), company) - number
    so_far = _working_day_number(ibis.literal(as_of), company) - number
    allowed = ibis.ifelse(_is_working_day(rows.mql_day, company), agreed, max(agreed, 1))
    is_due = _by(rows.mql_day, as_of) & (so_far > allowed)
    return ibis.cases((is_due, taken <= allowed), else_=None)


def _leads_of_closed_deals(deals: ir.Table, as_of: date) -> ir.Table:
    """Leads that had deals by ``as_of``, none open: lead_id, all_closed_day, that of the last.

    All were lost, or won for a customer who came through another lead. A deal lost on an unknown
    day was lost today.
    Of a won or lost deal without the day it was created, nothing is known before it was closed; an
    open one may carry the day on which it is expected to close.
    """
    closed_day = ibis.ifelse(deals.status == "open", ibis.null("date"), deals.closed_day)
    known_day = ibis.coalesce(deals.created_day, closed_day, as_of)
    exists = deals.lead_id.notnull() & (known_day <= as_of)
    lost_day = ibis.ifelse(deals.status == "lost", deals.closed_day.fill_null(as_of), _NEVER)
    over_day = deals.won_day.fill_null(lost_day)
    by_lead = deals.filter(exists).group_by("lead_id")
    last = by_lead.agg(all_closed_day=over_day.max())
    return last.filter(last.all_closed_day <= as_of)


def _by(day: ir.Value, as_of: date) -> ir.Value:
    return (day <= as_of).fill_null(False)


def _earliest(*days: ir.Value) -> ir.Value:
    """The earliest of days, 9999-12-31 where all are null: engines differ on nulls in ``least``."""
    return ibis.least(*(day.fill_null(_NEVER) for day in days))


def _skipped(passed: ir.Value, reached: ir.Value) -> ir.Value:
    """The day a stage was passed, where it had not been reached by then."""
    return ibis.ifelse(reached.fill_null(_NEVER) > passed, passed, ibis.null("date"))


def _days_worked(company: Company) -> list[int]:
    return sorted({WEEKDAYS.index(name) for name in company.working_days})


def _since_first_monday(day: ir.Value) -> ir.Value:
    return day.delta(_FIRST_MONDAY, unit="day")


def _is_working_day(day: ir.Value, company: Company) -> ir.Value:
    is_worked = (_since_first_monday(day) % 7).isin(_days_worked(company))
    return is_worked & ~day.isin(company.holidays) if company.holidays else is_worked


def _working_day_number(day: ir.Value, company: Company) -> ir.Value:
    """How many working days there have been since the year 1, up to and including ``day``."""
    since, worked = _since_first_monday(day), _days_worked(company)
    up_to = [sum(index <= weekday for index in worked) for weekday in range(7)]
    rest = since % 7
    in_week = ibis.cases(*((rest == n, count) for n, count in enumerate(up_to)))
    number = since // 7 * len(worked) + in_week
    holidays = sorted({holiday for holiday in company.holidays if holiday.weekday() in worked})
    if not holidays:
        return number
    # Flat, from the last one on: a hundred subtractions within each other are too deep for SQL.
    over = [(day >= holiday, count) for count, holiday in enumerate(holidays, start=1)]
    return number - ibis.cases(*reversed(over), else_=0)
