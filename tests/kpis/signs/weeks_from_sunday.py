"""A company whose weeks begin on Sunday: on that day, the week with the last Monday is over."""

from typing import Any

from kpis.definitions import Company
from kpis.scorecard.sums import Facts
from tests import small_data


def facts_of(**tables: Any) -> Facts:
    return small_data.facts_of(company=Company(week_starts="sunday"), **tables)
