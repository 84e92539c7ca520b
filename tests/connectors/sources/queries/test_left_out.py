"""Claims about what queries leave out or change in silence, in files and in databases."""

from pathlib import Path

import pytest

from connectors.settings.settings import FilesSource
from connectors.sources import files
from connectors.sources.raw import RawNote, no_progress
from tests.connectors.sources.crm_database import read, sqlite_file, table
from tests.connectors.sources.queries.test_query import asked
from tests.postgres_server import Postgres

DEALS = """id,state,account,kind,closed,amount,version
d1,won,a1,new,2026-10-20 10:00,100,9
d1,won,a1,new,2026-10-21 10:00,120,10
d2,won,a2,,2026-10-31 14:20,80,1
d3,open,,test,,50,1
"""
ACCOUNTS = "id,name,country\nA1,Abt,DE\na3,Kraft,AT\n"
ALL = "SELECT id AS deal_id, state AS status, closed AS closed_at, amount FROM deals"


def notes(folder: Path, sql: str, part: str = "deals", **texts: str) -> list[RawNote]:
    """The doubts on a query of four rows of three deals, of which none finds its account.

    d2 has an unknown account and no kind, d3 no account; d1's is written a1, not A1.
    """
    for name, text in {"deals": DEALS, "accounts": ACCOUNTS, **texts}.items():
        (folder / f"{name}.csv").write_text(text)
    source = FilesSource(kind="files", folder=".")
    found = files.read("exports", source, {part: asked(sql)}, folder, no_progress)[part].notes
    assert all(note.is_doubt for note in found)
    return list(found)


BY_ACCOUNT = "SELECT d.id AS deal_id, state AS status, a.name AS customer_id, closed, amount"
LATEST = "QUALIFY row_number() OVER (PARTITION BY id ORDER BY version DESC) = 1"


@pytest.mark.parametrize(
    ("sql", "rows", "said", "remedy"),
    [
        (
            f"{BY_ACCOUNT} FROM deals d JOIN accounts a ON a.id = upper(d.account)",
            2,
            'the JOIN leaves out rows without a partner in "accounts"',
            'join "accounts" by LEFT JOIN behind d',
        ),
        (
            f"{BY_ACCOUNT} FROM accounts a, deals d WHERE a.id = upper(d.account)",
            2,
            'without a partner in "accounts"',
            "LEFT JOIN behind d",
        ),
        (f"{ALL} WHERE kind <> 'test'", 1, "kind != 'test' is not true of NULL", "kind IS NULL"),
        (f"{ALL} WHERE kind NOT IN ('test', 'demo')", 1, "not true of NULL", "OR kind IS NULL)"),
        (f"WITH d AS ({ALL} WHERE NOT kind LIKE 't%') FROM d", 1, "of NULL", "kind IS NULL"),
        (
            f"{ALL} WHERE account NOT IN (SELECT account FROM deals WHERE state = 'open')",
            4,
            "NOT (account IN (SELECT account",
            "leave NULL out of the list",
        ),
        (
            f"{ALL} WHERE closed IS NULL OR closed BETWEEN '2026-10-01' AND '2026-10-31'",
            1,
            "ends at the first moment of 2026-10-31",
            "Write closed >= '2026-10-01' AND closed < '2026-11-01'.",
        ),
        (
            f"{ALL} WHERE CAST(closed AS TIMESTAMP) <= DATE '2026-10-31'",
            1,
            "ends at the first moment of 2026-10-31",
            "< '2026-11-01'.",
        ),
        (f"{ALL} {LATEST}", 1, "is text, in which '9' is after '10'", "AS DECIMAL"),
        (
            "SELECT id AS deal_id, arg_max(state, version) AS status, "
            "arg_max(amount, version) AS amount FROM deals GROUP BY id",
            1,
            "'9' is after '10'",
            "AS DECIMAL",
        ),
        (
            f"{BY_ACCOUNT} FROM deals d LEFT JOIN accounts a ON a.id = d.account",
            2,
            "a.id = d.account does not hold where case or blanks differ",
            "Write lower(trim(a.id)) = lower(trim(d.account)).",
        ),
    ],
    ids=[
        *("join", "comma", "not equal", "not in", "in a WITH", "null in a list", "between"),
        *("at most", "latest", "largest", "other letters"),
    ],
)
def test_rows_that_a_query_leaves_out_or_changes_are_doubted(
    tmp_path: Path, sql: str, rows: int, said: str, remedy: str
) -> None:
    """Two rows of d1 find their account once it is written alike; d2 and d3 have none."""
    (note,) = notes(tmp_path, sql)
    assert note.rows == rows and said in note.what and remedy in note.remedy
    assert note.what.startswith("are left out or changed by the query, as ")
    assert any(one.startswith(("d1", "d2")) for one in note.examples)


