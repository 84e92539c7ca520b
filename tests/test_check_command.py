"""Claims about ``cli.py check``: what it prints of each table, doubts first, and what it writes."""

import json
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kpis.health.remarks import WEIGHTS
from tests.command_line import small_company
from tests.maven import alliance


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five leads, one customer and 200 of costs; returns the settings file."""
    return small_company(tmp_path_factory.mktemp("company"))


def row_of(table: str, lines: list[str]) -> list[str]:
    """The cells of a table's line on the screen."""
    (line,) = [line for line in lines if line.startswith(f"{table}  ")]
    return re.split(r"  +", line.strip())


def test_check_shows_each_table_in_a_line(company: Path) -> None:
    """One of three deals is rejected. They are dated by closing: 30 October, 23 days before."""
    result = alliance("check", "--settings", company)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == "Our company, 22 Nov 2026: 14 rows read = 13 loaded + 1 rejected"
    assert row_of("Table", lines) == [
        *("Table", "Read", "Loaded", "Rejected", "Duplicates", "First", "Newest", "Age", "Source")
    ]
    days = ["30 Oct 2026", "31 Oct 2026", "22 days", "crm"]
    assert row_of("deals", lines) == ["deals", "3", "2", "1", "0", *days]
    assert row_of("campaigns", lines)[5:] == ["—", "—", "—", "crm"]


def test_a_long_name_of_a_source_takes_no_room_from_the_numbers(tmp_path: Path) -> None:
    """The name is cut, not the counts and days beside it."""
    (tmp_path / "leads.csv").write_text("lead_id,created_at\na,2026-10-01\n", encoding="utf-8")
    name, settings = "crm_" + "of_the_group_" * 8, tmp_path / "settings.toml"
    settings.write_text(
        f'as_of = 2026-11-22\n[sources.{name}]\nkind = "files"\nfolder = "."\n'
        f'[tables.leads]\nsource = "{name}"\nfrom = "leads.csv"\n',
        encoding="utf-8",
    )
    lines = alliance("check", "--settings", settings).stdout.splitlines()
    *cells, source = row_of("leads", lines)
    assert cells == ["leads", "1", "1", "0", "0", "1 Oct 2026", "1 Oct 2026", "52 days"]
    assert source.startswith("crm_of_the_group_") and source.endswith("…")


def test_check_shows_deals_by_status_joins_and_blanks(company: Path) -> None:
    """Won 1,000, lost 500; both deals have a lead, and three of five leads a campaign that exists:
    d has none, e one that is not there. A cost of 30 and one of 20 have no campaign."""
    lines = alliance("check", "--settings", company).stdout.splitlines()
    assert "Deals: 1 won (€1,000), 1 lost (€500), 0 open" in lines
    assert "100% of deals have a known lead, 60.0% of leads have a known campaign" in lines
    assert "Other links: costs → campaigns 100%" in lines
    (blank,) = [line for line in lines if line.startswith("Blank: ")]
    assert blank == (
        "Blank: leads: campaign_id 20.0%, mql_at 40.0%, sql_at 60.0%; costs: campaign_id 50.0%"
    )


def test_check_lists_what_is_wrong_the_most_harmful_first(company: Path, tmp_path: Path) -> None:
    """A deal of no known status is in no total; lead e names a campaign, ``[red]=x``, that the
    campaigns table lacks, which bends the split; then what is not mapped."""
    file = tmp_path / "rejects.csv"
    lines = alliance("check", "-v", "--settings", company, "--rejects", file).stdout.splitlines()
    at = [lines.index(title) for title in ("Totals are off", "Split over campaigns is off")]
    at += [lines.index("Not mapped")]
    assert at == sorted(at)
    assert lines[at[0] + 1] == (
        "  deals: 1 × status is not a known status; known are open, won, lost, such as row 4 3 "
        "'half'."
    )
    assert lines[at[1] + 1].startswith(
        "  leads: 1 of 4 leads with a campaign named one that the campaigns table lacks, such as "
        "[red]=x. Their campaign is a group of its own"
    )
    assert " Remedy: Add the campaign to its source, or correct the id." in lines[at[1] + 1]
    assert (
        "  no touches are mapped: each lead is credited to its own campaign alone."
        in lines[at[2] :]
    )
    assert "  deals from file 'deals.csv': 3 rows read = 2 loaded + 1 rejected" in lines
    assert lines[-1] == f"Wrote 1 rejected rows to {file}"
    assert (
        file.read_text(encoding="utf-8-sig")
        .splitlines()[1]
        .startswith("deals,file 'deals.csv',4,3,status,half,")
    )


