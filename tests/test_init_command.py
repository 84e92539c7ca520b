"""Claims about ``cli.py init``: what it asks, what it refuses, and that its file is a good one."""

import shlex
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main
from connectors.settings.file import load_settings
from tests.command_line import refusal
from tests.maven import alliance, sheets_key
from tests.sheets_content import Formatted
from tests.sheets_server import SheetsServer

DEALS = (
    "Deal ID,Phase,Close date,Amount,Account",
    "1,Won,31/10/2026,1000,Acme",
    "2,Lost,30/10/2026,500,Acme",
    "3,Parked,29/10/2026,500,Beta",
)
COSTS = ("Day,Cost", "01/02/2026,10", "03/04/2026,20")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "deals.csv").write_text("\n".join(DEALS), encoding="utf-8")
    return folder


def init(*arguments: str | Path, answers: str = "") -> Result:
    return CliRunner().invoke(main, ["init", *map(str, arguments)], input=answers)


def test_without_a_person_only_what_is_sure_is_taken(data: Path, tmp_path: Path) -> None:
    """Parked deals have a closing date, so nobody knows what they are: rejected, and said."""
    file = tmp_path / "settings.toml"
    result = init(data, "--yes", "--output", file)
    assert (result.exit_code, result.stderr) == (0, "")
    (deals,) = load_settings(file).tables["deals"]
    assert deals.values["status"] == {"won": ["Won"], "lost": ["Lost"]}
    assert "customer_id" not in deals.columns
    assert "what 'Parked' means is not known, so these rows are rejected" in result.stdout
    assert "3 rows read = 2 loaded + 1 rejected" in result.stdout


def test_the_last_words_are_the_commands_to_type_next(data: Path, tmp_path: Path) -> None:
    """Each works as it is printed, in another folder, too."""
    file = tmp_path / "my settings.toml"
    lines = init(data, "--yes", "--output", file).stdout.splitlines()
    at = lines.index(f"Next: read {file}; a line that begins with # was not sure enough.")
    commands = [line.partition("  # ")[0].split("cli.py ")[1] for line in lines[at + 1 :]]
    assert [command.split()[0] for command in commands] == ["refresh", "report"]
    for command in commands:
        assert CliRunner().invoke(main, shlex.split(command)).exit_code == 0


def test_after_a_join_that_finds_nothing_the_next_step_is_to_correct_it(
    data: Path, tmp_path: Path
) -> None:
    """Deals name leads 77 and 78, and leads are called a, b and c; a person takes it anyway."""
    leads = "Lead ID,Created\na,2026-10-01\nb,2026-10-02\nc,2026-10-03\n"
    (data / "leads.csv").write_text(leads, encoding="utf-8")
    deals = "Deal ID,Status,Close date,Lead ID\n1,Won,2026-10-31,77\n2,Won,2026-10-30,78\n"
    (data / "deals.csv").write_text(deals, encoding="utf-8")
    file = tmp_path / "settings.toml"
    result = init(data, "--output", file, answers="y\n\n\n\n\n")
    assert "Take 'Lead ID' of deals.csv as deals.lead_id?" in result.stdout
    assert result.exit_code == 1
    assert result.stderr.strip().startswith("None of the 2 deals has a known lead")
    steps = result.stdout.partition(f"Next: correct {file} as the error above says.\n")[2]
    commands = [line.partition("  # ")[0].split("cli.py ")[1] for line in steps.splitlines()]
    assert [command.split()[0] for command in commands] == ["check", "refresh", "report"]
    statuses = [CliRunner().invoke(main, shlex.split(one)).exit_code for one in commands]
    assert statuses == [1, 0, 0], "an error of check keeps no figures from being published"


