"""Claims about rows that count twice, in two parts or one, and about parts that stop."""

from datetime import date, timedelta

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.mapping.equal_rows import repeated_rows, row_numbers
from connectors.mapping.mapping import joined
from tests.connectors.mapping.mapped_frames import doubts, mapped


def costs(*rows, **how):
    frame = pd.DataFrame(rows, columns=["spent_on", "campaign_id", "amount"], dtype=object)
    return mapped("costs", frame, **how)


def touches(*rows):
    return mapped(
        "touches",
        pd.DataFrame(rows, columns=["lead_id", "campaign_id", "touched_at"], dtype=object),
    )


A = ("2026-10-05", "spring", "300")
B = ("2026-10-12", "fair", "200")
C = ("2026-10-12", None, "75")


ROWS = st.tuples(
    st.sampled_from([None, "", "a", "b"]),
    st.sampled_from([None, 0.0, -0.0, 1.0]),
    st.sampled_from([None, date(2026, 1, 5), date(1900, 1, 1)]),
)


@given(st.lists(ROWS))
def test_rows_are_equal_where_all_they_hold_is_and_blank_equals_blank(rows):
    columns = zip(*rows, strict=True) if rows else [[], [], []]
    kinds = (pa.string(), pa.float64(), pa.date32())
    held = [pa.array(cells, kind) for cells, kind in zip(columns, kinds, strict=True)]
    numbers = row_numbers(held)
    assert len(set(zip(numbers.tolist(), rows, strict=True))) == len(set(rows))
    assert len(set(numbers.tolist())) == len(set(rows))
    again, earlier = repeated_rows(numbers)
    repeats = {at: rows.index(row) for at, row in enumerate(rows) if row in rows[:at]}
    assert dict(zip(again.tolist(), earlier.tolist(), strict=True)) == repeats


def test_rows_of_a_later_part_that_an_earlier_one_has_are_loaded_and_doubted():
    """300 + 200 + 75 stand twice, once in cents; 100 on a day of its own does not."""
    in_cents = [(day, campaign, f"{amount}00") for day, campaign, amount in (A, B, C)]
    parts = [
        costs(("2026-09-28", "spring", "9900"), *in_cents, scale={"amount": 0.01}),
        costs(A, B, C, ("2026-10-26", "fair", "100")),
    ]
    whole = joined("costs", parts)
    (note,) = [note for note in whole.notes if note.is_doubt]
    assert note.text == (
        "3 rows of part 2 (table contacts) are also in part 1, equal in every column: 575.00 in "
        "all ('2026-10-05, 300, spring', '2026-10-12, 200, fair' and '2026-10-12, 75'). If the "
        "parts overlap, remove these rows from one: they count twice."
    )
    assert whole.frame.num_rows == 8


def test_rows_that_repeat_within_a_part_or_differ_in_one_column_or_cost_nothing_are_not_doubted():
    parts = [
        costs(A, A, (*B[:2], "0")),
        costs((*A[:2], "301"), (*B[:2], "0"), constants={"currency": "EUR"}),
        costs(B, B),
    ]
    assert doubts(joined("costs", parts)) == []


def test_a_third_part_that_repeats_the_first_is_doubted():
    touches = {"lead_id": ["a"], "campaign_id": ["x"], "touched_at": ["2026-10-01 10:00"]}
    parts = [mapped("touches", {**touches, "lead_id": [one]}) for one in ("a", "b", "a")]
    (note,) = joined("touches", parts).notes
    assert note.text.startswith("1 row of part 3 (table contacts) is also in an earlier part")


@pytest.mark.parametrize("order", [(A, B, C, A, B, C), (A, A, B, B, C, C)])
def test_a_part_in_which_every_row_stands_twice_is_doubted(order):
    """300 + 200 + 75 = 575 are counted again, as pasted or sorted afterwards."""
    (text,) = doubts(costs(*order))
    assert text.startswith("3 rows are equal to earlier ones in every column: 575.00 in all ('row ")
    assert "they count twice: remove them" in text


def test_the_rows_and_sums_of_a_block_that_stands_again_are_named_by_currency():
    """Rows 6 to 8 are rows 3 to 5 again, 300 + 75 EUR and 200 USD; rows 2 and 9 stand once."""
    block = [(*A, "EUR"), (*B, "USD"), (*C, "EUR")]
    first, last = ("2026-10-01", "x", "7", "EUR"), ("2026-10-30", "x", "8", "EUR")
    frame = pd.DataFrame([first, *block, *block, last], dtype=object)
    frame.columns = ["spent_on", "campaign_id", "amount", "currency"]
    (text,) = doubts(mapped("costs", frame))
    assert "3 rows are equal to earlier ones in every column: 375.00 EUR and 200.00 USD" in text
    assert "'row 6 as 3: 2026-10-05, 300, spring, EUR'" in text


