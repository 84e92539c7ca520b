"""The rooms of design.md, section 2, as data, and a reader of imports that holds the code to them.

A package is allowed, not each module; docs/decisions/001 gives the reasons.
"""

import ast
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

ORDER = {
    "kpis": "facts scorecard lifetime goals weeks change funnel signs health meeting",
    "connectors": "settings sources demo mapping survey proposal snapshots documents notebook "
    "outbox",
    "pages.parts": "charts frame records week campaigns funnel health sources meeting",
}
"""The packages of each room; one may import those before it, and the room's own modules."""

INSIDE = {
    "connectors.sources": "queries changed databases google",
    "connectors.mapping": "dates amounts rows unmapped money_beside",
    "pages.parts.meeting": "goals depth",
}
"""The packages inside a package, where there are several, in their order."""

OTHER_ROOMS = {
    "kpis": "",
    "connectors": "kpis",
    "pages.parts": "connectors kpis",
    "pages": "pages.parts connectors kpis",
    "dashboard": "pages connectors kpis",
    "cli": "connectors kpis",
}
KPIS_FOR = {
    "settings": "signs",
    "sources": "",
    "demo": "",
    "mapping": "",
    "survey": "",
    "proposal": "",
    "snapshots": "facts scorecard lifetime health",
    "documents": "health",
    "notebook": "",
    "outbox": "scorecard goals weeks signs health meeting",
}
"""The packages of ``kpis`` that a package of ``connectors`` needs, beside the vocabulary."""

LIBRARIES = {
    "kpis": "babel ibis numpy pandas pydantic",
    "kpis.goals": "numpy pandas",
    "kpis.lifetime": "ibis numpy pandas scipy",
    "connectors": "",
    "connectors.settings": "pydantic sqlalchemy",
    "connectors.sources": "babel charset_normalizer duckdb google gspread numpy openpyxl pandas "
    "pyarrow requests sqlalchemy sqlglot urllib3",
    "connectors.demo": "numpy pandas",
    "connectors.mapping": "babel numpy pandas pyarrow pydantic",
    "connectors.survey": "numpy pandas pyarrow pydantic sqlalchemy",
    "connectors.proposal": "",
    "connectors.snapshots": "duckdb filelock ibis pandas pyarrow pydantic",
    "connectors.documents": "fontTools font_source_sans_pro jinja2 pandas rich typst vl_convert",
    "connectors.documents.command_line": "click",
    "connectors.documents.figures": "click",
    "connectors.notebook": "alembic pydantic sqlalchemy tenacity",
    "connectors.outbox": "slack_sdk tenacity",
    "pages": "streamlit",
    "pages.parts": "altair cachetools numpy pandas streamlit",
    "dashboard": "streamlit",
    "cli": "click",
}
SCRIPTS = ("pages", "dashboard")
"""Streamlit runs these from top to bottom: importing them does something."""

FRONT_DOORS = ("dashboard", "cli")
OUTSIDE_WORLD = {"asyncio", "http", "io", "os", "pathlib", "random", "shutil", "socket"}
OUTSIDE_WORLD |= {"subprocess", "time", "urllib"}
ENVIRONMENT = {"environ", "getenv"}
CLOCK_AND_FILES = {"now", "today", "utcnow", "open"}
EFFECTS = {"connect", "create_engine", "execute", "load_settings", "now", "open", "request"}
EFFECTS |= {"today", "utcnow"}


def modules_under(root: Path) -> dict[str, str]:
    """The source of every module of the rooms, by dotted name; a package by its own name."""
    files = [root / f"{door}.py" for door in FRONT_DOORS if (root / f"{door}.py").is_file()]
    files += [
        file for room in ("kpis", "connectors", "pages") for file in root.glob(f"{room}/**/*.py")
    ]
    return {
        ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): (
            file.read_text(encoding="utf-8")
        )
        for file in files
    }


