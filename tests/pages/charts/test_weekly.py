"""The pictures of the meeting: every mark stands for a number of the frame, and files show them."""

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache, partial
from typing import Any

import pytest
from PIL import Image

from connectors.documents.chart_images import png, svg
from kpis.catalogue import CATALOGUE
from kpis.definitions import Target
from kpis.records import Annotation
from kpis.weeks.frame import WeeklyFrame, weekly_frame
from pages.parts.charts.theme import Picture, colours_of, for_file
from pages.parts.charts.weekly.chart import weekly_chart
from pages.parts.charts.weekly.places import WEEKS_IN_A_MONTH
from pages.parts.meeting.goals.box import BoxCell, box_cells
from tests.small_data import Row, cost, facts_of, lead, won

MONDAY = "2026-11-23"
WEEKS = [date(2026, 10, 12) + timedelta(weeks=n) for n in range(6)]
COUNTS = {date(2025, 9, 30) + timedelta(days=n): 1 + n * n % 5 for n in range(0, 419, 3)}
"""Leads of every third day since September 2025."""


def leads_on(counts: Mapping[date, int]) -> list[Row]:
    return [
        lead(f"{day}-{n}", str(day), mql_at=str(day))
        for day, count in counts.items()
        for n in range(count)
    ]


def frame_of(key: str, as_of: str = MONDAY, **tables: list[Row]) -> WeeklyFrame:
    return weekly_frame(facts_of(as_of=as_of, **tables), [key])[key]


@cache
def many_leads() -> WeeklyFrame:
    return frame_of("leads", leads=leads_on(COUNTS))


def picture_of(frame: WeeklyFrame, *annotations: Annotation) -> Picture:
    return partial(weekly_chart, frame, "EUR", annotations=annotations)


def chart_of(frame: WeeklyFrame, *annotations: Annotation) -> dict[str, Any]:
    """The chart as Vega-Lite, which Altair has checked."""
    return picture_of(frame, *annotations)(colours_of("light")).to_dict()


def records(chart: dict[str, Any], *columns: str) -> list[dict[str, Any]]:
    """The rows that the chart draws, of those of its tables that have these columns, each once."""

    def rows(part: Any) -> Iterator[dict[str, Any]]:
        if isinstance(part, dict) and part.keys() >= set(columns):
            yield part
        elif isinstance(part, dict | list):
            for inside in part.values() if isinstance(part, dict) else part:
                yield from rows(inside)

    found = list(rows(chart))
    return [row for place, row in enumerate(found) if row not in found[:place]]


def periods(chart: dict[str, Any], half: str) -> list[dict[str, Any]]:
    rows = [row for row in records(chart, "year_before", "days") if "text" not in row]
    return sorted((row for row in rows if row["half"] == half), key=lambda row: row["place"])


def texts(spec: dict[str, Any]) -> list[str]:
    """The texts of the image, as a reader sees them."""
    found = re.findall(r"<text[^>]*>(.*?)</text>", svg(spec), re.S)
    return [re.sub(r"<[^>]+>", " ", text).strip().replace("  ", " ") for text in found]


def total(days: Iterable[date]) -> int:
    return sum(COUNTS.get(day, 0) for day in days)


def month(day: date) -> list[date]:
    days = [day.replace(day=1) + timedelta(days=n) for n in range(31)]
    return [other for other in days if other.month == day.month]


def test_every_point_is_the_sum_of_its_own_days_and_the_line_beneath_of_a_year_before() -> None:
    """Counted anew from the days: weeks begin on Mondays, their year before 364 days earlier; the
    year before of a month is the same month. Records begin on 30 September 2025."""
    chart = chart_of(many_leads())
    week = [timedelta(days=n) for n in range(7)]
    drawn = periods(chart, "week")
    assert [row["start"] for row in drawn] == [str(start) for start in WEEKS]
    for start, row in zip(WEEKS, drawn, strict=True):
        assert row["value"] == row["final"] == total(start + n for n in week)
        year_before = start - timedelta(days=364)
        assert row["year_before"] == total(year_before + n for n in week)
    drawn = periods(chart, "month")
    assert [row["start"][:7] for row in drawn] == [
        *("2025-11", "2025-12"),
        *(f"2026-{number:02}" for number in range(1, 11)),
    ]
    for row in drawn:
        start = date.fromisoformat(row["start"])
        assert row["value"] == total(month(start))
    assert [row["year_before"] for row in drawn] == [None] * 11 + [total(month(date(2025, 10, 1)))]