@pytest.mark.parametrize(
    "rows",
    [
        (A, A, A, B),
        (A, B, A, C, B),
        (A, B, C, C, B, A, ("2026-10-30", "x", "9")),
        tuple((*A[:2], f"{cents}.50") for cents in (1, 1, 1, 2, 2, 3, 4, 4, 5, 6)),
        (*((day, "spring", "0") for day in ("2026-10-01", "2026-10-02", "2026-10-03") * 2), A),
    ],
)
def test_single_rows_that_are_equal_are_no_doubt(rows):
    """Two clicks of one price on one day are usual, in no order; amounts of 0 count nothing."""
    assert doubts(costs(*rows)) == []


def test_a_touch_that_stands_twice_to_the_second_is_doubted_and_one_of_a_day_or_minute_is_not():
    """The same lead sees the same page twice a day; nobody sends a form twice in a second."""
    exact, minute = "2026-10-01 10:00:07", "2026-10-01 10:00:00"
    (text,) = doubts(touches(("L1", "x", exact), ("L1", "x", exact), ("L1", "y", exact)))
    assert text.startswith("1 row is equal to earlier ones in every column ('row 3 as 2: L1,")
    many = [(f"K{at}", "x", exact) for at in range(200)]
    assert doubts(touches(("L1", "x", exact), ("L1", "x", exact), *many)) == [], "1 of 202"
    assert doubts(touches(("L1", "x", minute), ("L1", "x", minute), ("L2", "x", exact))) == []
    assert doubts(touches(("L1", "x", "2026-10-01"), ("L1", "x", "2026-10-01"))) == []


def breakdown(day, campaign, *amounts):
    return [(day, campaign, str(amount)) for amount in amounts]


def test_the_row_of_all_ages_above_each_age_is_doubted():
    """400 = 150 + 250 and 600 = 100 + 500: 1,000 count twice, wherever the row stands."""
    spring = breakdown("2026-10-05", "spring", 400, 150, 250)
    fair = breakdown("2026-10-06", "fair", 100, 500, 600)
    (text,) = doubts(costs(*spring, *fair, *breakdown("2026-10-07", "fair", 5, 5)))
    assert text == (
        "2 rows hold the sum of others, equal in every column but the amount: 1,000.00 in all "
        "('row 2: 2026-10-05, 400, spring' and 'row 7: 2026-10-06, 600, fair'). If they sum up a "
        'breakdown, as "All" does, they count twice: leave them out of the export, or let a query '
        "do so (SELECT … WHERE)."
    )


def test_one_group_of_four_rows_is_enough():
    """60.60 = 10.10 + 20.20 + 30.30, in binary fractions off by less than half a cent."""
    (text,) = doubts(costs(*breakdown(*A[:2], 10.1, 20.2, 30.3, 60.6), B))
    assert text.startswith("1 row holds the sum of others") and ": 60.60 in all" in text


@pytest.mark.parametrize(
    "groups",
    [
        [(1, 1, 2)],
        [(100, 200, 300), (300, 100, 200)],
        [(1, 1, 2), (2, 3, 5), (1, 5, 9), (2, 6, 5), (3, 5, 9)],
        [(300, 250, 70, -20), (90, 70, 30, -10)],
        [(5, 5, 0), (7, 7, 0)],
        [(10.1, 20.2, 30.3, 60.9)],
    ],
    ids=["one", "the same again", "2 of 5", "refunds", "nothing", "some cents off"],
)
def test_amounts_that_add_up_by_coincidence_are_not_doubted(groups):
    rows = [breakdown(f"2026-10-0{at}", "x", *one) for at, one in enumerate(groups, start=1)]
    assert doubts(costs(*(row for group in rows for row in group))) == []


SPRING = breakdown("2026-10-31", "spring", 3250, 1250, 2000)
FAIR = breakdown("2026-10-31", "fair", 1750, 1000, 750)
ALONE = breakdown("2026-10-31", "tv", 90, 90)


@pytest.mark.parametrize("is_below", [True, False])
def test_the_rows_of_an_outline_that_sum_up_their_group_are_doubted(is_below):
    """3,250 = 1,250 + 2,000, 1,750 = 1,000 + 750, 90 = 90: 5,090, and 10,180 with all of them."""
    frame = pd.DataFrame([*SPRING, *FAIR, *ALONE], columns=["spent_on", "campaign_id", "amount"])
    frame["category"] = [None, "Google", "Meta", None, "Stand", "Travel", None, "Spot"]
    rows = frame if is_below else frame[::-1]
    (text,) = doubts(mapped("costs", rows))
    where = "below" if is_below else "above"
    assert text.startswith(f"3 rows hold the sum of the rows {where} them: 5,090.00 in all ('row ")
    assert ("'row 2: 2026-10-31, 3250, spring'" in text) == is_below
    grand = pd.DataFrame([{"spent_on": "2026-10-31", "amount": 5090}])
    (text,) = doubts(mapped("costs", pd.concat([grand, rows]).astype(object)))
    assert text.startswith("4 rows hold") and ": 10,180.00 in all" in text


