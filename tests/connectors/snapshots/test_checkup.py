"""Claims about the check: every source tried, every loss named, nothing published."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from connectors.settings.file import load_settings
from connectors.snapshots.checkup import Checkup, check_sources
from connectors.snapshots.refresh import refresh
from connectors.snapshots.sources_read import SourcesRead
from kpis.errors import SettingsError
from kpis.health.health import Health
from tests.maven import files_below

DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CSV = '[sources.crm]\nkind = "files"\nfolder = "."\n'


def check(folder: Path, text: str) -> Checkup:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return check_sources(load_settings(path), DAY)


def table(name: str, more: str = "") -> str:
    return f'[tables.{name}]\nsource = "crm"\nfrom = "{name}.csv"\n{more}'


def save(folder: Path, name: str, *lines: str) -> None:
    (folder / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")


def test_without_any_source_everything_is_undefined_and_nothing_fails(tmp_path: Path) -> None:
    checkup = check(tmp_path, "")
    assert checkup.sources == [] and checkup.failures == [] and len(checkup.rejects) == 0
    assert "no leads are mapped; undefined: Lead conversion rate" in checkup.read.missing


def test_rejects_are_counted_by_reason_and_listed_by_row(tmp_path: Path) -> None:
    """Six rows: c has no date, d an impossible one, and a stands twice more."""
    save(
        tmp_path,
        "leads",
        "lead_id,created_at",
        *("a,2026-01-02", "b,2026-01-02", "c,", "d,2026-02-30", "a,2026-01-03", "a,2026-01-04"),
    )
    checkup = check(tmp_path, CSV + table("leads"))
    (leads,) = checkup.sources[0].tables
    assert (leads.name, leads.place) == ("leads", "file 'leads.csv'")
    assert (leads.read, leads.loaded, len(leads.rejects)) == (6, 2, 4)
    reasons = {one.text: one.rows for one in checkup.read.tables["leads"].reasons}
    assert sum(reasons.values()) == 4
    (already,) = (reason for reason, count in reasons.items() if count == 2)
    assert already.startswith("lead_id is already in an earlier row with other values; if they")
    assert reasons["created_at is required, but blank"] == 1
    listed = checkup.rejects[["row", "key", "value"]].to_dict("split")["data"]
    assert listed == [[4, "c", ""], [5, "d", "2026-02-30"], [6, "a", "a"], [7, "a", "a"]]


def test_rows_that_two_parts_share_are_noted(tmp_path: Path) -> None:
    """The second file repeats one row of 300; only parts put together show it."""
    save(tmp_path, "a", "spent_on,amount", "2026-10-05,300", "2026-10-06,100")
    save(tmp_path, "b", "spent_on,amount", "2026-10-05,300", "2026-10-07,50")
    parts = [f'[[tables.costs]]\nsource = "crm"\nfrom = "{name}.csv"\n' for name in "ab"]
    (note,) = check(tmp_path, CSV + "".join(parts)).read.tables["costs"].notes
    assert note.text.startswith("1 row of part 2 (file 'b.csv') is also in part 1")
    assert "300.00 in all" in note.text and note.is_doubt


@pytest.mark.parametrize("second", ["a", "b"])
def test_a_key_that_an_earlier_part_holds_is_rejected_as_a_refresh_rejects_it(
    tmp_path: Path, second: str
) -> None:
    """Each file holds deals 1 and 2, the second beside them 3 and one without a status.

    Part 2 loads deal 3 alone: 4 = 1 + 3. A file that is mapped twice loads nothing the second time.
    """
    save(tmp_path, "a", "deal_id,status", "1,open", "2,open")
    save(tmp_path, "b", "deal_id,status", "1,open", "2,open", "3,open", "4,")
    parts = [f'[[tables.deals]]\nsource = "crm"\nfrom = "{name}.csv"\n' for name in ("a", second)]
    checkup = check(tmp_path, CSV + "".join(parts))
    first, last = checkup.sources[0].tables
    assert (first.read, first.loaded, len(first.rejects)) == (2, 2, 0)
    read, loaded = {"a": (2, 0), "b": (4, 1)}[second]
    assert (last.read, last.loaded, len(last.rejects)) == (read, loaded, read - loaded)
    reasons = {one.text: one.rows for one in checkup.read.tables["deals"].reasons}
    assert reasons["deal_id is already in an earlier row of file 'a.csv'"] == 2
    deals = refresh(load_settings(tmp_path / "settings.toml"), NOW).manifest.tables["deals"]
    assert (deals.read, deals.loaded) == (2 + read, 2 + loaded)
    assert deals.rejected == len(checkup.rejects) == read - loaded


def test_every_source_and_table_is_tried_after_one_that_fails(tmp_path: Path) -> None:
    """The database is missing, one file lacks a column, another one is fine."""
    save(tmp_path, "leads", "id,created_at", "a,2026-01-02")
    save(tmp_path, "costs", "spent_on,amount", "2026-01-02,5")
    checkup = check(
        tmp_path,
        '[sources.old]\nkind = "database"\nurl = "sqlite:///old.db"\n'
        f'[tables.deals]\nsource = "old"\nfrom = "deals"\n{CSV}{table("leads")}{table("costs")}',
    )
    old, crm = checkup.sources
    assert [len(source.failures) for source in (old, crm)] == [1, 1]
    assert str(old.failures[0]).startswith("Source 'old': there is no SQLite file")
    assert "no column 'lead_id'" in str(crm.failures[0])
    assert [(found.name, found.loaded) for found in crm.tables] == [("costs", 1)]
    assert checkup.failures == old.failures + crm.failures


def test_a_missing_secret_is_a_failure_of_its_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CRM_URL", raising=False)
    checkup = check(
        tmp_path,
        '[sources.crm]\nkind = "database"\nurl = "env:CRM_URL"\n'
        '[tables.leads]\nsource = "crm"\nfrom = "leads"\n',
    )
    (failure,) = checkup.failures
    assert isinstance(failure, SettingsError)
    assert str(failure).startswith("Source 'crm', url: 'env:CRM_URL' refers to the environment")


def test_nothing_is_published_and_no_failure_kept(tmp_path: Path) -> None:
    save(tmp_path, "leads", "lead_id,created_at", "a,")
    assert len(check(tmp_path, CSV + table("leads")).failures) == 1
    assert [path.name for path in files_below(tmp_path)] == ["leads.csv", "settings.toml"]


def test_what_is_not_mapped_says_what_it_costs(tmp_path: Path) -> None:
    save(tmp_path, "leads", "lead_id,created_at,mql_at", "a,2026-01-02,2026-01-05")
    save(tmp_path, "deals", "deal_id,status,lead_id,closed_at,amount", "1,won,a,2026-02-01,9")
    both = CSV + table("leads") + table("deals")
    effects = check(tmp_path, both).read.missing
    assert "no costs are mapped; undefined: Customer acquisition cost and Marketing ROI" in (
        effects
    )
    assert any(text.startswith("no SQL date is mapped") for text in effects)
    assert not any(text.startswith("no MQL date is mapped") for text in effects)
    assert any(text.startswith("no touches are mapped") for text in effects)
    assert any(text.startswith("leads.campaign_id is not mapped") for text in effects)
    save(tmp_path, "deals", "deal_id,status,lead_id,closed_at", "1,won,a,2026-02-01")
    without_amounts = check(tmp_path, both).read.missing
    lost = "deals.amount is not mapped; undefined: Customer lifetime value and Marketing ROI"
    assert lost in without_amounts and lost not in effects


def test_what_a_table_that_failed_would_have_held_is_not_reported_to_be_missing(
    tmp_path: Path,
) -> None:
    """The leads lack a required column, the payments' database is not there; both are mapped."""
    save(tmp_path, "leads", "id,created_at,mql_at", "a,2026-01-02,2026-01-05")
    save(tmp_path, "costs", "spent_on,amount", "2026-01-02,5")
    payments = (
        '[sources.old]\nkind = "database"\nurl = "sqlite:///old.db"\n'
        '[tables.payments]\nsource = "old"\nfrom = "payments"\n'
    )
    checkup = check(tmp_path, CSV + table("leads") + table("costs") + payments)
    assert len(checkup.failures) == 2
    message = "\n".join(checkup.read.missing)
    for untrue in ("no leads are", "no MQL date", "leads.campaign_id", "no payments", "no costs"):
        assert untrue not in message
    assert "no deals are mapped" in message