def test_check_of_a_healthy_company_fits_on_a_screen(tmp_path: Path) -> None:
    """The demo without its dirty rows would be as long; with them it is a little longer."""
    alliance("demo", tmp_path / "demo")
    result = alliance("check", "--settings", tmp_path / "demo" / "settings.toml")
    wrapped = sum(max(1, -(-len(line) // 100)) for line in result.stdout.splitlines())
    assert wrapped <= 52
    brief = next(
        line for line in result.stdout.splitlines() if " stage entries of leads named " in line
    )
    assert "Remedy" not in brief
    full = alliance("check", "-v", "--settings", tmp_path / "demo" / "settings.toml").stdout
    assert full.count("Remedy: ") > 5


def test_check_of_one_table_shows_all_that_is_known_of_it(company: Path) -> None:
    lines = alliance("check", "--table", "deals", "--settings", company).stdout.splitlines()
    assert lines == [
        "deals from file 'deals.csv': 3 rows read = 2 loaded + 1 rejected",
        "Records by closed_at: 30 Oct 2026 to 31 Oct 2026; the newest: 22 days",
        "1 won (€1,000), 1 lost (€500), 0 open",
        "100% of deals have a known lead",
        "Blank: deals: amount 0%, closed_at 0%, deal_id 0%, lead_id 0%, status 0%",
        "Totals are off",
        "  1 × status is not a known status; known are open, won, lost, such as row 4 3 'half'.",
    ]
    deals = company.parent / "deals.csv"
    deals.rename(deals.with_suffix(".away"))
    gone = alliance("check", "--table", "deals", "--settings", company)
    deals.with_suffix(".away").rename(deals)
    assert gone.exit_code == 1 and gone.stdout == "No row of deals can be used.\n"
    wrong = alliance("check", "--table", "dealz", "--settings", company)
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert wrong.stderr == "No table 'dealz' is mapped. Did you mean 'deals'?\n"


def test_check_for_scripts_has_the_same_facts(company: Path) -> None:
    result = alliance("check", "--json", "--settings", company)
    assert (result.exit_code, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    assert [*found] == [
        *("errors", "sources", "as_of", "currency", "tables", "deals", "joins", "findings"),
        "missing",
    ]
    deals = next(table for table in found["tables"] if table["table"] == "deals")
    assert (deals["read"], deals["loaded"], deals["rejected"]) == (3, 2, 1)
    assert (deals["newest"], deals["age_days"], deals["is_late"]) == ("2026-10-31", 22, False)
    assert deals["dated_by"] == ["closed_at"]
    (reason,) = deals["rejects"]
    assert (reason["column"], reason["rows"]) == ("status", 1)
    example = {"place": "file 'deals.csv'", "row": 4, "key": "3", "value": "half"}
    assert reason["examples"] == [example]
    assert deals["blank_shares"]["amount"] == 0.0
    assert found["deals"][0] == {
        "status": "won",
        "rows": 1,
        "without_amount": 0,
        "amounts": {"EUR": 1000.0},
    }
    join = next(join for join in found["joins"] if join["table"] == "leads")
    assert (join["rows"], join["named"], join["found"], join["share"]) == (5, 4, 3, 0.6)
    weights = [finding["weight"] for finding in found["findings"]]
    assert weights == sorted(weights, key=list(WEIGHTS).index)
    assert found["errors"] == [] and found["sources"][0]["parts"][0]["part"] == "leads"


def test_a_join_that_finds_nothing_is_an_error(tmp_path: Path) -> None:
    """The deals name leads by numbers that the leads table does not know."""
    settings = small_company(tmp_path)
    rows = "deal_id,status,lead_id,closed_at,amount\n1,won,77,2026-10-31,9\n2,open,78,,9\n"
    (tmp_path / "deals.csv").write_text(rows, encoding="utf-8")
    result = alliance("check", "--settings", settings)
    assert result.exit_code == 1
    assert result.stderr.strip().startswith(
        "None of the 2 deals has a known lead. 2 have a lead id, such as '77', '78'; ids of leads "
        "look like 'a', 'b', 'c'."
    )
    assert "0% of deals have a known lead" in result.stdout
    assert "named one that the leads table lacks" not in result.stdout, "said once"
    found = json.loads(alliance("check", "--json", "--settings", settings).stdout)
    assert found["errors"] == [result.stderr.strip()]
    assert found["findings"][0]["weight"] == "error"


def test_a_check_ends_at_its_limit_and_names_what_it_waits_for(tmp_path: Path) -> None:
    """A database takes connections and says nothing. Settings allow no limit below a minute, so
    that it is two seconds is said beside them."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://reader@127.0.0.1:{silent.getsockname()[1]}/crm"
        settings = tmp_path / "settings.toml"
        settings.write_text(
            f'[sources.crm]\nkind = "database"\nurl = "{url}"\n'
            '[tables.leads]\nsource = "crm"\nfrom = "leads"\n',
            encoding="utf-8",
        )
        command = (
            "from datetime import timedelta; import cli; read = cli.settings_asked; short = "
            "lambda s: s.model_copy(update={'refresh_limit': timedelta(seconds=2)}); "
            "cli.settings_asked = lambda path: (s := read(path)).model_copy("
            "update={'snapshots': short(s.snapshots)}); cli.main()"
        )
        began = time.monotonic()
        ended = subprocess.run(
            [sys.executable, "-c", command, "check", "--settings", settings],
            cwd=Path(__file__).parents[1],
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert ended.returncode == 1 and time.monotonic() - began < 30
    assert ended.stderr == (
        "The check was ended after 2s, its limit. It was reading leads of source 'crm'. See "
        'whether its sources answer, or allow more: [snapshots] refresh_limit = "1h".\n'
    )


def test_check_prints_doubts_before_rules_and_never_that_all_is_well_beside_them(
    tmp_path: Path,
) -> None:
    """Status 77 was closed weeks ago, so it may be won in a second pipeline; row 4 has no id."""
    rows = (
        "deal_id,status,lead_id,closed_at",
        "1,77,,2026-10-01",
        "2,won,#N/A,2026-10-02",
        ",won,,",
    )
    (tmp_path / "deals.csv").write_text("\n".join(rows), encoding="utf-8")
    settings = tmp_path / "settings.toml"
    settings.write_text(
        'as_of = 2026-11-22\n[sources.crm]\nkind = "files"\nfolder = "."\n'
        '[tables.deals]\nsource = "crm"\nfrom = "deals.csv"\nvalues.status = { open = "*" }\n',
        encoding="utf-8",
    )
    lines = alliance("check", "--settings", settings).stdout.splitlines()
    doubts, rules = lines.index("Totals may be off"), lines.index("Read by a rule")
    assert doubts < rules
    (doubt,) = [line for line in lines if "has status '77'" in line]
    assert doubts < lines.index(doubt) < rules and "closing date in the past: 1" in doubt
    assert lines[rules + 1].startswith("  deals: 1 cell of lead_id was read as no value ('#N/A').")
    assert not any("passed every check" in line for line in lines)
    for useless in ("no touches", "no campaigns", "no rates", "deals.currency"):
        assert not any(line.startswith(f"  {useless}") for line in lines), "nothing uses it"


def test_check_says_so_when_no_row_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("lead_id,created_at\na,2026-10-01\n", encoding="utf-8")
    settings = tmp_path / "settings.toml"
    settings.write_text(
        '[sources.crm]\nkind = "files"\nfolder = "."\n'
        '[tables.leads]\nsource = "crm"\nfrom = "leads.csv"\n',
        encoding="utf-8",
    )
    lines = alliance("check", "--settings", settings).stdout.splitlines()
    assert "Every loaded row passed every check." in lines


def test_check_says_where_the_rejects_cannot_be_written(company: Path, tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "rejects.csv"
    result = alliance("check", "--settings", company, "--rejects", file)
    assert result.exit_code == 1 and isinstance(result.exception, SystemExit)
    assert result.stderr.startswith(f"'{file}' cannot be used: No such file or directory. Check")


def test_check_shows_targets_and_annotations_as_other_tables(tmp_path: Path) -> None:
    """Two of four goals can be used; a KPI is misspelt, and a period is none."""
    tables = {
        "leads": "lead_id,created_at,mql_at\na,2026-11-02,2026-11-03\n",
        "targets": "kpi,period,value\nMQLs,month,335\nmqll,month,5\nmqls,2026-13,5\n"
        "Lead conversion rate,2026,4.2%\n",
        "annotations": "day,text\n2026-11-10,Webinar\n",
    }
    text = 'as_of = 2026-11-22\n[sources.crm]\nkind = "files"\nfolder = "."\n'
    for name, rows in tables.items():
        (tmp_path / f"{name}.csv").write_text(rows, encoding="utf-8")
        text += f'[tables.{name}]\nsource = "crm"\nfrom = "{name}.csv"\n'
    settings = tmp_path / "settings.toml"
    settings.write_text(text, encoding="utf-8")
    lines = alliance("check", "--settings", settings).stdout.splitlines()
    assert row_of("targets", lines)[:5] == ["targets", "4", "2", "2", "0"]
    assert row_of("annotations", lines)[:5] == ["annotations", "1", "1", "0", "0"]
    said = [line for line in lines if line.startswith("  targets: ")]
    kpi = "1 × kpi is no KPI. Did you mean 'mqls'? Such as row 3 month 'mqll'."
    assert said[0] == f"  targets: {kpi}"
    assert said[1].startswith("  targets: 1 × period is no period: write month, quarter or year")
    assert "such as row 4 mqls '2026-13'." in said[1]


def test_what_nobody_sees_in_a_file_name_or_a_cell_is_an_escape(tmp_path: Path) -> None:
    rows = "lead_id,created_at\nL\u202e1,2026-10-01\nL2,2026-10-02\n"
    (tmp_path / "le\u200bads.csv").write_text(rows, encoding="utf-8")
    settings = tmp_path / "settings.toml"
    settings.write_text(
        'as_of = 2026-11-22\n[sources.crm]\nkind = "files"\nfolder = "."\n'
        '[tables.leads]\nsource = "crm"\nfrom = "le\u200bads.csv"\n',
        encoding="utf-8",
    )
    shown = alliance("check", "--table", "leads", "--settings", settings).stdout
    assert "leads from file 'le\\u200bads.csv': 2 rows read" in shown
    assert "held characters that nobody sees" in shown and "('L\\u202e1')" in shown
    assert not {"\u202e", "\u200b"} & set(shown)