def test_weeks_and_months_stand_from_left_to_right_with_a_gap_between_them() -> None:
    chart = chart_of(many_leads())
    weeks, months = ([row["place"] for row in periods(chart, half)] for half in ("week", "month"))
    assert weeks == [0, 1, 2, 3, 4, 5]
    assert [b - a for a, b in zip(months, months[1:], strict=False)] == pytest.approx([1] * 11)
    assert months[0] - weeks[-1] > 1


def test_a_target_is_a_mark_at_its_period_only() -> None:
    facts = facts_of(as_of=MONDAY, leads=leads_on(COUNTS))
    march = [Target(kpi="leads", period="2026-03", value=33.0)]
    chart = chart_of(weekly_frame(facts, ["leads"], targets=march)["leads"])
    rows = periods(chart, "week") + periods(chart, "month")
    assert {row["start"]: row["target"] for row in rows if row["target"]} == {"2026-03-01": 33.0}


def line_of(spec: dict[str, Any], width: str) -> list[str]:
    """The pieces of each line of that thickness in the picture, each begun by an M."""
    paths = re.findall(r'<path aria-[^>]*d="([^"]*)"[^>]*stroke-width="([\d.]+)"', svg(spec))
    return [path for path, stroke in paths if stroke == width]


def test_where_a_value_is_undefined_the_line_has_a_gap() -> None:
    """Nobody was won in the third week from the left: no customer acquisition cost, neither 0."""
    won_in = [start for n, start in enumerate(WEEKS) if n != 2]
    frame = frame_of(
        "cac",
        leads=[lead(str(n), "2026-09-01") for n in range(6)],
        deals=[won(str(n), str(n), str(start)) for n, start in enumerate(won_in)],
        costs=[cost(str(start), 100.0) for start in WEEKS],
    )
    chart = chart_of(frame)
    values = [row["final"] for row in periods(chart, "week")]
    assert values == [100.0, 100.0, None, 100.0, 100.0, 100.0]
    pieces = [path.count("M") for path in line_of(for_file(picture_of(frame)), "2.5")]
    assert 2 in pieces, "the line of the weeks is in two pieces"


def test_a_conversion_that_is_still_maturing_is_hollow_and_its_line_dashed() -> None:
    """A sale takes 60 days. On 23 November the last leads of September are 54 days old, too young;
    those of August are 84."""
    rows = [lead(str(n), str(day)) for n, day in enumerate(COUNTS)]
    facts = facts_of(as_of=MONDAY, leads=rows, deals=[won("1", "0", "2025-11-29", 10.0)])
    facts = replace(facts, usual_cycle_days=60.0)
    key = "lead_conversion_rate"
    chart = chart_of(weekly_frame(facts, [key])[key])
    weeks, months = periods(chart, "week"), periods(chart, "month")
    assert all(row["final"] is None and row["open"] is not None for row in weeks)
    months_open = [row["open"] is not None for row in months]
    assert months_open == [False] * 10 + [True] * 2
    assert [row["dashed"] is not None for row in months] == [False] * 9 + [True] * 3
    assert all(
        (row["final"] is None) == still for row, still in zip(months, months_open, strict=True)
    )


def test_an_annotation_stands_at_its_week_and_at_its_month_under_one_number() -> None:
    """30 October: the week of the 26th, and October. 10 November: its week; November still runs.
    1 May 2024 is nowhere, so it has no number."""
    notes = [
        Annotation(id=1, day=date(2026, 11, 10), text="Webinar"),
        Annotation(id=2, day=date(2024, 5, 1), text="Long ago"),
        Annotation(id=3, day=date(2026, 10, 30), text="Budget cut"),
        Annotation(id=4, day=date(2026, 11, 11), text="Fair"),
    ]
    chart = chart_of(many_leads(), *notes)
    place = {
        row["start"]: row["place"] for half in ("week", "month") for row in periods(chart, half)
    }
    markers = [row for row in records(chart, "half", "place", "shown") if "text" not in row]
    assert {(row["shown"], row["place"]) for row in markers} == {
        ("1", place["2026-10-26"]),
        ("1", place["2026-10-01"]),
        ("2–3", place["2026-11-09"]),
    }
    reported = [(row["number"], row["text"]) for row in records(chart, "number", "text")]
    assert reported == [
        ("1", "30 Oct: Budget cut"),
        ("2", "10 Nov: Webinar"),
        ("3", "11 Nov: Fair"),
    ]


