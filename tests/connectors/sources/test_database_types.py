"""Claims about times as databases mean them, on a real MariaDB and a real PostgreSQL over TCP.

MariaDB needs its server (of Debian: mariadb-server) and the driver pymysql; else tests skip.
"""

import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from connectors.mapping.mapping import map_table
from kpis.definitions import Company
from tests.connectors.sources.crm_database import objects, read, sqlite_file, table
from tests.postgres_server import Postgres, free_port

COLUMNS = "id, seen, wall, day, zero, newest"


@pytest.fixture(scope="module")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a MariaDB whose own clocks are at +05:30, with one table of times."""
    pymysql = pytest.importorskip("pymysql", reason="the driver pymysql is not installed")
    if not shutil.which("mariadbd"):
        pytest.skip("MariaDB (mariadbd) is not installed")
    folder, port = tmp_path_factory.mktemp("mariadb"), free_port()
    at = (f"--datadir={folder}/data", "--user=root")
    install = ["mariadb-install-db", "--no-defaults", *at, "--skip-test-db"]
    install.append("--auth-root-authentication-method=normal")
    subprocess.run(install, check=True, capture_output=True)
    own = (f"--port={port}", "--bind-address=127.0.0.1", f"--socket={folder}/s", "--sql-mode=")
    server = subprocess.Popen(
        ["mariadbd", "--no-defaults", *at, *own, "--default-time-zone=+05:30"],
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(150):
            try:
                connection = pymysql.connect(host="127.0.0.1", port=port, user="root")
                break
            except pymysql.OperationalError:
                time.sleep(0.2)
        with connection, connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE crm")
            cursor.execute(
                "CREATE TABLE crm.leads (id int, seen TIMESTAMP(3) NULL, wall DATETIME, "
                "day DATE, zero TIMESTAMP NULL, newest TIMESTAMP NULL)"
            )
            cursor.execute(
                "INSERT INTO crm.leads VALUES (1, '2026-10-01 03:00:00.5', '2026-10-01 03:00:00', "
                "'2026-10-01', '0000-00-00 00:00:00', '2026-10-02 03:00:00'), "
                "(2, NULL, NULL, NULL, NULL, NULL)"
            )
            connection.commit()
        yield f"mysql+pymysql://root@127.0.0.1:{port}/crm"
    finally:
        server.terminate()
        server.wait(30)


@pytest.mark.parametrize("from_query", [False, True])
def test_a_timestamp_of_mysql_is_an_instant_and_a_datetime_is_wall_time(
    mariadb: str, tmp_path: Path, from_query: bool
) -> None:
    """Written at 03:00 in a session at +05:30 a TIMESTAMP is 21:30 UTC of the day before."""
    wanted = table(query=f"SELECT {COLUMNS} FROM leads") if from_query else table("leads")
    frame = objects(read(mariadb, tmp_path, leads=wanted)["leads"])
    assert frame.iloc[0].tolist() == [
        1,
        datetime(2026, 9, 30, 21, 30, 0, 500_000, tzinfo=UTC),
        datetime(2026, 10, 1, 3),
        date(2026, 10, 1),
        "0000-00-00 00:00:00",
        datetime(2026, 10, 1, 21, 30, tzinfo=UTC),
    ]
    assert frame.iloc[1].tolist() == [2, None, None, None, None, None]
    latest = table(query="SELECT max(seen) AS seen FROM leads")
    (seen,) = read(mariadb, tmp_path, leads=latest)["leads"].frame["seen"]
    assert seen == datetime(2026, 9, 30, 21, 30, 0, 500_000, tzinfo=UTC)


def test_a_timestamp_that_is_zero_is_blank_and_the_row_is_loaded(
    mariadb: str, tmp_path: Path
) -> None:
    wanted = table(
        query="SELECT id AS lead_id, wall AS created_at, seen AS mql_at, zero AS sql_at "
        "FROM leads WHERE id = 1"
    )
    raw = read(mariadb, tmp_path, leads=wanted)["leads"]
    company = Company(currency="EUR", time_zone="Europe/Berlin")
    (row,) = map_table("leads", raw, wanted, (), company.time_zone, company).frame.to_pylist()
    assert row["created_at"] == datetime(2026, 10, 1, 1, tzinfo=UTC)
    assert row["mql_at"] == datetime(2026, 9, 30, 21, 30, 0, 500_000, tzinfo=UTC)
    assert row["sql_at"] is None


def test_infinity_of_postgres_is_no_end_and_no_failure(postgres: Postgres, tmp_path: Path) -> None:
    """Its driver fails on each of these; a customer without an end stays one."""
    postgres.new_database(
        "ends",
        "CREATE TABLE customers (customer_id text, started_on date, ended_on date, at timestamptz)",
        "INSERT INTO customers VALUES ('A', '2026-01-01', 'infinity', '-infinity'), "
        "('B', '2026-01-02', '2026-05-01', '2026-05-01 10:00+00'), "
        "('C', '2026-01-03', '12026-05-01', 'infinity')",
    )
    wanted = table("customers")
    raw = read(postgres.reader("ends"), tmp_path, customers=wanted)["customers"]
    assert raw.frame["ended_on"].tolist() == ["infinity", date(2026, 5, 1), "12026-05-01"]
    assert raw.frame["at"].tolist() == [
        "-infinity",
        datetime(2026, 5, 1, 10, tzinfo=UTC),
        "infinity",
    ]
    company = Company(currency="EUR", time_zone="Europe/Berlin")
    found = map_table("customers", raw, wanted, (), company.time_zone, company)
    assert found.frame["ended_on"].to_pylist() == [None, date(2026, 5, 1)]
    assert found.rejects["value"].tolist() == ["12026-05-01"]
    assert [note.text for note in found.notes] == [
        "1 cell of ended_on was read as no end ('infinity')."
    ]


def defaults(folder: Path, column: str, default: str, cell: str, zone: str) -> list[str]:
    """The notes on a table whose column has this default."""
    create = f"CREATE TABLE deals (deal_id TEXT, {column} TEXT DEFAULT {default})"
    path = sqlite_file(folder, create, f"INSERT INTO deals VALUES ('D1', '{cell}')")
    url = f"sqlite:///{path}"
    found = read(url, folder, time_zone=zone, deals=table("deals"))["deals"]
    return [note.what + ". " + note.remedy for note in found.notes if note.at == 1]


@pytest.mark.parametrize("default", ["CURRENT_TIMESTAMP", "(datetime('now'))"])
def test_times_that_sqlite_writes_in_utc_are_doubted(tmp_path: Path, default: str) -> None:
    """02:30 of 1 November in UTC is 22:30 of 31 October in New York, where clocks are 4 h back."""
    zone = "America/New_York"
    (text,) = defaults(tmp_path, "closed_at", default, "2026-11-01 02:30:00", zone)
    assert text.startswith(f"were taken in {zone}, but the table says DEFAULT ")
    assert 'Set time_zone = "UTC" under [sources.crm]' in text


@pytest.mark.parametrize(
    ("column", "default", "cell", "zone"),
    [
        ("closed_at", "CURRENT_TIMESTAMP", "2026-11-01 02:30:00", "UTC"),
        ("closed_at", "CURRENT_TIMESTAMP", "2026-11-01", "America/New_York"),
        ("closed_at", "CURRENT_TIMESTAMP", "2026-11-01 02:30:00+01:00", "America/New_York"),
        ("closed_at_utc", "CURRENT_TIMESTAMP", "2026-11-01 02:30:00", "America/New_York"),
        ("closed_at", "(datetime('now', 'localtime'))", "2026-11-01 02:30:00", "Europe/Berlin"),
        ("closed_at", "''", "2026-11-01 02:30:00", "Europe/Berlin"),
    ],
)
def test_days_and_times_of_a_known_zone_are_not_doubted(
    tmp_path: Path, column: str, default: str, cell: str, zone: str
) -> None:
    assert defaults(tmp_path, column, default, cell, zone) == []
