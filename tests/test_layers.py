"""The rooms of design.md, section 2, as data, and a reader of imports that holds the code to them.

A new module is added to MODULES, a new edge to ROOMS; docs/decisions/001 says why they are narrow.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

MODULES = {
    "kpis": "errors model definitions thresholds calendar catalogue coverage currency customers "
    "leads stages events credit facts sums costs formulas scorecard sensitivity funnel cohorts "
    "pace forecast forecast_view forecast_record goals report display drivers findings weekly "
    "usual_range xmr sign signs lead_signs week_signs agreement_signs health health_* predicted "
    "predictive likelihood bg_nbd gamma_gamma notes catalogue_page document alerts digest "
    "restatement restatement_parts earlier_day wins won_deals action_effect closed_period "
    "spotlight attention",
    "connectors": "raw settings settings_file secrets deployment database database_url "
    "google_sheets files csv_text demo demo_* mapping source_columns cells choices currencies "
    "date_texts dates moments money rejects snapshots failures engine refresh checkup exports "
    "history notebook notebook_* chart_images document_html document_markdown document_pdf "
    "outbox outbox_*",
    "connectors.notebook_migrations": "env",
    "connectors.notebook_migrations.versions": "v0*",
    "pages": "this_week meeting campaigns funnel health",
    "pages.parts": "data answers selection filters comparison overview title text goals signs "
    "outlook cards charts tables attribution funnel cohorts freshness health agenda present clock "
    "attention step_* notebook actions weekly_* driver_chart chart_theme downloads "
    "meeting_answers meeting_record minutes minutes_* kept_actions",
}
FRONT_DOORS = ("dashboard", "cli")


@dataclass(frozen=True)
class Room:
    """What the modules of one room may import: our own modules and libraries, by prefix.

    no_import_effects: importing a module of the room opens, reads and computes nothing.
    """

    ours: str
    libraries: str
    no_import_effects: bool = True


CONTRACT = "connectors kpis.model kpis.errors kpis.definitions"

# A module belongs to the longest name here that it starts with.
ROOMS = {
    "kpis": Room(ours="kpis", libraries="ibis numpy pandas pydantic"),
    "kpis.forecast": Room(ours="kpis", libraries="numpy pandas scipy"),
    "kpis.bg_nbd": Room(ours="kpis", libraries="numpy pandas scipy"),
    "kpis.gamma_gamma": Room(ours="kpis", libraries="numpy pandas scipy"),
    "kpis.likelihood": Room(ours="kpis", libraries="numpy pandas scipy"),
    "connectors": Room(ours=CONTRACT, libraries="filelock numpy pandas pyarrow pydantic"),
    "connectors.settings": Room(
        ours=f"{CONTRACT} kpis.calendar kpis.catalogue kpis.thresholds",
        libraries="pydantic sqlalchemy",
    ),
    "connectors.settings_file": Room(ours=f"{CONTRACT} kpis.thresholds", libraries="pydantic"),
    "connectors.notebook": Room(ours=CONTRACT, libraries="sqlalchemy"),
    "connectors.notebook_place": Room(ours=CONTRACT, libraries="sqlalchemy"),
    "connectors.notebook_tables": Room(ours=CONTRACT, libraries="pydantic sqlalchemy"),
    "connectors.notebook_schema": Room(ours=CONTRACT, libraries="alembic sqlalchemy"),
    "connectors.notebook_migrations": Room(ours=CONTRACT, libraries="alembic sqlalchemy"),
    "connectors.chart_images": Room(
        ours=f"{CONTRACT} kpis.document", libraries="font_source_sans_pro vl_convert"
    ),
    "connectors.document_html": Room(ours=f"{CONTRACT} kpis.document", libraries="jinja2"),
    "connectors.document_markdown": Room(ours=f"{CONTRACT} kpis.document", libraries=""),
    "connectors.document_pdf": Room(ours=f"{CONTRACT} kpis.document", libraries="typst"),
    "connectors.outbox": Room(ours=f"{CONTRACT} kpis.document", libraries=""),
    "connectors.outbox_slack": Room(ours=f"{CONTRACT} kpis.document", libraries="requests urllib3"),
    "connectors.outbox_email": Room(ours=f"{CONTRACT} kpis.document", libraries=""),
    "connectors.outbox_messages": Room(
        ours=f"{CONTRACT} kpis.alerts kpis.catalogue kpis.digest kpis.document kpis.goals "
        "kpis.sign kpis.signs kpis.sums kpis.usual_range",
        libraries="",
    ),
    "connectors.database": Room(ours=CONTRACT, libraries="numpy pandas sqlalchemy"),
    "connectors.database_url": Room(ours=CONTRACT, libraries="sqlalchemy"),
    "connectors.google_sheets": Room(
        ours=CONTRACT, libraries="google gspread numpy pandas requests urllib3"
    ),
    "connectors.files": Room(ours=CONTRACT, libraries="numpy openpyxl pandas pyarrow"),
    "connectors.csv_text": Room(ours=CONTRACT, libraries="charset_normalizer numpy pandas"),
    "connectors.engine": Room(
        ours=f"{CONTRACT} kpis.coverage kpis.events kpis.facts kpis.health kpis.predicted "
        "kpis.sums",
        libraries="duckdb ibis",
    ),
    "connectors.refresh": Room(ours=CONTRACT, libraries="pandas pyarrow"),
    "connectors.snapshots": Room(
        ours=f"{CONTRACT} kpis.health", libraries="filelock pandas pydantic"
    ),
    "connectors.checkup": Room(ours=f"{CONTRACT} kpis.coverage kpis.health", libraries="pandas"),
    "pages": Room(
        ours="pages.parts connectors kpis", libraries="streamlit", no_import_effects=False
    ),
    "pages.parts": Room(
        ours="pages.parts connectors kpis", libraries="altair numpy pandas streamlit"
    ),
    "dashboard": Room(ours="pages connectors kpis", libraries="streamlit", no_import_effects=False),
    "cli": Room(ours="connectors kpis", libraries="click pandas rich"),
}

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


def starts_with(module: str, prefixes: str) -> bool:
    return any(f"{module}.".startswith(f"{prefix}.") for prefix in prefixes.split())


def room_of(module: str) -> Room | None:
    names = [name for name in ROOMS if starts_with(module, name)]
    return ROOMS[max(names, key=len)] if names else None


def is_listed(module: str) -> bool:
    if module in FRONT_DOORS or module in MODULES:
        return True
    package, _, name = module.rpartition(".")
    return any(fnmatchcase(name, listed) for listed in MODULES.get(package, "").split())


def run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    """All that runs when the module is imported: everything but the bodies of functions."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                for part in (*child.decorator_list, *child.args.defaults, *child.args.kw_defaults):
                    if part is not None:
                        yield from (part, *run_at_import(part))
            case ast.Lambda():
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
        room = room_of(module)
        if room is None or not is_listed(module):
            found.append(f"{module} is not listed")
            continue
        tree = ast.parse(source, module)
        for target in sorted(set(imports_of(module, tree, set(sources)))):
            ours = starts_with(target, " ".join((*FRONT_DOORS, "kpis", "connectors", "pages")))
            standard = target.partition(".")[0] in sys.stdlib_module_names
            if not standard and not starts_with(target, room.ours if ours else room.libraries):
                found.append(f"{module} may not import {target}")
            if starts_with(module, "kpis") and target.partition(".")[0] in OUTSIDE_WORLD:
                found.append(f"{module} may not import {target}: kpis are pure")
        if starts_with(module, "kpis"):
            found += [f"{module} may not use {name}: kpis are pure" for name in impurities(tree)]
        if room.no_import_effects:
            for node in run_at_import(tree):
                if called(node) in EFFECTS or called(node).startswith("read_"):
                    found.append(f"{module} calls {called(node)} when it is imported")
    return found


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


