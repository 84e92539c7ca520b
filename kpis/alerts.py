"""Alerts: when a KPI crosses a line that the settings draw, and what is said then."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class AlertRule(BaseModel):
    """A line that a KPI should not cross, for all or for one campaign.

    period: ``week`` is the last whole one, ``month`` and ``quarter`` are those running, so far.
    below, above: the line in the KPI's unit. pace_below: the line as a share of what its target
    asks for by now (0.8: less than 80 % of it). Exactly one of the three.
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
        return self
