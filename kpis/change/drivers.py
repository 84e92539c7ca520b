"""What changed: a KPI's change between two periods, split over groups that add up to all of it.

Counts and amounts are plain differences. A ratio R = Σ n_g ÷ Σ d_g is the mean of the groups' own
rates r_g = n_g ÷ d_g, weighted by their shares w_g = d_g ÷ Σ d_g of the denominator. It moves
for two reasons: rates move, or weight moves between groups of different rates. With a bar for
the mean of both periods, group g contributes

    rate_g = w̄_g Δr_g        mix_g = (r̄_g − R̄) Δw_g        ΔR = Σ_g (rate_g + mix_g)

Source: Kitagawa, E. M. (1955), Components of a Difference Between Two Rates, Journal of the
American Statistical Association 50 (272), 1168–1194. R̄ is our addition: as ΣΔw = 0 it changes no
sum, and with it a group that grows raises the whole only if it is better than the whole.

Both add up to Δ(n_g ÷ D) − R̄ Δw_g, D = Σ d_g, which needs no rate of the group. So the parts are
exact, too, where a group has no rate because it has no share of the denominator in a period:

- in one of them: its rate is taken as the other period's; all of its effect is mix
- in both, such as money spent without a lead: its share did not change; all of its effect is rate
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kpis.catalogue import Kpi, Unit, kpi_named
from kpis.definitions import Definitions
from kpis.model import NONE, Where
from kpis.scorecard.costs import with_costs
from kpis.scorecard.formulas import Ratio, Sums, as_ratio, kpi_value
from kpis.scorecard.scorecard import undefined_measures
from kpis.scorecard.selection import Facts, Window, column_of, filtered_by
from kpis.scorecard.sums import measure_sums
from kpis.scorecard.undefined import Undefined, Value

SHARED_COSTS = "(shared costs)"
"""The group of costs that no other group bears: of no campaign, and not allocated by SQL credit.

Under CAC that is what is not allocated for want of SQLs, under ROI and cost per lead all costs of
no campaign.
"""

COLUMNS = ("group", "before", "now", "share_before", "share_now", "rate", "mix", "total")

_ROUNDING = 1e-9
"""What is smaller in proportion is a residue of rounding: no share, no shared cost, no gap."""


@dataclass(frozen=True)
class Drivers:
    """The change of a KPI from one period to another, and what each group contributed to it.

    by: the dimension of the groups. currency: the company's.
    before, now: the KPI of the whole, NaN where undefined.
    frame: one row per group that has any part in the KPI, the largest contribution first:

    - group: a value of ``by``, or SHARED_COSTS
    - before, now: the group's own KPI, in the KPI's unit; NaN where undefined
    - share_before, share_now: its share of the denominator; NaN for counts and amounts
    - rate, mix: what its own rate and its share contributed, in the KPI's unit; NaN for counts
      and amounts
    - total: its whole contribution; over all rows these add up to ``change``

    per: what the denominator counts, such as "leads"; empty for counts and amounts, and where
    the two periods count different things (lifetime value capped in one of them).
    reason: why there are no groups, or None where there are. The KPI is undefined in a period or
        for groups (costs that do not carry the dimension), or it is a quotient of two KPIs
        (CLV : CAC, CAC payback), which no sums of groups add up to.
    """

    kpi: Kpi
    by: str
    currency: str
    before: float
    now: float
    frame: pd.DataFrame
    per: str = ""
    reason: str | None = None

    @property
    def change(self) -> float:
        """The change of the whole in the KPI's unit; NaN where it is undefined in a period."""
        return self.now - self.before

    @property
    def main_group(self) -> str | None:
        """The group that contributed most in the direction of the change; None without any.

        Neither ``(none)`` nor shared costs: nobody can do anything about these.
        """
        along = self.frame[self.frame["total"] * self.change > 0]
        named = along[~along["group"].isin([NONE, SHARED_COSTS])]
        return str(named["group"].iloc[0]) if len(named) else None

    @property
    def unit(self) -> Unit:
        """The unit of all values and contributions."""
        return self.kpi.unit


def drivers(
    facts: Facts,
    kpi_key: str,
    now: Window,
    before: Window,
    by: str = "campaign",
    where: Where | None = None,
) -> Drivers:
    """Return what each group of ``by`` contributed to the KPI's change from ``before`` to ``now``.

    where: the selection. kpis.scorecard.scorecard.compared gives windows whose cohorts are of equal
    age.

    Raises UsageError for a KPI or dimension that does not exist.
    """
    kpi, d = kpi_named(kpi_key), facts.definitions
    column_of(by, facts)
    where, windows = filtered_by(where), [before, now]
    missing = undefined_measures(facts, None, where)
    wholes = [sums[""] for sums in _sums(facts, kpi, windows, None, where)]
    values = [kpi_value(kpi.key, sums, missing, d) for sums in wholes]
    ratios = [as_ratio(kpi.key, sums, missing, d) for sums in wholes]
    (before_all, now_all), nobody = map(_number, values), pd.DataFrame(columns=list(COLUMNS))
    found = Drivers(kpi, by, facts.company.currency, before_all, now_all, nobody)
    whole = kpi_value(kpi.key, wholes[1], undefined_measures(facts, by, where), d)
    reason = _undefined(values) or (whole.reason if isinstance(whole, Undefined) else None)
    if reason:
        return replace(found, reason=reason)
    if not kpi.additive and None in ratios:
        return replace(found, reason="it is a quotient of two KPIs, each with drivers of its own")
    groups = _by_group(_sums(facts, kpi, windows, by, where))
    own = [[_number(kpi_value(kpi.key, s, missing, d)) for s in sums] for sums in groups.values()]
    frame = pd.DataFrame(own, columns=["before", "now"], index=list(groups), dtype=float)
    if not kpi.additive:
        defined_ratios = [ratio for ratio in ratios if ratio is not None]
        frame = frame.join(_split(defined_ratios, wholes, groups, d), how="right")
        found = replace(found, per=_common([ratio.per for ratio in defined_ratios]))
    return _with_groups(found, frame)


