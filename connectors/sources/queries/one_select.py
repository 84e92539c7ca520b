"""A query of a database is one SELECT, or it is not sent.

A transaction that only reads is not enough: in MariaDB, ``DROP TABLE`` and ``INTO OUTFILE`` go
through it, and a second statement may end it. So the text is parsed before it is sent, in the
words of its database; what the parser does not understand belongs into a view.
"""

import re

import sqlglot
from sqlglot import exp

_DIALECTS = {
    "postgresql": "postgres",
    "cockroachdb": "postgres",
    "mariadb": "mysql",
    "mssql": "tsql",
    "clickhousedb": "clickhouse",
}
"""What the parser calls a database where SQLAlchemy calls it otherwise."""
_FIRST_WORDS = {"SELECT", "WITH", "VALUES", "TABLE", "FROM", "("}
_WRITES = (exp.Into, exp.DML, exp.DDL, exp.Command, exp.Copy, exp.Lock, exp.Set)
_RUN_BY_MYSQL = re.compile(r"/\*M?!")
"""A comment to others; MySQL and MariaDB run what it holds."""
_REACH_OUT = re.compile(
    r"dblink\w*|lo_(import|export)|pg_(read|ls|stat)_\w*(file|dir)\w*|pg_(terminate|cancel)_backend"
    r"|pg_(reload_conf|rotate_logfile|advisory\w*)|set_config|load_file|load_extension|get_lock"
    r"|sys_(exec|eval)|openrowset|opendatasource|openquery|utl_\w+|dbms_\w+"
)
"""Functions that reach files, other servers, sessions or settings."""


def why_not_one_select(query: str, database: str) -> str:
    """Why the query may do more than read tables, as the end of a sentence; empty where it reads.

    database: its kind, as SQLAlchemy calls it.
    """
    known = _dialect(database)
    try:
        tokens = sqlglot.tokenize(query, read=known)
        if not tokens or tokens[0].text.upper() not in _FIRST_WORDS:
            return f"begins with {tokens[0].text.upper()}" if tokens else "is empty"
        statements = sqlglot.parse(query, read=known)
    except sqlglot.errors.SqlglotError:
        return "cannot be read as one, which an unknown spelling may cause, too"
    selects = [one for one in statements if one and not isinstance(one, exp.Semicolon)]
    if len(selects) > 1:
        return f"holds {len(selects)} statements"
    if not isinstance(selects[0], exp.Query | exp.Values) or next(
        selects[0].find_all(*_WRITES), None
    ):
        return "writes, locks or sets something"
    if _RUN_BY_MYSQL.search(query):
        return "holds a comment that MySQL runs (/*! … */)"
    calls = (
        one.sql_name() if not isinstance(one, exp.Anonymous) else one.name
        for one in selects[0].find_all(exp.Func)
    )
    reach = next((name for name in calls if _REACH_OUT.fullmatch(name.lower())), "")
    return f"calls {reach}, which reaches beyond tables" if reach else ""


def tables_of(query: str, database: str) -> list[tuple[str, str]]:
    """Return schema (or "") and name of each table that one SELECT reads, as it spells them."""
    statement = sqlglot.parse_one(query, read=_dialect(database))
    named = {cte.alias for cte in statement.find_all(exp.CTE)}
    found = ((table.db, table.name) for table in statement.find_all(exp.Table))
    return list(dict.fromkeys(one for one in found if one[1] and one[1] not in named))


def _dialect(database: str) -> str:
    dialect = _DIALECTS.get(database, database)
    return dialect if dialect in sqlglot.Dialect.classes else ""
