"""Secrets that are easy to find again: one in each place where a deployment can have a secret.

Each test of a fault looks for all of them in everything that was written, printed or served.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus

from tests.postgres_server import Postgres, free_port
from tests.sheets_server import TOKEN, SheetsServer
from tests.webhook_receiver import SECRET_PATH

QUERY_PASSWORD = "canary-query-pass"
SSL_PASSWORD = "canary-ssl-pass"
KEY_ID = "canary-key-id"
SLACK = SECRET_PATH.rpartition("/")[2]
SMTP_PASSWORD = "canary-smtp-pass"
NOTEBOOK_PASSWORD = "canary-notebook-pass"
CLIENT_SECRET = "canary-openid-client"
COOKIE_SECRET = "canary-openid-cookie"
WRONG_PASSWORD = "canary-wrong-pass"
"""Somebody's password of elsewhere, typed in by mistake, is a secret, too."""

SECRETS_TOML = f"""
ads_url = "postgresql://counter@127.0.0.1:{{port}}/ads?password={QUERY_PASSWORD}&sslpassword={SSL_PASSWORD}"
[auth]
redirect_uri = "http://localhost:8501/oauth2callback"
client_id = "alliance"
client_secret = "{CLIENT_SECRET}"
cookie_secret = "{COOKIE_SECRET}"
server_metadata_url = "http://127.0.0.1:1/.well-known/openid-configuration"
"""
"""Beside the settings; ``{{port}}`` is where the database ``ads`` answers, or nobody."""

SETTINGS = """
[outbox]
dashboard = "http://127.0.0.1:8501"
[outbox.slack]
webhook = "env:SLACK_WEBHOOK"
[outbox.email]
host = "127.0.0.1"
user = "env:SMTP_USER"
password = "env:SMTP_PASSWORD"
sender = "alliance@example.com"
recipients = ["anna@example.com"]
[notebook]
url = "env:NOTEBOOK_URL"
"""
"""What a deployment's settings say of the places where secrets stand, beside its sources."""


def environment(sheets: SheetsServer | None = None) -> Mapping[str, str]:
    """The environment variables of a deployment; nobody answers for its notebook."""
    notebook = f"postgresql://notes:{NOTEBOOK_PASSWORD}@127.0.0.1:{free_port()}/notes"
    found = {
        "SLACK_WEBHOOK": f"http://127.0.0.1:{free_port()}{SECRET_PATH}",
        "SMTP_USER": "alliance",
        "SMTP_PASSWORD": SMTP_PASSWORD,
        "NOTEBOOK_URL": notebook,
    }
    if sheets is not None:
        found["SHEETS_KEY"] = json.dumps({**sheets.key, "private_key_id": KEY_ID})
    return found


def canaries(sheets: SheetsServer | None = None) -> tuple[str, ...]:
    """Every secret of a deployment, and lines of its private key."""
    plain = (QUERY_PASSWORD, SSL_PASSWORD, KEY_ID, SLACK, SMTP_PASSWORD, NOTEBOOK_PASSWORD)
    plain += (CLIENT_SECRET, COOKIE_SECRET, WRONG_PASSWORD, Postgres.password, TOKEN)
    key = sheets.key["private_key"].split("\n")[1:4] if sheets is not None else ()
    return (*plain, "PRIVATE KEY", *key)


def found_in(texts: Iterable[bytes | str], secrets: Iterable[str]) -> set[str]:
    """The secrets that stand in any of the texts, as they are, percent-encoded or in JSON."""
    whole = b"\n".join(text if isinstance(text, bytes) else text.encode() for text in texts)
    return {
        secret
        for secret in secrets
        for written in {
            secret,
            quote(secret, safe=""),
            quote_plus(secret),
            json.dumps(secret)[1:-1],
        }
        if written.encode() in whole
    }


def files_written(folder: Path) -> Iterable[bytes]:
    """What stands in the files of a deployment, but for its own settings and secrets."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in ("settings.toml", "secrets.toml"):
            yield path.name.encode() + b"\n" + path.read_bytes()