def test_health_is_reported_of_the_tables_that_can_be_used(tmp_path: Path) -> None:
    """Of the loaded deals one names a lead that was rejected, one has no closing date. The costs
    failed, so nothing is said of them; the campaigns of leads are not compared with campaigns that
    nobody mapped."""
    save(tmp_path, "leads", "lead_id,created_at,campaign_id", "a,2026-01-02,c1", "b,,c1")
    save(
        tmp_path,
        "deals",
        "deal_id,status,lead_id,closed_at,amount",
        *("1,won,b,2026-02-01,9", "2,won,a,,9", "3,half,x,2026-02-01,9"),
    )
    save(tmp_path, "costs", "day,amount", "2026-01-02,5")
    checkup = check(tmp_path, CSV + table("leads") + table("deals") + table("costs"))
    found = {finding.check: finding.examples for finding in checkup.read.health.findings}
    assert found == {"deals_lead_id_unknown": ("b",), "won_without_date": ("2",)}
    assert checkup.read.health.sound == {"leads": 1, "deals": 0}


def test_leads_that_cannot_be_read_make_no_deal_an_orphan(tmp_path: Path) -> None:
    save(tmp_path, "leads", "id,created_at", "a,2026-01-02")
    save(tmp_path, "deals", "deal_id,status,lead_id", "1,open,a")
    checkup = check(tmp_path, CSV + table("leads") + table("deals"))
    assert len(checkup.failures) == 1 and checkup.read.health.findings == ()


