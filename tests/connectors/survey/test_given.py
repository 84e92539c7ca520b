"""Claims about what a person names as a source: what it means, and what is refused."""

from pathlib import Path

import pytest

from connectors.survey.given import given_sources
from kpis.errors import SettingsError, UsageError

KEY = "env:GOOGLE_KEY"


def keys_of(argument: str, folder: Path) -> dict[str, object]:
    (found,) = given_sources([argument], KEY, folder, folder)
    return {"name": found.name, **found.keys}


def test_a_reference_is_written_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CRM_URL", "postgresql://reader:canary@host/crm")
    expected = {"name": "crm", "kind": "database", "url": "env:CRM_URL"}
    assert keys_of("crm=env:CRM_URL", tmp_path) == expected


def test_an_address_without_a_password_is_written_out(tmp_path: Path) -> None:
    address = "postgresql://reader@host/crm"
    assert keys_of(address, tmp_path) == {"name": "crm", "kind": "database", "url": address}


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://reader:canary@host/crm",
        "postgresql://host/crm?user=reader&password=canary",
        "postgresql://reader:can@ary@host:port/crm",
        "POSTGRESQL://reader:canary@host/crm",
        "Postgres://reader:canary@host/crm",
        "jdbc:postgresql://host/crm?user=reader&password=canary",
        "JDBC:sqlserver://host;user=reader;password=canary",
        "reader:canary@host/crm",
        "host/crm?token=canary",
        "postgresql://reader@host/crm?options=-cpassword%3Dcanary",
        "https://host/export.csv?token=canary",
    ],
)
def test_an_address_with_a_password_is_refused_and_not_repeated(
    address: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as refused:
        given_sources([f"sales={address}"], KEY, tmp_path, tmp_path)
    assert "canary" not in str(refused.value) and "ary@" not in str(refused.value)
    assert "export SALES_URL='…'" in str(refused.value)
    assert "sales=env:SALES_URL" in str(refused.value)


def test_a_reference_to_no_address_is_refused_without_its_value(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CRM_URL", "canary")
    with pytest.raises(UsageError, match="'env:CRM_URL' holds no database URL") as refused:
        given_sources(["env:CRM_URL"], KEY, tmp_path, tmp_path)
    assert "canary" not in str(refused.value)


def test_a_reference_to_nothing_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="NOT_SET_HERE, which is not set"):
        given_sources(["crm=env:NOT_SET_HERE"], KEY, tmp_path, tmp_path)


def test_a_folder_is_written_relative_to_the_settings_that_are_beside_it(tmp_path: Path) -> None:
    (tmp_path / "my data").mkdir()
    expected = {"name": "my_data", "kind": "files", "folder": "my data"}
    assert keys_of("my data", tmp_path) == expected


def test_a_folder_elsewhere_is_written_in_full(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (found,) = given_sources(["../b"], KEY, tmp_path / "a", tmp_path / "a")
    assert found.keys["folder"] == (tmp_path / "b").as_posix()


def test_a_file_is_refused_with_its_folder(tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text("a,b\n", encoding="utf-8")
    with pytest.raises(UsageError, match=f"Give the folder that it is in: {tmp_path}"):
        given_sources(["deals.csv"], KEY, tmp_path, tmp_path)


def test_a_spreadsheet_brings_its_credentials(tmp_path: Path) -> None:
    address = "https://docs.google.com/spreadsheets/d/1AbC/edit"
    expected = {"kind": "google_sheets", "spreadsheet": address, "credentials": KEY}
    assert keys_of(f"plan={address}", tmp_path) == {"name": "plan", **expected}


@pytest.mark.parametrize("more", ["?access_token=canary", "?usp=sharing#gid=0", "#token=canary"])
def test_a_spreadsheet_is_written_without_what_follows_its_path(more: str, tmp_path: Path) -> None:
    address = "https://docs.google.com/spreadsheets/d/1AbC/edit"
    assert keys_of(f"{address}{more}", tmp_path)["spreadsheet"] == address


def test_a_spreadsheet_behind_a_password_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    address = "https://reader:canary@docs.google.com/spreadsheets/d/1AbC/edit"
    monkeypatch.setenv("PLAN", address)
    for argument in (address, "env:PLAN"):
        with pytest.raises(UsageError, match="Copy it from the browser") as refused:
            given_sources([argument], KEY, tmp_path, tmp_path)
        assert "canary" not in str(refused.value)


def test_a_scheme_in_capitals_is_written_small(tmp_path: Path) -> None:
    found = keys_of("POSTGRESQL://reader@host/crm", tmp_path)
    assert found["url"] == "postgresql://reader@host/crm"


def test_a_folder_with_signs_of_an_address_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "me@work?").mkdir()
    assert keys_of(str(tmp_path / "me@work?"), tmp_path)["kind"] == "files"


def test_a_key_written_out_is_refused_and_not_repeated(tmp_path: Path) -> None:
    address = "https://docs.google.com/spreadsheets/d/1AbC/edit"
    with pytest.raises(UsageError, match="must be a reference") as refused:
        given_sources([address], "canary", tmp_path, tmp_path)
    assert "canary" not in str(refused.value)


def test_two_sources_of_one_name_are_refused_and_two_without_a_name_are_told_apart(
    tmp_path: Path,
) -> None:
    with pytest.raises(UsageError, match="Two sources are named 'a'"):
        given_sources([f"a={tmp_path}", f"a={tmp_path}"], KEY, tmp_path, tmp_path)
    addresses = ["postgresql://reader@host/one", "postgresql://reader@host/two"]
    found = given_sources(addresses, KEY, tmp_path, tmp_path)
    assert [one.name for one in found] == ["crm", "crm_2"]
