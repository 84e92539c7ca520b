"""Spans of time as the settings write them: ``"90s"``, ``"15m"``, ``"2h"``, ``"1d"``."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def _span(written: object) -> timedelta:
    found = re.fullmatch(r"\s*(\d{1,4})\s*([smhd])\s*", str(written))
    if found is None:
        raise ValueError('is no span of time such as "90s", "15m", "2h" or "1d"')
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


Duration = Annotated[timedelta, BeforeValidator(_span), Field(ge=timedelta(minutes=1))]
"""A span of a minute or more."""


def duration_text(span: timedelta) -> str:
    """The span as the settings write it, in its largest whole unit: ``15m``."""
    seconds = int(span.total_seconds())
    sizes = {"d": 86_400, "h": 3_600, "m": 60}
    unit = next((unit for unit, size in sizes.items() if seconds % size == 0), "s")
    return f"{seconds // sizes.get(unit, 1)}{unit}"
