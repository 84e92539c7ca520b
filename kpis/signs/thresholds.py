"""The lines that both teams agreed on: of the warning signs, ``[signs]``, and of the alerts."""

import hashlib
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from kpis.catalogue import CATALOGUE, SEVEN_KEYS
from kpis.errors import nearest
from kpis.weeks.xmr import Rule

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Days = Annotated[int, Field(ge=0, le=3650)]

LONGEST_KEY = 200
"""Characters of a rule's key, as a name in the notebook may have."""


def known_kpis(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Return ``keys`` when each is a KPI; raise ValueError with the nearest when one is not."""
    for key in keys:
        if key not in CATALOGUE:
            raise ValueError(f"names no KPI '{key}'. {nearest(key, CATALOGUE)}")
    return keys


Kpis = Annotated[tuple[str, ...], AfterValidator(known_kpis)]


class DaysInStage(BaseModel):
    """How many days a lead may wait in each stage before it should have moved on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lead: Days = Field(default=30, description="As a lead, before it is an MQL or disqualified.")
    mql: Days = Field(default=14, description="As an MQL, before it is an SQL or disqualified.")
    sql: Days = Field(default=90, description="As an SQL, before it is won or lost.")

    @property
    def by_stage(self) -> Mapping[str, int]:
        """Stage → days, in the order of the funnel."""
        return {"lead": self.lead, "mql": self.mql, "sql": self.sql}


class Thresholds(BaseModel):
    """The agreed lines of the warning signs; exactly on the line is no sign yet.

    None of them changes a number: they only decide what is pointed at.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_late_follow_ups: Share = Field(
        default=0.2,
        description="Share of the MQLs of the last four weeks that may be followed up late.",
    )
    min_mql_to_sql: Share = Field(
        default=0.25,
        description="Share of MQLs that should become SQLs, of leads old enough to have done so.",
    )
    max_bad_fit: Share = Field(
        default=0.2,
        description="Share of all leads that may be disqualified as a bad fit, of the same leads.",
    )
    max_days_in_stage: DaysInStage = Field(
        default=DaysInStage(),
        description="Days that a lead may wait in each stage.",
    )
    max_waiting_too_long: Share = Field(
        default=0.5,
        description="Share of those waiting in a stage that may have waited longer than that.",
    )
    min_sound_rows: Share = Field(
        default=0.95,
        description="Share of the rows of each table that should be sound.",
    )
    min_evidence: int = Field(
        default=10,
        ge=1,
        description="A share of fewer leads than this, and a record of fewer, is no sign.",
    )
    unusual: tuple[Rule, ...] = Field(
        default=("outside", "eight_in_a_row", "three_of_four"),
        description="The rules of the XmR chart that make last week's value a sign.",
    )
    record_weeks: int = Field(
        default=26,
        ge=2,
        le=40,  # what the weekly frame has at least, on any day of the quarter
        description="A record is the best of at least this many weeks.",
    )
    need_target: Kpis = Field(
        default=SEVEN_KEYS,
        description="KPIs that should have a target for the running month, quarter or year.",
    )
    need_owner: Kpis = Field(
        default=SEVEN_KEYS,
        description="KPIs that should have an owner.",
    )


class AlertRule(BaseModel):
    """A line that a KPI should not cross, for all or for one campaign: ``[[alerts]]``.

    period: ``week`` is the last whole one, ``month`` and ``quarter`` are those running, so far.
    below, above: the line in the KPI's unit. pace_below: the line as a share of what its target
    asks for by the evening before (0.8: less than 80 % of it). Exactly one of the three.
    ``below`` is refused where a sum has only begun: each month it would be crossed on the first.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kpi: str
    period: Literal["week", "month", "quarter"]
    below: float | None = Field(default=None, allow_inf_nan=False)
    above: float | None = Field(default=None, allow_inf_nan=False)
    pace_below: float | None = Field(default=None, gt=0.0, le=10.0)
    campaign: str | None = None

    @model_validator(mode="after")
    def _one_line(self) -> "AlertRule":
        if sum(line is not None for line in (self.below, self.above, self.pace_below)) != 1:
            raise ValueError("needs exactly one of 'below', 'above' and 'pace_below'")
        if self.pace_below is not None and self.period == "week":
            raise ValueError("'pace_below' needs a period with a target: 'month' or 'quarter'")
        is_sum = self.kpi in CATALOGUE and CATALOGUE[self.kpi].additive
        if self.below is not None and self.period != "week" and is_sum:
            raise ValueError(
                f"'below' would be crossed on the first day of every {self.period}, as "
                f"'{self.kpi}' has only begun to add up. Use 'pace_below', a share of what its "
                "target asks for by then, or the period 'week'"
            )
        return self

    @property
    def key(self) -> str:
        """The rule as stable text: the same in every process, another one for another line.

        At most as long as a name in the notebook may be.
        """
        lines = {"below": self.below, "above": self.above, "pace_below": self.pace_below}
        line = next(f"{name} {value!r}" for name, value in lines.items() if value is not None)
        of = "" if self.campaign is None else f" of campaign {self.campaign}"
        key = f"{self.kpi} per {self.period} {line}{of}"
        if len(key) <= LONGEST_KEY:
            return key
        digest = hashlib.sha256(key.encode()).hexdigest()[:16]
        return f"{key[: LONGEST_KEY - 17]} {digest}"
