"""What a start loads: not the libraries that only a refresh, a download or a mail needs."""

import ast
from collections.abc import Callable, Iterable

import pytest

from tests.test_layers import ROOT, SCRIPTS, imports_of, modules_under, package_of, run_at_import


def loaded_with(doors: Iterable[str], sources: dict[str, str]) -> set[str]:
    """All modules, ours and the libraries', that are imported when ``doors`` are."""
    found, new = set[str](), set(doors)
    while new:
        found |= new
        trees = [ast.parse(sources[name], name) for name in new & set(sources)]
        new = {
            target
            for tree in trees
            for node in run_at_import(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for target in imports_of("", node, set(sources))
        } - found
    return found


@pytest.mark.parametrize(
    ("is_door", "never"),
    [
        (
            lambda name: package_of(name)[0] in SCRIPTS,
            "connectors.snapshots.refresh connectors.mapping.mapping connectors.sources.files "
            "alembic fontTools google gspread jinja2 openpyxl rich scipy.optimize scipy.special "
            "typst vl_convert",
        ),
        (
            lambda name: name == "cli",
            "connectors.snapshots.engine connectors.snapshots.refresh alembic ibis jinja2 openpyxl "
            "pyarrow rich sqlalchemy slack_sdk",
        ),
    ],
    ids=["pages", "command line"],
)
def test_a_start_loads_nothing_that_the_first_page_or_the_help_does_without(
    is_door: Callable[[str], bool], never: str
) -> None:
    """The libraries that read, draw or send take longer to load than a page that shows figures."""
    sources = modules_under(ROOT)
    loaded = loaded_with(filter(is_door, sources), sources)
    assert "connectors.settings.settings" in loaded
    wanted = never.split()
    assert [
        each for each in wanted if any(f"{name}.".startswith(f"{each}.") for name in loaded)
    ] == []


def test_what_an_import_brings_along_is_loaded_with_it() -> None:
    """What a function imports when it is called, or a type checker alone, is not."""
    sources = {
        "kpis.a": "import kpis.b",
        "kpis.b": "if TYPE_CHECKING:\n    import scipy\nfrom numpy import pi",
        "kpis.c": "def f():\n    import kpis.a",
    }
    assert loaded_with(["kpis.a"], sources) == {"kpis.a", "kpis.b", "numpy"}
    assert loaded_with(["kpis.c"], sources) == {"kpis.c"}