def test_the_text_of_an_annotation_is_text_in_one_line() -> None:
    odd = "<script>alert(1)</script> **bold** =1+1\n حملة 🚀"
    spec = for_file(picture_of(many_leads(), Annotation(id=1, day=date(2026, 11, 10), text=odd)))
    message = [text for text in texts(spec) if "alert" in text]
    assert message == ["10 Nov: &lt;script&gt;alert(1)&lt;/script&gt; **bold** =1+1 حملة 🚀"]


def y_domains(chart: dict[str, Any]) -> list[tuple[float, float]]:
    """The scales of weeks and of months, of which every layer of a half has the same."""
    found = []
    for half in chart["layer"][:2]:
        domains = {tuple(layer["encoding"]["y"]["scale"]["domain"]) for layer in half["layer"]}
        (domain,) = domains
        found.append(domain)
    return found


def test_the_same_pace_stands_equally_high_for_counts_and_ratios_share_one_scale() -> None:
    """365.25 days ÷ 12 ÷ 7 = 4.348 weeks in a month."""
    (low, week), (also_low, month_) = y_domains(chart_of(many_leads()))
    assert (low, also_low) == (0, 0)
    assert month_ / week == pytest.approx(WEEKS_IN_A_MONTH) == pytest.approx(4.348, abs=1e-3)
    rows = leads_on(COUNTS)
    ratio = chart_of(frame_of("cost_per_lead", leads=rows, costs=[cost("2026-11-02", 90.0)]))
    assert len(set(y_domains(ratio))) == 1


def test_a_loss_is_drawn_below_zero() -> None:
    """Nothing won in a week for 90 spent is a return of −100 %; 99 won before for 90, of 10 %."""
    costs = [cost("2026-11-02", 90.0), cost("2026-10-26", 90.0)]
    frame = frame_of("marketing_roi", deals=[won("1", None, "2026-10-26", 99.0)], costs=costs)
    (low, high), _ = y_domains(chart_of(frame))
    assert -1.2 < low < -1 and 0.1 < high < 1


def test_the_band_is_what_is_usual_of_the_weeks_drawn() -> None:
    frame = many_leads()
    assert frame.chart
    limits = [point.limits for point in frame.chart.points[-6:]]
    bands = records(chart_of(frame), "lower", "upper")
    seen = {
        week: (band["lower"], band["upper"])
        for band in bands
        for week in range(6)
        if band["from_place"] < week < band["to_place"]
    }
    assert seen == {week: (limit.lower, limit.upper) for week, limit in enumerate(limits) if limit}


def test_conversions_to_date_have_no_band_as_it_judges_others() -> None:
    """Half of each week's leads buy 30 days later: the last week, not yet 7 days old, has none, so
    at its age nobody has; the weeks drawn have more."""
    starts = [date(2026, 11, 16) - timedelta(weeks=n) for n in range(40)]
    rows = [lead(f"{start}-{n}", str(start)) for start in starts for n in range(2)]
    sold = [start for start in starts if start <= date(2026, 10, 20)]
    deals = [won(str(s), f"{s}-0", str(s + timedelta(days=30)), 1.0) for s in sold]
    frame = frame_of("lead_conversion_rate", leads=rows, deals=deals)
    assert frame.chart and frame.chart.points[-1].limits
    assert records(chart_of(frame), "lower", "upper") == []
    assert "usual range" not in texts(for_file(picture_of(frame)))


