"""Claims about queries whose values change in rows that nobody changed."""

import pytest

from connectors.sources.queries.by_themselves import why_values_change


@pytest.mark.parametrize(
    ("database", "query"),
    [
        ("postgresql", "SELECT * FROM t WHERE created > current_date - 30 AND created <= now()"),
        ("sqlite", "SELECT * FROM t WHERE created > date('now', '-30 day')"),
        ("postgresql", "WITH a AS (SELECT * FROM t WHERE x) SELECT * FROM a"),
        ("postgresql", "SELECT * FROM a UNION ALL SELECT * FROM b"),
        ("postgresql", "SELECT a.*, greatest(a.u, b.u) AS u FROM a LEFT JOIN b ON a.i = b.i"),
        ("postgresql", "SELECT DISTINCT a, b::date, date '2026-01-01', age(a, b) FROM t"),
        ("mysql", "SELECT unix_timestamp(a), date(a), concat(a, 'x'), round(c, 2) FROM t"),
        ("sqlite", "SELECT rowid, date(a, '-1 day'), strftime('%Y', a), unixepoch(a) FROM t"),
    ],
)
def test_rows_of_their_own_values_can_be_kept(database: str, query: str) -> None:
    """A clock in the outermost WHERE decides which rows there are, and no value."""
    assert why_values_change(query, database) == ""


@pytest.mark.parametrize(
    ("database", "query", "why"),
    [
        ("postgresql", "SELECT *, row_number() OVER (ORDER BY v) FROM t", "over other rows"),
        ("postgresql", "SELECT * FROM (SELECT *, rank() OVER w FROM t WINDOW w AS ()) x", "over"),
        ("postgresql", "SELECT DISTINCT ON (a) * FROM t", "one row of several"),
        ("mysql", "SELECT a, max(u) AS u FROM t GROUP BY a", "one row of several"),
        ("postgresql", "SELECT *, (SELECT sum(x) FROM s WHERE s.i = t.i) FROM t", "one row of"),
        ("sqlite", "SELECT * FROM t LIMIT 3", "a LIMIT"),
        ("mssql", "SELECT TOP 3 * FROM t", "a LIMIT"),
        ("oracle", "SELECT * FROM t FETCH FIRST 3 ROWS ONLY", "a LIMIT"),
        ("oracle", "SELECT rownum AS n, a FROM t", "numbers its rows (rownum)"),
        ("postgresql", "SELECT *, now() FROM t", "values of the present"),
        ("mariadb", "SELECT datediff(curdate(), a) FROM t", "values of the present"),
        ("mysql", "SELECT unix_timestamp(), a FROM t", "values of the present (UNIX_TIMESTAMP())"),
        ("sqlite", "SELECT a, date('now') FROM t", "values of the present ('now')"),
        ("postgresql", "SELECT age(a) FROM t", "values of the present (AGE(a))"),
        ("mssql", "SELECT sysutcdatetime() AS n, a FROM t", "values of the present"),
        ("postgresql", "SELECT x.* FROM (SELECT * FROM t WHERE a < now()) x", "of the present"),
        ("postgresql", "SELECT * FROM a LEFT JOIN b ON b.day = current_date", "of the present"),
        ("postgresql", "SELECT * FROM t WHERE random() < 0.5", "random values"),
        ("mssql", "SELECT newid(), a FROM t", "random values"),
        ("postgresql", "SELECT * FROM t TABLESAMPLE BERNOULLI (10)", "random values"),
    ],
)
def test_what_makes_values_change_by_themselves_is_named(
    database: str, query: str, why: str
) -> None:
    assert why in why_values_change(query, database)
