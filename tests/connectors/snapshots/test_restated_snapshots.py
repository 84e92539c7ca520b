"""Claims about restated figures, from real snapshots: refreshed for the meeting, and a week later.

The meeting is on Monday, 16 November 2026, and looks at the week of the 9th to the 15th.
"""

import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from connectors.settings.file import load_settings
from connectors.snapshots.engine import open_facts
from connectors.snapshots.refresh import refresh
from connectors.snapshots.snapshots import Snapshot, kept_snapshots
from kpis.calendar import Period
from kpis.change.restatement import (
    EarlierSnapshot,
    Restated,
    Restatement,
    Shown,
    restatements,
    shown_figures,
)
from kpis.definitions import AttributionModel
from kpis.model import Where
from kpis.scorecard.scorecard import scorecard

MEETING, TODAY = date(2026, 11, 16), date(2026, 11, 23)
WEEK = Period(date(2026, 11, 9), date(2026, 11, 15))
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))

Tables = Mapping[str, str]
"""Each table as CSV: names of columns, then rows, separated by blanks; - is empty."""


def refreshed(folder: Path, day: date, tables: Tables, definitions: str = "") -> Snapshot:
    """A real snapshot of the tables as they stand on a day."""
    lines = [definitions, 'sources.crm.kind = "files"']
    lines.append('sources.crm.folder = "."')
    for name, text in tables.items():
        rows = [line.split() for line in text.strip().splitlines()]
        csv = "\n".join(",".join("" if cell == "-" else cell for cell in row) for row in rows)
        (folder / f"{name}.csv").write_text(csv, encoding="utf-8")
        lines.append(f'tables.{name} = {{ source = "crm", from = "{name}.csv" }}')
    (folder / "settings.toml").write_text("\n".join(lines), encoding="utf-8")
    settings = load_settings(folder / "settings.toml")
    hour = 6 + len(kept_snapshots(settings))
    return refresh(settings, datetime(day.year, day.month, day.day, hour, tzinfo=UTC))


def compared(
    then: Snapshot,
    now: Snapshot,
    where: Where | None = None,
    models: tuple[AttributionModel, AttributionModel] = ("linear", "linear"),
) -> Restated:
    """What became of the figures of the week."""
    where, (before, after) = where or {}, models
    shown = [f for f in shown_figures(open_facts(then.folder, before), where) if f.period == WEEK]
    kept = EarlierSnapshot(
        company=then.manifest.company,
        definitions=then.manifest.definitions,
        under=lambda model, agreed: open_facts(then.folder, model, definitions=agreed),
    )
    return restatements(
        Shown(tuple(shown), then.manifest.as_of, where, before),
        open_facts(now.folder, after),
        after,
        kept,
        lambda day: open_facts(now.folder, after, as_of=day),
    )


def of(found: Restated, kpi: str) -> Restatement:
    (one,) = [one for one in found.changed if one.kpi.key == kpi]
    return one


def parts(one: Restatement) -> dict[str, float]:
    return {" + ".join(part.causes): pytest.approx(part.amount) for part in one.parts}


LEADS = """
lead_id created_at mql_at
a       2026-11-02 2026-11-09
b       2026-11-02 2026-11-10
c       2026-11-02 2026-11-11
"""
DEALS = """
deal_id status closed_at  paid_at    amount lead_id
d1      won    2026-11-10 2026-11-20 1000   a
d2      won    2026-11-11 2026-11-12 500    b
"""
COSTS = """
spent_on   amount
2026-11-10 500
"""


def test_two_snapshots_of_the_same_rows_say_the_same(tmp_path: Path) -> None:
    then = refreshed(tmp_path, MEETING, {"leads": LEADS, "deals": DEALS, "costs": COSTS})
    now = refreshed(tmp_path, TODAY, {"leads": LEADS, "deals": DEALS, "costs": COSTS})
    assert compared(then, now) == Restated(unchanged=10)