@pytest.mark.parametrize(
    "rows",
    [
        SPRING,
        [*SPRING, *SPRING],
        [*SPRING, *breakdown("2026-10-31", "fair", 1751, 1000, 750)],
        [*SPRING, *FAIR, *breakdown("2026-10-31", "tv", 70, 80)],
        [*SPRING, *FAIR, *breakdown("2026-10-31", "tv", 10, -10)],
        breakdown("2026-10-31", "tv", 90, 90, 80, 80, 70, 70),
    ],
    ids=["one group", "the same again", "off", "two of eight in none", "a refund", "single parts"],
)
def test_amounts_that_follow_each_other_are_no_outline_without_all_of_the_evidence(rows):
    days = [f"2026-10-{at:02}" for at, _ in enumerate(rows, start=1)]
    named = [(day, f"c{day}", amount) for day, (_, _, amount) in zip(days, rows, strict=True)]
    assert not any(
        "rows below them" in text or "rows above" in text for text in doubts(costs(*named))
    )


DAILY = [
    *((f"2026-09-{day:02}", "spring", amount) for day, amount in ((3, "560"), (9, "2340"))),
    *((f"2026-09-{day:02}", "fair", amount) for day, amount in ((3, "280.5"), (9, "1219.5"))),
    *((f"2026-10-{day:02}", "spring", amount) for day, amount in ((3, "1250"), (9, "2000"))),
]
MONTHLY = [("2026-09-01", "spring", "2900"), ("2026-09-01", "fair", "1500")]
MONTHLY += [("2026-10-01", "spring", "3250")]


def test_a_part_whose_rows_are_the_sums_of_another_is_doubted():
    """2,900 = 560 + 2,340, 1,500 = 280.50 + 1,219.50 and 3,250 = 1,250 + 2,000: 7,650 twice."""
    whole = joined("costs", [costs(*DAILY), costs(*MONTHLY)])
    assert doubts(whole) == [
        "3 rows of part 2 (table contacts) hold the sums of rows of part 1 (table contacts) over "
        "the same campaign and month: 7,650.00 in all ('2026-09-01, 2900, spring', '2026-09-01, "
        "1500, fair' and '2026-10-01, 3250, spring'). If part 2 sums them up, all of it counts "
        "twice: remove one of these [[tables.costs]]."
    ]
    assert whole.frame.num_rows == 9


def test_the_sums_of_two_platforms_and_of_whole_months_are_doubted():
    """Without a campaign 4,400 = 560 + 2,340 + 280.50 + 1,219.50, and 3,250 = 1,250 + 2,000."""
    months = costs(("2026-09-30", None, "4400"), ("2026-10-31", None, "3250"))
    (text,) = doubts(joined("costs", [months, costs(*DAILY[:3]), costs(*DAILY[3:])]))
    assert "2 rows of part 1 (table contacts) hold the sums of rows of part 2 (" in text
    assert "and part 3 (table contacts) over the same month: 7,650.00" in text


@pytest.mark.parametrize(
    "others",
    [
        [MONTHLY[0]],
        [MONTHLY[0], *((f"2026-{month:02}-01", "spring", "2900") for month in (7, 8, 10))],
        [(day, campaign, str(float(amount) + 1)) for day, campaign, amount in MONTHLY],
        [*MONTHLY, *((f"2026-10-{day:02}", "tv", "90") for day in range(1, 5))],
    ],
    ids=["one sum", "a retainer", "not the sums", "most rows are others"],
)
def test_a_part_of_other_costs_of_the_same_campaigns_is_not_doubted(others):
    """An agency's fees beside the platform's costs; one of them may be the sum by chance."""
    assert doubts(joined("costs", [costs(*DAILY), costs(*others)])) == []


def pull(days, restated, **more):
    rows = [(f"2026-10-{day:02}", name) for day in days for name in ("spring", "fair")]
    amounts = [round((100 + 7 * at) * restated, 2) for at in range(len(rows))]
    frame = pd.DataFrame(rows, columns=["spent_on", "campaign_id"]).assign(amount=amounts, **more)
    return frame.astype(object)


