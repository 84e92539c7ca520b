"""What a click costs the server: CPU, and questions to the engine, without a browser."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
from streamlit.testing.v1 import AppTest

from tests.bench.asked import questions_asked
from tests.bench.measured import Row, taken
from tests.bench.pages import STEPS, campaigns_of, choose, opened, shown
from tests.bench.raw_facts import raw_sums

ENGINES_PART = "the engine's part"
Limits = tuple[float | None, float | None]


def measured(name: str, settings: Path, facts: Path, limits: Limits, times: int) -> Iterator[Row]:
    """The rows of the report on one company.

    facts: its file of facts. limits: CPU seconds that a new campaign may take, and the engine's
    part of it beside one group-by.
    """
    with shown(settings) as page:
        campaigns = iter(campaigns_of(page) * 20)
        choose(page, next(campaigns))  # the first one loads what the others find
        yield from _new_campaign(name, page, [next(campaigns) for _ in range(times)], limits, facts)
        for step in STEPS:
            opened(page, step)
            choose(page, next(campaigns))
            cpu = [_cpu(page, next(campaigns)) for _ in range(times)]
            yield Row(
                f"{name}: new campaign in the step “{step}”, CPU of the server", cpu, at_most=0.5
            )


def _new_campaign(
    name: str, page: AppTest, campaigns: Sequence[str], limits: Limits, facts: Path
) -> Iterator[Row]:
    """CPU, questions and the engine's part of a new campaign on "This week"."""
    cpu, asked, seconds = [], [], []
    for campaign in campaigns:
        cpu.append(_cpu(page, campaign))
    page.selectbox(key="attribution").select("first_touch").run()  # no answer is kept for it
    choose(page, campaigns[-1])
    for campaign in campaigns[:-1]:
        with questions_asked() as found:
            choose(page, campaign)
        asked.append(len(found.questions))
        seconds.append(found.seconds)
    what = f"{name}: new campaign on “This week”"
    yield Row(f"{what}, CPU of the server", cpu, at_most=limits[0])
    yield Row(f"{what}, questions to the engine", asked, "questions", at_most=4)
    engine = duckdb.connect()
    yield Row(
        f"{what}, {ENGINES_PART}",
        seconds,
        beside="one raw group-by",
        beside_values=taken(lambda: raw_sums(engine, facts), len(campaigns)),
        ratio_at_most=limits[1],
    )


def _cpu(page: AppTest, campaign: str) -> float:
    return taken(lambda: choose(page, campaign), 1, time.process_time)[0]