def _with_groups(found: Drivers, frame: pd.DataFrame) -> Drivers:
    """The change with its groups, the largest contribution first; they must add up to it."""
    if found.kpi.additive:
        frame["total"] = frame["now"] - frame["before"]
        frame = frame.loc[frame[["before", "now"]].any(axis="columns")]
    gap = abs(frame["total"].sum() - found.change)
    size = frame["total"].abs().sum() + abs(found.before) + abs(found.now)
    assert gap <= _ROUNDING * max(1.0, size), (
        f"the parts of {found.kpi.key} miss its change by {gap}"
    )
    order = frame["total"].abs().sort_values(ascending=False, kind="stable").index
    frame = frame.loc[order].rename_axis("group").reset_index()
    return replace(found, frame=frame.reindex(columns=list(COLUMNS)))


def _sums(
    facts: Facts, kpi: Kpi, windows: Sequence[Window], by: str | None, where: Where
) -> list[dict[str, Sums]]:
    """Per window the sums of each group.

    Lifetime value looks back: groups without any fact in the window have a part in it, too.
    """
    asked = with_costs(measure_sums(facts, windows, by, where), facts, windows, by, where)
    found: list[dict[str, Sums]] = [{} for _ in windows]
    for window, group, sums in asked.rows(all_groups=kpi.key == "clv"):
        found[window][group] = sums
    return found


def _by_group(windows: Sequence[dict[str, Sums]]) -> dict[str, list[Sums]]:
    """Per group its sums in each window, in the order of names; zeros where it has none."""
    names = sorted(set().union(*windows))
    measures = {measure for sums in windows for row in sums.values() for measure in row}
    nothing = dict.fromkeys(measures, 0.0)
    return {name: [sums.get(name, nothing) for sums in windows] for name in names}


def _split(
    ratios: Sequence[Ratio],
    wholes: Sequence[Sums],
    groups: dict[str, list[Sums]],
    d: Definitions,
) -> pd.DataFrame:
    """The columns share_before, share_now, rate, mix and total of every group with a part.

    Lifetime value from payments weighs groups by customers lost; where the whole is capped, by
    active months. Arrays are of (period, group).
    """
    periods = range(len(ratios))
    above = np.array([[ratios[t].numerator(s[t], d) for s in groups.values()] for t in periods])
    below = np.array([[ratios[t].denominator(s[t], d) for s in groups.values()] for t in periods])
    all_above = np.array([[ratios[t].numerator(wholes[t], d)] for t in periods])
    all_below = np.array([[ratios[t].denominator(wholes[t], d)] for t in periods])
    above, below = _with_rest(above, all_above), _with_rest(below, all_below)

    share, part = below / all_below, above / all_below
    middle = (all_above / all_below).mean()
    total = part[1] - part[0] - middle * (share[1] - share[0])
    has_rate = abs(share) > _ROUNDING
    own = np.divide(above, below, out=np.zeros_like(above), where=has_rate)
    rate = np.where(has_rate.any(axis=0), 0.0, total)
    rate = np.where(has_rate.all(axis=0), share.mean(axis=0) * (own[1] - own[0]), rate)
    frame = pd.DataFrame(
        {
            "share_before": share[0],
            "share_now": share[1],
            "rate": rate,
            "mix": total - rate,
            "total": total,
        },
        index=[*groups, SHARED_COSTS],
    )
    present: pd.DataFrame = frame.loc[(above != 0).any(axis=0) | (below != 0).any(axis=0)]
    return present


def _with_rest(amounts: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """The groups' amounts and, as one more, what of the whole no group has."""
    rest = whole - amounts.sum(axis=1, keepdims=True)
    size = abs(amounts).sum(axis=1, keepdims=True) + abs(whole)
    return np.hstack([amounts, np.where(abs(rest) > _ROUNDING * size, rest, 0.0)])


def _undefined(values: Sequence[Value]) -> str | None:
    """Why the earlier, the later or both values have no change between them."""
    before, now = (value.reason if isinstance(value, Undefined) else None for value in values)
    if before == now:
        return now
    return f"in this period, {now}" if now else f"in the period before, {before}"


def _common(names: Sequence[str]) -> str:
    return names[0] if len(set(names)) == 1 else ""


def _number(value: Value) -> float:
    return float("nan") if isinstance(value, Undefined) else float(value)