def test_a_file_that_fails_hides_no_other_table_of_its_source(tmp_path: Path) -> None:
    """The first of three files is missing, the second has a header twice; the third is fine."""
    save(tmp_path, "deals", "deal_id,status,status", "1,won,won")
    save(tmp_path, "costs", "spent_on,amount", "2026-01-02,5")
    checkup = check(tmp_path, CSV + table("leads") + table("deals") + table("costs"))
    (crm,) = checkup.sources
    assert [found.name for found in crm.tables] == ["costs"]
    missing, twice = (str(failure) for failure in crm.failures)
    assert "there is no file 'leads.csv'" in missing and "'deals.csv'" in twice


def test_a_table_that_a_database_lacks_hides_no_other(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "crm.db")) as database:
        database.execute("CREATE TABLE costs (spent_on TEXT, amount REAL)")
        database.execute("INSERT INTO costs VALUES ('2026-01-02', 5)")
        database.commit()
    checkup = check(
        tmp_path,
        '[sources.crm]\nkind = "database"\nurl = "sqlite:///crm.db"\n'
        '[tables.leads]\nsource = "crm"\nfrom = "leeds"\n'
        '[tables.costs]\nsource = "crm"\nfrom = "costs"\n',
    )
    (crm,) = checkup.sources
    assert [found.name for found in crm.tables] == ["costs"]
    (failure,) = crm.failures
    assert "there is no table or view 'leeds'" in str(failure)


def test_what_is_wrong_with_the_whole_source_is_reported_once(tmp_path: Path) -> None:
    """Three tables of a database that is not there: one failure, not three."""
    names = ("leads", "deals", "costs")
    mapped = "".join(f'[tables.{n}]\nsource = "old"\nfrom = "{n}"\n' for n in names)
    checkup = check(
        tmp_path, f'[sources.old]\nkind = "database"\nurl = "sqlite:///old.db"\n{mapped}'
    )
    assert len(checkup.failures) == 1 and checkup.read.health == Health()


def test_a_damaged_workbook_of_two_tables_is_reported_once_and_hides_no_other_file(
    tmp_path: Path,
) -> None:
    (tmp_path / "book.xlsx").write_bytes(b"no workbook")
    save(tmp_path, "costs", "spent_on,amount", "2026-01-02,5")
    sheets = "".join(
        f'[tables.{name}]\nsource = "crm"\nfrom = "book.xlsx#{name}"\n'
        for name in ("leads", "deals")
    )
    checkup = check(tmp_path, CSV + sheets + table("costs"))
    assert [found.name for found in checkup.sources[0].tables] == ["costs"]
    (failure,) = checkup.failures
    assert "is not a readable workbook" in str(failure)


@pytest.mark.parametrize(
    ("named", "days"),
    [
        ("end", "2025-04-01 to 2026-03-31, which is over: a fiscal year is named by the"),
        ("start", "2026-04-01 to 2027-03-31: a fiscal year is named by the"),
    ],
)
def test_the_days_of_a_fiscal_period_that_a_target_names_are_shown(
    tmp_path: Path, named: str, days: str
) -> None:
    """In Japan, 2026 is the year from April 2026; elsewhere it ends in March 2026 and is over."""
    company = f'[company]\nfiscal_year_starts = 4\nfiscal_year_named = "{named}"\n'
    target = '[[targets]]\nkpi = "{}"\nperiod = "{}"\nvalue = 9\n'
    goals = [("mqls", "2026"), ("sqls", "2026"), ("mqls", "month"), ("sqls", "2026-11")]
    targets = "".join(target.format(*goal) for goal in goals)
    (line,) = check(tmp_path, company + targets).read.goals
    assert line.startswith(f"targets of 2026 are for {days} calendar year in which it {named}s")
    assert check(tmp_path, targets).read.goals == []


