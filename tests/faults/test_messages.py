"""What is said of a fault: by whom, for how long, and where there is nothing else to show."""

import json
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.settings.file import load_settings
from connectors.snapshots.failures import last_failure
from connectors.snapshots.newest_sound import current_snapshot
from connectors.snapshots.refresh import refresh
from kpis.errors import MappingError, SourceError
from tests.faults.canaries import WRONG_PASSWORD, environment
from tests.faults.deployment import JANUARY, Deployment, deployed, environment_of
from tests.faults.own_mounts import holder
from tests.maven import alliance, alliance_process
from tests.postgres_server import free_port

UNREACHABLE = f"postgresql://reader:{WRONG_PASSWORD}@127.0.0.1:{free_port()}/crm"
NOW = datetime(2026, 2, 1, 9, tzinfo=UTC)
SILENT = """
[sources.crm]
kind = "database"
url = "env:CRM_URL"
[tables.leads]
source = "crm"
from = "leads"
"""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Deployment]:
    source = '[sources.crm]\nkind = "files"\nfolder = "."'
    with environment_of({**environment(), "ADS_URL": UNREACHABLE}):
        hold = holder(tmp_path / "leads.csv")
        yield deployed(tmp_path, source, 'from = "leads.csv"', hold)


def test_of_two_failures_in_a_row_the_first_says_since_when(shop: Deployment) -> None:
    shop.in_order()
    leads = shop.settings_file.with_name("leads.csv")
    leads.write_text("id,created\n", encoding="utf-8")
    with pytest.raises(SourceError, match="has no rows"):
        refresh(shop.settings, NOW)
    first = last_failure(shop.settings)
    leads.write_text("id,day\na,2026-01-02\n", encoding="utf-8")
    with pytest.raises(MappingError, match="no column 'created'"):
        refresh(shop.settings, NOW + timedelta(hours=1))
    second = last_failure(shop.settings)
    assert first is not None and second is not None
    assert second.since == first.since == NOW and second.at == NOW + timedelta(hours=1)
    assert "has no rows" in first.why and "no column 'created'" in second.why
    shop.hold(shop.rows)
    shop.refreshed()
    assert last_failure(shop.settings) is None


def test_a_process_that_fails_prints_one_paragraph_and_no_traceback(shop: Deployment) -> None:
    done = alliance_process("refresh", "--settings", shop.settings_file)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("Source 'crm'")
    shop.printed += [done.stderr]
    shop.leaks_nothing()


def test_a_report_of_the_last_good_figures_says_so_and_why(shop: Deployment) -> None:
    """On standard error, with the exit status of a source that fails; standard output is JSON."""
    shop.in_order()
    shop.settings_file.with_name("leads.csv").unlink()
    result = alliance("report", "--settings", shop.settings_file, *JANUARY)
    assert result.exit_code == 1
    assert json.loads(result.stdout)["rows"][0]["measures"]["leads"] == 2
    when, why = result.stderr.splitlines()
    assert when.startswith("These are the last good figures, those of ")
    assert why.startswith("Source 'crm'") and "no file 'leads.csv'" in why


def test_a_report_whose_source_says_nothing_is_of_the_last_good_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends at the limit of a refresh: the server accepts, and then is silent."""
    with closing(sqlite3.connect(tmp_path / "crm.db")) as crm, crm:
        crm.execute("CREATE TABLE leads (lead_id TEXT, created_at TEXT)")
        crm.execute("INSERT INTO leads VALUES ('a', '2026-01-02')")
    file = tmp_path / "settings.toml"
    file.write_text(SILENT, encoding="utf-8")
    monkeypatch.setenv("CRM_URL", f"sqlite:///{tmp_path}/crm.db")
    own = load_settings(file)
    soon = own.snapshots.model_copy(update={"refresh_limit": timedelta(seconds=7)})
    settings = own.model_copy(update={"snapshots": soon})
    monkeypatch.setattr("cli.settings_asked", lambda name: settings)
    refresh(settings, NOW)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("CRM_URL", f"postgresql://reader@127.0.0.1:{silent.getsockname()[1]}/x")
        result = alliance("report", "--settings", file, *JANUARY)
    assert result.exit_code == 1
    assert json.loads(result.stdout)["rows"][0]["measures"]["leads"] == 1
    assert "These are the last good figures" in result.stderr and "its limit" in result.stderr


def test_a_report_of_older_figures_is_one_of_their_day_and_month(shop: Deployment) -> None:
    """Else it would be of a month, or a day, of which they know nothing."""
    text = shop.settings_file.read_text(encoding="utf-8").replace("as_of = 2026-01-31\n", "")
    shop.settings_file.write_text(text, encoding="utf-8")
    shop.hold([*shop.rows, ("c", "2026-02-01")])
    refresh(shop.settings, NOW)
    shop.settings_file.with_name("leads.csv").unlink()
    result = alliance("report", "--settings", shop.settings_file, "--json")
    answer = json.loads(result.stdout)
    assert (answer["as_of"], answer["from"], answer["to"]) == ("2026-02-01",) * 3
    assert answer["rows"][0]["measures"]["leads"] == 1


def test_a_report_with_nothing_to_show_says_why(shop: Deployment) -> None:
    result = alliance("report", "--settings", shop.settings_file, *JANUARY)
    assert result.exit_code == 1 and result.stdout == ""
    assert "no file 'leads.csv'" in result.stderr
    assert current_snapshot(shop.settings) is None


def test_a_fault_of_alliance_is_kept_for_the_page_without_what_it_says(
    shop: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object) -> None:
        raise ZeroDivisionError(WRONG_PASSWORD)

    shop.in_order()
    monkeypatch.setattr("connectors.snapshots.refresh.write_facts", broken)
    with pytest.raises(ZeroDivisionError):
        refresh(shop.settings, datetime.now(UTC))
    failure = last_failure(shop.settings)
    assert failure is not None and failure.why == (
        "An internal error (ZeroDivisionError) ended the refresh: the log of Alliance says where. "
        "Please report it."
    )
    shop.leaks_nothing()


def test_check_goes_on_to_the_next_source_after_one_that_failed(shop: Deployment) -> None:
    """The database fails, the file beside the settings is still checked and its rows counted."""
    shop.hold(shop.rows)
    ads = '[sources.ads]\nkind = "database"\nurl = "env:ADS_URL"\n'
    ads += '[tables.costs]\nsource = "ads"\nfrom = "costs"\n'
    with shop.settings_file.open("a", encoding="utf-8") as settings:
        settings.write(ads)
    result = alliance("check", "-v", "--settings", shop.settings_file)
    assert result.exit_code == 1
    assert "leads from file 'leads.csv': 3 rows read = 2 loaded + 1 rejected" in result.stdout
    assert result.stderr.strip().startswith("Source 'ads'")
    shop.printed += [result.stdout, result.stderr]
    shop.leaks_nothing()
