"""A query of a database is one SELECT, or it is not sent.

A transaction that only reads is not enough: in MariaDB, ``DROP TABLE`` and ``INTO OUTFILE`` go
through it, and a second statement may end it. So the text is parsed before it is sent, in the
words of its database; what the parser does not understand belongs into a view.
"""

import re
from collections.abc import Iterator

import sqlglot
from sqlglot import Token, TokenType, exp

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
_JINJA = "{#"
"""A comment to the parser alone: MySQL reads ``{`` and a comment to the end of the line."""
_RUN_BY_TSQL = {"EXEC", "EXECUTE", "COMMIT", "ROLLBACK", "SHUTDOWN", "CHECKPOINT", "RECONFIGURE"}
"""They begin a statement without a ``;`` before it, where the parser takes them for an alias."""
_REACH_OUT = re.compile(
    r"dblink\w*|lo_(import|export)|pg_(read|ls|stat)_\w*(file|dir)\w*|pg_(terminate|cancel)_backend"
    r"|pg_(reload_conf|rotate_logfile|advisory\w*)|set_config|load_file|load_extension|get_lock"
    r"|sys_(exec|eval)|openrowset|opendatasource|openquery|httpuritype"
    r"|(query|cursor)_to_xml\w*"
)
"""Functions that reach files, other servers, sessions or settings, or run SQL of their own."""
_PACKAGE = re.compile(r"utl_\w+|dbms_\w+")
"""Oracle's packages of such functions, before a dot."""


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
    if known == "tsql" and any(one.text.upper() in _RUN_BY_TSQL for one in _words(tokens)):
        return "runs a second statement"
    if _RUN_BY_MYSQL.search(query):
        return "holds a comment that MySQL runs (/*! … */)"
    if known == "mysql" and _JINJA in query:
        return "holds {#, where MySQL and the parser disagree on what is a comment"
    reach = next(_reaching(selects[0]), "")
    return f"calls {reach}, which reaches beyond tables" if reach else ""


def _words(tokens: list[Token]) -> list[Token]:
    """The tokens that are not in quotes."""
    return [one for one in tokens if one.token_type not in (TokenType.IDENTIFIER, TokenType.STRING)]


def _reaching(select: exp.Query | exp.Values) -> Iterator[str]:
    """The functions and packages of a query that reach beyond tables."""
    for call in select.find_all(exp.Func):
        name = call.name if isinstance(call, exp.Anonymous) else call.sql_name()
        if _REACH_OUT.fullmatch(name.lower()):
            yield name
    before = [dot.this.name for dot in select.find_all(exp.Dot)]
    before += [column.table for column in select.find_all(exp.Column)]
    yield from (name for name in before if _PACKAGE.fullmatch(name.lower()))


def tables_of(query: str, database: str) -> list[tuple[str, str]]:
    """Return schema (or "") and name of each table that one SELECT reads, as it spells them."""
    statement = sqlglot.parse_one(query, read=_dialect(database))
    named = {cte.alias for cte in statement.find_all(exp.CTE)}
    found = ((table.db, table.name) for table in statement.find_all(exp.Table))
    return list(dict.fromkeys(one for one in found if one[1] and one[1] not in named))


def _dialect(database: str) -> str:
    dialect = _DIALECTS.get(database, database)
    return dialect if dialect in sqlglot.Dialect.classes else ""