def imports_of(module: str, tree: ast.AST, known: set[str]) -> Iterator[str]:
    """The modules that ``module`` imports, anywhere in its text, and what no reader can follow."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=source, names=names, level=0) if source:
                for alias in names:
                    member = f"{source}.{alias.name}"
                    yield member if member in known else source
            case ast.ImportFrom():
                yield "a relative import"
            case ast.Name(id="__import__") | ast.Attribute(attr="import_module"):
                yield "a name computed at run time"


def room_of(module: str, rooms: dict[str, str]) -> str:
    """The longest of ``rooms`` that a module lies in."""
    found = (room for room in rooms if f"{module}.".startswith(f"{room}."))
    return max(found, key=len, default="")


def package_of(module: str) -> tuple[str, str]:
    """The room of a module, and its package there; "" for a module of the room itself."""
    room = room_of(module, OTHER_ROOMS)
    inner = module.removeprefix(room).removeprefix(".").split(".")
    is_package = inner[0] in ORDER.get(room, "").split()
    return room, inner[0] if is_package else ""


def is_listed(module: str) -> bool:
    """Whether a module is a page, a front door, in a package, or a room's own module."""
    room, package = package_of(module)
    depth = module.removeprefix(room).count(".")
    return bool(room) and (bool(package) or depth <= 1)


def in_order_inside(module: str, target: str) -> bool:
    """Whether no package inside a package imports one that comes after it."""
    for parent, order in INSIDE.items():
        inner = [name.removeprefix(f"{parent}.").split(".")[0] for name in (module, target)]
        places = [order.split().index(name) for name in inner if name in order.split()]
        if places != sorted(places, reverse=True):
            return False
    return True


def may_import(module: str, target: str) -> bool:
    """Whether one of our modules may import another."""
    (room, package), (other, theirs) = package_of(module), package_of(target)
    if not in_order_inside(module, target):
        return False
    if room == other:
        packages = ORDER.get(room, "").split()
        if not theirs:
            return room in ORDER
        return bool(package) and packages.index(theirs) <= packages.index(package)
    if room == "connectors" and theirs:
        return theirs in KPIS_FOR.get(package, "").split()
    return any(f"{target}.".startswith(f"{allowed}.") for allowed in OTHER_ROOMS[room].split())


def run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    """All that runs when the module is imported: everything but the bodies of functions."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                for part in (*child.decorator_list, *child.args.defaults, *child.args.kw_defaults):
                    if part is not None:
                        yield from (part, *run_at_import(part))
            case ast.Lambda() | ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
                continue
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                continue
            case _:
                yield from (child, *run_at_import(child))


def called(node: ast.AST) -> str:
    """The last name of what a call calls: ``read_csv`` for ``pandas.read_csv(path)``."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name)) | ast.Call(func=ast.Name(id=name)):
            return name
    return ""


def trespasses(sources: dict[str, str]) -> list[str]:
    """Every way in which the modules leave their rooms, one sentence each."""
    found = []
    for module, source in sorted(sources.items()):
        if not is_listed(module):
            found.append(f"{module} is in no package that is listed")
            continue
        tree = ast.parse(source, module)
        libraries = LIBRARIES[room_of(module, LIBRARIES)].split()
        is_pure = package_of(module)[0] == "kpis"
        for target in sorted(set(imports_of(module, tree, set(sources)))):
            top = target.partition(".")[0]
            if top in OTHER_ROOMS:
                is_allowed = may_import(module, target)
            else:
                is_allowed = top in libraries or top in sys.stdlib_module_names
            if not is_allowed:
                found.append(f"{module} may not import {target}")
            if is_pure and top in OUTSIDE_WORLD:
                found.append(f"{module} may not import {target}: kpis are pure")
        if is_pure:
            found += [f"{module} may not use {name}: kpis are pure" for name in impurities(tree)]
        if package_of(module)[0] not in SCRIPTS and "migrations" not in module:
            found += [f"{module} calls {name} when it is imported" for name in effects(tree)]
    return found


def effects(tree: ast.Module) -> Iterator[str]:
    """What opens, reads or changes something while the module is imported."""
    for node in run_at_import(tree):
        if called(node) in EFFECTS or called(node).startswith("read_"):
            yield called(node)
        if isinstance(node, ast.Expr) and called(node.value):
            yield called(node.value)  # a call of which nothing is kept, such as reset_tzpath(())


