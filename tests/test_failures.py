"""When a source fails: one paragraph with the source, the thing and the remedy, and no secret.

Each failure happens to a deployment that worked before, so each also shows that the last good
snapshot stays, and that the failure is kept for the page.
"""

import json
import resource
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from connectors.settings.file import load_settings
from connectors.settings.settings import Settings
from connectors.snapshots.engine import write_facts
from connectors.snapshots.failures import forget_failure, last_failure
from connectors.snapshots.newest_sound import current_snapshot
from connectors.snapshots.refresh import refresh
from connectors.snapshots.snapshots import Snapshot
from tests.maven import alliance, alliance_process, files_below, sheets_key, sheets_source
from tests.postgres_server import Postgres
from tests.sheets_server import SheetsServer, _Handler

SPREADSHEET = "shop-1"
WRONG = "wrong-w0rd"
LEADS = [["id", "created"], ["a", "2026-01-02"], ["b", "2026-01-03"]]

_SETTINGS = """
[sources.crm]
{source}
[tables.leads]
source = "crm"
from = "{place}"
columns = {{ lead_id = "id", created_at = "created" }}
"""


@dataclass
class Shop:
    """A deployment with two leads in one source, and the ways in which that source can fail."""

    settings_file: Path
    secrets: tuple[str, ...]
    repair: Callable[[], object]
    failures: dict[str, Callable[[], object]]

    @property
    def settings(self) -> Settings:
        return load_settings(self.settings_file)

    @property
    def current(self) -> Snapshot | None:
        return current_snapshot(self.settings)

    def run(self, command: str, fails: bool) -> str:
        """Run a command, look for secrets in all it leaves behind, and return what it said."""
        result = alliance(command, "--settings", self.settings_file)
        assert result.exit_code == (1 if fails else 0), result.stderr
        kept = b"".join(path.read_bytes() for path in files_below(self.settings.snapshot_folder))
        for secret in self.secrets:
            assert secret not in result.stdout + result.stderr
            assert secret.encode() not in kept
        return result.stderr.strip()


@pytest.fixture(scope="module")
def environment() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def database(
    postgres: Postgres,
    tmp_path_factory: pytest.TempPathFactory,
    environment: pytest.MonkeyPatch,
) -> Shop:
    folder = tmp_path_factory.mktemp("database")

    def repair() -> None:
        postgres.new_database(
            "shop",
            "CREATE TABLE leads (id text, created date)",
            "INSERT INTO leads VALUES ('a', '2026-01-02'), ('b', '2026-01-03')",
        )
        use(good)

    def use(url: str) -> None:
        environment.setenv("CRM_URL", url)

    def change(statement: str) -> None:
        with psycopg.connect(postgres.admin("shop"), autocommit=True) as connection:
            connection.execute(statement)

    good = postgres.reader("shop")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = good.replace(f":{postgres.port}/", f":{free.getsockname()[1]}/")
    return Shop(
        written(folder, 'kind = "database"\nurl = "env:CRM_URL"', "leads"),
        (postgres.password, quote(postgres.password, safe=""), WRONG),
        repair,
        {
            "wrong password": lambda: use(postgres.reader("shop", WRONG)),
            "unreachable port": lambda: use(closed),
            "unknown host": lambda: use(good.replace("127.0.0.1", "no-such-host.invalid")),
            "missing database": lambda: use(postgres.reader("shops")),
            "missing table": lambda: change("ALTER TABLE leads RENAME TO lead"),
            "renamed column": lambda: change("ALTER TABLE leads RENAME created TO created_on"),
            "empty table": lambda: change("DELETE FROM leads"),
            "no right to read": lambda: change("REVOKE ALL ON leads FROM reader"),
        },
    )


@pytest.fixture(scope="module")
def spreadsheet(
    tmp_path_factory: pytest.TempPathFactory, environment: pytest.MonkeyPatch
) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("spreadsheet")
    with SheetsServer() as server:
        environment.setenv("SHEETS_KEY", sheets_key(server))

        def hold(title: str, *rows: list[str]) -> None:
            server.add(SPREADSHEET, {"Read me": [["x"]], title: list(rows)})

        def repair() -> None:
            server.failures.clear()
            server.token_failures.clear()
            hold("Leads", *LEADS)

        yield Shop(
            written(folder, sheets_source(server, "SHEETS_KEY", SPREADSHEET), "Leads"),
            (*server.key["private_key"].split("\n")[1:4], _Handler.TOKEN, "PRIVATE KEY"),
            repair,
            {
                "missing worksheet": lambda: hold("Lead", *LEADS),
                "renamed column": lambda: hold("Leads", ["id", "created on"], *LEADS[1:]),
                "empty table": lambda: hold("Leads", LEADS[0]),
                "403": lambda: server.fail(403),
                "404": lambda: server.spreadsheets.clear(),
                "deleted key": lambda: server.refuse_tokens(),
            },
        )


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = tmp_path_factory.mktemp("file")
    path = folder / "leads.csv"

    def hold(*rows: list[str]) -> None:
        path.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")

    return Shop(
        written(folder, 'kind = "files"\nfolder = "."', "leads.csv"),
        (),
        lambda: hold(*LEADS),
        {
            "missing file": lambda: path.rename(folder / "lead.csv"),
            "renamed column": lambda: hold(["id", "created on"], *LEADS[1:]),
            "empty table": lambda: hold(LEADS[0]),
            "nothing at all": lambda: hold(),
        },
    )


