"""A real MariaDB as a source: nothing writes to it, what types mean, and when it is silent."""

import signal
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import pytest

from connectors.sources.databases import database, session, urls
from tests.connectors.sources.crm_database import objects, read, refusal, table
from tests.mariadb_server import MariaDB, missing, running_mariadb

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"not installed: {missing()}")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDB]:
    with running_mariadb(tmp_path_factory.mktemp("mariadb")) as started:
        yield started


@pytest.fixture
def mariadb(server: MariaDB) -> MariaDB:
    server.run(
        "CREATE OR REPLACE DATABASE crm CHARACTER SET utf8mb4",
        "USE crm",
        "CREATE TABLE leads (id INT PRIMARY KEY, name VARCHAR(20))",
        "INSERT INTO leads VALUES (1, 'Ann'), (2, 'Bo')",
        "CREATE PROCEDURE forget() DELETE FROM leads",
    )
    return server


@pytest.mark.parametrize(
    "query",
    [
        "DROP TABLE leads",
        "TRUNCATE leads",
        "DELETE FROM leads",
        "CREATE USER someone",
        "SELECT 1 INTO OUTFILE '{folder}/out'",
        "SELECT 1 /*! INTO OUTFILE '{folder}/out' */",
        "SELECT 1 /*M!100000 INTO OUTFILE '{folder}/out' */",
        "EXECUTE IMMEDIATE 'DROP TABLE leads'",
        "BEGIN NOT ATOMIC COMMIT; DELETE FROM leads; END",
        "SELECT id FROM leads; COMMIT; DELETE FROM leads",
        "CALL forget()",
        "SELECT LOAD_FILE('/etc/passwd')",
        "SET GLOBAL read_only = 1",
        "LOCK TABLES leads WRITE",
    ],
)
def test_nothing_is_written_by_a_user_who_may_do_everything(
    mariadb: MariaDB, tmp_path: Path, query: str
) -> None:
    """The database would do each of these for this user; it is not asked."""
    users = mariadb.run("SELECT count(*) FROM mysql.user")
    text = refusal(mariadb.url, tmp_path, leads=table(query=query.format(folder=tmp_path)))
    assert "must be one SELECT" in text and "name that in 'from'" in text
    assert mariadb.run("SELECT * FROM crm.leads ORDER BY id") == [(1, "Ann"), (2, "Bo")]
    assert mariadb.run("SELECT count(*) FROM mysql.user") == users
    assert mariadb.run("SELECT @@GLOBAL.read_only") == [(0,)]
    assert not (tmp_path / "out").exists()