def test_a_return_that_is_plainly_in_percent_is_named(tmp_path: Path) -> None:
    """300 is 30,000%; 3 is the 300% that is meant, and 12 a return of some."""
    goal = '[[targets]]\nkpi = "{}"\nperiod = "month"\nvalue = {}\n'
    (line,) = check(tmp_path, goal.format("marketing_roi", 300)).read.goals
    assert line == "targets of marketing_roi: 300 is 30,000%; if 300% is meant, write 3"
    for kpi, value in (("marketing_roi", 3), ("marketing_roi", 12), ("mqls", 300)):
        assert check(tmp_path, goal.format(kpi, value)).read.goals == []


def test_a_campaign_that_only_targets_or_alerts_name_is_named_with_the_nearest(
    tmp_path: Path,
) -> None:
    """A goal of "sprnig" would never be held against anything; that of "fair" is."""
    save(
        tmp_path, "costs", "spent_on,amount,campaign_id", "2026-01-02,5,spring", "2026-01-03,5,fair"
    )
    goal = '[[targets]]\nkpi = "mqls"\nperiod = "month"\nvalue = 9\ncampaign = "{}"\n'
    alert = '[[alerts]]\nkpi = "mqls"\nperiod = "month"\npace_below = 0.8\ncampaign = "Fair"\n'
    goals = "".join(map(goal.format, ("sprnig", "fair")))
    lines = check(tmp_path, CSV + table("costs") + goals + alert).read.goals
    never = "and no row has it yet: they apply once one has. Did you mean"
    assert lines == [
        f"targets name the campaign 'sprnig', {never} 'spring'?",
        f"alerts name the campaign 'Fair', {never} 'fair'?",
    ]
    (line,) = check(tmp_path, CSV + table("costs") + goal.format("summer")).read.goals
    assert line.startswith("targets name the campaign 'summer', and no row has it yet")
    none = goal.format("(none)")
    assert check(tmp_path, CSV + table("costs") + none).read.goals == [], "costs without a campaign"
    failed = CSV + table("costs") + table("leads") + goals
    assert check(tmp_path, failed).read.goals == [], "the leads may have it"


def test_what_tables_say_of_each_other_is_shown_by_check_and_kept_for_the_pages(
    tmp_path: Path,
) -> None:
    """Costs come daily to 31 October, leads to 22 November: 22 days more than 14."""
    days = [date(2026, 9, 1) + timedelta(days=at) for at in range(83)]
    save(tmp_path, "leads", "lead_id,created_at", *(f"L{at},{d}" for at, d in enumerate(days)))
    spent = [f"{d},10,spring" for d in days if d < date(2026, 11, 1)]
    save(tmp_path, "costs", "spent_on,amount,campaign_id", *spent, "2026-10-31,500,Restbudget")
    text = CSV + table("leads") + table("costs")
    checked = [
        note.what
        for one in check(tmp_path, text).read.tables.values()
        for note in one.notes
        if note.is_doubt
    ]
    assert len(checked) == 2 and "reads like a figure about the costs" in checked[0]
    assert checked[1].startswith("come after 31 Oct 2026, though they came every day before; leads")
    manifest = refresh(load_settings(tmp_path / "settings.toml"), NOW).manifest
    assert [note.what for note in manifest.tables["costs"].notes if note.is_doubt] == checked


def test_reasons_add_up_to_the_rejected_rows_and_facts_are_of_the_loaded_ones(
    tmp_path: Path,
) -> None:
    """A small demo with its dirty rows, and the snapshot made of it: the same facts."""
    names = ("leads", "touches", "deals", "campaigns", "costs")
    mapped = "".join(f'[tables.{name}]\nsource = "crm"\nfrom = "{name}"\n' for name in names)
    text = f'as_of = 2026-11-23\n[sources.crm]\nkind = "demo"\nleads = 300\n{mapped}'
    read = check(tmp_path, text).read
    assert sum(table.rejected for table in read.tables.values()) > 0
    for name, table in read.tables.items():
        assert table.read == table.loaded + table.rejected
        assert table.rejected == sum(reason.rows for reason in table.reasons)
        assert table.loaded == read.facts.tables[name].loaded
    manifest = refresh(load_settings(tmp_path / "settings.toml"), NOW).manifest
    assert (manifest.facts, manifest.health) == (read.facts, read.health)
    assert SourcesRead.of(manifest).as_json() == read.as_json()