def impurities(tree: ast.AST) -> Iterator[str]:
    """What reads a clock, the environment or a file."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=name) if name in ENVIRONMENT or name.startswith("read_"):
                yield name
            case ast.Call(func=ast.Attribute(attr=name)) if name in CLOCK_AND_FILES:
                yield name
            case ast.Call(func=ast.Name(id="open")):
                yield "open"


def test_every_module_stays_in_its_room() -> None:
    found = trespasses(modules_under(ROOT))
    assert not found, "\n".join(found)


def circle(sources: dict[str, str]) -> list[str]:
    """Modules that import each other in a circle, the first one again at the end; empty."""
    edges = {
        module: set(imports_of(module, ast.parse(source, module), set(sources))) - {module}
        for module, source in sources.items()
    }
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circle(modules_under(ROOT)) == []


def test_a_circle_is_found() -> None:
    found = circle({"kpis.pace": "import kpis.goals", "kpis.goals": "from kpis import pace"})
    assert sorted(found[1:]) == ["kpis.goals", "kpis.pace"]


def test_the_modules_that_exist_are_read() -> None:
    """Were the folder wrong, the two tests above would find nothing and pass."""
    assert {"kpis.model", "kpis.errors", "connectors.settings.settings"} <= set(modules_under(ROOT))


@pytest.mark.parametrize(
    ("module", "source", "complaint"),
    [
        ("kpis.goals.standing", "import streamlit", "kpis.goals.standing may not import streamlit"),
        ("kpis.facts.facts", "import connectors.sources", "may not import connectors.sources"),
        ("kpis.facts.facts", "from sqlalchemy.sql import text", "may not import sqlalchemy.sql"),
        ("kpis.facts.facts", "import kpis.goals.standing", "may not import kpis.goals.standing"),
        ("kpis.display", "import kpis.goals.standing", "may not import kpis.goals.standing"),
        ("kpis.calendar", "def f(d):\n    return d.today()", "may not use today: kpis are pure"),
        ("kpis.calendar", "import os", "kpis.calendar may not import os: kpis are pure"),
        ("kpis.facts.credit", "def f(p):\n    return open(p)", "may not use open"),
        ("kpis.facts.credit", "def f(pd, p):\n    return pd.read_csv(p)", "may not use read_csv"),
        ("kpis.definitions", "reset_tzpath(())", "calls reset_tzpath when it is imported"),
        ("connectors.sources.files", "import kpis.facts.facts", "may not import kpis.facts.facts"),
        ("connectors.snapshots.refresh", "import kpis.goals.standing", "may not import kpis.goals"),
        (
            "connectors.sources.files",
            "import connectors.mapping.cells",
            "connectors.mapping.cells",
        ),
        (
            "connectors.mapping.amounts.units",
            "import connectors.mapping.rows.totals",
            "may not import connectors.mapping.rows.totals",
        ),
        ("connectors.mapping.cells", "import sqlalchemy", "may not import sqlalchemy"),
        (
            "connectors.mapping.cells",
            "def f():\n    import gspread",
            "may not import gspread",
        ),
        (
            "connectors.mapping.cells",
            "from . import cells",
            "may not import a relative import",
        ),
        (
            "connectors.mapping.cells",
            "x = __import__('a')",
            "may not import a name computed",
        ),
        (
            "connectors.mapping.cells",
            "engine = db.connect()",
            "calls connect when it is imported",
        ),
        (
            "connectors.mapping.cells",
            "class A:\n    x = pd.read_csv('a')",
            "calls read_csv when",
        ),
        (
            "connectors.mapping.cells",
            "def f(day=date.today()): ...",
            "calls today when it is",
        ),
        ("pages.this_week", "import pages.campaigns", "may not import pages.campaigns"),
        ("pages.this_week", "import pandas", "may not import pandas"),
        ("pages.parts.week.cards", "import dashboard", "may not import dashboard"),
        ("pages.parts.week.cards", "import pages.parts.meeting.agenda", "pages.parts.meeting"),
        ("dashboard", "import cli", "dashboard may not import cli"),
        ("cli", "import streamlit", "cli may not import streamlit"),
        ("kpis.more.helpers", "", "kpis.more.helpers is in no package that is listed"),
        ("pages.parts.more.cards", "", "pages.parts.more.cards is in no package"),
    ],
)
def test_a_trespass_is_reported(module: str, source: str, complaint: str) -> None:
    (found,) = trespasses({module: source})
    assert complaint in found


@pytest.mark.parametrize(
    ("module", "source"),
    [
        (
            "kpis.scorecard.costs",
            "import ibis\nfrom kpis.errors import UsageError\nimport datetime",
        ),
        ("connectors.snapshots.engine", "import kpis.facts.facts\nimport connectors.sources.raw"),
        ("connectors.demo.story", "import numpy"),
        ("connectors.sources.files", "def f(p):\n    return p.open()"),
        ("pages.this_week", "import streamlit as st\nfrom pages.parts.week import cards"),
        ("cli", "import click\n\n@click.command()\ndef now(): ..."),
    ],
)
def test_an_allowed_edge_is_no_trespass(module: str, source: str) -> None:
    assert trespasses({module: source}) == []