def test_a_later_pull_of_the_same_days_with_restated_amounts_is_doubted():
    """100 + 107 + … + 135 = 705 are counted again at 99%; 4 to 9 Oct come in the newer one only."""
    pulls = [
        pull((1, 2, 3), 1, pulled_on="2026-10-04"),
        pull(range(1, 10), 0.99, pulled_on="2026-10-10"),
    ]
    (text,) = doubts(mapped("costs", pd.concat(pulls)))
    assert text == (
        "6 rows stand again below, equal in spent_on and campaign_id, with an amount that is "
        "within 5%: 705.00 in all; 'pulled_on' keeps them apart ('row 2 as 8: 2026-10-01, 100, "
        "spring', 'row 3 as 9: 2026-10-01, 107, fair' and 'row 4 as 10: 2026-10-02, 114, spring')."
        " If they are two pulls of one report, they count twice: let a query take the newest "
        '(SELECT … QUALIFY row_number() OVER (PARTITION BY "spent_on", "campaign_id" ORDER BY '
        '"pulled_on" DESC) = 1).'
    )


def test_nightly_pulls_of_the_last_days_are_doubted_though_nothing_names_the_pull():
    """Three nights pull 1 to 3, 2 to 4 and 3 to 5 Oct: 2 to 4 Oct return 1, 2 and 1 times each."""
    rows = [
        (f"2026-10-{day:02}", name, str(size * day + night / 10))
        for night in range(3)
        for day in range(1 + night, 4 + night)
        for name, size in (("spring", 90), ("fair", 70))
    ]
    (text,) = doubts(costs(*rows))
    assert text.startswith("8 rows stand again below") and "remove the earlier block" in text


@pytest.mark.parametrize(
    ("frames", "how"),
    [
        ([pull((1, 2, 3), 1), pull((1, 2, 3), 0.7)], "blocks"),
        (
            [pull((1, 2, 3), 1, **{"Ad set": "A"}), pull((1, 2, 3), 0.99, **{"Ad set": "B"})],
            "blocks",
        ),
        ([pull((1, 2, 3), 1), pull((1, 2, 3), 0.99)], "by day"),
        ([pull((1, 2), 1), pull((1, 2), 0.99)], "blocks"),
    ],
    ids=[
        "amounts differ freely",
        "a column names the ad set",
        "a breakdown of each day",
        "4 pairs",
    ],
)
def test_two_ad_sets_of_a_campaign_on_the_same_days_are_not_doubted(frames, how):
    rows = pd.concat(frames)
    rows = rows.sort_values("spent_on", kind="stable") if how == "by day" else rows
    assert doubts(mapped("costs", rows)) == []


def every(step, first, last):
    days = range(0, (date.fromisoformat(last) - date.fromisoformat(first)).days + 1, step)
    return [(date.fromisoformat(first) + timedelta(day)).isoformat() for day in days]


def ran(*parts):
    """What is doubted in costs of parts with a row on each of these days."""
    tables = [
        costs(*((day, f"c{at}", str(100 + number)) for number, day in enumerate(days)))
        for at, days in enumerate(parts)
    ]
    return doubts(joined("costs", tables, date(2026, 11, 15)))


def test_a_part_that_stops_while_another_goes_on_is_doubted():
    """Every third day until 9 Oct; 36 days of silence are more than 14, and than 4 times 3."""
    parts = every(3, "2026-08-01", "2026-11-14"), every(3, "2026-08-01", "2026-10-09")
    assert ran(*parts) == [
        "No rows of part 2 (table contacts) come after 9 Oct 2026, though they came at least every "
        "3 days before; part 1 (table contacts) continues until 14 Nov 2026. If its export "
        "stopped, all since then is missing: export it again. If it has ended, nothing is."
    ]
    leads = [
        mapped("leads", {"lead_id": [f"{at}{day}" for day in days], "created_at": days})
        for at, days in enumerate(parts)
    ]
    assert len(doubts(joined("leads", leads, date(2026, 11, 15)))) == 1


@pytest.mark.parametrize(
    "other",
    [
        every(1, "2025-06-01", "2026-06-10"),
        every(1, "2026-08-01", "2026-11-01"),
        every(9, "2026-07-05", "2026-10-12"),
        every(1, "2026-09-01", "2026-09-12"),
        every(1, "2026-01-01", "2026-05-15"),
        every(1, "2026-08-01", "2026-12-31"),
    ],
    ids=["the year before", "13 days", "3 of its gaps", "a fair", "long ago", "plans"],
)
def test_parts_that_follow_each_other_or_pause_or_end_are_not_doubted(other):
    """Part 1 has a row each day from January to 14 Nov; what is planned after today is no row."""
    assert ran(every(1, "2026-01-01", "2026-11-14"), other) == []
