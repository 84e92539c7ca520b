"""What pages ask of the facts; an answer is kept for the snapshot and all else that decides it.

``asked(chosen, function, …)`` is ``function(facts, …)`` for a function of kpis that is named at the
top of its module, on the facts of the selection's snapshot and attribution model. Every other
answer takes the selection first, and what its kpis function takes behind it. No page may change
an answer: the next reader gets the same.
"""

import pickle
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from kpis.coverage import missing_measures
from kpis.scorecard.selection import Facts
from kpis.signs.lead_signs import cohort_sums
from pages.parts.frame.data import asked_facts
from pages.parts.frame.selection import Selection
from pages.parts.kept import kept

P = ParamSpec("P")
R = TypeVar("R")


def asked(
    chosen: Selection,
    function: Callable[Concatenate[Facts, P], R],
    *arguments: P.args,
    **named: P.kwargs,
) -> R:
    """What ``function`` makes of the selection's facts; its filters are an argument like others."""

    def ask() -> R:
        with asked_facts(chosen.snapshot.folder, chosen.model) as facts:
            return function(facts, *arguments, **named)

    of = (chosen.snapshot.folder, chosen.model, function.__module__, function.__qualname__)
    answer: R = kept(pickle.dumps((of, arguments, named)), ask)
    return answer


def came_of_leads(chosen: Selection) -> dict[str, float]:
    """What came of the leads of the period, by measure mapped."""
    unknown = missing_measures(chosen.manifest.mapped, chosen.manifest.definitions)
    came = asked(chosen, cohort_sums, chosen.period, dict(chosen.where))
    return {measure: value for measure, value in came.items() if measure not in unknown}
