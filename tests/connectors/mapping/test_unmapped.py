"""Claims about what unmapped columns, headers and row counts say of the rows that are loaded."""

import pandas as pd
import pytest

from connectors.mapping.mapping import joined, map_table
from connectors.settings.tables import TableSettings
from kpis.definitions import Company
from tests.connectors.mapping.mapped_frames import BERLIN, costs, doubts, leads, mapped, raw


@pytest.mark.parametrize(
    "header",
    [
        "Spend MTD",
        "spend_ytd",
        "Cost to date",
        "cumulativeCost",
        "Kosten kumuliert",
        "Running total",
    ]
    + ["Kosten bis heute", "Gasto acumulado", "Lifetime spend", "Coût à ce jour"],
)
def test_amounts_to_date_are_doubted(header):
    """100 on the first day is part of 250 to the second: 350 is 100 too much."""
    (text,) = doubts(costs(header))
    assert text.startswith(f"2 cells of amount are below the header '{header}'")
    assert "Export the amount of each day" in text


@pytest.mark.parametrize("header", ["Amount", "Updated cost", "Cost Ltd", "Total", "Budget today"])
def test_other_amounts_are_no_amounts_to_date(header):
    assert doubts(costs(header)) == []


def test_the_lifetime_value_of_a_deal_is_its_own():
    frame = {"deal_id": ["D1"], "status": ["won"], "Lifetime value": ["9000"]}
    assert doubts(mapped("deals", frame, columns={"amount": "Lifetime value"})) == []


def with_constant(constants, header, *cells, table="costs"):
    """The notes on three rows for which the settings give ``constants``."""
    own = {
        "costs": {"spent_on": ["2026-10-01"] * 3, "amount": [400, 250, 100]},
        "deals": {"deal_id": [*"abc"], "amount": [400, 250, 100]},
    }
    frame = {**own[table], header: [*cells]}
    return [n for n in mapped(table, frame, constants=constants).notes if "constant" in n.what]


@pytest.mark.parametrize(
    ("constant", "table", "header", "cells"),
    [
        ({"campaign_id": "spring"}, "costs", "Campaign", ("spring", "Spring", "fair")),
        ({"campaign_id": "spring"}, "costs", "Campaign name", ("spring", None, "fair")),
        ({"campaign_id": "spring"}, "costs", "Kampagne", ("spring", "spring", "fair")),
        ({"team": "sales"}, "costs", "Team", ("Sales", "Sales", "marketing")),
        ({"owner": "Ann", "status": "won"}, "deals", "Deal owner", ("Ann", "Ann", "Bob")),
        ({"status": "won"}, "deals", "StageName", ("won", "won", "lost")),
    ],
)
def test_a_constant_beside_a_column_of_that_name_with_other_values_is_doubted(
    constant, table, header, cells
):
    """The third row is another campaign's, team's or owner's, or was lost; a blank may be any."""
    (note,) = with_constant(constant, header, *cells, table=table)
    name, value = next(iter(constant.items()))
    assert note.is_doubt and note.text == (
        f"1 row has '{cells[2]}' in '{header}', which is not mapped: the constant {name} = "
        f"'{value}' counts ('row 4: {cells[2]}'). To count them as they are, write "
        f'columns.{name} = "{header}" under [tables.{table}] in place of the constant.'
    )


def test_a_constant_that_sums_up_a_column_is_noted_and_no_doubt():
    """An account may be one campaign to the CRM, whatever the platform calls its own."""
    (note,) = with_constant({"campaign_id": "google"}, "Campaign", "Brand", "Generic", "Brand")
    assert not note.is_doubt and note.rows == 3


@pytest.mark.parametrize(
    ("constant", "header", "cells"),
    [
        ({"campaign_id": "spring"}, "Campaign", ("spring", "SPRING", None)),
        ({"campaign_id": "spring"}, "Campaign status", ("spring", "paused", "paused")),
        ({"campaign_id": "spring"}, "Ad group", ("spring", "fair", "fair")),
        ({"currency": "EUR"}, "Currency", ("EUR", "USD", "USD")),
    ],
    ids=["the constant alone", "of a campaign", "another thing", "currencies have a rule"],
)
def test_a_constant_that_no_column_contradicts_is_not_noted(constant, header, cells):
    assert with_constant(constant, header, *cells) == []


def rates(units, **how):
    frame = {"kód": ["EUR", "JPY", "HUF"], "kurz": ["24,35", "13,912", "6,251"], "množství": units}
    columns = {"currency": "kód", "rate": "kurz"}
    company = Company(currency="CZK", time_zone="Europe/Prague")
    return mapped("rates", frame, columns=columns, decimal=",", company=company, **how)


def test_rates_of_a_hundred_units_are_doubted_with_the_query_that_divides():
    """100 JPY are 13.912 CZK: one is 0.13912."""
    (text,) = doubts(rates(["1", "100", "100"]))
    assert "'množství' says 100 JPY and 100 HUF. If so, divide: query = '''SELECT kód, " in text
    assert "CAST(REPLACE(kurz, ',', '.') AS DOUBLE) / CAST(množství AS DOUBLE) AS kurz" in text


