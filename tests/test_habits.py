"""The habits of the project that a machine can check, so that no reviewer has to."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = {"dashboard.py", "cli.py", "pages", "kpis", "connectors", "tests", "docs"}
AROUND_THEM = {"README.md", "CHANGELOG.md", "LICENSE", "Makefile", "pyproject.toml"}
AROUND_THEM |= {"requirements.txt", ".ci", ".streamlit", ".gitignore", ".gitattributes"}
PARTS_OF_A_DECISION = ("Question", "Choice", "Rejected", "What would change it")


def tracked_files() -> list[Path]:
    """The files under version control, relative to the root."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git clone: which files belong to the project is unknown")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return [Path(name) for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def normal(name: str) -> str:
    """A distribution's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def names(requirements: list[str]) -> set[str]:
    return {normal(re.split(r"[=<>~!@ ;\[]", line)[0]) for line in requirements}


def runtime() -> set[str]:
    return names(project()["project"]["dependencies"])


def development() -> set[str]:
    return names(project()["dependency-groups"]["dev"])


def decisions() -> list[Path]:
    return sorted((ROOT / "docs" / "decisions").iterdir())


def pins(file: str) -> dict[str, str]:
    """Name and the whole requirement for each line of a compiled file."""
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line and not line.lstrip().startswith("#")]
    return {name: line for line in wanted for name in names([line])}


def test_the_top_level_holds_what_the_design_names_and_nothing_else() -> None:
    assert {file.parts[0] for file in tracked_files()} - ROOMS - AROUND_THEM == set()


def test_a_file_tells_one_story() -> None:
    """From 400 lines on it is two stories, to be split along the story."""
    long = {
        str(file): lines
        for file in tracked_files()
        if file.suffix == ".py"
        and (lines := len((ROOT / file).read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


@pytest.mark.parametrize(
    ("file", "named"),
    [("requirements.txt", runtime()), (".ci/requirements-dev.txt", development())],
)
def test_requirements_are_exact_pins_of_the_loose_names(file: str, named: set[str]) -> None:
    """Exact, and from any index: no range, no address, no path, no option."""
    pinned = pins(file)
    assert named - set(pinned) == set()
    inexact = [line for line in pinned.values() if not re.match(r"[\w.-]+==[\w.]+( ;|$)", line)]
    assert inexact == []


def test_runtime_and_development_pin_the_same_versions() -> None:
    """Else the tests would run on other libraries than the dashboard."""
    runs_on, tested_on = pins("requirements.txt"), pins(".ci/requirements-dev.txt")
    assert {name: tested_on[name] for name in tested_on if name in runs_on} == {
        name: runs_on[name] for name in tested_on if name in runs_on
    }


def test_every_dependency_has_its_reason_and_every_reason_its_dependency() -> None:
    text = (ROOT / "docs" / "decisions" / "002-dependencies.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| ([\w.-]+) \|", text, re.M)) - {"name"} == runtime() | development()


def test_what_the_code_imports_is_named_as_a_dependency() -> None:
    """A library that only comes with another one can leave with it."""
    distributions = packages_distributions()
    unnamed = set()
    for file in tracked_files():
        if file.suffix != ".py":
            continue
        named = runtime() | development() if file.parts[0] == "tests" else runtime()
        for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8"))):
            match node:
                case ast.Import(names=aliases):
                    imported = [alias.name for alias in aliases]
                case ast.ImportFrom(module=str(module), level=0):
                    imported = [module]
                case _:
                    continue
            for name in {name.partition(".")[0] for name in imported} - sys.stdlib_module_names:
                providers = {normal(provider) for provider in distributions.get(name, [])}
                if providers and not providers & named:
                    unnamed.add(f"{file} imports {name}")
    assert unnamed == set()


@pytest.mark.parametrize("file", decisions(), ids=lambda file: file.stem)
def test_a_decision_says_question_choice_rejected_and_what_would_change_it(file: Path) -> None:
    """Short enough to be read: about twenty lines, beside the rows of a table."""
    text = file.read_text(encoding="utf-8")
    assert re.fullmatch(r"\d{3}-[a-z0-9]+(-[a-z0-9]+)*\.md", file.name)
    assert text.startswith(f"# {file.name[:3]} ")
    places = [text.find(f"\n**{part}.**") for part in PARTS_OF_A_DECISION]
    assert -1 not in places and places == sorted(places)
    assert sum(not line.startswith("|") for line in text.splitlines()) <= 60


def test_decisions_are_numbered_once() -> None:
    numbers = [file.name[:3] for file in decisions()]
    assert len(numbers) == len(set(numbers))


def is_there(place: str) -> bool:
    """A path or glob below the root, or a module, or what a module defines."""
    if "/" in place:
        return any(ROOT.glob(place))
    path = place.replace(".", "/")
    module, _, name = path.rpartition("/")
    within = ROOT / f"{module}.py"
    return any((ROOT / found).exists() for found in (path, f"{path}.py")) or (
        within.is_file() and f" {name}" in within.read_text(encoding="utf-8")
    )


def test_the_paths_modules_and_links_in_the_docs_exist() -> None:
    lost = set()
    for page in [file for file in tracked_files() if file.suffix == ".md"]:
        text = (ROOT / page).read_text(encoding="utf-8")
        places = re.findall(r"(?<![\w./])(?:kpis|connectors|pages|tests)[./]\w[\w./*-]*\w", text)
        lost |= {f"{page}: {place}" for place in places if not is_there(place)}
        links = re.findall(r"\]\((?!https?:)([^)#]+)", text)
        lost |= {f"{page}: {link}" for link in links if not (ROOT / page.parent / link).exists()}
    assert lost == set()


def named_in(text: str) -> set[str]:
    """The modules and files of the rooms that a docstring or comment names."""
    modules = re.findall(r"(?<![\w./])(?:kpis|connectors)(?:\.[A-Za-z_]\w*)+", text)
    files = re.findall(r"(?<![\w./])(?:kpis|connectors|pages|tests|docs)/[\w/-]+\.\w+", text)
    return {*modules, *files}


def defines(name: str) -> bool:
    """Whether there is such a package or module, or one that holds the rest of the dotted name."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        path = ROOT.joinpath(*parts[:length])
        file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        if file.is_file():
            rest = parts[length : length + 1]
            return not rest or re.search(rf"\b{rest[0]}\b", file.read_text("utf-8")) is not None
    return False


def test_the_paths_and_modules_in_docstrings_exist() -> None:
    """A name that a rename left behind leads nowhere: ``connectors.mapping.gone.Note``."""
    lost = set()
    for file in [file for file in tracked_files() if file.suffix == ".py"]:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        texts = [
            node.value.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ]
        for name in named_in("\n".join(texts)):
            is_there = (ROOT / name).exists() if "/" in name else defines(name)
            lost |= set() if is_there else {f"{file}: {name}"}
    assert lost == {"tests/test_habits.py: connectors.mapping.gone.Note"}


def test_continuous_integration_runs_what_a_developer_runs() -> None:
    """`.ci/run` must be executable in a clone, and must call `make test`."""
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
    assert "exec make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