def test_a_person_is_asked_what_is_not_sure_and_who_the_company_is(
    data: Path, tmp_path: Path
) -> None:
    file = tmp_path / "settings.toml"
    answers = ("open", "y", "Acme GmbH", "USD", "America/New_York")
    result = init(data, "--output", file, answers="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    assert "'Parked' in 'Phase' (1 row of deals.csv) means (open, won, lost, skip)" in result.stdout
    assert "Take 'Account' of deals.csv as deals.customer_id?" in result.stdout
    loaded = load_settings(file)
    (deals,) = loaded.tables["deals"]
    assert deals.values["status"]["open"] == ["Parked"]
    assert deals.columns["customer_id"] == "Account"
    company = (loaded.company.name, loaded.company.currency, loaded.company.time_zone)
    assert company == ("Acme GmbH", "USD", "America/New_York")


def test_a_person_is_asked_for_the_order_of_dates_that_read_both_ways(
    data: Path, tmp_path: Path
) -> None:
    (data / "deals.csv").unlink()
    (data / "costs.csv").write_text("\n".join(COSTS), encoding="utf-8")
    file = tmp_path / "settings.toml"
    result = init(data, "--output", file, answers="month first\n\n\n\n\n")
    assert result.exit_code == 0, result.output
    assert "Dates of 'Day' of costs.csv, such as 01/02/2026, have the" in result.stdout
    (costs,) = load_settings(file).tables["costs"]
    assert costs.date_format_of("spent_on") == "%m/%d/%Y"


def test_a_file_that_is_there_is_not_replaced_without_being_asked(
    data: Path, tmp_path: Path
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("mine", encoding="utf-8")
    assert "is not replaced" in refusal(init(data, "--yes", "--output", file), 2)
    assert file.read_text(encoding="utf-8") == "mine"
    assert init(data, "--output", file, answers="n\n").exit_code == 2
    assert file.read_text(encoding="utf-8") == "mine"
    assert init(data, "--yes", "--overwrite", "--output", file).exit_code == 0
    assert "[tables.deals]" in file.read_text(encoding="utf-8")


def test_facts_of_the_command_stand_in_the_file_with_where_they_are_from(
    data: Path, tmp_path: Path
) -> None:
    file = tmp_path / "settings.toml"
    said = ("--company", "Acme", "--currency", "CHF", "--time-zone", "Europe/Zurich")
    assert init(data, "--yes", *said, "--as-of", "newest", "--output", file).exit_code == 0
    loaded = load_settings(file)
    assert (loaded.company.currency, str(loaded.as_of)) == ("CHF", "2026-10-31")
    text = file.read_text(encoding="utf-8")
    assert "# as given with --currency" in text and "# the newest day in the data" in text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--currency", "Euro"), "a code of three capitals"),
        (("--time-zone", "Berlin"), "such as Europe/Berlin"),
        (("--preset", "hubspt"), "--preset is for databases"),
        (("--as-of", "soon"), "--as-of is a day such as 2026-10-31, or 'newest'"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_written(
    options: tuple[str, ...], said: str, data: Path, tmp_path: Path
) -> None:
    file = tmp_path / "settings.toml"
    result = init(data, "--yes", *options, "--output", file)
    assert result.exit_code == 2 and said in result.stderr
    assert not file.exists()


def test_a_folder_without_anything_that_is_known_says_so(tmp_path: Path) -> None:
    (tmp_path / "books.csv").write_text("id,title\n1,A\n2,B\n", encoding="utf-8")
    result = init(tmp_path, "--yes", "--output", tmp_path / "settings.toml")
    assert "no table of the sources is known as one that Alliance reads" in result.stdout


def test_several_sources_are_looked_into_at_once(data: Path, tmp_path: Path) -> None:
    """Deals in files, leads in SQLite: each in its section, and the join over both is found."""
    crm = tmp_path / "crm.db"
    with sqlite3.connect(crm) as connection:
        connection.execute("CREATE TABLE leads (lead_id TEXT, created_at TEXT)")
        rows = [(f"Acme-{n}", f"2026-10-0{n}") for n in range(1, 8)]
        connection.executemany("INSERT INTO leads VALUES (?, ?)", rows)
    connection.close()
    lines = [f"{n},Won,2026-10-2{n},Acme-{n}" for n in range(1, 8)]
    text = "\n".join(("Deal ID,Status,Close date,Lead ID", *lines))
    (data / "deals.csv").write_text(text, encoding="utf-8")
    file = tmp_path / "settings.toml"
    result = init("crm=sqlite:///crm.db", f"exports={data}", "--yes", "--output", file)
    assert result.exit_code == 0, result.output
    loaded = load_settings(file)
    assert {name: parts[0].source for name, parts in loaded.tables.items()} == {
        "leads": "crm",
        "deals": "exports",
    }
    assert "7 of 7 values are in 'lead_id' of leads" in file.read_text(encoding="utf-8")
    assert alliance("report", "--settings", file).exit_code == 0


def test_a_spreadsheet_is_looked_into(
    sheets: SheetsServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    days = [Formatted(46_000 + n, f"2025-12-{9 + n:02d}", is_date=True) for n in range(9)]
    leads = [["Lead ID", "Created"], *([f"L{n}", day] for n, day in enumerate(days))]
    sheets.add("plan", {"Read me": [["By sales"]], "Leads": leads}, charts=("Chart",))
    monkeypatch.setenv("GOOGLE_KEY", sheets_key(sheets))
    file = tmp_path / "settings.toml"
    address = f"{sheets.url}/spreadsheets/d/plan/edit"
    result = init(address, "--yes", "--credentials", "env:GOOGLE_KEY", "--output", file)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "9 rows read = 9 loaded + 0 rejected" in result.stdout
    assert load_settings(file).tables["leads"][0].from_ == "Leads"
    assert "private_key" not in file.read_text(encoding="utf-8")
