"""Nine questions that pages ask of the facts, beside one group-by in SQL and plain pandas.

Cards, weeks, filters and groups, asked of facts that have kept no answer yet; no page, no browser.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import duckdb

from connectors.snapshots.engine import FACTS, open_facts
from connectors.snapshots.snapshots import Snapshot
from kpis.calendar import last_whole, month_of
from kpis.model import Where
from kpis.scorecard.scorecard import compared, scorecard
from kpis.scorecard.selection import Facts, Window
from tests.bench.measured import Row, taken
from tests.bench.pandas_reference import check_same_answers, facts_in_pandas, plain_pandas
from tests.bench.raw_facts import raw_sums


@dataclass(frozen=True)
class Question:
    """windows, by, where: see kpis.scorecard.scorecard."""

    name: str
    windows: tuple[Window, ...]
    by: str | None = None
    where: Where | None = None

    def ask(self, facts: Facts) -> object:
        """The answer, of facts that have not been asked before."""
        return scorecard(replace(facts), self.windows, self.by, self.where)


def nine_questions(facts: Facts) -> list[Question]:
    """Cards and 26 weeks of four selections, and five ways of grouping a month and its like."""
    pair = compared(month_of(facts.as_of, facts.company), facts.as_of, facts.company)
    weeks = last_whole("week", 26, facts.as_of, facts.company)
    cards = (*pair, *(Window(week, facts.as_of) for week in weeks))
    one, some = {"campaign": ["c7"]}, {"campaign": ["c1", "c2", "c3"], "region": ["EMEA"]}
    return [
        Question("cards and 26 weeks", cards),
        Question("cards and 26 weeks of a campaign", cards, None, one),
        Question("cards and 26 weeks of a region", cards, None, {"region": ["EMEA"]}),
        Question("cards and 26 weeks of three campaigns in a region", cards, None, some),
        Question("all campaigns with the period before", pair, "campaign"),
        Question(
            "all campaigns of a region with the period before",
            pair,
            "campaign",
            {"region": ["EMEA"]},
        ),
        Question("all channels with the period before", pair, "channel"),
        Question("all regions with the period before", pair, "region"),
        Question("all owners with the period before", pair, "owner"),
    ]


def cards_and_campaigns(facts: Facts) -> None:
    """What "This week" shows first: cards, 26 weeks, and all campaigns with the period before."""
    questions, asked = nine_questions(facts), replace(facts)
    for question in (questions[0], questions[4]):
        scorecard(asked, question.windows, question.by, question.where)


def measured(name: str, snapshot: Snapshot, times: int, at_most: float | None) -> Iterator[Row]:
    """The rows of the report on one snapshot of data.py's company.

    at_most: seconds that cards, weeks and campaigns together may take.
    """
    facts, file = open_facts(snapshot.folder), snapshot.folder / FACTS
    engine = duckdb.connect()
    one_group_by = taken(lambda: raw_sums(engine, file), times)
    yield Row(
        f"{name}: cards, 26 weeks and all campaigns with the period before",
        taken(lambda: cards_and_campaigns(facts), times),
        beside="one raw group-by",
        beside_values=one_group_by,
        at_most=at_most,
    )
    frame = facts_in_pandas(file)
    for question in nine_questions(facts):
        check_same_answers(
            frame, question, scorecard(facts, question.windows, question.by, question.where)
        )
        yield Row(
            f"{name}: {question.name}",
            taken(lambda question=question: question.ask(facts), times),
            beside="plain pandas",
            beside_values=taken(lambda question=question: plain_pandas(frame, question), times),
        )