def test_rows_that_came_late_were_corrected_or_removed_are_late_data(tmp_path: Path) -> None:
    """a stays, b was corrected to the 17th, c is gone, d, e and g came in late: 3 − 2 + 3 = 4. f of
    the 18th is of another week: the newest six MQLs are three more than at the meeting."""
    later = """
    lead_id created_at mql_at
    a       2026-11-02 2026-11-09
    b       2026-11-02 2026-11-17
    d       2026-11-02 2026-11-12
    e       2026-11-02 2026-11-13
    f       2026-11-02 2026-11-18
    g       2026-11-02 2026-11-13
    """
    then, now = (
        refreshed(tmp_path, day, {"leads": rows})
        for day, rows in ((MEETING, LEADS), (TODAY, later))
    )
    mqls = of(compared(then, now), "mqls")
    assert mqls.sentence == "MQLs of 9–15 Nov: 3 shown, 4 now (+1): +1 late data."
    assert parts(mqls) == {"late data": 1.0}


def test_a_changed_switch_is_asked_of_the_records_of_then(tmp_path: Path) -> None:
    """Booked, d1 and d2 made 1,500; of the two, d2 was paid in the week: 500. d3 was booked in it,
    but came in late, and is not paid: it changes nothing. Had late data gone first, d3 would
    have been +200 late and −1,200 by definition. ROI, at a cost of 500: 200 %, then 0 %."""
    d3 = "d3 won 2026-11-13 - 200 c"
    tables = {"leads": LEADS, "costs": COSTS}
    then = refreshed(tmp_path, MEETING, tables | {"deals": DEALS})
    paid = 'definitions.customer_when = "paid"'
    now = refreshed(tmp_path, TODAY, tables | {"deals": DEALS + d3}, paid)
    found = compared(then, now)
    assert of(found, "revenue").sentence == (
        "Revenue won of 9–15 Nov: €1,500 shown, €500 now (−€1,000): −€1,000 changed definitions "
        "(customer_when was booked, now paid)."
    )
    assert parts(of(found, "revenue")) == {"definitions": -1000.0}
    assert parts(of(found, "marketing_roi")) == {"definitions": -2.0}
    assert {one.kpi.key for one in found.changed}.isdisjoint({"mqls", "leads", "follow_up_rate"})


def test_only_the_switches_that_change_a_kpi_are_named_with_it(tmp_path: Path) -> None:
    """ROI is (1,500 − 500) ÷ 500 = 200 % on revenue, (750 − 500) ÷ 500 = 50 % on half of it."""
    tables = {"leads": LEADS, "deals": DEALS, "costs": COSTS}
    then = refreshed(tmp_path, MEETING, tables)
    changed = 'definitions.gross_margin = 0.5\ndefinitions.bad_fit_reasons = ["Student"]'
    found = compared(then, refreshed(tmp_path, TODAY, tables, changed))
    assert of(found, "marketing_roi").sentence == (
        "ROI of 9–15 Nov: 200% shown, 50% now (−150 pts): −150 pts changed definitions "
        "(gross_margin was 1.0, now 0.5)."
    )


TOUCHES = "lead_id campaign_id touched_at\n"
TEN = [f"l{n}" for n in range(10)]


def test_a_changed_model_late_rows_and_later_touches_share_a_campaigns_change(
    tmp_path: Path,
) -> None:
    """Ten leads came through ads and then fair: 10 of ads by first touch, 5 in equal shares. Two
    more of ads came in late: 7. On the 18th mail touched the ten, so that ads has a third of each:
    3.33 + 2 = 5.33. With the credit of today, late data would seem to be +0.33."""
    created = "lead_id created_at\n" + "\n".join(f"{name} 2026-11-10" for name in TEN)
    touches = TOUCHES + "\n".join(f"{name} ads 2026-11-09\n{name} fair 2026-11-10" for name in TEN)
    then = refreshed(tmp_path, MEETING, {"leads": created, "touches": touches})
    created += "\nx 2026-11-12\ny 2026-11-12"
    touches += "\nx ads 2026-11-12\ny ads 2026-11-12\n"
    touches += "\n".join(f"{name} mail 2026-11-18" for name in TEN)
    now = refreshed(tmp_path, TODAY, {"leads": created, "touches": touches})
    leads = of(compared(then, now, {"campaign": ["ads"]}, ("first_touch", "linear")), "leads")
    assert leads.sentence == (
        "Leads of 9–15 Nov: 10 shown, 5 now (−5): −5 attribution (First touch then, Linear now), "
        "+2 late data, −2 from later touches."
    )
    assert parts(leads) == {"attribution": -5.0, "late data": 2.0, "since then": -5 / 3}


