"""What must not get slower unseen: questions per click, and CPU beside plain SQL in the same run.

`make bench` measures all of it; this is the part that fits in a test run. CPU seconds, not those of
the clock, so that a busy machine fails nothing. Each limit is half as much again as was measured
when it was set.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from connectors.settings.file import DEMO_FILE, load_settings
from connectors.snapshots.engine import FACTS, open_facts
from connectors.snapshots.refresh import refresh
from connectors.snapshots.snapshots import Snapshot
from kpis.scorecard.scorecard import scorecard
from kpis.scorecard.selection import Facts
from pages.parts.meeting.agenda import MAKER
from tests.bench.asked import questions_asked
from tests.bench.data import AS_OF, DATA, NOW, company_of
from tests.bench.measured import taken
from tests.bench.pages import PAGES, STEPS, campaigns_of, choose, opened, shown
from tests.bench.pandas_reference import check_same_answers, facts_in_pandas
from tests.bench.questions import nine_questions
from tests.bench.raw_facts import check_same, raw_sums, write_raw_facts
from tests.kept_snapshots import refreshed

LEADS, FEW = 200_000, 2_000
AT_MOST = 4
"""Questions that a click may ask the engine (design, section 6)."""


@dataclass(frozen=True)
class Company:
    """A company of data.py; refresh_seconds: of CPU, that its first refresh took."""

    tables: Path
    snapshot: Snapshot
    refresh_seconds: float

    @classmethod
    def of(cls, folder: Path, leads: int) -> "Company":
        settings = company_of(folder, leads)
        began = time.process_time()
        snapshot = refresh(settings, NOW)
        return cls(folder / DATA, snapshot, time.process_time() - began)

    @property
    def file(self) -> Path:
        return self.snapshot.folder / FACTS

    @property
    def facts(self) -> Facts:
        return open_facts(self.snapshot.folder)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return Company.of(tmp_path_factory.mktemp("small"), FEW)


@pytest.fixture(scope="module")
def company(small: Company, tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Refreshed after a small one, for which the SQL was written."""
    return Company.of(tmp_path_factory.mktemp("bench"), LEADS)


@pytest.fixture(scope="module")
def demo_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppTest]:
    file = tmp_path_factory.mktemp("demo") / "settings.toml"
    agreed = DEMO_FILE.read_text(encoding="utf-8")
    file.write_text(f"as_of = 2026-11-20\n{agreed}", encoding="utf-8")
    refreshed(load_settings(file))
    with shown(file) as page:
        yield page


@pytest.mark.parametrize("name", [*PAGES, *STEPS])
def test_a_new_campaign_asks_the_engine_at_most_four_questions(
    demo_page: AppTest, name: str
) -> None:
    """On every page and in every step of the meeting; each takes a campaign of its own.

    Measured: 3 on "This week", 4 on "Funnel".
    """
    places = [*PAGES, *STEPS]
    campaigns = campaigns_of(opened(demo_page, name))
    with questions_asked() as asked:
        choose(demo_page, campaigns[places.index(name) % len(campaigns)])
    assert len(asked.questions) <= AT_MOST, "\n\n".join(asked.questions)


def test_a_new_campaign_does_ask_the_engine(demo_page: AppTest) -> None:
    """Else nothing above is counted: a campaign that no other click chose takes a question."""
    opened(demo_page, "This week")
    with questions_asked() as asked:
        choose(demo_page, campaigns_of(demo_page)[-1])
    assert asked.questions and asked.seconds > 0


@pytest.mark.parametrize("name", ["changes", "depth"])
def test_the_next_step_of_the_meeting_asks_nothing_when_it_is_opened(
    demo_page: AppTest, name: str
) -> None:
    """It was asked while the step before was looked at, by a campaign that no other test chose."""
    before, campaigns = STEPS[STEPS.index(name) - 1], campaigns_of(demo_page)
    opened(demo_page, before)
    with questions_asked() as asked:
        choose(demo_page, campaigns[-2 - STEPS.index(name)])
        MAKER.submit(int).result()  # behind what was asked of it before
    assert 0 < len(asked.ahead) <= AT_MOST
    with questions_asked() as asked:
        opened(demo_page, name)
    assert not asked.questions


def test_hand_written_sql_makes_the_same_facts(small: Company, tmp_path: Path) -> None:
    """Rows, and sums per measure, campaign and model: from our tables as from those of the source.

    With a day more for sales to answer, fewer follow-ups are late, and that is seen.
    """
    for number, tables in enumerate((small.snapshot.folder, small.tables)):
        write_raw_facts(tables, tmp_path / f"{number}.parquet", AS_OF)
        check_same(small.file, tmp_path / f"{number}.parquet")
    write_raw_facts(small.tables, tmp_path / "later.parquet", AS_OF, agreed_days=2)
    with pytest.raises(AssertionError):
        check_same(small.file, tmp_path / "later.parquet")


def test_a_refresh_takes_few_times_the_cpu_of_hand_written_sql(
    company: Company, tmp_path: Path
) -> None:
    """The same facts. Measured: 2.1 times, with reading, mapping and data health."""
    file = tmp_path / "raw.parquet"
    raw = taken(lambda: write_raw_facts(company.tables, file, AS_OF), 1, time.process_time)
    check_same(company.file, file)
    assert company.refresh_seconds <= 3.2 * median(raw)


@pytest.mark.parametrize(
    ("place", "limit"),
    [
        pytest.param(0, 0.9, id="cards and 26 weeks, measured 0.6"),
        pytest.param(4, 1.8, id="all campaigns with the period before, measured 1.2"),
    ],
)
def test_a_question_takes_few_times_the_cpu_of_one_group_by(
    company: Company, place: int, limit: float
) -> None:
    """One group-by in SQL over the facts sums every measure by day and cohort.

    We ask their rollup.
    """
    facts, engine = company.facts, duckdb.connect()
    question = nine_questions(facts)[place]
    own = taken(lambda: question.ask(facts), 5, time.process_time)
    raw = taken(lambda: raw_sums(engine, company.file), 5, time.process_time)
    assert median(own) <= limit * median(raw)


def test_plain_pandas_answers_the_nine_questions_alike(small: Company) -> None:
    """Sums and the mean cycle of every window and group; other facts are seen to be others."""
    facts, frame = small.facts, facts_in_pandas(small.file)
    for asked in nine_questions(facts):
        answer = scorecard(facts, asked.windows, asked.by, asked.where)
        check_same_answers(frame, asked, answer)
        with pytest.raises(AssertionError):
            check_same_answers(frame.assign(linear=frame["linear"] * 1.01), asked, answer)