def test_the_session_only_reads_whatever_is_sent(
    mariadb: MariaDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the parser taken away, the transaction still takes no DELETE."""
    monkeypatch.setattr(database, "_check_reads", lambda *_: None)
    text = refusal(mariadb.url, tmp_path, leads=table(query="DELETE FROM leads"))
    assert "READ ONLY" in text
    assert mariadb.run("SELECT count(*) FROM crm.leads") == [(2,)]


def test_tables_views_and_queries_are_read(mariadb: MariaDB, tmp_path: Path) -> None:
    """Mixed case, a reserved word as a name, a view, a schema of another name."""
    mariadb.run(
        "USE crm",
        "CREATE TABLE `Order` (`Deal Id` INT)",
        "INSERT INTO `Order` VALUES (7)",
        "CREATE VIEW who AS SELECT name FROM leads WHERE id = 2",
        "CREATE OR REPLACE DATABASE ads",
        "CREATE TABLE ads.spend (day DATE)",
        "INSERT INTO ads.spend VALUES ('2026-10-02')",
    )
    found = read(
        mariadb.url,
        tmp_path,
        deals=table("Order"),
        leads=table("who"),
        costs=table("ads.spend"),
        touches=table(query="SELECT upper(name) AS n FROM leads WHERE name LIKE '%n%'"),
    )
    assert objects(found["deals"]).to_dict("list") == {"Deal Id": [7]}
    assert objects(found["leads"]).to_dict("list") == {"name": ["Bo"]}
    assert len(found["costs"].frame) == 1
    assert objects(found["touches"]).to_dict("list") == {"n": ["ANN"]}


def test_each_type_is_read_as_what_it_means(mariadb: MariaDB, tmp_path: Path) -> None:
    """TIMESTAMP is an instant: 12:00 where the session's zone is two hours east is 10:00 UTC.

    DATETIME has no zone, and DECIMAL is exact.
    """
    mariadb.run(
        "USE crm",
        "CREATE TABLE types (at TIMESTAMP NULL, wall DATETIME, amount DECIMAL(20, 4), done BOOL, "
        "stage ENUM('won', 'lost'), extra JSON, nothing INT, big BIGINT UNSIGNED)",
        "SET time_zone = '+02:00'",
        "INSERT INTO types VALUES ('2026-10-02 12:00:00', '2026-10-02 12:00:00', "
        "1234567890123456.7891, TRUE, 'won', '{\"a\": 1}', NULL, 18446744073709551615)",
    )
    (row,) = objects(read(mariadb.url, tmp_path, leads=table("types"))["leads"]).to_dict("records")
    assert row["at"] == datetime(2026, 10, 2, 10, tzinfo=UTC)
    assert row["wall"].replace(tzinfo=None) == datetime(2026, 10, 2, 12)
    assert row["wall"].tzinfo is None
    assert Decimal(row["amount"]) == Decimal("1234567890123456.7891")
    assert row["stage"] == "won" and row["extra"] == '{"a": 1}' and row["nothing"] is None
    assert bool(row["done"]) and int(row["big"]) == 18446744073709551615


def test_a_wrong_password_names_the_remedy(mariadb: MariaDB, tmp_path: Path) -> None:
    wrong = mariadb.url.replace("p%40ss%3Aw%2Frd%251", "wrong-word")
    text = refusal(wrong, tmp_path, leads=table("leads"))
    assert "Check the user name and the password in the URL behind 'env:CRM_URL'." in text


def test_a_statement_is_ended_at_its_limit(
    mariadb: MariaDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "STATEMENT_SECONDS", 1)
    began = time.monotonic()
    slow = "SELECT count(*) FROM seq_1_to_100000 a, seq_1_to_100000 b, seq_1_to_100000 c"
    text = refusal(mariadb.url, tmp_path, leads=table(query=slow))
    assert time.monotonic() - began < 20
    assert "max_statement_time" in text and "one SELECT" not in text


@pytest.mark.parametrize(("own", "held"), [("0", 600), ("1200", 600), ("0.5", 0.5), ("30", 30)])
def test_a_lower_limit_of_the_server_stays(
    mariadb: MariaDB, tmp_path: Path, own: str, held: float
) -> None:
    url = f"{mariadb.url}{'&' if '?' in mariadb.url else '?'}init_command="
    url += quote(f"SET SESSION max_statement_time = {own}")
    query = "SELECT @@max_statement_time AS held"
    found = read(url, tmp_path, leads=table(query=query))["leads"]
    assert float(found.frame["held"].item()) == held


def test_a_server_that_falls_silent_in_mid_read_is_left(
    mariadb: MariaDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped after its first rows: the kernel keeps the connection up, and nothing more comes."""
    silence = {"pymysql": {"read_timeout": 2}}
    monkeypatch.setattr(urls, "_SILENCE", silence)
    stop = threading.Timer(1, mariadb.process.send_signal, [signal.SIGSTOP])
    stop.start()
    try:
        began = time.monotonic()
        many = "SELECT seq, SLEEP(0.01) FROM seq_1_to_100000"
        text = refusal(mariadb.url, tmp_path, leads=table(query=many))
        assert time.monotonic() - began < 20
    finally:
        stop.join()
        mariadb.process.send_signal(signal.SIGCONT)
    assert "the query of leads cannot be read" in text and "Check the host and the port" in text
    assert "one SELECT" not in text


def test_a_server_that_is_killed_in_mid_read_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    with running_mariadb(folder) as own:
        kill = threading.Timer(1, own.process.kill)
        kill.start()
        many = "SELECT seq, SLEEP(0.01) FROM seq_1_to_100000"
        text = refusal(own.url, tmp_path, leads=table(query=many))
        kill.join()
    assert "Check the host and the port" in text and "one SELECT" not in text