@pytest.mark.parametrize("units", [["1", "1", "1"], ["2", "4", "100"], [None, "10", "100"]])
def test_other_numbers_beside_rates_are_no_units(units):
    assert doubts(rates(units)) == []


def test_units_that_scale_has_taken_into_account_are_not_doubted():
    assert doubts(rates(["100", "100", "100"], scale={"rate": 0.01})) == []


def spans(header, *rows):
    frame = pd.DataFrame(rows, columns=["Start", header, "Campaign", "amount"], dtype=object)
    return doubts(mapped("costs", frame, columns={"spent_on": "Start", "campaign_id": "Campaign"}))


@pytest.mark.parametrize("header", ["Reporting ends", "week_ending", "Bis", "Date to", "fin"])
def test_costs_of_several_days_in_a_row_are_doubted(header):
    """1,500 of 16 September to 15 October: half of it, in October, counts in September."""
    (text,) = spans(
        header,
        ("2026-09-16", "2026-10-15", "spring", "1000"),
        ("2026-10-16", "2026-11-14", "spring", "500"),
    )
    assert text == (
        f"2 rows span several days up to '{header}', and all of each counts on its first: 1,500.00 "
        "in all ('row 2: 2026-09-16 to 2026-10-15' and 'row 3: 2026-10-16 to 2026-11-14'). Export "
        "by day (in ad platforms, the breakdown by day): each row is then one day."
    )


@pytest.mark.parametrize(
    ("header", "ends"),
    [
        ("Reporting ends", ("2026-10-01", "2026-10-02", "2026-10-03")),
        ("Campaign end", ("2026-12-31", "2026-12-31", "2026-12-31")),
        ("Zahlbar bis", ("2026-10-15", "2026-10-16", "2026-10-17")),
        ("Updated", ("2026-10-15", "2026-10-16", "2026-10-17")),
        ("Ends", ("2026-10-15", "2026-10-16", "2026-10-02")),
        ("To", ("ann", "bo", "cy")),
    ],
)
def test_single_days_campaign_ends_and_dates_of_payment_are_no_spans(header, ends):
    days = ("2026-10-01", "2026-10-02", "2026-10-03")
    rows = [(day, end, "x", "5") for day, end in zip(days, ends, strict=True)]
    assert spans(header, *rows) == []


def sized(rows, columns=("lead_id",), is_file=True, **how):
    frame = pd.DataFrame({"lead_id": range(rows), "created_at": ["2026-10-09"] * rows})
    source = raw(frame, has_fixed_rows=is_file)
    how = TableSettings.model_validate({"source": "crm", **(how or {"from": "x"})})
    return doubts(map_table("leads", source, how, (), "UTC", BERLIN))


@pytest.mark.parametrize("rows", [1_000, 65_535])
def test_a_file_as_long_as_exports_are_at_most_is_doubted(rows):
    (text,) = sized(rows)
    assert text.startswith(f"{rows:,} rows were read, which is where many exports and spreadsheets")
    assert "the first created_at is 2026-10-09. Compare with the number of records" in text


def test_other_files_and_whole_tables_of_databases_are_complete():
    assert sized(999) == sized(1_001) == sized(1_000, is_file=False) == []


def test_a_query_is_cut_only_by_its_own_limit():
    (text,) = sized(300, is_file=False, query="SELECT * FROM x ORDER BY 1 LIMIT 300")
    assert "which is the LIMIT of the query" in text
    assert sized(299, is_file=False, query="SELECT * FROM x LIMIT 300") == []
    assert sized(1_000, is_file=False, query="SELECT * FROM x") == []


def people(prefix, *emails, header="email"):
    frame = leads(**{header: list(emails)})
    frame["lead_id"] = [f"{prefix}{at}" for at in range(1, len(emails) + 1)]
    return mapped("leads", frame)


def test_one_address_below_two_ids_is_doubted_over_all_parts():
    """Anna and Bo are in both systems: 5 leads are 3 people. Where no column is mapped, too."""
    parts = [people("H", "anna@acme.com", "bo@beta.io", "c@d.es")]
    parts += [people("S", "Anna@ACME.com ", "BO@beta.io", header="E-Mail")]
    (text,) = doubts(joined("leads", parts))
    assert text.startswith(
        "2 rows have the e-mail address of another lead: 2 addresses have several ids, so people "
        "count twice ('anna@acme.com: H1, S1' and 'bo@beta.io: H2, S2'). Merge them"
    )
    assert len(doubts(joined("leads", [people("H", "a@b.de", "a@b.de")]))) == 1, "one part"


@pytest.mark.parametrize(
    "emails",
    [
        ("anna@acme.com", "bo@acme.com", None, None, "unknown", "unknown"),
        ("noreply@acme.com", "noreply@acme.com", "NoReply@acme.com"),
        ("a@b.de", "a@b.de", *(f"p{at}@b.de" for at in range(99))),
    ],
)
def test_blanks_addresses_of_nobody_and_one_repeat_in_a_hundred_are_not_doubted(emails):
    """1 of 101 rows is less than one in a hundred."""
    assert doubts(joined("leads", [people("L", *emails)])) == []


