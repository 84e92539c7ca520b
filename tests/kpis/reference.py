"""The KPIs once more, from the words of the contract: plain loops over rows, exact fractions.

It shares no code with kpis/ and makes no facts, so that an error would have to be made twice.
Amounts are EUR unless they say otherwise. A table that is not mapped is absent; of those that are,
every column is. Selections are sets of campaign ids.
"""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from tests.kpis.reference_credit import credit

NONE = "(none)"
DAYS_PER_MONTH = Fraction(304375, 10000)

Row = dict[str, Any]
Number = Fraction | None


class Reference:
    """A company's rows as of a day, under one attribution model."""

    def __init__(
        self, tables: dict[str, list[Row]], model: str, as_of: date, zone: str, paid: bool
    ) -> None:
        self.tables, self.model, self.as_of = tables, model, as_of
        self.zone, self.won_column = ZoneInfo(zone), "paid_at" if paid else "closed_at"
        self.leads = {
            row["lead_id"]: row for row in tables["leads"] if self.day(row["created_at"]) <= as_of
        }
        self.other_customers = self._customers_of_other_leads()
        self.first_deals = self._first_deals()
        self.won_by_lead: dict[str, date] = {}
        for deal in self.first_deals.values():
            name, won = deal.get("lead_id"), self.won_day(deal)
            if name in self.leads and won is not None:
                self.won_by_lead[name] = min(won, self.won_by_lead.get(name, won))
        self.credits = {name: self._credit_of(name) for name in self.leads}

    def day(self, text: str) -> date:
        return instant(text).astimezone(self.zone).date()

    def won_day(self, deal: Row) -> date | None:
        """The day a deal was won, when that was by ``as_of``."""
        if deal["status"] != "won" or self.won_column not in deal:
            return None
        day = self.day(deal[self.won_column])
        return day if day <= self.as_of else None

    def customer_of(self, deal: Row) -> str:
        if deal.get("customer_id"):
            return str(deal["customer_id"])
        lead = deal.get("lead_id")
        if lead is None:
            return f"the customer of deal {deal['deal_id']} alone"
        return f"the customer of lead {lead}" if lead in self.other_customers else str(lead)

    def _customers_of_other_leads(self) -> set[str]:
        """Customer ids of won deals that came through another lead, or through none."""
        return {
            deal["customer_id"]
            for deal in self.tables["deals"]
            if deal.get("customer_id")
            and self.won_day(deal) is not None
            and deal.get("lead_id") != deal["customer_id"]
        }

    def _first_deals(self) -> dict[str, Row]:
        first: dict[str, Row] = {}
        for deal in self.tables["deals"]:
            if self.won_day(deal) is None:
                continue
            name = self.customer_of(deal)
            best = first.get(name)
            if best is None or self._order(deal) < self._order(best):
                first[name] = deal
        return first

    def _order(self, deal: Row) -> tuple[datetime, str]:
        return instant(deal[self.won_column]), deal["deal_id"]

    def _credit_of(self, name: str) -> dict[str, Fraction]:
        last = self.won_by_lead.get(name, self.as_of)
        touches = []
        for touch in self.tables["touches"]:
            if touch["lead_id"] == name and self.day(touch["touched_at"]) <= last:
                touches.append((instant(touch["touched_at"]), touch["campaign_id"]))
        if not touches:
            return {self.leads[name].get("campaign_id", NONE): Fraction(1)}
        created, sql = (
            instant(self.leads[name]["created_at"]),
            self.reached(self.leads[name], "sql"),
        )
        return credit(sorted(touches), self.model, created, sql)

    def share(self, lead: str | None, chosen: set[str] | None) -> Fraction:
        """How much of a lead, or of what has none, belongs to the chosen campaigns."""
        if chosen is None:
            return Fraction(1)
        credit = self.credits.get(lead or "", {NONE: Fraction(1)})
        return sum((weight for name, weight in credit.items() if name in chosen), Fraction(0))

    def share_of_customer(self, name: str, chosen: set[str] | None) -> Fraction:
        deal = self.first_deals.get(name)
        return self.share(deal.get("lead_id") if deal else None, chosen)

    def priced(self, row: Row, day: date) -> Fraction:
        """The amount in EUR; what has no rate is not priced, and adds nothing."""
        if "amount" not in row:
            return Fraction(0)
        amount, currency = Fraction(row["amount"]), row.get("currency", "EUR")
        if currency == "EUR":
            return amount
        valid: tuple[date, Fraction] | None = None
        for rate in self.tables["rates"]:
            since = date.fromisoformat(rate.get("valid_from", "0001-01-01"))
            if rate["currency"] == currency and since <= day and (not valid or since > valid[0]):
                valid = since, Fraction(rate["rate"])
        return amount * valid[1] if valid else Fraction(0)

    def reached(self, lead: Row, milestone: str) -> datetime | None:
        """When a lead first became ``mql`` or ``sql``, its own date before its stages."""
        moments = [instant(lead[f"{milestone}_at"])] if f"{milestone}_at" in lead else []
        for entry in self.tables["lead_stages"] if not moments else []:
            if entry["lead_id"] == lead["lead_id"] and entry["stage"].lower() == milestone:
                moments.append(instant(entry["entered_at"]))
        first = min(moments, default=None)
        return first if first and first.astimezone(self.zone).date() <= self.as_of else None

    def reached_on(self, lead: Row, milestone: str) -> date | None:
        moment = self.reached(lead, milestone)
        return moment.astimezone(self.zone).date() if moment else None

    def kpis(
        self,
        first: date,
        last: date,
        chosen: set[str] | None,
        *,
        by_cohort: bool,
        margin: float,
        max_months: int,
    ) -> dict[str, float | None]:
        """KPIs and measures of a period and selection; None where undefined."""
        end = min(last, self.as_of)

        def within(day: date | None) -> bool:
            return day is not None and first <= day <= end

        leads, mqls, sqls, all_sqls, converted = (Fraction(0) for _ in range(5))
        for name, lead in self.leads.items():
            weight = self.share(name, chosen)
            if within(self.day(lead["created_at"])):
                leads += weight
                if by_cohort and name in self.won_by_lead:
                    converted += weight
            if within(self.reached_on(lead, "mql")):
                mqls += weight
            if within(self.reached_on(lead, "sql")):
                sqls += weight
                all_sqls += 1

        customers = Fraction(0)
        cycles: list[tuple[int, Fraction]] = []
        for name, deal in self.first_deals.items():
            won = self.won_day(deal)
            if won is None or not within(won):
                continue
            weight = self.share_of_customer(name, chosen)
            customers += weight
            lead = self.leads.get(deal.get("lead_id", ""))
            if lead is not None and not by_cohort:
                converted += weight
            began = lead["created_at"] if lead else deal.get("created_at")
            if began is not None and won >= self.day(began) and weight:
                cycles.append(((won - self.day(began)).days, weight))

        revenue = Fraction(0)
        for deal in self.tables["deals"]:
            won = self.won_day(deal)
            if won is not None and within(won):
                weight = self.share_of_customer(self.customer_of(deal), chosen)
                revenue += weight * self.priced(deal, won)

        spent = {"marketing": Fraction(0), "sales": Fraction(0)}
        shown = dict(spent)
        shared = Fraction(0)
        for cost in self.tables["costs"]:
            day, campaign = date.fromisoformat(cost["spent_on"]), cost.get("campaign_id")
            if within(day):
                amount, team = self.priced(cost, day), cost.get("team", "marketing")
                if chosen is None or (campaign or NONE) in chosen:
                    shown[team] += amount
                if chosen is None or campaign in chosen:
                    spent[team] += amount
                if campaign is None:
                    shared += amount
        acquisition = spent["marketing"] + spent["sales"]
        if chosen is not None and all_sqls:
            acquisition += shared * sqls / all_sqls

        gain = revenue * Fraction(margin) - spent["marketing"]
        cycle_credit = sum((weight for _, weight in cycles), Fraction(0))
        cycle_days = sum((days * weight for days, weight in cycles), Fraction(0))
        exact: dict[str, Number] = {
            "mqls": mqls,
            "sqls": sqls,
            "lead_conversion_rate": quotient(converted, leads),
            "sales_cycle_days": quotient(cycle_days, cycle_credit),
            "cac": quotient(acquisition, customers),
            "clv": self.lifetime_value(end, chosen, Fraction(margin), max_months),
            "marketing_roi": quotient(gain, spent["marketing"]),
            "leads": leads,
            "new_customers": customers,
            "converted_leads": converted,
            "revenue": revenue,
            "marketing_cost": shown["marketing"],
            "sales_cost": shown["sales"],
            "median_cycle_days": weighted_median(cycles),
        }
        return {key: None if value is None else float(value) for key, value in exact.items()}

    def lifetime_value(
        self, end: date, chosen: set[str] | None, margin: Fraction, max_months: int
    ) -> Number:
        """From customers and payments when both are mapped, else from won revenue so far."""
        if not {"customers", "payments"} <= set(self.tables):
            return self._historic(end, chosen, margin)
        start = end - timedelta(days=364)
        active_days, churned, paid = Fraction(0), Fraction(0), Fraction(0)
        for customer in self.tables["customers"]:
            name = customer["customer_id"]
            weight = self.share_of_customer(name, chosen)
            ended = date.fromisoformat(customer["ended_on"]) if "ended_on" in customer else None
            if ended and start <= ended <= end:
                churned += weight
            if "started_on" in customer:
                began = date.fromisoformat(customer["started_on"])
            elif name in self.first_deals:
                began = self.won_day(self.first_deals[name]) or end
            else:
                continue
            day = max(began, start)
            while day <= end and (ended is None or day < ended):
                active_days += weight
                day += timedelta(days=1)
        for payment in self.tables["payments"]:
            day = date.fromisoformat(payment["paid_on"])
            if start <= day <= end:
                weight = self.share_of_customer(payment["customer_id"], chosen)
                paid += weight * self.priced(payment, day)
        months = active_days / DAYS_PER_MONTH
        if not months:
            return None
        expected = min(months / churned, Fraction(max_months)) if churned else Fraction(max_months)
        return paid / months * margin * expected

    def _historic(self, end: date, chosen: set[str] | None, margin: Fraction) -> Number:
        revenue, customers = Fraction(0), Fraction(0)
        for deal in self.tables["deals"]:
            won = self.won_day(deal)
            if won is not None and won <= end:
                weight = self.share_of_customer(self.customer_of(deal), chosen)
                revenue += weight * self.priced(deal, won)
                if deal is self.first_deals[self.customer_of(deal)]:
                    customers += weight
        return quotient(revenue * margin, customers)


def instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def quotient(above: Fraction, below: Fraction) -> Number:
    return above / below if below else None


def weighted_median(weighted: list[tuple[int, Fraction]]) -> Number:
    """Half of the weight below, half above; between two values, their mean."""
    if not weighted:
        return None
    half = sum((weight for _, weight in weighted), Fraction(0)) / 2
    below, lower, upper = Fraction(0), None, None
    for value, weight in sorted(weighted):
        below += weight
        if lower is None and below >= half:
            lower = value
        if upper is None and below > half:
            upper = value
    assert lower is not None and upper is not None
    return Fraction(lower + upper, 2)
