"""A query of a database is one SELECT, or it is not sent.

A transaction that only reads is not enough: in MariaDB, ``DROP TABLE`` and ``INTO OUTFILE`` go
through it, and a second statement may end it. So the text is parsed before it is sent, in the
words of its database; what the parser does not understand belongs into a view.
"""

import re
from collections.abc import Iterator, Sequence

import sqlglot
from sqlglot import Token, exp

_DIALECTS = {
    "postgresql": "postgres",
    "cockroachdb": "postgres",
    "mariadb": "mysql",
    "mssql": "tsql",
    "clickhousedb": "clickhouse",
}
"""What the parser calls a database where SQLAlchemy calls it otherwise."""
_FIRST_WORDS = {"SELECT", "WITH", "VALUES", "TABLE", "FROM", "("}
_WRITES = (exp.Into, exp.DML, exp.DDL, exp.Command, exp.Copy, exp.Lock, exp.Set, exp.NextValueFor)
_RUN_BY_MYSQL = re.compile(r"/\*M?!")
"""A comment to others; MySQL and MariaDB run what it holds."""
_JINJA = "{#"
"""A comment to the parser alone: MySQL reads ``{`` and a comment to the end of the line."""
_REACH_OUT = re.compile(
    r"dblink\w*|lo_(import|export|put|create|unlink)|pg_(read|ls|stat)_\w*(file|dir)\w*"
    r"|pg_(terminate|cancel)_backend|pg_(promote|switch_wal|notify|stat_reset\w*|(create|drop)_\w+)"
    r"|pg_(reload_conf|rotate_logfile|(try_)?advisory\w*)|pg_file_\w+"
    r"|pg_(copy|replication|log|wal_replay|backup|start|stop|import|nextoid|export)\w*"
    r"|set_config|load_file|load_extension|get_lock"
    r"|(query|cursor)_to_xml\w*"  # which run the SQL in a text
    r"|sys_(exec|eval)|openrowset|opendatasource|openquery|httpuritype|bfilename"
    r"|utl_(?!(raw|i18n|encode|match)$)\w+|dbms_(?!(lob|random|rowid|crypto)$)\w+"
)
"""Functions, and Oracle's packages of them, that reach files, other servers, sessions, settings."""
_ROW_MAKERS = {
    "clickhouse": re.compile(r"numbers(_mt)?|zeros(_mt)?|generate_?series|values|view|null"),
    "duckdb": re.compile(r"range|generate_series|unnest|json_each|json_tree"),
}
"""Where one engine reads files and addresses as tables: the functions in FROM that read none."""
_REACH_OUT_OF = {
    "clickhouse": re.compile(
        r"(url|file|remote(secure)?|s3|gcs|hdfs|azureblobstorage|iceberg\w*|deltalake\w*|hudi)"
        r"(cluster)?|mysql|postgresql|mongodb|redis|sqlite|jdbc|odbc|executable|input|cluster\w*"
        r"|catboostevaluate"
    ),
    "duckdb": re.compile(
        r"(read|parquet|sniff|iceberg|delta|postgres|mysql|sqlite|st)_\w+|glob|query(_table)?"
        r"|getenv|getvariable|which_secret|duckdb_\w+|\w+_scan"
    ),
    "bigquery": re.compile(r"external_query"),
    "databricks": re.compile(
        r"read_(files|kafka|kinesis|pubsub|pulsar)|cloud_files\w*|remote_query|http_request"
        r"|(try_)?reflect|java_method|secret|ai_\w+"
    ),
    "snowflake": re.compile(r"system\$\w+|infer_schema"),
    "trino": re.compile(r"table"),  # which calls a function of a connector
}
"""Functions of one database that reach files, addresses, other servers or settings."""
_A_FILE = {
    "duckdb": re.compile(r"[./\\:*?]"),
    "databricks": re.compile(r"/"),
    "snowflake": re.compile(r"^@"),
}
"""What a name holds that a database takes for a file where no table is called so."""
_BEGINS_ANOTHER = re.compile(
    r"backup|begin|bulk|checkpoint|close|commit|dbcc|delete|deny|exec|execute|goto|grant|kill|print"
    r"|raiserror|reconfigure|restore|return|revert|revoke|rollback|save|setuser|shutdown|use|waitfor"
)
"""Words that begin another statement in SQL Server, which needs no semicolon before it; the parser
takes them for the name of what stands before."""