KNOWN = "id,name,country\na1,Abt,DE\na2,Kraft,AT\n"


@pytest.mark.parametrize(
    "sql",
    [
        f"{BY_ACCOUNT} FROM deals d LEFT JOIN accounts a ON a.id = d.account",
        f"{BY_ACCOUNT} FROM deals d JOIN accounts a ON a.id = d.account WHERE d.id <> 'd3'",
        f"{BY_ACCOUNT} FROM deals d JOIN accounts a ON a.id = d.account WHERE a.country = 'DE'",
        "SELECT d.id AS deal_id, d.state AS status FROM deals d JOIN accounts a "
        "ON a.id = d.account",
        f"{ALL} WHERE account IN (SELECT id FROM accounts)",
        f"{ALL} WHERE state <> 'lost' AND id NOT LIKE 'x%'",
        f"{ALL} WHERE kind <> '' AND account NOT IN ('', 'n/a')",
        f"{ALL} WHERE kind <> 'test' AND kind IS NOT NULL",
        f"{ALL} WHERE kind = 'new'",
        f"{ALL} WHERE closed < '2026-11-01' AND closed >= '2026-10-01'",
        f"{ALL} WHERE closed BETWEEN '2026-10-01' AND '2026-12-31'",
        f"{ALL} WHERE CAST(closed AS DATE) <= '2026-10-31'",
        f"{ALL} QUALIFY row_number() OVER (PARTITION BY id ORDER BY closed DESC) = 1",
        f"{ALL} ORDER BY version",
    ],
    ids=[
        *("left join", "all match", "filtered by the other", "a filter", "in", "no null"),
        *("blanks", "null is minded", "equal", "before a day", "later", "days", "text", "sorted"),
    ],
)
def test_what_is_left_out_on_purpose_or_not_at_all_is_not_doubted(tmp_path: Path, sql: str) -> None:
    """All accounts are known. Who leaves out '' leaves out NULL; an ORDER BY loses no row."""
    assert notes(tmp_path, sql, accounts=KNOWN) == []


def test_touches_of_nobody_that_is_known_are_left_out_on_purpose(tmp_path: Path) -> None:
    """Newsletters go to more people than leads: without its lead, a touch is none."""
    sql = (
        "SELECT l.id AS lead_id, 'news' AS campaign_id, o.at AS touched_at "
        "FROM opens o JOIN people l ON l.mail = o.mail"
    )
    opens, people = "mail,at\na@x,2026-10-01\nb@x,2026-10-02\n", "id,mail\nl1,a@x\n"
    assert notes(tmp_path, sql, "touches", opens=opens, people=people) == []
    (note,) = notes(tmp_path, sql, "touches", opens=opens, people=people.replace("a@x", " A@x"))
    assert note.rows == 1 and "case or blanks differ" in note.what


def test_a_cost_without_a_rate_is_left_out_by_a_join(tmp_path: Path) -> None:
    """Its amount is NULL where it has no rate, but it was spent."""
    sql = (
        "SELECT c.day AS spent_on, c.spent::DOUBLE * r.rate::DOUBLE AS amount "
        "FROM spend c JOIN fx r ON r.code = c.code"
    )
    spend = "day,spent,code\n2026-10-01,5,EUR\n2026-10-02,7,CHF\n"
    (note,) = notes(tmp_path, sql, "costs", spend=spend, fx="code,rate\nEUR,1\n")
    assert note.rows == 1 and note.examples == ("2026-10-02, NULL",)


