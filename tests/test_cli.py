"""Claims about the command line: its answers, its exit statuses, and what it says otherwise."""

import json
import re
import shlex
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from connectors.settings.file import load_settings
from connectors.snapshots.newest_sound import current_snapshot
from tests.command_line import ODD, refusal, small_company
from tests.maven import alliance, alliance_process, files_below

OCTOBER = ("--as-of", "2026-11-22", "--from", "2026-10-01", "--to", "2026-10-31")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five leads, one customer and 200 of costs; returns the settings file."""
    return small_company(tmp_path_factory.mktemp("company"))


def report(settings: Path, *options: str) -> dict[str, Any]:
    result = alliance("report", "--settings", settings, *OCTOBER, *options, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def groups(answer: dict[str, Any]) -> list[dict[str, str]]:
    return [row["group"] for row in answer["rows"]]


def test_the_report_is_exactly_the_documented_json(company: Path) -> None:
    """4 leads of October, 1 of them won for 1,000 after 30 days, for 150 + 30 + 20 = 200.

    CAC is 200 ÷ 1, cost per lead 180 ÷ 4; a third deal is rejected. Marketing cost 180, so ROI is
    (1,000 - 180) ÷ 180 = 4.55555555556.
    """
    done = alliance_process("report", "--settings", company, *OCTOBER, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        '{"as_of": "2026-11-22", "from": "2026-10-01", "to": "2026-10-31", "currency": "EUR", '
        '"attribution": "linear", "rows": [{"group": {}, "kpis": {"mqls": 3.0, "sqls": 2.0, '
        '"lead_conversion_rate": 0.25, "sales_cycle_days": 30.0, "cac": 200.0, "clv": 1000.0, '
        '"marketing_roi": 4.55555555556}, "reasons": {}, "measures": {"leads": 4.0, '
        '"new_customers": 1.0, "converted_leads": 1.0, "revenue": 1000.0, "marketing_cost": '
        '180.0, "sales_cost": 20.0, "median_cycle_days": 30.0}, "more": {"follow_up_rate": null, '
        '"cost_per_lead": 45.0, "win_rate": 0.5, "clv_to_cac": 5.0, "cac_payback_months": null}, '
        '"more_reasons": {"follow_up_rate": "no contacts are mapped (leads.first_contacted_at or '
        'activities)", "cac_payback_months": "no payments are mapped"}}], '
        '"rejected": {"deals": 1}}\n'
    )


def test_groups_are_ids_and_undefined_kpis_have_a_reason(company: Path) -> None:
    """c1 has 1 of 2 SQLs: half of 30 + 20 shared. CAC (100 + 25) ÷ 1, ROI (1,000 - 100) ÷ 100."""
    answer = report(company, "--by", "campaign")
    none, first, second = answer["rows"]
    assert groups(answer) == [{"campaign": "(none)"}, {"campaign": "c1"}, {"campaign": "c2"}]
    assert first["kpis"] == {
        "mqls": 2.0,
        "sqls": 1.0,
        "lead_conversion_rate": 0.5,
        "sales_cycle_days": 30.0,
        "cac": 125.0,
        "clv": 1000.0,
        "marketing_roi": 9.0,
    }
    assert second["kpis"]["lead_conversion_rate"] == 0.0
    assert second["kpis"]["marketing_roi"] == -1.0
    assert second["reasons"] == {
        "sales_cycle_days": "no customer with a known cycle was won",
        "cac": "no customers were won",
        "clv": "no customers have been won yet",
    }
    assert none["reasons"]["marketing_roi"] == "there is no marketing cost above zero"
    for row in answer["rows"]:
        assert {key for key, value in row["kpis"].items() if value is None} == set(row["reasons"])


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("channel", ["(none)", "Search", "Social"]),
        ("owner", ["(none)"]),
        ("month", ["2026-10"]),
        ("week", ["2026-09-28", "2026-10-05", "2026-10-12", "2026-10-19", "2026-10-26"]),
    ],
)
def test_a_report_is_grouped_by_what_was_asked(company: Path, by: str, expected: list[str]) -> None:
    answer = report(company, "--by", by)
    assert groups(answer) == [{by: name} for name in expected]
    assert sum(row["measures"]["leads"] for row in answer["rows"]) == 4.0


def test_values_of_one_dimension_are_alternatives_and_dimensions_all_hold(company: Path) -> None:
    """c1 has 2 leads, c2 one; both together 3; c1 within the channel of c2 none."""
    asked = {
        ("campaign=c1",): 2.0,
        ("campaign=c1", "campaign=c2"): 3.0,
        ("campaign=c1", "channel=Search"): 2.0,
        ("campaign=c1", "channel=Social"): 0.0,
        ("campaign=(none)",): 1.0,
    }
    for conditions, leads in asked.items():
        options = [part for condition in conditions for part in ("--where", condition)]
        (row,) = report(company, *options)["rows"]
        assert row["measures"]["leads"] == leads


def test_a_value_may_hold_an_equals_sign(company: Path) -> None:
    (row,) = report(company, "--where", f"campaign={ODD}", "--from", "2026-09-01")["rows"]
    assert row["measures"]["leads"] == 1.0


def test_nothing_after_as_of_exists(company: Path) -> None:
    """The deal was won on October 31: the day before, nobody is a customer."""
    answer = report(company, "--as-of", "2026-10-30")
    assert answer["as_of"] == "2026-10-30"
    assert answer["rows"][0]["measures"]["new_customers"] == 0.0
    assert answer["rows"][0]["reasons"]["cac"] == "no customers were won"


def test_the_period_is_the_month_up_to_the_day_of_report_unless_given(company: Path) -> None:
    for options, expected in {
        (): ("2026-11-01", "2026-11-22"),
        ("--as-of", "2026-10-15"): ("2026-10-01", "2026-10-15"),
        ("--to", "2026-09-30"): ("2026-09-01", "2026-09-30"),
        ("--from", "2026-10-20"): ("2026-10-20", "2026-11-22"),
    }.items():
        result = alliance("report", "--settings", company, *options, "--json")
        answer = json.loads(result.stdout)
        assert (answer["from"], answer["to"]) == expected


def test_each_attribution_model_shares_the_customer_in_its_own_way(
    company: Path, tmp_path: Path
) -> None:
    """Lead a was touched by c2, then twice by c1: linear gives c1 two thirds of 1,000."""
    for path in company.parent.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    touches = ("a,c2,2026-10-01", "a,c1,2026-10-02", "a,c1,2026-10-03")
    text = "\n".join(("lead_id,campaign_id,touched_at", *touches))
    (tmp_path / "touches.csv").write_text(text, encoding="utf-8")
    settings = tmp_path / "settings.toml"
    more = '[tables.touches]\nsource = "crm"\nfrom = "touches.csv"\n'
    agreed = '[definitions]\nattribution = "last_touch"\n'
    settings.write_text(company.read_text(encoding="utf-8") + more + agreed, encoding="utf-8")
    revenue = {}
    for model in (None, "first_touch", "last_touch", "linear"):
        answer = report(settings, "--by", "campaign", *(("--attribution", model) if model else ()))
        assert answer["attribution"] == model or (model is None and "last_touch")
        revenue[model] = [row["measures"]["revenue"] for row in answer["rows"]]
    assert revenue[None] == revenue["last_touch"] == [0.0, 1000.0, 0.0]
    assert revenue["first_touch"] == [0.0, 0.0, 1000.0]
    assert revenue["linear"] == [0.0, pytest.approx(2000 / 3), pytest.approx(1000 / 3)]


def test_without_json_there_is_a_table_for_people(company: Path) -> None:
    """Names are text, whatever markup they look like; a reason stands below for each dash."""
    period = ("--from", "2026-09-01", "--to", "2026-10-31", "--by", "campaign")
    result = alliance("report", "--settings", company, *period)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "2026-09-01 to 2026-10-31, as of 2026-11-22, linear" in result.stdout
    assert ODD in result.stdout and "€125" in result.stdout
    assert "— Customer acquisition cost: no customers were won" in result.stdout


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--by", "campain"), "no dimension 'campain'. Did you mean 'campaign'?"),
        (("--where", "chanel=x"), "no dimension 'chanel'. Did you mean 'channel'?"),
        (("--where", "channel=Serch"), "no channel 'Serch'. Did you mean 'Search'?"),
        (("--where", "channel"), "'channel' is not of the form DIMENSION=VALUE"),
        (("--attribution", "liner"), "no attribution model 'liner'. Did you mean 'linear'?"),
        (("--from", "2026-11-01", "--to", "2026-10-01"), "cannot end (2026-10-01) before it star"),
    ],
)
def test_a_question_that_cannot_be_asked_is_bad_usage(
    company: Path, options: tuple[str, ...], says: str
) -> None:
    assert says in refusal(alliance("report", "--settings", company, *options), status=2)


def test_the_nearest_value_is_found_among_many(company: Path, tmp_path: Path) -> None:
    """Of 30 campaigns only a dozen are listed, but the nearest one is sought among all."""
    lines = [f"l{n},2026-10-01,campaign-{n:02}" for n in range(30)]
    text = "\n".join(["lead_id,created_at,campaign_id", *lines, "z,2026-10-01,zebra"])
    (tmp_path / "leads.csv").write_text(text, encoding="utf-8")
    settings = tmp_path / "settings.toml"
    settings.write_text(
        '[sources.crm]\nkind = "files"\nfolder = "."\n'
        '[tables.leads]\nsource = "crm"\nfrom = "leads.csv"\n',
        encoding="utf-8",
    )
    result = alliance("report", "--settings", settings, "--where", "campaign=zebar")
    assert "no campaign 'zebar'. Did you mean 'zebra'?" in refusal(result, status=2)


@pytest.mark.parametrize(
    "arguments",
    [("report", "--as-of", "soon"), ("report", "--form", "2026-01-01"), ("repot",), ("demo",)],
    ids=" ".join,
)
def test_a_command_that_click_refuses_is_bad_usage(arguments: tuple[str, ...]) -> None:
    result = alliance(*arguments)
    assert result.exit_code == 2 and "Error: " in result.stderr and result.stdout == ""


@pytest.mark.parametrize("command", ["check", "refresh", "report"])
def test_settings_that_cannot_be_used_are_bad_usage(command: str, tmp_path: Path) -> None:
    missing = tmp_path / "settings.toml"
    message = refusal(alliance(command, "--settings", missing), status=2)
    assert message.startswith(f"The settings file {missing} cannot be read")
    missing.write_text("compny = 1", encoding="utf-8")
    message = refusal(alliance(command, "--settings", missing), status=2)
    assert message == f"{missing}: unknown key 'compny'. Did you mean 'company'?\n"


@pytest.mark.parametrize("command", ["refresh", "report"])
def test_a_secret_that_is_not_set_is_a_matter_of_settings(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CRM_URL", raising=False)
    settings = tmp_path / "settings.toml"
    settings.write_text(
        '[sources.crm]\nkind = "database"\nurl = "env:CRM_URL"\n'
        '[tables.leads]\nsource = "crm"\nfrom = "leads"\n',
        encoding="utf-8",
    )
    message = refusal(alliance(command, "--settings", settings), status=2)
    assert message.startswith("Source 'crm', url: 'env:CRM_URL' refers to the environment variable")
    checked = alliance("check", "--settings", settings)
    assert (checked.exit_code, checked.stderr.strip()) == (2, message.strip())


def test_the_report_for_people_says_which_tables_had_rows_rejected(company: Path) -> None:
    result = alliance("report", "--settings", company, *OCTOBER)
    assert result.stdout.splitlines()[-1] == "deals: 1 of 3 rows rejected; see check"


def test_refresh_says_what_became_of_every_row_and_where(company: Path) -> None:
    result = alliance("refresh", "--settings", company)
    assert (result.exit_code, result.stderr) == (0, "")
    found = current_snapshot(load_settings(company))
    assert found is not None
    assert result.stdout.splitlines() == [
        "leads: 5 read = 5 loaded + 0 rejected",
        "deals: 3 read = 2 loaded + 1 rejected",
        "costs: 4 read = 4 loaded + 0 rejected",
        "campaigns: 2 read = 2 loaded + 0 rejected",
        f"Published {found.folder}",
    ]


def test_a_report_says_on_standard_error_that_newer_figures_are_damaged(tmp_path: Path) -> None:
    """Of two snapshots the newer lost a byte: the report is of the older, for scripts as before."""
    (tmp_path / "leads.csv").write_text("lead_id,created_at\na,2026-10-01\n", encoding="utf-8")
    settings = tmp_path / "settings.toml"
    settings.write_text(
        'as_of = 2026-11-22\n[sources.crm]\nkind = "files"\nfolder = "."\n'
        '[tables.leads]\nsource = "crm"\nfrom = "leads.csv"\n',
        encoding="utf-8",
    )
    for _ in range(2):
        assert alliance("refresh", "--settings", settings).exit_code == 0
    newer = current_snapshot(load_settings(settings))
    assert newer is not None
    file = newer.folder / "leads.parquet"
    file.write_bytes(file.read_bytes()[:-1])
    result = alliance("report", "--settings", settings, *OCTOBER, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["rows"][0]["measures"]["leads"] == 1.0
    assert "are damaged on the disk (leads.parquet has changed" in result.stderr
    assert result.stderr.count("\n") == 1


def test_without_settings_the_demo_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In an empty folder, the first in a process of its own: the snapshot is kept where they were
    started.

    The digest shows that of the report; it makes no notebook, as a dry run records nothing.
    """
    monkeypatch.delenv("ALLIANCE_SETTINGS", raising=False)
    done = alliance_process("report", "--json", folder=tmp_path)
    assert done.returncode == 0
    assert done.stderr == (
        f"There is no settings.toml in {tmp_path}: this is the demo. For figures of your own, run "
        "'cli.py init'.\n"
    )
    answer = json.loads(done.stdout)
    assert answer["currency"] == "EUR" and answer["rows"][0]["kpis"]["clv"] > 0
    assert abs((date.fromisoformat(answer["as_of"]) - date.today()).days) <= 1
    made = files_below(tmp_path)
    monkeypatch.chdir(tmp_path)
    digest = alliance("digest", "--dry-run")
    assert (digest.exit_code, digest.stderr) == (0, done.stderr)
    lines = digest.stdout.splitlines()
    assert lines[0].startswith("Week ") and lines[2].startswith("Northwind Software, as of ")
    for heading in ("Goals", "What changed and why", "Warning signs"):
        assert heading in lines
    assert {path.relative_to(tmp_path).parts[0] for path in made} == {"snapshots"}
    assert files_below(tmp_path) == made


