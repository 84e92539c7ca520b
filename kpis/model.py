"""The canonical tables: what every source is mapped to, and what every KPI is computed from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Where = Mapping[str, Sequence[str]]
"""A filter: per dimension the values that may hold. Values are alternatives, dimensions all hold;
a dimension without values does not filter."""

Kind = Literal["text", "time", "day", "money", "number", "choice", "kpi", "period", "goal"]
"""How a column is read and stored.

- text: trimmed text; numbers become their shortest text (``9935249409``, never ``9.9e9``)
- time: an instant, stored in UTC to the microsecond
- day: a calendar day of the company
- money: an amount as a float in the row's ``currency``
- number: a plain float
- choice: one of ``choices``
- kpi: the key of a KPI, of which the label will do
- period: ``month``, ``2026-11`` and others (see kpis.definitions.Target)
- goal: a float in the unit of the row's KPI; 4.2% is 0.042
"""

NONE = "(none)"
"""The group of everything that has no campaign, channel, owner or dimension value."""


@dataclass(frozen=True)
class Column:
    """One column of a canonical table."""

    name: str
    kind: Kind = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    default: str | None = None


@dataclass(frozen=True)
class Table:
    """One canonical table; ``key`` names the columns that may not repeat (empty: any row may)."""

    name: str
    row_is: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the columns, in order, dimensions not included."""
        return tuple(column.name for column in self.columns)


def _table(name: str, row_is: str, *columns: Column, key: tuple[str, ...] = ()) -> Table:
    return Table(name, row_is, columns, key)


def _required(name: str, kind: Kind = "text", choices: tuple[str, ...] = ()) -> Column:
    return Column(name, kind, required=True, choices=choices)


DEAL_STATUSES = ("open", "won", "lost")
TEAMS = ("marketing", "sales")

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _table(
            "leads",
            "a person or account that showed interest",
            _required("lead_id"),
            _required("created_at", "time"),
            Column("campaign_id"),
            Column("owner"),
            Column("email"),
            Column("company"),
            Column("score", "number"),
            Column("first_contacted_at", "time"),
            Column("mql_at", "time"),
            Column("sql_at", "time"),
            Column("disqualified_at", "time"),
            Column("disqualified_reason"),
            key=("lead_id",),
        ),
        _table(
            "touches",
            "one marketing interaction",
            _required("lead_id"),
            _required("campaign_id"),
            _required("touched_at", "time"),
        ),
        _table(
            "deals",
            "an opportunity",
            _required("deal_id"),
            _required("status", "choice", DEAL_STATUSES),
            Column("lead_id"),
            Column("customer_id"),
            Column("owner"),
            Column("created_at", "time"),
            Column("closed_at", "time"),
            Column("expected_close_on", "day"),
            Column("paid_at", "time"),
            Column("amount", "money"),
            Column("currency"),
            Column("stage"),
            Column("loss_reason"),
            key=("deal_id",),
        ),
        _table(
            "deal_stages",
            "one stage entry of a deal",
            _required("deal_id"),
            _required("stage"),
            _required("entered_at", "time"),
        ),
        _table(
            "lead_stages",
            "one lifecycle entry of a lead",
            _required("lead_id"),
            _required("stage"),
            _required("entered_at", "time"),
        ),
        _table(
            "campaigns",
            "a campaign",
            _required("campaign_id"),
            Column("name"),
            Column("channel"),
            Column("starts_on", "day"),
            Column("ends_on", "day"),
            Column("budget", "money"),
            key=("campaign_id",),
        ),
        _table(
            "costs",
            "money spent; no campaign means shared cost",
            _required("spent_on", "day"),
            _required("amount", "money"),
            Column("campaign_id"),
            Column("team", "choice", choices=TEAMS, default="marketing"),
            Column("category"),
            Column("currency"),
        ),
        _table(
            "customers",
            "a customer relationship",
            _required("customer_id"),
            Column("started_on", "day"),
            Column("ended_on", "day"),
            key=("customer_id",),
        ),
        _table(
            "payments",
            "money received",
            _required("customer_id"),
            _required("paid_on", "day"),
            _required("amount", "money"),
            Column("currency"),
        ),
        _table(
            "activities",
            "one contact by sales",
            _required("lead_id"),
            _required("happened_at", "time"),
            Column("kind"),
            Column("owner"),
        ),
        _table(
            "rates",
            "units of company currency for one unit of currency",
            _required("currency"),
            _required("rate", "number"),
            Column("valid_from", "day"),
            key=("currency", "valid_from"),
        ),
        _table(
            "targets",
            "a goal that is kept in a sheet or table",
            _required("kpi", "kpi"),
            _required("period", "period"),
            _required("value", "goal"),
            Column("campaign_id"),
            Column("owner"),
            key=("kpi", "period", "campaign_id"),
        ),
        _table(
            "annotations",
            "something that happened, and is kept elsewhere",
            _required("day", "day"),
            _required("text"),
            Column("campaign_id"),
        ),
    )
}

BESIDE_FIGURES = ("targets", "annotations")
"""Tables that no figure is computed from: without a row there is no goal, or nothing happened."""

FIGURE_TABLES = tuple(name for name in TABLES if name not in BESIDE_FIGURES)
"""The tables that figures are computed from."""

DIMENSION_TABLES = ("leads", "deals", "costs", "campaigns")
"""Tables whose rows may carry a column for each dimension of the settings."""

BUILT_IN_DIMENSIONS = ("campaign", "channel", "owner")
"""Dimensions that every deployment has; the others are named in the settings."""


def columns_of(table: str, dimensions: tuple[str, ...] = ()) -> tuple[Column, ...]:
    """Return the columns of ``table``, with a text column per dimension where it may carry one."""
    own = TABLES[table].columns
    if table not in DIMENSION_TABLES:
        return own
    return own + tuple(Column(name) for name in dimensions)
