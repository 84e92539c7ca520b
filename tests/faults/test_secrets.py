"""Secrets stay where they are: out of what is written, printed and served, whatever fails.

Each fault of this package looks for the secrets of sources; here are the other places in which a
deployment has some: the notebook, the channels, the login of readers, the server's log.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.testing.v1 import AppTest
from websockets.sync.client import connect

from connectors.snapshots.failures import last_failure
from tests.faults.canaries import (
    CLIENT_SECRET,
    NOTEBOOK_PASSWORD,
    canaries,
    environment,
    found_in,
)
from tests.faults.deployment import Deployment, deployed, environment_of, texts_of
from tests.faults.own_mounts import holder
from tests.maven import alliance
from tests.pages.served import serve
from tests.postgres_server import free_port
from tests.webhook_receiver import SECRET_PATH, Answer, WebhookReceiver

DASHBOARD = Path(__file__).parents[2] / "dashboard.py"
FAULTS = ("notebook refused", "Slack refused", "Slack says no", "mail server refused")
EVERY = '\n[snapshots]\nrefresh_every = "15m"\n'


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Deployment]:
    source = '[sources.crm]\nkind = "files"\nfolder = "."'
    with environment_of(environment()):
        hold = holder(tmp_path / "leads.csv")
        found = deployed(tmp_path, source, 'from = "leads.csv"', hold, more=EVERY)
        found.in_order()
        yield found


def test_a_secret_is_found_however_it_is_written() -> None:
    """Else no test here could fail."""
    written = [b"p@ss:w/rd%1", "p%40ss%3Aw%2Frd%251", f'{{"a": "{CLIENT_SECRET}"}}', "nothing"]
    for text, secret in zip(written, ["p@ss:w/rd%1"] * 2 + [CLIENT_SECRET], strict=False):
        assert found_in([text], canaries()) == {secret}
    assert found_in(written[-1:], canaries()) == set()


def digest(shop: Deployment, channel: str, **variables: str) -> str:
    """What a digest says that cannot be sent."""
    with environment_of(variables):
        result = alliance("digest", "--settings", shop.settings_file, "--to", channel)
    shop.printed += [result.stdout, result.stderr]
    assert result.exit_code == 1 and isinstance(result.exception, SystemExit)
    return result.stderr


@pytest.mark.parametrize("fault", FAULTS)
def test_a_digest_that_cannot_be_sent_shows_no_secret(
    shop: Deployment, fault: str, tmp_path: Path
) -> None:
    """Slack answers with the address that it was sent to, secret included."""
    own = {"NOTEBOOK_URL": f"sqlite:///{tmp_path / 'notebook.sqlite'}"}
    with WebhookReceiver() as slack:
        match fault:
            case "notebook refused":
                says, text = "The notebook", digest(shop, "slack")
            case "Slack refused":
                says, text = "Slack", digest(shop, "slack", **own)
            case "Slack says no":
                slack.answers.append(Answer(400, f"you sent {SECRET_PATH}"))
                hook = {"SLACK_WEBHOOK": slack.url}
                says, text = "(400)", digest(shop, "slack", **own, **hook)
            case _:
                says, text = "127.0.0.1", digest(shop, "email", **own)
    assert says in text
    shop.leaks_nothing()


def test_the_page_of_a_notebook_that_refuses_shows_no_secret(shop: Deployment) -> None:
    with environment_of({"ALLIANCE_SETTINGS": os.fspath(shop.settings_file)}):
        page = AppTest.from_file(os.fspath(DASHBOARD), default_timeout=120).run()
    shop.pages += texts_of(page.main)
    assert "notebook" in " ".join(shop.pages)
    shop.leaks_nothing()


def test_a_served_dashboard_whose_source_fails_shows_and_logs_no_secret(tmp_path: Path) -> None:
    """It makes its first figures by itself, fails, and says so to the reader and in its log."""
    url = f"postgresql://reader:{NOTEBOOK_PASSWORD}@127.0.0.1:{free_port()}/crm"
    source = '[sources.crm]\nkind = "database"\nurl = "env:CRM_URL"'
    with environment_of({**environment(), "CRM_URL": url}):
        shop = deployed(tmp_path, source, 'from = "leads"', len, more=EVERY)
        with serve(shop.settings_file) as served:
            until = time.monotonic() + 60
            while last_failure(shop.settings) is None and time.monotonic() < until:
                time.sleep(0.1)
            page = served_page(served.url)
            for path in ("/_stcore/health", "/_stcore/host-config", "/"):
                with urlopen(f"{served.url}{path}", timeout=10) as answer:
                    shop.pages.append(answer.read().decode())
        failure = last_failure(shop.settings)
        assert failure is not None and "refused" in failure.why
        assert b"There are no figures to show" in page and b"Check the host and the port" in page
        assert found_in([page], shop.secrets) == set()
        log = (tmp_path / "dashboard.log").read_text(encoding="utf-8")
        assert "No new figures: Source 'crm'" in log
        shop.leaks_nothing()


def served_page(url: str) -> bytes:
    """All that a reader's browser is sent of the first page."""
    address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
    sent = b""
    with connect(address, subprotocols=["streamlit"], max_size=None, open_timeout=60) as socket:
        socket.send(BackMsg(rerun_script={}).SerializeToString())
        while True:
            content = socket.recv(60, decode=False)
            sent += content
            message = ForwardMsg.FromString(content)
            if message.WhichOneof("type") == "script_finished":
                return sent
