"""What several rooms test against: a real PostgreSQL, a Google Sheets server, data from outside."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.postgres_server import Postgres, running_postgres
from tests.sheets_server import SheetsServer

# How long an example takes says how busy the machine is, and nothing of the code.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_collection_finish() -> None:
    """Look for garbage less often, never among what was imported: it took a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of data that nobody here made."""
    folder = os.environ.get("ALLIANCE_REAL_DATA")
    if not folder:
        pytest.skip("ALLIANCE_REAL_DATA is not set: it names the folder of data from outside")
    return Path(folder)


@pytest.fixture
def sheets() -> Iterator[SheetsServer]:
    """A Google Sheets of our own, empty, over real HTTP."""
    with SheetsServer() as server:
        yield server


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A real PostgreSQL, started once."""
    with running_postgres(tmp_path_factory.mktemp("postgres")) as running:
        yield running
