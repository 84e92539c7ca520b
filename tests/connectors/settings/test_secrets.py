"""Claims about secrets: found where the reference says, and never part of a message."""

import json
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from connectors.settings.secrets import redacted, secret, secrets_in, service_account
from kpis.errors import SettingsError

WHERE = "Source 'ads', credentials"
KEY = {"client_email": "a@b.iam.gserviceaccount.com", "private_key": "s3cret"}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working folder of its own, without secrets."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")


def keep(folder: Path, text: str) -> None:
    (folder / ".streamlit").mkdir(exist_ok=True)
    (folder / ".streamlit" / "secrets.toml").write_text(text, encoding="utf-8")


def refusal(reference: str, folder: Path) -> str:
    with pytest.raises(SettingsError) as caught:
        service_account(reference, folder, WHERE)
    answer = str(caught.value)
    assert answer.startswith(f"{WHERE}: ")
    assert "s3cret" not in answer and "\n" not in answer
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    return answer.removeprefix(f"{WHERE}: ")


def test_a_value_that_is_no_reference_stands_for_itself(tmp_path: Path) -> None:
    assert secret("sqlite:///crm.db", tmp_path, WHERE) == "sqlite:///crm.db"


def test_an_environment_variable_is_found_and_named_when_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_URL", "s3cret")
    assert secret("env:CRM_URL", tmp_path, WHERE) == "s3cret"
    monkeypatch.setenv("CRM_URL", "")
    answer = refusal("env:CRM_URL", tmp_path)
    assert "the environment variable CRM_URL, which is not set" in answer and "Set it" in answer


def test_a_secret_is_found_beside_the_settings_before_the_working_folder(tmp_path: Path) -> None:
    keep(Path.cwd(), 'crm_url = "there"')
    assert secret("secrets:crm_url", tmp_path, WHERE) == "there"
    keep(tmp_path, 'crm_url = "here"\n[crm]\nurl = "deeper"')
    assert secret("secrets:crm_url", tmp_path, WHERE) == "here"
    assert secret("secrets:crm.url", tmp_path, WHERE) == "deeper"


def test_a_missing_secret_names_the_file_and_the_nearest_key_but_no_value(tmp_path: Path) -> None:
    answer = refusal("secrets:crm_url", tmp_path)
    assert "does not exist beside the settings" in answer and "Create it with the key" in answer
    keep(tmp_path, 'crm_ulr = "s3cret"')
    assert "has no key 'crm_url'. Did you mean 'crm_ulr'?" in refusal("secrets:crm_url", tmp_path)
    assert "has no key 'crm_ulr.x'" in refusal("secrets:crm_ulr.x", tmp_path)


def test_a_broken_secrets_file_is_not_quoted(tmp_path: Path) -> None:
    keep(tmp_path, "crm_url = s3cret")
    assert "is not valid TOML" in refusal("secrets:crm_url", tmp_path)


def test_a_service_account_is_json_text_a_file_or_a_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key.json").write_text(json.dumps(KEY), encoding="utf-8")
    keep(tmp_path, f'[google]\nclient_email = "{KEY["client_email"]}"\nprivate_key = "s3cret"')
    monkeypatch.setenv("AS_TEXT", json.dumps(KEY))
    monkeypatch.setenv("AS_FILE", "key.json")
    for reference in ("env:AS_TEXT", "env:AS_FILE", "secrets:google"):
        assert service_account(reference, tmp_path, WHERE) == KEY


@pytest.mark.parametrize(
    "value", ['{"private_key": "s3cret"}', '{"private_key": "s3cret', "[]", "s3cret", "{}"]
)
def test_what_is_no_service_account_is_not_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("GOOGLE_KEY", value)
    answer = refusal("env:GOOGLE_KEY", tmp_path)
    assert answer.startswith("'env:GOOGLE_KEY' is ") and "Google Cloud console" in answer


def test_secrets_are_taken_out_of_what_others_say() -> None:
    assert redacted("user me, password s3cret", "s3cret", None, "") == "user me, password ***"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:s3cr%40t@host/crm",
        *(
            f"snowflake://me@account/crm?{name}=s3cr%40t"
            for name in ("password", "passwd", "pass", "pwd", "PWD", "sslpassword", "passphrase")
            + ("token", "access_token", "secret", "client_secret", "key", "api_key", "credentials")
        ),
        "postgresql://me@host/crm?user=me&password=s3cr%40t",
        "mssql+pyodbc:///?odbc_connect=Driver%3DODBC%3BUID%3Dme%3BPWD%3Ds3cr%40t",
        "mssql+pyodbc:///?odbc_connect=UID%3Dme%3BPwd%3D%7Bs3cr%40t%7D%3BDatabase%3Dcrm",
    ],
)
def test_every_secret_of_a_url_is_found_and_redacted_as_it_is_and_encoded(url: str) -> None:
    """Among the options and within an ODBC string, of whatever case, and not the user's name."""
    found = set(secrets_in(make_url(url)))
    assert "s3cr@t" in found and "me" not in found
    answer = redacted(f"no login with s3cr@t or s3cr%40t for me: {url}", *found)
    assert "s3cr" not in answer and "for me" in answer


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me@host/crm?sslkey=client.key&ssl_key=a&sslrootcert=b",
        "bigquery://project?credentials_path=key.json",
        "snowflake://me@account/crm?authenticator=oauth_token&warehouse=passing",
    ],
)
def test_names_of_files_and_of_kinds_are_no_secrets(url: str) -> None:
    assert list(secrets_in(make_url(url))) == []
