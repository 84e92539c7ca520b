"""From where on something is a warning sign: the lines that both teams agreed on, ``[signs]``."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from kpis.catalogue import CATALOGUE, SEVEN_KEYS
from kpis.errors import nearest
from kpis.xmr import Rule

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Days = Annotated[int, Field(ge=0, le=3650)]


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
