"""Attribution once more, from the words of the contract: the touches of one lead, one by one."""

from datetime import datetime
from fractions import Fraction

Touch = tuple[datetime, str]


def credit(
    touches: list[Touch], model: str, created: datetime, sql: datetime | None, half_life: float
) -> dict[str, Fraction]:
    """The share of each campaign; touches: those that count, in order, at least one.

    half_life: of time decay, in days.
    """
    shares = _shares(touches, model, created, sql, half_life)
    by_campaign: dict[str, Fraction] = {}
    for (_, campaign), share in zip(touches, shares, strict=True):
        if share:
            by_campaign[campaign] = by_campaign.get(campaign, Fraction(0)) + share
    whole = sum(shares, Fraction(0))
    return {campaign: share / whole for campaign, share in by_campaign.items()}


def _shares(
    touches: list[Touch], model: str, created: datetime, sql: datetime | None, half_life: float
) -> list[Fraction]:
    count = len(touches)
    shares = [Fraction(0)] * count
    if model == "first_touch":
        shares[0] = Fraction(1)
    elif model == "last_touch":
        shares[_last(touches, touches[-1][0])] = Fraction(1)
    elif model == "linear":
        shares = [Fraction(1, count)] * count
    elif model == "position_based":
        if count <= 2:
            return [Fraction(1, count)] * count
        shares = [Fraction(20, 100) / (count - 2)] * count
        shares[0] = shares[-1] = Fraction(40, 100)
    elif model == "time_decay":
        for n, (moment, _) in enumerate(touches):
            days = (touches[-1][0] - moment).total_seconds() / 86_400
            shares[n] = Fraction(2 ** (-days / half_life))
    elif model == "w_shaped":
        shares[0] += Fraction(30, 100)
        for milestone in (created, sql):
            if milestone is not None and touches[0][0] <= milestone:
                shares[_last(touches, milestone)] += Fraction(30, 100)
        others = [n for n, share in enumerate(shares) if not share]
        for n in others:
            shares[n] = Fraction(10, 100) / len(others)
    else:
        raise ValueError(f"the contract has no words for {model}")
    return shares


def _last(touches: list[Touch], moment: datetime) -> int:
    """The place of the last touch on or before ``moment``; of the same time, the first in order."""
    latest = max(time for time, _ in touches if time <= moment)
    return next(n for n, (time, _) in enumerate(touches) if time == latest)