@pytest.mark.parametrize(
    ("as_of", "weeks", "years"),
    [
        (
            MONDAY,
            ["12 Oct", "19 Oct", "26 Oct", "2 Nov", "9 Nov", "16 Nov"],
            ["Nov 2025", "Jan 2026"],
        ),
        (
            "2027-02-01",
            ["21 Dec", "28 Dec", "4 Jan 2027", "11 Jan", "18 Jan", "25 Jan"],
            ["Feb 2026", "Jan 2027"],
        ),
    ],
)
def test_dates_read_across_a_year(as_of: str, weeks: list[str], years: list[str]) -> None:
    """A week is called by its first day; the year stands at the first month and where it begins."""
    frame = frame_of("leads", as_of=as_of, leads=leads_on(COUNTS))
    found = texts(for_file(picture_of(frame)))
    assert [text for text in found if text in weeks] == weeks
    assert [text for text in found if re.fullmatch(r"[A-Z][a-z]{2} \d{4}", text)] == years


def test_the_last_values_stand_on_the_chart() -> None:
    frame = many_leads()
    found = texts(for_file(picture_of(frame)))
    for table in (frame.weeks, frame.months):
        assert f"{table['value'].iloc[-1]:,.0f}" in found


@pytest.mark.parametrize("key", list(CATALOGUE))
def test_a_company_without_data_has_a_picture_without_a_line(key: str) -> None:
    frame = weekly_frame(facts_of(as_of=MONDAY), [key])[key]
    assert line_of(for_file(picture_of(frame)), "2.5") == []


def test_a_file_is_light_whatever_the_reader_has_and_as_wide_as_asked() -> None:
    """Two pixels for each of the 960 + 2 × 8 of its edge, and more than paper on it."""
    frame = many_leads()
    dark, picture = colours_of("dark"), picture_of(frame)
    drawn, spec = str(picture(dark).to_dict()), for_file(picture, title="A title")
    assert dark.paper in drawn and dark.paper not in str(spec)
    assert dark.ink in drawn and dark.ink not in str(spec)
    assert "A title" in texts(spec)
    image = Image.open(io.BytesIO(png(spec)))
    assert image.format == "PNG"
    assert image.width == pytest.approx(2 * 960, abs=40)
    colours = image.convert("RGB").getcolors(maxcolors=1 << 24)
    assert colours and {(255, 255, 255), (0x3A, 0x30, 0xAE)} <= {colour for _, colour in colours}


def cells_of(frame: WeeklyFrame) -> dict[str, BoxCell]:
    return {cell.name: cell for cell in box_cells(frame, "EUR")}


def test_the_box_says_each_number_with_its_change() -> None:
    """CAC of 200 last week after 100: twice as much, which is worse. Of October nothing is known,
    so the quarter is November: 300 ÷ 2."""
    frame = frame_of(
        "cac",
        leads=[lead("a", "2026-09-01"), lead("b", "2026-09-01")],
        deals=[won("1", "a", "2026-11-10"), won("2", "b", "2026-11-17")],
        costs=[cost("2026-11-10", 100.0), cost("2026-11-17", 200.0)],
    )
    cells = cells_of(frame)
    assert list(cells) == [
        *("Last week", "Week on week", "Year on year"),
        *("Month to date", "Quarter to date", "Year to date"),
    ]
    assert (cells["Last week"].big, cells["Last week"].days) == ("€200", "16–22 Nov 2026")
    week = cells["Week on week"]
    assert (week.big, week.beside, week.better) == ("+100%", "from €100", False)
    assert (cells["Year on year"].big, cells["Year on year"].beside) == (
        "—",
        "nothing known of a year before",
    )
    assert (cells["Quarter to date"].big, cells["Quarter to date"].beside) == ("€150", "no YoY")


def test_an_undefined_week_says_why_in_the_box() -> None:
    deals, costs = [won("1", None, "2026-10-01")], [cost("2026-11-17", 200.0)]
    frame = frame_of("cac", deals=deals, costs=costs)
    cells = cells_of(frame)
    assert cells["Last week"].big == cells["Week on week"].big == cells["Month to date"].big == "—"
    assert cells["Last week"].beside == frame.undefined == "no customers were won"
    assert cells["Week on week"].beside == "last week is undefined"