def test_the_demo_is_written_with_settings_to_start_from(tmp_path: Path) -> None:
    """What it says to try next works, and finds the dirty rows of the demo."""
    folder = tmp_path / "my demo"
    result = alliance("demo", folder)
    assert (result.exit_code, result.stderr) == (0, "")
    settings = folder / "settings.toml"
    command = shlex.split(result.stdout.splitlines()[-1])
    assert command == [sys.executable, "cli.py", "check", "--settings", str(settings)]
    checked = alliance(*command[2:])
    assert (checked.exit_code, checked.stderr) == (0, "")
    assert " × created_at is required, but blank" in checked.stdout


def test_a_demo_in_a_folder_with_settings_is_bad_usage(company: Path) -> None:
    before = company.read_bytes()
    message = refusal(alliance("demo", company.parent), status=2)
    assert message.startswith(f"{company} exists already, and is not replaced. Name a new folder")
    assert company.read_bytes() == before


def test_the_demo_is_written_whatever_settings_hold_where_it_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings that cannot be read are one reason to ask for some that can."""
    monkeypatch.setenv("ALLIANCE_SETTINGS", str(tmp_path / "settings.toml"))
    (tmp_path / "settings.toml").write_text("compny = 1", encoding="utf-8")
    result = alliance("demo", tmp_path / "demo")
    assert (result.exit_code, result.stderr) == (0, "")
    assert (tmp_path / "demo" / "leads.csv").stat().st_size > 100_000


def test_the_environment_names_the_settings(
    company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALLIANCE_SETTINGS", str(company))
    result = alliance("report", *OCTOBER, "--json")
    assert json.loads(result.stdout) == report(company)
    assert files_below(tmp_path) == []


def test_the_version_is_the_newest_of_the_changelog() -> None:
    root = Path(__file__).parents[1]
    released = re.findall(
        r"^## (\d+\.\d+\.\d+) \(\d{4}-\d{2}-\d{2}\)$", (root / "CHANGELOG.md").read_text(), re.M
    )
    assert alliance("--version").stdout == f"Alliance {released[0]}\n"