def written(folder: Path, source: str, place: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(_SETTINGS.format(source=source, place=place), encoding="utf-8")
    return path


DATABASE = {
    "wrong password": (
        "postgresql on 127.0.0.1",
        "password authentication failed",
        "Check the user name and the password in the URL behind 'env:CRM_URL'.",
    ),
    "unreachable port": ("refused", "Check the host and the port", "'env:CRM_URL'"),
    "unknown host": ("no-such-host.invalid", "Check the host name", "'env:CRM_URL'"),
    "missing database": ("'shops'", "Check the database's name"),
    "missing table": ("no table or view 'leads'", "Did you mean 'lead'?"),
    "renamed column": (
        "table 'leads'",
        "no column 'created'",
        "Was it renamed? Did you mean 'created_on'?",
        "Correct columns.created_at under [tables.leads].",
    ),
    "empty table": ("table 'leads'", "has no rows.", "Fill it, or remove"),
    "no right to read": ("permission denied", "GRANT SELECT", "'reader'"),
}
SPREADSHEETS = {
    "missing worksheet": ("no worksheet 'Leads'", "Did you mean 'Lead'?", "Read me"),
    "renamed column": ("worksheet 'Leads'", "no column 'created'", "Did you mean 'created on'?"),
    "empty table": ("worksheet 'Leads'", "has no rows.", "Fill it, or remove"),
    "403": (SPREADSHEET, "403", "Share it with the service account, alliance@example-project"),
    "404": (f"no spreadsheet '{SPREADSHEET}'", "404", "Check its address in the settings"),
    "deleted key": ("alliance@example-project", "'env:SHEETS_KEY'", "make a new key"),
}
FILES = {
    "missing file": ("no file 'leads.csv'", "Did you mean 'lead.csv'?"),
    "renamed column": ("file 'leads.csv'", "no column 'created'", "Did you mean 'created on'?"),
    "empty table": ("file 'leads.csv'", "has no rows.", "Fill it, or remove"),
    "nothing at all": ("file 'leads.csv'", "is empty. Its first row must name the columns."),
}


def good_snapshot(shop: Shop) -> Snapshot:
    """The source in order, no failure kept, and a snapshot from when it worked."""
    shop.repair()
    forget_failure(shop.settings, datetime.now(UTC))
    if shop.current is None:
        assert shop.run("refresh", fails=False) == ""
    assert shop.current is not None
    return shop.current


def shows_that_a_failure_is_reported_and_kept(
    shop: Shop, failure: str, says: tuple[str, ...]
) -> None:
    good = good_snapshot(shop)
    assert shop.run("check", fails=False) == ""
    shop.failures[failure]()
    paragraph = shop.run("refresh", fails=True)
    assert "\n" not in paragraph and "Traceback" not in paragraph
    assert "ource 'crm'" in paragraph
    for part in says:
        assert part in paragraph
    assert shop.run("check", fails=True) == paragraph

    assert shop.current == good
    kept = last_failure(shop.settings)
    assert kept is not None and kept.why == paragraph
    assert good.manifest.created_at < kept.since == kept.at


@pytest.mark.parametrize("failure", DATABASE)
def test_a_database_that_fails_is_reported_and_kept(database: Shop, failure: str) -> None:
    shows_that_a_failure_is_reported_and_kept(database, failure, DATABASE[failure])


@pytest.mark.parametrize("failure", SPREADSHEETS)
def test_a_spreadsheet_that_fails_is_reported_and_kept(spreadsheet: Shop, failure: str) -> None:
    shows_that_a_failure_is_reported_and_kept(spreadsheet, failure, SPREADSHEETS[failure])


@pytest.mark.parametrize("failure", FILES)
def test_a_file_that_fails_is_reported_and_kept(file: Shop, failure: str) -> None:
    shows_that_a_failure_is_reported_and_kept(file, failure, FILES[failure])


def test_every_way_to_fail_is_tried(database: Shop, spreadsheet: Shop, file: Shop) -> None:
    for shop, expected in ((database, DATABASE), (spreadsheet, SPREADSHEETS), (file, FILES)):
        assert set(shop.failures) == set(expected)


@pytest.mark.parametrize("kind", ["database", "spreadsheet", "file"])
def test_a_repaired_source_is_published_and_its_failure_forgotten(
    kind: str, request: pytest.FixtureRequest
) -> None:
    """Two failures in a row: the page says since when, not only that the last one failed."""
    shop: Shop = request.getfixturevalue(kind)
    good = good_snapshot(shop)
    shop.failures["empty table"]()
    shop.run("refresh", fails=True)
    first = last_failure(shop.settings)
    shop.failures["renamed column"]()
    shop.run("refresh", fails=True)
    second = last_failure(shop.settings)
    assert first is not None and second is not None
    assert second.since == first.since < second.at
    assert "has no rows" in first.why and "no column 'created'" in second.why

    shop.repair()
    shop.run("refresh", fails=False)
    assert last_failure(shop.settings) is None
    assert shop.current is not None and shop.current.name > good.name


def test_a_process_that_fails_prints_one_paragraph_and_no_traceback(database: Shop) -> None:
    database.repair()
    database.failures["wrong password"]()
    done = alliance_process("refresh", "--settings", database.settings_file)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("Source 'crm'")
    assert not any(secret in done.stderr for secret in database.secrets)


def test_a_report_keeps_the_last_good_numbers_while_they_are_fresh(database: Shop) -> None:
    good_snapshot(database)
    database.failures["wrong password"]()
    database.run("refresh", fails=True)
    period = ("--from", "2026-01-01", "--to", "2026-01-31", "--json")
    result = alliance("report", "--settings", database.settings_file, *period)
    assert result.exit_code == 0
    assert json.loads(result.stdout)["rows"][0]["measures"]["leads"] == 2.0


def test_a_report_with_nothing_to_show_says_why(database: Shop, tmp_path: Path) -> None:
    database.repair()
    database.failures["wrong password"]()
    new = replace(database, settings_file=tmp_path / "settings.toml")
    new.settings_file.write_bytes(database.settings_file.read_bytes())
    assert "password authentication failed" in new.run("report", fails=True)
    assert new.current is None


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """The system refuses to let a file grow beyond ``size`` bytes, as a full disk would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [0, 1000], ids=["not even the record fits", "the record fits"])
def test_a_disk_that_takes_no_snapshot_is_reported_and_where_possible_kept(
    file: Shop, size: int
) -> None:
    """No file of a snapshot fits; 1,000 bytes are enough for the record of the failure."""
    good = good_snapshot(file)
    folder = file.settings.snapshot_folder
    before = {path.name for path in folder.iterdir()}
    with files_of_at_most(size):
        message = file.run("refresh", fails=True)
    assert message.startswith(f"The folder of snapshots, {folder}, cannot be changed: ")
    assert "File too large" in message and "Check that its disk has space and that" in message
    assert file.current == good
    failure = last_failure(file.settings)
    assert (failure.why if failure else None) == (message if size else None)
    records = {f"FAILURE-{file.settings.fingerprint}.json"} if size else set()
    assert {path.name for path in folder.iterdir()} == before | records


def test_facts_that_the_disk_does_not_take_are_an_error_of_the_system(
    file: Shop, tmp_path: Path
) -> None:
    """DuckDB writes them, and its own error is no OSError."""
    manifest = good_snapshot(file).manifest
    for table in good_snapshot(file).folder.glob("*.parquet"):
        (tmp_path / table.name).write_bytes(table.read_bytes())
    what = (manifest.definitions, manifest.company, manifest.as_of)
    with files_of_at_most(100), pytest.raises(OSError, match="^File too large$"):
        write_facts(tmp_path, manifest.mapped, (), *what)


def test_a_fault_of_alliance_is_kept_for_the_page_without_what_it_says(
    file: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object) -> None:
        raise ZeroDivisionError(WRONG)

    good_snapshot(file)
    monkeypatch.setattr("connectors.snapshots.refresh.write_facts", broken)
    with pytest.raises(ZeroDivisionError):
        refresh(file.settings, datetime.now(UTC))
    failure = last_failure(file.settings)
    assert failure is not None and failure.why == (
        "An internal error (ZeroDivisionError) ended the refresh: the log of Alliance says where. "
        "Please report it."
    )


def test_check_goes_on_to_the_next_source_after_one_that_failed(
    database: Shop, tmp_path: Path
) -> None:
    """The database fails, the file beside the settings is still checked and its rows counted."""
    database.repair()
    database.failures["unreachable port"]()
    (tmp_path / "costs.csv").write_text("spent_on,amount\n2026-01-01,5\n", encoding="utf-8")
    both = tmp_path / "settings.toml"
    ads = '[sources.ads]\nkind = "files"\nfolder = "."\n'
    ads += '[tables.costs]\nsource = "ads"\nfrom = "costs.csv"\n'
    both.write_text(database.settings_file.read_text(encoding="utf-8") + ads, encoding="utf-8")
    result = alliance("check", "-v", "--settings", both)
    assert result.exit_code == 1
    assert "costs from file 'costs.csv': 1 rows read = 1 loaded + 0 rejected" in result.stdout
    assert result.stderr.strip().startswith("Source 'crm'")