def in_sqlite(folder: Path, sql: str) -> list[RawNote]:
    """The doubts on a query of SQLite: two deals, of which d2 has no kind and closed on the 31st.

    d1 is written twice, with versions 9 and 10.
    """
    file = folder / "crm.db"
    if not file.exists():
        sqlite_file(
            folder,
            "CREATE TABLE deals (id TEXT, state TEXT, mail TEXT, kind TEXT, closed TEXT, v TEXT)",
            "INSERT INTO deals VALUES ('d1', 'open', 'a@x', 'new', '2026-10-20 10:00:00', '9')",
            "INSERT INTO deals VALUES ('d1', 'won', 'a@x', 'new', '2026-10-20 10:00:00', '10')",
            "INSERT INTO deals VALUES ('d2', 'won', 'b@x', NULL, '2026-10-31 14:20:00', '1')",
            "CREATE TABLE leads (id TEXT, mail TEXT)",
            "INSERT INTO leads VALUES ('l1', 'a@x'), ('l2', 'B@x')",
        )
    found = read(f"sqlite:///{file}", folder, deals=table(query=sql))["deals"]
    return list(found.notes)


ROWS = "SELECT id AS deal_id, state AS status, closed AS closed_at FROM deals"


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (f"{ROWS} WHERE kind <> 'test';", "kind != 'test' is not true of NULL"),
        (f"{ROWS} WHERE mail NOT IN (SELECT kind FROM deals)", "is not true of NULL"),
        (f"{ROWS} WHERE kind NOT LIKE 't%'", "kind NOT LIKE 't%' is not true of NULL"),
        (f"{ROWS} WHERE closed <= '2026-10-31'", "ends at the first moment"),
        (
            "SELECT d.id AS deal_id, state AS status, l.id AS lead_id, count(*) AS n "
            "FROM deals d LEFT JOIN leads l ON l.mail = d.mail GROUP BY 1, 2, 3",
            "case or blanks differ",
        ),
        (
            "SELECT d.id AS deal_id, state AS status, l.id AS lead_id "
            "FROM deals d JOIN leads l ON l.mail = upper(d.mail)",
            "without a partner",
        ),
        (
            "SELECT deal_id, status FROM (SELECT id AS deal_id, state AS status, row_number() "
            "OVER (PARTITION BY id ORDER BY v DESC) AS nth FROM deals) WHERE nth = 1",
            "'9' is after '10'",
        ),
    ],
)
def test_a_database_is_asked_in_its_own_sql(tmp_path: Path, sql: str, said: str) -> None:
    assert said in " ".join(note.what for note in in_sqlite(tmp_path, sql))


@pytest.mark.parametrize(
    "sql",
    [
        f"{ROWS} WHERE state <> 'lost'",
        f"{ROWS} WHERE date(closed) <= '2026-10-31'",
        f"{ROWS} WHERE [kind] <> 'test'",
        f"{ROWS} WHERE kind <> 'test' AND state GLOB 'w*'",
        f"{ROWS} WHERE kind <> 'test'".replace("closed AS", "random() AS"),
    ],
    ids=["no null", "days", "brackets", "only sqlite", "another answer each time"],
)
def test_a_query_that_cannot_be_asked_about_is_read_as_before(tmp_path: Path, sql: str) -> None:
    assert in_sqlite(tmp_path, sql) == []


def test_nothing_is_asked_any_more_once_the_time_is_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others work with the source; the rows are read all the same."""
    query = f"{ROWS} WHERE kind <> 'test'"
    assert in_sqlite(tmp_path, query) != []
    monkeypatch.setattr("connectors.sources.queries.asked.SECONDS", 0.0)
    assert in_sqlite(tmp_path, query) == []


def test_postgres_is_asked_without_harm_to_what_is_read_next(
    postgres: Postgres, tmp_path: Path
) -> None:
    """A question that it refuses, with '2026-10-31~' for a time, ends nothing but itself."""
    postgres.new_database(
        "left_out",
        "CREATE TABLE deals (id text, kind text, closed timestamp)",
        "INSERT INTO deals VALUES ('d1', 'new', '2026-10-20 10:00')",
        "INSERT INTO deals VALUES ('d2', NULL, '2026-10-31 14:20')",
    )
    sql = "SELECT id AS deal_id, 'won' AS status, closed AS closed_at FROM deals WHERE "
    found = read(
        postgres.reader("left_out"),
        tmp_path,
        deals=table(query=f"{sql} kind <> 'test'"),
        payments=table(query=f"{sql} closed BETWEEN '2026-10-01' AND '2026-10-31'"),
    )
    said = [note.what for one in found.values() for note in one.notes]
    assert "is not true of NULL" in said[0] and "ends at the first moment" in said[1]
