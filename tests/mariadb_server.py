"""A real MariaDB of our own, where Debian's mariadb-server is installed."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pymysql

from tests.postgres_server import free_port

START_SECONDS = 60


@dataclass(frozen=True)
class MariaDB:
    """A running MariaDB on 127.0.0.1. The user ``reader`` may do everything, FILE included."""

    port: int
    process: "subprocess.Popen[bytes]"
    password: str = "p@ss:w/rd%1"

    def run(self, *statements: str) -> list[tuple[object, ...]]:
        """Run statements as ``reader``, and return the rows of the last one."""
        with self.connected() as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())

    def connected(self, user: str = "reader") -> "pymysql.Connection[pymysql.cursors.Cursor]":
        return pymysql.connect(
            host="127.0.0.1",
            port=self.port,
            user=user,
            password=self.password,
            autocommit=True,
        )

    @property
    def url(self) -> str:
        return f"mysql+pymysql://reader:p%40ss%3Aw%2Frd%251@127.0.0.1:{self.port}/crm"


def missing() -> str:
    """What is not installed, for the reason of a skipped test; empty where all is there."""
    needed = ("mariadbd", "mariadb-install-db")
    return ", ".join(name for name in needed if _found(name) is None)


def _found(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@contextmanager
def running_mariadb(folder: Path) -> Iterator[MariaDB]:
    """A MariaDB with its data in an empty folder, and an empty database ``crm``."""
    install, server = _found("mariadb-install-db"), _found("mariadbd")
    assert install and server, missing()
    data, user = folder / "data", f"--user={os.environ.get('USER', 'root')}"
    own = [f"--datadir={data}", user]
    setup = [install, "--no-defaults", "--auth-root-authentication-method=normal", *own]
    subprocess.run(setup, check=True, capture_output=True)
    port = free_port()
    start = [server, "--no-defaults", *own, f"--port={port}", "--bind-address=127.0.0.1"]
    start += [f"--socket={folder / 's'}", f"--pid-file={folder / 'pid'}", "--skip-name-resolve"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(start, stdout=log, stderr=subprocess.STDOUT)
    try:
        started = MariaDB(port, process)
        _set_up(started, folder)
        yield started
    finally:
        process.kill()
        process.wait(timeout=START_SECONDS)


def _set_up(server: MariaDB, folder: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            root = pymysql.connect(
                unix_socket=str(folder / "s"), user="root", password="", autocommit=True
            )
            break
        except pymysql.OperationalError:
            assert server.process.poll() is None, (folder / "log").read_text(errors="replace")
            assert time.monotonic() < until, "MariaDB does not answer"
            time.sleep(0.1)
    with root, root.cursor() as cursor:
        cursor.execute("CREATE USER reader@'127.0.0.1' IDENTIFIED BY %s", (server.password,))
        cursor.execute("GRANT ALL PRIVILEGES ON *.* TO reader@'127.0.0.1' WITH GRANT OPTION")
        cursor.execute("CREATE DATABASE crm CHARACTER SET utf8mb4")
