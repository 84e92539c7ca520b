"""Faults of a real PostgreSQL: each is reported with its remedy, and survived.

Its leads come from the database ``shop`` through a URL in the environment, its campaigns from
``ads`` through one in secrets.toml, whose password is a parameter.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import pytest

from tests.faults.canaries import QUERY_PASSWORD, WRONG_PASSWORD, environment
from tests.faults.deployment import Deployment, Fault, Row, deployed, environment_of, is_survived
from tests.faults.proxy import broken_way
from tests.postgres_server import Postgres, free_port

ADS = """
[sources.ads]
kind = "database"
url = "secrets:ads_url"
[tables.campaigns]
source = "ads"
from = "campaigns"
"""
SLOW = "CREATE VIEW leads AS SELECT held.* FROM held, generate_series(1, 100000), pg_sleep(0.01)"
READING = "SELECT pid FROM pg_stat_activity WHERE datname = 'shop' AND usename = 'reader'"


@dataclass
class Shop:
    """The two databases, and the ways in which they fail."""

    postgres: Postgres
    environment: pytest.MonkeyPatch

    @property
    def good(self) -> str:
        return self.postgres.reader("shop")

    def hold(self, rows: Sequence[Row]) -> None:
        cells = ", ".join(f"('{lead}', {day and repr(day) or 'NULL'})" for lead, day in rows)
        self.postgres.new_database(
            "shop",
            "CREATE TABLE leads (id text, created date)",
            f"INSERT INTO leads VALUES {cells}",
        )
        self.use(self.good)

    def use(self, url: str) -> None:
        self.environment.setenv("CRM_URL", url)

    def change(self, *statements: str, database: str = "shop") -> None:
        with psycopg.connect(self.postgres.admin(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    @contextmanager
    def while_it_reads(self, strike: Callable[[int], object]) -> Iterator[None]:
        """Make its table endless and slow, and strike its process once it has sent rows."""
        self.change("ALTER TABLE leads RENAME TO held", SLOW, "GRANT SELECT ON leads TO reader")

        over, active = threading.Event(), f"{READING} AND state = 'active'"

        def wait_and_strike() -> None:
            found: list[tuple[int]] = []
            with psycopg.connect(self.postgres.admin(), autocommit=True) as connection:
                while not found and not over.wait(0.02):
                    found = connection.execute(active).fetchall()
            time.sleep(0.2)
            for (process,) in found:
                strike(process)

        striker = threading.Thread(target=wait_and_strike)
        striker.start()
        try:
            yield
        finally:
            over.set()
            striker.join()
            self.wait_until_up()

    def wait_until_up(self) -> None:
        """A crash of one process makes the whole server begin anew."""
        for _ in range(600):
            try:
                return self.change("SELECT 1", database="postgres")
            except psycopg.OperationalError:
                time.sleep(0.05)
        raise TimeoutError("PostgreSQL does not come back")

    def end_reader(self, process: int) -> None:
        self.change(f"SELECT pg_terminate_backend({process})", database="postgres")

    @contextmanager
    def cut_off(self, limit: int) -> Iterator[None]:
        """The connection breaks after so many bytes of the server's answers."""
        self.change(
            "INSERT INTO leads SELECT i::text, '2026-01-02' FROM generate_series(1, 100000) i"
        )
        with broken_way(self.postgres.port, limit) as port:
            self.use(self.good.replace(f":{self.postgres.port}/", f":{port}/"))
            yield


IN_MID_READ = ("Source 'crm'", "the query of leads cannot be read", "Check the host and the port")
FAULTS = {
    "wrong password": Fault(
        lambda shop: shop.use(shop.postgres.reader("shop", WRONG_PASSWORD)),
        (
            "Source 'crm'",
            "postgresql on 127.0.0.1",
            "password authentication failed",
            "Check the user name and the password in the URL behind 'env:CRM_URL'.",
        ),
        apart=True,
    ),
    "wrong password in a parameter": Fault(
        lambda shop: shop.change("ALTER ROLE counter PASSWORD 'another'", database="postgres"),
        ("Source 'ads'", "password authentication failed", "the URL behind 'secrets:ads_url'"),
    ),
    "connection refused": Fault(
        lambda shop: shop.use(shop.good.replace(f":{shop.postgres.port}/", f":{free_port()}/")),
        ("Source 'crm'", "refused", "Check the host and the port", "'env:CRM_URL'"),
    ),
    "unknown host": Fault(
        lambda shop: shop.use(shop.good.replace("127.0.0.1", "no-such-host.invalid")),
        ("Source 'crm'", "no-such-host.invalid", "Check the host name", "'env:CRM_URL'"),
    ),
    "missing database": Fault(
        lambda shop: shop.use(shop.postgres.reader("shops")),
        ("Source 'crm'", "'shops'", "Check the database's name"),
    ),
    "missing table": Fault(
        lambda shop: shop.change("ALTER TABLE campaigns RENAME TO campaign", database="ads"),
        ("Source 'ads'", "no table or view 'campaigns'", "Did you mean 'campaign'?"),
    ),
    "no right to read": Fault(
        lambda shop: shop.change("REVOKE ALL ON campaigns FROM counter", database="ads"),
        ("Source 'ads'", "permission denied", "GRANT SELECT", "'counter'"),
    ),
    "renamed column of a table": Fault(
        lambda shop: shop.change("ALTER TABLE campaigns RENAME campaign_id TO id", database="ads"),
        ("source 'ads'", "table 'campaigns'", "no column 'campaign_id'"),
    ),
    "empty table": Fault(
        lambda shop: shop.change("DELETE FROM campaigns", database="ads"),
        ("Source 'ads'", "table 'campaigns'", "has no rows.", "Fill it, or remove"),
    ),
    "server killed in mid-read": Fault(
        lambda shop: shop.while_it_reads(lambda process: os.kill(process, signal.SIGKILL)),
        IN_MID_READ,
        apart=True,
    ),
    "connection ended by the administrator": Fault(
        lambda shop: shop.while_it_reads(shop.end_reader), IN_MID_READ
    ),
    "answer cut off": Fault(lambda shop: shop.cut_off(500_000), IN_MID_READ),
}


@pytest.fixture(scope="module")
def shop(
    postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Deployment, Shop]]:
    folder = tmp_path_factory.mktemp("databases")
    with environment_of(environment()) as variables:
        found = Shop(postgres, variables)
        found.change(f"CREATE ROLE counter LOGIN PASSWORD '{QUERY_PASSWORD}'", database="postgres")

        def hold(rows: Sequence[Row]) -> None:
            found.change(f"ALTER ROLE counter PASSWORD '{QUERY_PASSWORD}'", database="postgres")
            found.hold(rows)
            postgres.new_database(
                "ads",
                "CREATE TABLE campaigns (campaign_id text, name text)",
                "INSERT INTO campaigns VALUES ('c1', 'Spring fair')",
                "GRANT SELECT ON campaigns TO counter",
            )

        source = '[sources.crm]\nkind = "database"\nurl = "env:CRM_URL"'
        origin = 'query = "SELECT id, created FROM leads"'
        yield deployed(folder, source, origin, hold, port=postgres.port, more=ADS), found
        found.change("DROP OWNED BY counter", database="ads")
        found.change("DROP ROLE counter", database="postgres")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_a_database_is_survived(
    shop: tuple[Deployment, Shop], fault: str, capfd: pytest.CaptureFixture[str]
) -> None:
    paragraph = is_survived(*shop, FAULTS[fault], capfd)
    assert "one SELECT" not in paragraph