def test_all_at_once_the_parts_add_up(tmp_path: Path) -> None:
    """Conversion of campaign ads. Leads of the week: a through ads and fair, b and d through ads.
    Deals: a's booked on the 12th, paid on the 13th; b's booked on the 13th, paid on the 18th.

    - shown, first touch, booked: a and b of 3 = 2/3
    - linear: (0.5 + 1) ÷ 2.5 = 0.6, −1/15
    - paid by the 16th: 0.5 ÷ 2.5 = 0.2, −0.4
    - c of ads came in late, paid on the 14th: 1.5 ÷ 3.5 = 3/7
    - since then b has paid, and fair touched d: 2.5 ÷ (0.5 + 1 + 0.5 + 1) = 5/6
    """
    created = "lead_id created_at\n" + "\n".join(f"{name} 2026-11-10" for name in "abd")
    touches = TOUCHES + "\n".join(f"{name} ads 2026-11-09" for name in "abd")
    touches += "\na fair 2026-11-10"
    deals = """deal_id status closed_at paid_at lead_id
    d1 won 2026-11-12 2026-11-13 a
    """
    booked, paid = ("d2 won 2026-11-13 - b", "d2 won 2026-11-13 2026-11-18 b")
    tables = {"leads": created, "touches": touches, "deals": deals + booked}
    then = refreshed(tmp_path, MEETING, tables)
    tables = {
        "leads": created + "\nc 2026-11-11",
        "touches": touches + "\nc ads 2026-11-11\nd fair 2026-11-18",
        "deals": deals + paid + "\nd3 won 2026-11-13 2026-11-14 c",
    }
    now = refreshed(tmp_path, TODAY, tables, 'definitions.customer_when = "paid"')
    found = compared(then, now, {"campaign": ["ads"]}, ("first_touch", "linear"))
    rate = of(found, "lead_conversion_rate")
    assert (rate.shown, rate.now) == pytest.approx((2 / 3, 5 / 6))
    assert parts(rate) == {
        "attribution": 0.6 - 2 / 3,
        "definitions": -0.4,
        "late data": 3 / 7 - 0.2,
        "since then": 5 / 6 - 3 / 7,
    }
    for one in found.changed:
        assert sum(part.amount for part in one.parts) == pytest.approx(one.now - one.shown)
    assert rate.sentence.startswith(
        "Conversion of 9–15 Nov: 66.7% shown, 83.3% now (+16.6 pts): −6.7"
    )


@pytest.mark.parametrize(
    "changed",
    [
        'definitions.customer_when = "paid"',
        'definitions.conversion = "period"\ndefinitions.gross_margin = 0.5',
        "definitions.follow_up_working_days = 3",
        'definitions.attribution = "first_touch"\ndefinitions.clv_max_months = 3',
        'definitions.cycle_from = "deal_created"',
    ],
)
def test_a_kept_snapshot_under_other_definitions_is_as_if_it_had_been_made_with_them(
    tmp_path: Path, changed: str
) -> None:
    tables = {"leads": LEADS, "deals": DEALS, "costs": COSTS}
    own = refreshed(tmp_path, MEETING, tables)
    asked = own.manifest.definitions.model_copy(update=tomllib.loads(changed)["definitions"])
    made = refreshed(tmp_path, MEETING, tables, changed)
    assert made.manifest.definitions == asked != own.manifest.definitions
    model = asked.attribution
    answers = [
        scorecard(open_facts(own.folder, model, definitions=asked), [WEEK, NOVEMBER]),
        scorecard(open_facts(made.folder), [WEEK, NOVEMBER]),
    ]
    pd.testing.assert_frame_equal(*answers)
