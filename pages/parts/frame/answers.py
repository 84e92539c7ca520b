"""What pages ask of the facts; an answer is kept for the snapshot and all else that decides it.

``asked(chosen, function, …)`` is ``function(facts, …)`` for a function of kpis that is named at the
top of its module, on the facts of the selection's snapshot and attribution model. Every other
answer takes the selection first, and what its kpis function takes behind it.
"""

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import streamlit as st

from kpis.coverage import missing_measures
from kpis.definitions import AttributionModel
from kpis.scorecard.selection import Facts
from kpis.signs.lead_signs import cohort_sums
from pages.parts.frame.data import asked_facts
from pages.parts.frame.selection import Selection

P = ParamSpec("P")
R = TypeVar("R")


def asked(
    chosen: Selection,
    function: Callable[Concatenate[Facts, P], R],
    *arguments: P.args,
    **named: P.kwargs,
) -> R:
    """What ``function`` makes of the selection's facts; its filters are an argument like others."""
    name = f"{function.__module__}.{function.__qualname__}"
    key = pickle.dumps((arguments, named))
    answer: R = _asked(chosen.snapshot.folder, chosen.model, name, key, arguments, named, function)
    return answer


@st.cache_data(max_entries=2000, show_spinner=False)
def _asked(
    folder: Path,
    model: AttributionModel,
    name: str,
    key: bytes,
    _arguments: tuple[Any, ...],
    _named: dict[str, Any],
    _function: Callable[..., Any],
) -> Any:
    """key: the arguments as bytes, for Streamlit looks at every field of every one of them."""
    with asked_facts(folder, model) as facts:
        return _function(facts, *_arguments, **_named)


def came_of_leads(chosen: Selection) -> dict[str, float]:
    """What came of the leads of the period, by measure mapped."""
    unknown = missing_measures(chosen.manifest.mapped, chosen.manifest.definitions)
    came = asked(chosen, cohort_sums, chosen.period, dict(chosen.where))
    return {measure: value for measure, value in came.items() if measure not in unknown}