def test_no_two_modules_import_each_other_in_a_circle() -> None:
    """Data flows one way; TopologicalSorter.prepare raises CycleError with the circle."""
    sources = modules_under(ROOT)
    edges = {
        module: set(imports_of(module, ast.parse(source, module), set(sources))) - {module}
        for module, source in sources.items()
    }
    TopologicalSorter(edges).prepare()


def test_the_modules_that_exist_are_read() -> None:
    """Were the folder wrong, the two tests above would find nothing and pass."""
    assert {"kpis.model", "kpis.errors", "connectors.settings"} <= set(modules_under(ROOT))


@pytest.mark.parametrize(
    ("module", "source", "complaint"),
    [
        ("kpis.pace", "import streamlit", "kpis.pace may not import streamlit"),
        ("kpis.facts", "from connectors import raw", "kpis.facts may not import connectors"),
        ("kpis.facts", "from sqlalchemy.sql import text", "may not import sqlalchemy.sql"),
        ("kpis.pace", "def f(d):\n    return d.today()", "may not use today: kpis are pure"),
        ("kpis.pace", "import os", "kpis.pace may not import os: kpis are pure"),
        ("kpis.credit", "def f(p):\n    return open(p)", "may not use open"),
        ("kpis.credit", "def f(pd, p):\n    return pd.read_csv(p)", "may not use read_csv"),
        ("connectors.files", "import kpis.facts", "may not import kpis.facts"),
        ("connectors.refresh", "from kpis.scorecard import kpi", "may not import kpis.scorecard"),
        ("connectors.mapping", "import sqlalchemy", "may not import sqlalchemy"),
        ("connectors.files", "def f():\n    import gspread", "may not import gspread"),
        ("connectors.files", "from . import raw", "may not import a relative import"),
        ("connectors.files", "x = __import__('a')", "may not import a name computed"),
        ("connectors.files", "engine = db.connect()", "calls connect when it is imported"),
        ("connectors.files", "class A:\n    x = pd.read_csv('a')", "calls read_csv when it is"),
        ("connectors.files", "def f(day=date.today()): ...", "calls today when it is imported"),
        ("pages.this_week", "import pages.campaigns", "may not import pages.campaigns"),
        ("pages.this_week", "import pandas", "may not import pandas"),
        ("pages.parts.cards", "import dashboard", "may not import dashboard"),
        ("dashboard", "import cli", "dashboard may not import cli"),
        ("cli", "import streamlit", "cli may not import streamlit"),
        ("kpis.helpers", "", "kpis.helpers is not listed"),
        ("pages.parts.more.cards", "", "pages.parts.more.cards is not listed"),
    ],
)
def test_a_trespass_is_reported(module: str, source: str, complaint: str) -> None:
    (found,) = trespasses({module: source})
    assert complaint in found


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("kpis.scorecard", "import ibis\nfrom kpis.errors import UsageError\nimport datetime"),
        (
            "connectors.engine",
            "from kpis.facts import build_facts\nfrom connectors import snapshots",
        ),
        ("connectors.demo_stories", "import numpy"),
        ("connectors.files", "def f(p):\n    return p.open()"),
        ("pages.this_week", "import streamlit as st\nfrom pages.parts import cards"),
        ("cli", "import click\n\n@click.command()\ndef now(): ..."),
    ],
)
def test_an_allowed_edge_is_no_trespass(module: str, source: str) -> None:
    assert trespasses({module: source}) == []
