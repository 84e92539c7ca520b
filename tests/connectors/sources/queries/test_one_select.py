"""What may be sent to a database as a query: one SELECT, in the words of that database."""

import pytest

from connectors.sources.queries.one_select import why_not_one_select


@pytest.mark.parametrize(
    ("database", "query"),
    [
        ("postgresql", "SELECT 1"),
        ("postgresql", "  -- all leads\nSELECT id FROM leads; -- done\n"),
        ("postgresql", "SELECT 'a; DROP TABLE b', $$; DELETE FROM c$$"),
        ("postgresql", "(SELECT 1) UNION ALL (SELECT 2)"),
        ("postgresql", "WITH a AS (SELECT 1 AS x) SELECT x FROM a"),
        ("postgresql", "TABLE leads"),
        ("postgresql", "VALUES (1, 'a'), (2, 'b')"),
        ("postgresql", "SELECT DISTINCT ON (a) a, b::date, x->>'k' FROM t ORDER BY a, b DESC"),
        ("postgresql", "SELECT count(*) FILTER (WHERE a > 1) FROM t, LATERAL unnest(b) AS c"),
        ("postgresql", "SELECT created AT TIME ZONE 'UTC', deleted, updated FROM \"Order\""),
        ("mysql", "SELECT `id`, DATE_FORMAT(d, '%Y') FROM `leads` WHERE a <=> NULL"),
        ("mariadb", "SELECT JSON_VALUE(a, '$.b') FROM t LIMIT 5, 10"),
        ("sqlite", "SELECT rowid, strftime('%Y', d) FROM t WHERE a GLOB 'x*'"),
        ("mssql", "SELECT TOP 5 [id] FROM dbo.[Leads] WITH (NOLOCK)"),
        ("mssql", "SELECT [exec], 'COMMIT' AS \"commit\" FROM [execute]"),
        ("mssql", "SELECT a AS [delete] FROM t [exec] WHERE deleted = 0"),
        ("oracle", "SELECT UTL_RAW.CAST_TO_VARCHAR2(DBMS_LOB.SUBSTR(a, 2000, 1)) FROM t"),
        ("oracle", "SELECT NVL(a, 0) FROM t WHERE ROWNUM < 5"),
        ("oracle", "SELECT l.id, crm.stage_of(l.id) FROM crm.leads l"),
        ("snowflake", "SELECT a:b::string FROM t QUALIFY ROW_NUMBER() OVER (ORDER BY a) = 1"),
        ("bigquery", "SELECT * EXCEPT (a) FROM `p.d.t`"),
    ],
)
def test_one_select_is_sent(database: str, query: str) -> None:
    assert why_not_one_select(query, database) == ""


@pytest.mark.parametrize(
    ("database", "query", "why"),
    [
        ("postgresql", "", "is empty"),
        ("postgresql", "-- nothing", "is empty"),
        ("postgresql", "SELECT 1; COMMIT; DELETE FROM leads", "statements"),
        ("postgresql", "SELECT 1) TO STDOUT; DROP TABLE x; COPY (SELECT 1", "cannot be read"),
        ("postgresql", "WITH d AS (DELETE FROM x RETURNING *) SELECT * FROM d", "writes"),
        ("postgresql", "SELECT * INTO copied FROM leads", "writes"),
        ("postgresql", "SELECT * FROM leads FOR UPDATE", "locks"),
        ("postgresql", "EXPLAIN ANALYZE DELETE FROM x", "begins with EXPLAIN"),
        ("postgresql", "COPY x TO '/tmp/x'", "begins with COPY"),
        ("postgresql", "SET TRANSACTION READ WRITE", "begins with SET"),
        ("postgresql", "SELECT dblink_exec('host=b', 'DROP TABLE x')", "calls dblink_exec"),
        ("postgresql", "SELECT PG_READ_FILE('/etc/passwd')", "calls PG_READ_FILE"),
        ("postgresql", "SELECT pg_terminate_backend(1)", "calls pg_terminate_backend"),
        ("postgresql", "SELECT pg_catalog.set_config('a.b', 'c', false)", "set_config"),
        ("mariadb", "DROP TABLE leads", "begins with DROP"),
        ("mariadb", "TRUNCATE leads", "begins with TRUNCATE"),
        ("mariadb", "CREATE USER someone", "begins with CREATE"),
        ("mariadb", "SELECT 1 INTO OUTFILE '/tmp/x'", "cannot be read"),
        ("mariadb", "SELECT 1 /*! INTO OUTFILE '/tmp/x' */", "comment that MySQL runs"),
        ("mariadb", "SELECT 1 /*M! INTO OUTFILE '/tmp/x' */", "comment that MySQL runs"),
        ("mariadb", "SELECT 1 INTO @a", "writes"),
        ("mariadb", "EXECUTE IMMEDIATE 'DROP TABLE leads'", "begins with EXECUTE"),
        ("mariadb", "BEGIN NOT ATOMIC COMMIT; DELETE FROM leads; END", "begins with BEGIN"),
        ("mariadb", "CALL forget()", "begins with CALL"),
        ("mysql", "SELECT LOAD_FILE('/etc/passwd')", "calls LOAD_FILE"),
        ("mariadb", "SELECT a FROM t {#\n d '2026-01-01'} INTO OUTFILE '/tmp/x' #}", "holds {#"),
        ("oracle", "SELECT utl_http.request('http://b') FROM dual", "calls utl_http"),
        ("oracle", 'SELECT sys."UTL_HTTP".request(a) FROM t', "calls UTL_HTTP"),
        ("oracle", "SELECT utl_inaddr.get_host_name FROM dual", "calls utl_inaddr"),
        ("oracle", "SELECT httpuritype('http://b').getclob() FROM dual", "calls httpuritype"),
        ("postgresql", "SELECT query_to_xml('SELECT 1', true, true, '')", "calls query_to_xml"),
        ("sqlite", "ATTACH 'other.db' AS other", "begins with ATTACH"),
        ("sqlite", "PRAGMA query_only = OFF", "begins with PRAGMA"),
        ("sqlite", "SELECT load_extension('x')", "calls load_extension"),
        ("mssql", "EXEC xp_cmdshell 'dir'", "begins with EXEC"),
        ("mssql", "SELECT * FROM OPENROWSET('a', 'b', 'c')", "OPENROWSET"),
        ("mssql", "SELECT a FROM t EXEC('DROP TABLE t')", "begins another statement"),
        ("mssql", "SELECT a FROM t COMMIT", "begins another statement"),
        ("mssql", "SELECT 1 DELETE FROM leads", "holds DELETE"),
        ("mssql", "SELECT * FROM leads EXEC ('DROP TABLE leads')", "holds EXEC"),
        ("mssql", "SELECT 1 shutdown", "holds SHUTDOWN"),
        ("mssql", "SELECT NEXT VALUE FOR ids", "writes"),
        ("oracle", "SELECT UTL_HTTP.REQUEST('http://x') FROM dual", "calls UTL_HTTP"),
        ("oracle", "SELECT sys.dbms_lock.sleep(1) FROM dual", "calls dbms_lock"),
        ("postgresql", "SELECT pg_try_advisory_lock(1)", "calls pg_try_advisory_lock"),
        ("postgresql", "SELECT query_to_xml('SELECT 1', true, true, '')", "calls query_to_xml"),
        ("postgresql", f"SELECT {'(' * 3000}1{')' * 3000}", "cannot be read"),
        ("a database of tomorrow", "DELETE FROM leads", "begins with DELETE"),
    ],
)
def test_what_may_do_more_than_read_is_not(database: str, query: str, why: str) -> None:
    assert why in why_not_one_select(query, database)
