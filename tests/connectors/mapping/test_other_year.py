"""Claims about a year that is a slip of the pen, in a column of days that is in order."""

import pytest

from tests.connectors.mapping.mapped_frames import doubts, mapped

AUTUMN = ["09-07", "09-14", "09-21", "09-28", "10-05", "10-12", "10-19", "11-02"]
WEEKS = [f"2026-{day}" for day in AUTUMN]


def costs(days, **how):
    frame = {"spent_on": days, "amount": [100 + at for at in range(len(days))]}
    return doubts(mapped("costs", frame, **how))


def with_slips(days, *slips):
    """``days`` with others at these positions."""
    changed = list(days)
    for at, day in slips:
        changed[at] = day
    return changed


@pytest.mark.parametrize("written", ["2025", "2027", "2062"])
def test_a_day_that_is_in_order_with_the_year_of_its_neighbours_is_doubted(written):
    """The sixth week is 105: rows 2 to 9, of which row 7 is the slip."""
    (text,) = costs(with_slips(WEEKS, (5, f"{written}-10-12")))
    assert text == (
        "1 cell of spent_on has another year than the rows before and after, whose year would be "
        f"in order: 105.00 in all ('row 7: {written}-10-12, where 2026-10-12 fits'). If the "
        "year is a slip of the pen, correct it in the source."
    )


def test_days_that_fall_from_row_to_row_are_in_order_too():
    (text,) = costs(with_slips(WEEKS, (5, "2025-10-12"))[::-1])
    assert "row 4: 2025-10-12, where 2026-10-12" in text


def test_the_old_year_of_january_is_doubted_for_each_row_of_the_day():
    """In the new year the hand still writes the old one: 2025-01-05 twice, for 2026."""
    days = [f"2025-{day}" for day in [*AUTUMN, "12-29", "01-05", "01-05"]]
    days += ["2026-01-12", "2026-01-19"]
    (text,) = costs(days)
    assert text.startswith("2 cells of spent_on have another year")
    assert "row 11: 2025-01-05, where 2026-01-05" in text


def test_days_of_leads_and_deals_are_read_in_the_zone_of_the_company():
    ids = [str(at) for at in range(8)]
    slip = with_slips(WEEKS, (2, "2025-09-21"))
    assert doubts(mapped("leads", {"lead_id": ids, "created_at": slip}, zone=None))
    frame = {"deal_id": ids, "status": ["won"] * 8, "closed_at": slip}
    assert "row 4: 2025-09-21" in doubts(mapped("deals", frame, zone=None))[0]


@pytest.mark.parametrize(
    "days",
    [
        ["2025-12-15", "2025-12-22", "2025-12-29", "2026-01-05", "2026-01-12", "2026-01-19"],
        with_slips(WEEKS, (5, "2025-11-20")),
        with_slips(WEEKS, (7, "2025-10-26")),
        with_slips(WEEKS, (5, "2026-08-31")),
        [day for week in WEEKS for day in (week, week.replace("2026", "2025"))],
        [WEEKS[at] for at in (3, 0, 6, 1, 7, 2, 5, 4)] + ["2025-10-12", "2026-10-12"],
        ["2026-10-01"] * 5 + ["2025-10-01"] + ["2026-10-01"] * 4,
        [*WEEKS[:3], "2025-09-22"],
    ],
    ids=[
        *("turn of the year", "late entry", "late entry at the end", "late by weeks"),
        *("each week beside last year's", "no order", "one day alone", "few rows"),
    ],
)
def test_days_that_may_mean_what_they_say_are_not_doubted(days):
    assert costs(days) == []


def days_of(*months, step=2):
    """Every second day of these months of 2026."""
    return [f"2026-{month:02}-{day:02}" for month in months for day in range(1, 29, step)]


def month_first(days):
    """As a program saves them that reads 05/10/2026 as 10 May, and 13/10/2026 as 13 October."""
    return [f"{d[:5]}{d[8:]}-{d[5:7]}" if int(d[8:]) <= 12 else d for d in days]


@pytest.mark.parametrize("months", [[10], [9, 10, 11], range(1, 13)])
@pytest.mark.parametrize("step", [1, -1])
def test_days_up_to_the_twelfth_with_day_and_month_exchanged_are_doubted(months, step):
    """Days 1, 3, 5, 7, 9 and 11 of each month, of which the one that is its month's stays."""
    days = days_of(*months)[::step]
    read = month_first(days)
    (text,) = costs(read)
    exchanged = [pair for pair in zip(read, days, strict=True) if pair[0] != pair[1]]
    what = f"{len(exchanged)} cells of spent_on have a day up to 12 and are out of order"
    assert text.startswith(what) and "{}, where {} fits".format(*exchanged[0]) in text
    assert 'date_format = { spent_on = "%d/%m/%Y" } under [tables.costs]' in text


@pytest.mark.parametrize(
    "days",
    [
        days_of(9, 10, 11),
        days_of(9, 10, 11)[20:] + days_of(9, 10, 11)[:20],
        [f"2026-{month:02}-01" for month in range(1, 13)] + days_of(1, 2, 3)[6:],
        month_first(days_of(10))[:6] + ["2026-10-13", "2026-10-15"],
        [day for week in days_of(10) for day in (week, week.replace("-10-", "-04-"))],
    ],
    ids=["in order", "two blocks", "fees of each month first", "few past the 12th", "in turns"],
)
def test_days_that_are_no_better_in_order_when_exchanged_are_not_doubted(days):
    assert not any("exchanged" in text for text in costs(days))
