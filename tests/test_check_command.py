"""Claims about ``cli.py check``: what it prints of each table, doubts first, and what it writes."""

from pathlib import Path

import pytest

from tests.command_line import small_company
from tests.maven import alliance


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five leads, one customer and 200 of costs; returns the settings file."""
    return small_company(tmp_path_factory.mktemp("company"))


def test_check_shows_rows_rejects_and_losses_table_by_table(company: Path, tmp_path: Path) -> None:
    file = tmp_path / "rejects.csv"
    result = alliance("check", "--settings", company, "--rejects", file)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == "Source 'crm' (files)"
    assert "  deals from file 'deals.csv': 3 rows read = 2 loaded + 1 rejected" in lines
    assert any(line.startswith("    1 × status is not a known status; known are") for line in lines)
    assert any(line.startswith("      row 4 3: status 'half' is not a known") for line in lines)
    assert "- no touches are mapped: each lead is credited to its own campaign alone" in lines
    assert lines[-1] == f"Wrote 1 rejected rows to {file}"
    assert (
        file.read_text(encoding="utf-8-sig")
        .splitlines()[1]
        .startswith("deals,file 'deals.csv',4,3,status,half,")
    )


def test_check_shows_what_is_wrong_with_rows_that_would_be_loaded(company: Path) -> None:
    """Lead e names a campaign, ``[red]=x``, that the campaigns table lacks; all else is sound."""
    lines = alliance("check", "--settings", company).stdout.splitlines()
    at = lines.index("Data health")
    assert lines[at + 1].startswith(
        "  leads: 1 of 4 leads with a campaign named one that the campaigns table lacks, such as "
        "[red]=x. Their campaign is a group of its own"
    )
    assert " Remedy: Add the campaign to its source, or correct the id." in lines[at + 1]
    assert lines[at + 2].startswith("- "), "and then what is not mapped"


def test_check_prints_doubts_first_and_never_that_all_is_well_beside_them(tmp_path: Path) -> None:
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
    doubt = next(at for at, line in enumerate(lines) if line.startswith("    Look at this: 1 row"))
    assert "has status '77'" in lines[doubt] and "closing date in the past: 1" in lines[doubt]
    assert lines[doubt + 1] == "    1 cell of lead_id was read as no value ('#N/A')."
    assert lines[lines.index("Data health") + 1] == (
        "  No check found anything in the 2 loaded rows; look at 1 rejected row and 1 warning."
    )
    for useless in ("no touches", "no campaigns", "no rates", "deals.currency"):
        assert not any(line.startswith(f"- {useless}") for line in lines), "nothing mapped uses it"


def test_check_says_so_when_no_row_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("lead_id,created_at\na,2026-10-01\n", encoding="utf-8")
    settings = tmp_path / "settings.toml"
    settings.write_text(
        '[sources.crm]\nkind = "files"\nfolder = "."\n'
        '[tables.leads]\nsource = "crm"\nfrom = "leads.csv"\n',
        encoding="utf-8",
    )
    lines = alliance("check", "--settings", settings).stdout.splitlines()
    assert lines[lines.index("Data health") + 1] == "  Every loaded row passed every check."


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
    at = lines.index("  targets from file 'targets.csv': 4 rows read = 2 loaded + 2 rejected")
    assert lines[at + 1] == "    1 × kpi is no KPI. Did you mean 'mqls'?"
    assert lines[at + 2].startswith("    1 × period is no period: write month, quarter or year")
    assert lines[at + 3].startswith("      row 3 month: kpi 'mqll' is no KPI.")
    assert lines[at + 4].startswith("      row 4 mqls: period '2026-13' is no period")
    assert "  annotations from file 'annotations.csv': 1 rows read = 1 loaded + 0 rejected" in lines