def part_notes(second, **how):
    first = leads(campaign_id=["x", "y"], mql_at=["2026-10-05", None], company=["A", "B"])
    later = {"lead_id": ["K1", "K2"], "created_at": ["2026-10-20"] * 2, **second}
    whole = joined("leads", [mapped("leads", first), mapped("leads", later, **how)])
    return [(note.is_doubt, note.text) for note in whole.notes]


def test_a_part_whose_columns_were_renamed_is_doubted_with_their_names():
    """Two of its leads had an MQL date in vain."""
    ((is_doubt, text),) = part_notes({"Campaign": ["x", "y"], "MQL date": ["2026-10-22"] * 2})
    assert is_doubt and text == (
        "2 rows of part 2 (table contacts) have no campaign_id and mql_at, which another part has; "
        "'Campaign' reads like campaign_id and 'MQL date' reads like mql_at. Name them in that "
        'part: columns = { campaign_id = "Campaign", mql_at = "MQL date" } under its '
        "[[tables.leads]]."
    )


def test_a_part_without_such_a_column_is_noted_alone_and_a_constant_is_one():
    """Nothing is computed from companies. 'Lead source' is neither of the two columns."""
    ((is_doubt, text),) = part_notes({"Lead source": ["x", "y"]}, constants={"campaign_id": "web"})
    assert not is_doubt and text == (
        "2 rows of part 2 (table contacts) have no mql_at, which another part has."
    )
    assert part_notes({"mql_at": [None, "2026-10-22"]}, constants={"campaign_id": "web"}) == []


def zoned(*rows, headers=("Date", "Time", "TimeZone"), table="deals"):
    frame = pd.DataFrame(rows, columns=list(headers), dtype=object)
    key, day = ("lead_id", "created_at") if table == "leads" else ("deal_id", "closed_at")
    frame[key] = [f"X{at}" for at in range(len(rows))]
    frame = frame.assign(status="lost") if table == "deals" else frame
    return doubts(mapped(table, frame, columns={day: headers[0]}, zone="Europe/Berlin"))


def test_days_whose_time_and_zone_nobody_mapped_are_doubted_with_the_query():
    """16:30 of 31 October in Los Angeles is 00:30 of 1 November in Berlin, 8 hours on."""
    (text,) = zoned(("10/31/2026", "16:30:00", "PDT"), ("10/20/2026", "09:14:03", "PDT"))
    assert text.startswith("2 rows have 'PDT' in 'TimeZone', which is not mapped, but closed_at is")
    assert "SELECT *, Date || ' ' || Time AS moment FROM" in text
    assert 'time_zone = "America/Los_Angeles" under [sources.crm]' in text


@pytest.mark.parametrize(
    ("zones", "remedy"),
    [
        (("PDT", "PST"), 'time_zone = "America/Los_Angeles" under [sources.crm]'),
        (("Asia/Tokyo", "Asia/Tokyo"), 'time_zone = "Asia/Tokyo" under [sources.crm]'),
        (("CET", "UTC"), "Let a query make closed_at a time with its offset from UTC"),
        (("GMT-5", "GMT-5"), "Let a query make closed_at a time with its offset from UTC"),
    ],
)
def test_times_in_a_zone_that_a_column_beside_them_names_are_doubted(zones, remedy):
    rows = [("2026-10-31 16:30:00", zone) for zone in zones]
    (text,) = zoned(*rows, headers=("Closed", "Time Zone"))
    assert "in 'Time Zone', which is not mapped, but closed_at is taken in Europe/Berlin" in text
    assert remedy in text


@pytest.mark.parametrize(
    ("moment", "zone", "table", "headers"),
    [
        ("2026-10-31 16:30:00", "CET", "deals", ("Closed", "tz")),
        ("2026-10-31 16:30:00", "GMT+2", "deals", ("Closed", "tz")),
        ("2026-10-31 16:30:00", "Europe/Paris", "deals", ("Closed", "tz")),
        ("2026-10-31 16:30:00", "(UTC+01:00) Berlin, Rome", "deals", ("Closed", "tz")),
        ("2026-10-31T16:30:00-07:00", "PDT", "deals", ("Closed", "tz")),
        ("2026-10-31", "PDT", "deals", ("Closed", "tz")),
        ("2026-10-31 16:30:00", "North", "deals", ("Closed", "tz")),
        ("2026-10-31 16:30:00", "PDT", "leads", ("Created", "Owner", "City", "Time Zone")),
    ],
)
def test_our_own_zone_days_alone_and_zones_of_people_are_not_doubted(moment, zone, table, headers):
    rows = [(moment, *["x"] * (len(headers) - 2), zone)] * 2
    assert zoned(*rows, headers=headers, table=table) == []
