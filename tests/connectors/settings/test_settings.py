"""Claims about the settings file: what it may say, what it means, and what it is told otherwise."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from connectors.settings.file import active_settings, load_settings
from connectors.settings.settings import DatabaseSource, DemoSource, Settings
from kpis.definitions import Company, Definitions
from kpis.errors import SettingsError

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
CRM = '[sources.crm]\nkind = "files"\nfolder = "."\n'
LEADS = f'{CRM}[tables.leads]\nsource = "crm"\nfrom = "leads.csv"\n'


def save(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def load(folder: Path, text: str) -> Settings:
    return load_settings(save(folder, text))


def refusal(folder: Path, text: str) -> str:
    """What is said about the file: one line, beginning with its path."""
    with pytest.raises(SettingsError) as caught:
        load(folder, text)
    message = str(caught.value)
    start = str(folder / "settings.toml")
    assert message.startswith(start) and "\n" not in message
    assert message.endswith((".", "?")) and not message.endswith(("..", "?."))
    return message.removeprefix(start).removeprefix(": ")


def database(url: str) -> str:
    return f'[sources.crm]\nkind = "database"\nurl = "{url}"\n'


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    settings = load(tmp_path, "")
    assert settings.company == Company() and settings.definitions == Definitions()
    documented = {
        "customer_when": "booked",
        "conversion": "cohort",
        "attribution": "linear",
        "gross_margin": 1.0,
        "clv_max_months": 60,
    }
    assert settings.definitions == Definitions.model_validate(documented)
    assert (settings.company.currency, settings.company.time_zone) == ("EUR", "UTC")
    assert settings.company.working_days == ("mon", "tue", "wed", "thu", "fri")
    assert settings.sources == {} and settings.tables == {} and settings.targets == ()
    assert settings.snapshots.fresh_minutes == 60
    assert settings.snapshot_folder == tmp_path / "snapshots"


def test_the_contracts_example_is_understood(tmp_path: Path) -> None:
    """Section 9 of the design, but for its data warehouse, which comes with another issue."""
    settings = load(
        tmp_path,
        """
