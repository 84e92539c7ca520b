"""A company once more, as of a day: who its leads and customers are, and which campaigns get them.

Written from the words of the contract, with plain loops over rows and exact fractions.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from tests.kpis.reference.credit import credit

NONE = "(none)"
SPREAD = ("campaign", "channel")
"""The dimensions over which the credit of one lead may be spread."""

Row = Mapping[str, Any]
Selection = Mapping[str, Sequence[str]]
"""Per dimension the values that may hold."""


class ReferenceCompany:
    """A company's rows as of a day, read as agreed, under one attribution model.

    tables: rows of ISO texts and numbers; a table that is not mapped is absent. mapped: the columns
    that are. agreed: the switches by name. A time that names no zone is UTC.
    """

    def __init__(
        self,
        tables: Mapping[str, Sequence[Row]],
        mapped: Mapping[str, frozenset[str]],
        agreed: Mapping[str, Any],
        model: str,
        as_of: date,
        zone: str,
        currency: str,
    ) -> None:
        self.tables, self.mapped, self.agreed = tables, mapped, agreed
        self.model, self.as_of, self.zone, self.currency = model, as_of, ZoneInfo(zone), currency
        self.won_column = {"booked": "closed_at", "paid": "paid_at"}[agreed["customer_when"]]
        self.channels = {row["campaign_id"]: row.get("channel") for row in self.rows("campaigns")}
        created = ((row, self.day(row["created_at"])) for row in self.rows("leads"))
        self.leads = {row["lead_id"]: row for row, day in created if day <= as_of}
        self.won_deals = [row for row in self.rows("deals") if self.won_day(row)]
        self.first_deals = self._first_deals()
        self.won_by_lead: dict[str, date] = {}
        for deal in self.first_deals.values():
            name, won = deal.get("lead_id"), self.won_day(deal)
            if name in self.leads and won:
                self.won_by_lead[name] = min(won, self.won_by_lead.get(name, won))
        self.touches = {name: self._counted_touches(name) for name in self.leads}
        self.credits = {name: self._credit_of(name) for name in self.leads}

    def rows(self, table: str) -> Sequence[Row]:
        return self.tables.get(table, ())

    def day(self, text: str) -> date:
        return instant(text).astimezone(self.zone).date()

    def won_day(self, deal: Row) -> date | None:
        """The day a deal was won, when that was by ``as_of``."""
        if deal["status"] != "won" or self.won_column not in deal:
            return None
        day = self.day(deal[self.won_column])
        return day if day <= self.as_of else None

    def customer_of(self, deal: Row) -> str:
        """The customer that a deal names, else the one that its lead names, else one of its own.

        The lead does not name a customer whose id a deal won otherwise gives to somebody else.
        """
        if "customer_id" in deal:
            return str(deal["customer_id"])
        lead = deal.get("lead_id")
        if lead is None:
            return f"the customer of deal {deal['deal_id']} alone"
        others = [won for won in self.won_deals if won.get("customer_id") == lead]
        met = any(won.get("lead_id") != lead for won in others)
        return f"the customer of lead {lead}" if met else str(lead)

    def _first_deals(self) -> dict[str, Row]:
        """The deal that won each customer: its first, of the same time the lowest deal_id."""
        first: dict[str, Row] = {}
        for deal in sorted(self.won_deals, key=self._order):
            first.setdefault(self.customer_of(deal), deal)
        return first

    def _order(self, deal: Row) -> tuple[datetime, str]:
        return instant(deal[self.won_column]), deal["deal_id"]

    def reached(self, lead: Row, milestone: str) -> datetime | None:
        """When a lead became ``mql`` or ``sql``, as ``milestones_from`` says, by ``as_of``."""
        column = f"{milestone}_at"
        own = [instant(lead[column])] if column in lead else []
        staged = [
            instant(entry["entered_at"])
            for entry in self.rows("lead_stages")
            if entry["lead_id"] == lead["lead_id"] and entry["stage"].lower() == milestone
        ]
        own, staged = ([at for at in found if self._is_known(at)] for found in (own, staged))
        agreed = self.agreed["milestones_from"]
        found = {"columns": own, "stages": staged, "either": own or staged}[agreed]
        return min(found, default=None)

    def reached_on(self, lead: Row, milestone: str) -> date | None:
        moment = self.reached(lead, milestone)
        return moment.astimezone(self.zone).date() if moment else None

    def _is_known(self, moment: datetime) -> bool:
        return moment.astimezone(self.zone).date() <= self.as_of

    def _counted_touches(self, name: str) -> list[tuple[datetime, str]]:
        """A lead's touches up to its first sale, or through ``as_of``, in order.

        A sale at midnight in the company's zone was closed on that day at an unknown time: whatever
        touched the lead on that day counts.
        """
        sales = [d for d in self.first_deals.values() if d.get("lead_id") == name]
        sold_at = min((instant(d[self.won_column]) for d in sales), default=None)
        counted = []
        for touch in self.rows("touches"):
            if touch["lead_id"] != name or self.day(touch["touched_at"]) > self.as_of:
                continue
            moment = instant(touch["touched_at"])
            if sold_at is not None:
                wall_clock = sold_at.astimezone(self.zone)
                if wall_clock.time() == time(0):
                    if moment.astimezone(self.zone).date() > wall_clock.date():
                        continue
                elif moment > sold_at:
                    continue
            counted.append((moment, touch["campaign_id"]))
        return sorted(counted)

    def _credit_of(self, name: str) -> dict[str, Fraction]:
        lead, touches = self.leads[name], self.touches[name]
        if not touches:
            return {lead.get("campaign_id", NONE): Fraction(1)}
        created, half_life = instant(lead["created_at"]), self.agreed["time_decay_half_life_days"]
        return credit(touches, self.model, created, self.reached(lead, "sql"), half_life)

    def share(self, name: str | None, deal: Row, selection: Selection) -> Fraction:
        """How much of a lead, or of what has none, belongs to the selection.

        deal: stands in for what the lead does not say, such as its segment; may be empty.
        """
        lead = self.leads.get(name or "", {})
        for dimension, values in selection.items():
            own = lead.get(dimension, deal.get(dimension, NONE))
            if dimension not in SPREAD and own not in values:
                return Fraction(0)
        credits = self.credits[str(name)] if lead else {NONE: Fraction(1)}
        chosen = (weight for name, weight in credits.items() if self.is_chosen(name, selection))
        return sum(chosen, Fraction(0))

    def share_of_customer(self, name: str, selection: Selection) -> Fraction:
        """A customer is described by its first won deal and that deal's lead."""
        deal = self.first_deals.get(name, {})
        return self.share(deal.get("lead_id"), deal, selection)

    def is_chosen(self, campaign: str | None, selection: Selection) -> bool:
        """Whether a campaign belongs to the selection, by its id and its channel."""
        own = {"campaign": campaign or NONE, "channel": self.channels.get(campaign) or NONE}
        return all(own[name] in selection[name] for name in SPREAD if name in selection)

    def priced(self, row: Row, day: date) -> Fraction:
        """The amount in company currency; what has no rate is not priced, and adds nothing."""
        if "amount" not in row:
            return Fraction(0)
        amount, currency = Fraction(row["amount"]), row.get("currency", self.currency)
        if currency == self.currency:
            return amount
        valid: tuple[date, Fraction] | None = None
        for rate in self.rows("rates"):
            since = date.fromisoformat(rate.get("valid_from", "0001-01-01"))
            if rate["currency"] == currency and since <= day and (not valid or since > valid[0]):
                valid = since, Fraction(rate["rate"])
        return amount * valid[1] if valid else Fraction(0)

    def maps(self, table: str, *columns: str) -> bool:
        """Whether a table is mapped, and all these columns of it are."""
        return table in self.mapped and set(columns) <= self.mapped[table]


def instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