def why_not_one_select(query: str, database: str) -> str:
    """Why the query may do more than read tables, as the end of a sentence; empty where it reads.

    database: its kind, as SQLAlchemy calls it.
    """
    known = dialect_of(database)
    try:
        tokens = sqlglot.tokenize(query, read=known)
        if not tokens or tokens[0].text.upper() not in _FIRST_WORDS:
            return f"begins with {tokens[0].text.upper()}" if tokens else "is empty"
        statements = sqlglot.parse(query, read=known)
    except (sqlglot.errors.SqlglotError, RecursionError):
        return "cannot be read as one, which an unknown spelling may cause, too"
    selects = [one for one in statements if one and not isinstance(one, exp.Semicolon)]
    if len(selects) > 1:
        return f"holds {len(selects)} statements"
    if not isinstance(selects[0], exp.Query | exp.Values) or next(
        selects[0].find_all(*_WRITES), None
    ):
        return "writes, locks or sets something"
    if _has_coded_names(tokens):
        return "writes the letters of a name as codes"
    names = [one for one in selects[0].find_all(exp.Identifier) if not one.args.get("quoted")]
    other = next((one.name for one in names if _BEGINS_ANOTHER.fullmatch(one.name.lower())), "")
    if known == "tsql" and other:
        return f"holds {other.upper()}, which begins another statement"
    if _RUN_BY_MYSQL.search(query):
        return "holds a comment that MySQL runs (/*! … */)"
    if known == "mysql" and _JINJA in query:
        return "holds {#, where MySQL and the parser disagree on what is a comment"
    reach = next(_reaching(selects[0], known), "")
    return f"calls {reach}, which reaches beyond tables" if reach else ""


def _has_coded_names(tokens: Sequence[Token]) -> bool:
    """Whether a name is written in codes (``U&"…"``), which the parser does not read."""
    for one, two, three in zip(tokens, tokens[1:], tokens[2:], strict=False):
        is_close = one.end + 1 == two.start and two.end + 1 == three.start
        if one.text.upper() == "U" and two.text == "&" and is_close:
            return True
    return False


def _reaching(select: exp.Query | exp.Values, known: str) -> Iterator[str]:
    """The functions and packages of a query that reach beyond tables."""
    calls = [(call, called(call)) for call in select.find_all(exp.Func)]
    names = [name for _, name in calls]
    if known in _REACH_OUT_OF:
        yield from (name for name in names if _REACH_OUT_OF[known].fullmatch(name.lower()))
    if known in _ROW_MAKERS:
        rows = [name for call, name in calls if isinstance(call.parent, exp.Table | exp.Lateral)]
        yield from (name for name in rows if not _ROW_MAKERS[known].fullmatch(name.lower()))
    if known in _A_FILE:
        tables = (table.name for table in select.find_all(exp.Table))
        yield from (repr(name) for name in tables if _A_FILE[known].search(name))
    names += [part.name for dot in select.find_all(exp.Dot) for part in dot.iter_expressions()]
    names += [column.table for column in select.find_all(exp.Column)]
    yield from (name for name in names if _REACH_OUT.fullmatch(name.lower()))


def called(call: exp.Func) -> str:
    """Return the name by which a function is called."""
    return call.name if isinstance(call, exp.Anonymous) else call.sql_name()


def tables_of(query: str, database: str) -> list[tuple[str, str]]:
    """Return schema (or "") and name of each table that one SELECT reads, as it spells them."""
    statement = sqlglot.parse_one(query, read=dialect_of(database))
    named = {cte.alias for cte in statement.find_all(exp.CTE)}
    found = ((table.db, table.name) for table in statement.find_all(exp.Table))
    return list(dict.fromkeys(one for one in found if one[1] and one[1] not in named))


def has_order(query: str, database: str) -> bool:
    """Whether one SELECT says in which order its rows come."""
    return sqlglot.parse_one(query, read=dialect_of(database)).args.get("order") is not None


def without_end(query: str, database: str) -> str:
    """Return one SELECT without the semicolon at its end, and what follows it."""
    last = sqlglot.tokenize(query, read=dialect_of(database))[-1]
    return query[: last.start] if last.text == ";" else query


def dialect_of(database: str) -> str:
    """Return what the parser calls a kind of database; "" for one that it does not know."""
    dialect = _DIALECTS.get(database, database)
    return dialect if dialect in sqlglot.Dialect.classes else ""