[company]
name = "Example GmbH"
currency = "EUR"
time_zone = "Europe/Berlin"
fiscal_year_starts = 1        # month
week_starts = "monday"
working_days = ["mon", "tue", "wed", "thu", "fri"]
holidays = [2026-12-25]
[definitions]
customer_when = "booked"              # or "paid"
conversion = "cohort"                 # or "period"
attribution = "linear"
gross_margin = 1.0
clv_max_months = 60
[dimensions]
segment = "Segment"                   # lead column = label
[sources.crm]
kind = "database"
url = "env:CRM_URL"
[sources.marketing]
kind = "google_sheets"
spreadsheet = "https://docs.google.com/spreadsheets/d/…"
credentials = "secrets:google_service_account"
[sources.exports]
kind = "files"
folder = "data"
[tables.leads]
source = "crm"
from = "contacts"
columns = { lead_id = "id", created_at = "createdate", segment = "industry" }
date_format = "%Y-%m-%d"
[tables.deals]
source = "crm"
from = "deals"
columns = { deal_id = "id", status = "dealstage", amount = "amount" }
values.status = { won = ["closedwon"], lost = ["closedlost"], open = "*" }
""",
    )
    assert settings.company.holidays == (date(2026, 12, 25),)
    assert settings.dimension_names == ("segment",)
    assert settings.dimensions == {"segment": "Segment"}
    assert set(settings.parts_of("crm")) == {"leads", "deals"}
    assert settings.tables["leads"][0].from_ == "contacts"
    assert settings.tables["leads"][0].date_format_of("created_at") == "%Y-%m-%d"
    assert settings.tables["deals"][0].values["status"]["open"] == "*"


@pytest.mark.parametrize(
    ("text", "key", "hint"),
    [
        ("compny = 1", "compny", "company"),
        ('[companies]\nname = "x"', "companies", "company"),
        ('[company]\ncurency = "EUR"', "company.curency", "currency"),
        ("[definitions]\natribution = 1", "definitions.atribution", "attribution"),
        ("[snapshots]\nfresh_minuts = 3", "snapshots.fresh_minuts", "fresh_minutes"),
        (f"{database('env:X')}batch_row = 3", "sources.crm.batch_row", "batch_rows"),
        ('[sources.crm]\nkind = "database"\nulr = "env:X"', "sources.crm.ulr", "url"),
        (f'{CRM}encodng = "utf-8"', "sources.crm.encodng", "encoding"),
        ('[sources.demo]\nkind = "demo"\nleeds = 200', "sources.demo.leeds", "leads"),
        ('[sources.files]\nkind = "files"\nfoldr = "."', "sources.files.foldr", "folder"),
        (f"{LEADS}colums = {{}}", "tables.leads.colums", "columns"),
        (f"{LEADS}frm = 'x'", "tables.leads.frm", "from"),
        ('[[targets]]\nkpi = "mqls"\nperiod = "month"\nvalu = 1', "targets.0.valu", "value"),
    ],
)
def test_an_unknown_key_names_itself_and_the_nearest_known_one(
    tmp_path: Path, text: str, key: str, hint: str
) -> None:
    assert refusal(tmp_path, text) == f"unknown key '{key}'. Did you mean '{hint}'?"


def test_where_the_file_lies_is_no_key(tmp_path: Path) -> None:
    assert refusal(tmp_path, 'folder = "x"').startswith(
        "unknown key 'folder'. Known: alerts, as_of,"
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[sources.crm]\nkind = "databse"', "'sources.crm.kind' is 'databse'. Did you mean 'data"),
        ('[sources.crm]\nurl = "env:X"', "'sources.crm.kind' is ''. Known: database, demo, files"),
        ('[sources.crm]\nkind = "database"', "'sources.crm.url' is missing."),
        (f'{CRM}[tables.lead]\nsource = "crm"\nfrom = "x"', "no such table. Did you mean 'leads'?"),
        (LEADS.replace('source = "crm"', 'source = "cmr"'), "none of the sources. Did you mean 'c"),
        (f'{LEADS}columns = {{ lead = "x" }}', "no column 'lead'. Did you mean 'lead_id'?"),
        (f'{LEADS}values.ownr = {{ a = "b" }}', "no column 'ownr'. Did you mean 'owner'?"),
        (f'{LEADS}date_format = {{ created = "%Y" }}', "no column 'created'. Did you mean 'create"),
        (f'{LEADS}updated_at = "at"', "'updated_at' is for databases. Remove it"),
        (
            f'{database("env:X")}[tables.touches]\nsource = "crm"\nfrom = "t"\nupdated_at = "at"',
            "tables.touches: 'updated_at' needs 'row_key', the column of the source that tells",
        ),
        (f'{LEADS}row_key = "id"', "tables.leads: has 'row_key', which needs 'updated_at'"),
        ('[[targets]]\nkpi = "mql"\nperiod = "month"\nvalue = 1', "no KPI 'mql'. Did you mean 'mq"),
        ('[definitions]\nattribution = "lnear"', "is 'lnear'. Use 'first_touch', 'last_touch'"),
        ('[company]\ntime_zone = "Europe/Berln"', "time zone. Did you mean 'Europe/Berlin'?"),
    ],
)
def test_an_unknown_name_names_what_is_known(tmp_path: Path, text: str, says: str) -> None:
    assert says in refusal(tmp_path, text)


@pytest.mark.parametrize("kpi", ["lead_conversion_rate", "win_rate", "follow_up_rate"])
@pytest.mark.parametrize(
    "lines",
    [
        '[[targets]]\nkpi = "{}"\nperiod = "month"\nvalue = 25',
        '[[alerts]]\nkpi = "{}"\nperiod = "month"\nbelow = 25',
        '[[alerts]]\nkpi = "{}"\nperiod = "week"\nabove = 25',
    ],
)
def test_a_share_in_percent_is_refused_with_the_share(tmp_path: Path, lines: str, kpi: str) -> None:
    """A share of 1 is 100%, and more is none; a return may be any number."""
    says = f"'{kpi}' is a share, and 25 would be 2,500%. Write 0.25 for 25%"
    assert says in refusal(tmp_path, lines.format(kpi))
    for line, other in (("1", kpi), ("0.25", kpi), ("25", "marketing_roi")):
        load(tmp_path, lines.format(other).replace("25", line))


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[definitions]\ngross_margin = 0", "definitions.gross_margin"),
        ("[definitions]\ngross_margin = 80", "definitions.gross_margin"),
        ("[definitions]\nclv_max_months = 0", "definitions.clv_max_months"),
        ("[company]\nfiscal_year_starts = 13", "company.fiscal_year_starts"),
        ("[company]\nworking_days = []", "company.working_days"),
        ('[company]\nworking_days = ["monday"]', "company.working_days.0"),
        ('[company]\ncurrency = "Euro"', "company.currency"),
        ("[snapshots]\nfresh_minutes = -1", "snapshots.fresh_minutes"),
        ('[[targets]]\nkpi = "mqls"\nperiod = "2026-Q5"\nvalue = 1', "targets.0.period"),
        ('[[targets]]\nkpi = "mqls"\nperiod = "0026-11"\nvalue = 1', "targets.0.period"),
        ('as_of = "soon"', "as_of"),
        ("company = 1", "company"),
        (f'{LEADS}decimal = "x"', "tables.leads.decimal"),
    ],
)
def test_a_value_that_cannot_be_is_named_with_its_place(
    tmp_path: Path, text: str, where: str
) -> None:
    assert refusal(tmp_path, text).startswith(f"'{where}' is ")


@pytest.mark.parametrize("more", ["", 'from = "x"\nquery = "select 1"\n'], ids=["none", "both"])
def test_a_table_comes_from_one_place(tmp_path: Path, more: str) -> None:
    text = f'{CRM}[tables.leads]\nsource = "crm"\n{more}'
    assert "'tables.leads' needs exactly one of 'from'" in refusal(tmp_path, text)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:s3cret@host/name",
        "postgresql+psycopg://host/name?user=me&password=s3cret",
        "mysql+pymysql://host/name?passwd=s3cret",
        "snowflake://me@account/name?token=s3cret",
        "mssql+pyodbc:///?odbc_connect=DRIVER%3Dx%3BUID%3Dme%3BPWD%3Ds3cret",
        "snowflake://me@account/name?private_key=s3cret",
        "clickhouse://host/name?api_key=s3cret",
        "bigquery://project/name?credentials_base64=s3cret",
    ],
)
def test_a_password_in_a_url_is_refused_and_not_repeated(tmp_path: Path, url: str) -> None:
    message = refusal(tmp_path, database(url))
    assert message.startswith("'sources.crm.url' holds a password. Move the whole URL into")
    assert "s3cret" not in message and 'url = "env:CRM_URL"' in message


@pytest.mark.parametrize(
    "url",
    [
        "env:CRM_URL",
        "secrets:crm.url",
        "sqlite:///crm.db",
        "postgresql://me@host/name?sslmode=require&passfile=/run/pgpass",
        "snowflake://me@account/name?authenticator=oauth_token",
        "postgresql://me@host/name?sslkey=/run/client.key&sslcert=/run/client.crt",
        "bigquery://project/name?credentials_path=/run/key.json",
    ],
)
def test_a_reference_or_a_url_without_a_secret_is_taken_as_it_is(tmp_path: Path, url: str) -> None:
    source = load(tmp_path, database(url)).sources["crm"]
    assert isinstance(source, DatabaseSource) and source.url == url


@pytest.mark.parametrize("url", ["me:s3cret@host/name", "postgresql://me:s3cret"])
def test_what_is_no_url_is_not_repeated_either(tmp_path: Path, url: str) -> None:
    """In the second one the secret stands where a port, a number, is expected."""
    message = refusal(tmp_path, database(url))
    assert "is not a database URL such as" in message and "s3cret" not in message


URL = "postgresql://me:s3cret@host/name"
SHEET = '[sources.ads]\nkind = "google_sheets"\nspreadsheet = "x"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f'sources = "{URL}"', "'sources' cannot be used: "),
        (f'sources.crm = "{URL}"', "'sources.crm' must be a section, [sources.crm], with 'kind'"),
        (f'sources.crm.kind = "{URL}"', "'sources.crm.kind' is no kind of source. Known: "),
        (f'sources.crm.kind = ["{URL}"]', "'sources.crm.kind' is no kind of source. Known: "),
        (f'[sources.crm]\nkind = "database"\nurl = ["{URL}"]', "'sources.crm.url' cannot be us"),
        (f'{SHEET}[sources.ads.credentials]\nprivate_key = "s3cret"', "'sources.ads.credentials' "),
        (f'{SHEET}credentials = "s3cret"', "'sources.ads.credentials' must be a reference"),
        (f'{CRM}{SHEET}key = "s3cret"', "'sources.ads.key'"),
        (f'{CRM}[tables.leads]\nsource = "{URL}"\nfrom = "x"', "names none of the sources. Kn"),
    ],
)
def test_nothing_that_was_put_where_a_source_belongs_is_repeated(
    tmp_path: Path, text: str, says: str
) -> None:
    message = refusal(tmp_path, text)
    assert says in message and "s3cret" not in message


def test_a_service_accounts_key_is_only_referred_to(tmp_path: Path) -> None:
    sheet = '[sources.ads]\nkind = "google_sheets"\nspreadsheet = "x"\ncredentials = '
    message = refusal(tmp_path, f'{sheet}"-----BEGIN PRIVATE KEY-----s3cret"')
    assert "'sources.ads.credentials' must be a reference, 'env:NAME' or 'secrets:NAME'" in message
    assert "s3cret" not in message
    assert load(tmp_path, f'{sheet}"secrets:google"').sources["ads"].kind == "google_sheets"


@pytest.mark.parametrize(
    "name", ["campaign", "channel", "owner", "amount", "week", "month", "value", "day", "Owner"]
)
def test_a_dimension_cannot_take_a_name_that_means_something_else(
    tmp_path: Path, name: str
) -> None:
    """Facts have a column ``value`` of their own, and SQL takes "Owner" for "owner"."""
    message = refusal(tmp_path, f'[dimensions]\n{name} = "Label"')
    assert f"'{name}' is a name Alliance uses itself" in message


def test_dimensions_are_listed_apart_by_more_than_their_case(tmp_path: Path) -> None:
    assert "'Region'" in refusal(tmp_path, '[dimensions]\nregion = "A"\nRegion = "B"')


def test_a_dimension_is_one_word(tmp_path: Path) -> None:
    message = refusal(tmp_path, '[dimensions]\n"lead source" = "Source"')
    assert "'lead source' must be letters, digits and underscores" in message


def test_dimensions_are_columns_of_the_tables_that_may_carry_them(tmp_path: Path) -> None:
    text = f'[dimensions]\nsegment = "Segment"\n{LEADS}columns = {{ segment = "industry" }}'
    assert load(tmp_path, text).tables["leads"][0].columns == {"segment": "industry"}
    without = text.replace('[dimensions]\nsegment = "Segment"\n', "")
    assert "no column 'segment'" in refusal(tmp_path, without)


def test_targets_name_a_kpi_a_period_and_perhaps_a_campaign(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        '[[targets]]\nkpi = "revenue"\nperiod = "2026-Q4"\nvalue = 1_400_000\n'
        '[[targets]]\nkpi = "mqls"\nperiod = "month"\nvalue = 335\ncampaign = "c1"\n',
    )
    first, second = settings.targets
    assert (first.kpi, first.period, first.value, first.campaign) == (
        "revenue",
        "2026-Q4",
        1_400_000.0,
        None,
    )
    assert second.campaign == "c1"


def test_the_fingerprint_changes_with_the_numbers_and_with_nothing_else(tmp_path: Path) -> None:
    """Agreements and retention decide nothing of what a snapshot holds; a mapping does."""
    before = load(tmp_path, LEADS).fingerprint
    target = '[[targets]]\nkpi = "mqls"\nperiod = "month"\nvalue = 1\n'
    agreed = ('[owners]\nmqls = "Mia"\n', "[signs]\nmin_evidence = 3\n")
    same = (target, *agreed, "[snapshots]\nfresh_minutes = 5\n", "# a remark\n")
    other = (
        "[definitions]\ngross_margin = 0.5\n",
        '[company]\ntime_zone = "Asia/Tokyo"\n',
        '[dimensions]\nregion = "Region"\n',
        'columns = { lead_id = "id" }\n',
        'date_format = "%d.%m.%Y"\n',
    )
    assert {load(tmp_path, LEADS + text).fingerprint for text in same} == {before}
    changed = {load(tmp_path, LEADS + text).fingerprint for text in other}
    assert len(changed | {before}) == len(other) + 1
    (tmp_path / "copied").mkdir()
    assert load(tmp_path / "copied", LEADS).fingerprint == before


def test_the_day_of_report_is_the_companys_today_unless_it_is_given(tmp_path: Path) -> None:
    """23:30 UTC on November 22 is 0:30 on the 23rd in Berlin, and 18:30 on the 22nd in New York."""
    zone = '[company]\ntime_zone = "{}"\n'
    assert load(tmp_path, "").report_day(NOW) == date(2026, 11, 22)
    assert load(tmp_path, zone.format("Europe/Berlin")).report_day(NOW) == date(2026, 11, 23)
    assert load(tmp_path, zone.format("America/New_York")).report_day(NOW) == date(2026, 11, 22)
    assert load(tmp_path, "as_of = 2017-12-31").report_day(NOW) == date(2017, 12, 31)


def test_a_file_that_is_missing_or_broken_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere.toml cannot be read .* --settings"):
        load_settings(tmp_path / "nowhere.toml")
    assert "is not valid TOML" in refusal(tmp_path, "company = \n")
    (tmp_path / "settings.toml").write_bytes("[company]\nname = 'Müller'".encode("cp1252"))
    with pytest.raises(SettingsError, match="is not UTF-8 text. Save it as UTF-8."):
        load_settings(tmp_path / "settings.toml")


def test_a_file_that_windows_wrote_is_read(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xef\xbb\xbf[company]\r\nname = 'M\xc3\xbcller'\r\n")
    assert load_settings(path).company.name == "Müller"


def test_the_named_file_wins_then_the_environment_then_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ALLIANCE_SETTINGS", raising=False)
    assert isinstance(active_settings().sources["demo"], DemoSource)
    assert active_settings().folder == tmp_path
    for name in ("settings", "environment", "given"):
        (tmp_path / f"{name}.toml").write_text(f'[company]\nname = "{name}"\n', encoding="utf-8")
    assert active_settings().company.name == "settings"
    monkeypatch.setenv("ALLIANCE_SETTINGS", "environment.toml")
    assert active_settings().company.name == "environment"
    assert active_settings("given.toml").company.name == "given"
    monkeypatch.setenv("ALLIANCE_SETTINGS", "nowhere.toml")
    with pytest.raises(SettingsError, match="nowhere.toml"):
        active_settings()
