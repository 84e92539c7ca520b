"""The demo as files: its tables as CSV, and settings to start one's own from."""

from datetime import date
from pathlib import Path

from connectors.demo import demo
from connectors.settings.file import DEMO_FILE, demo_settings
from connectors.settings.settings import DemoSource
from kpis.errors import UsageError
from kpis.model import FIGURE_TABLES


def write_demo(folder: Path, day: date) -> Path:
    """Write every demo table as ``<folder>/<table>.csv``, and settings that read them.

    Returns the path of the settings file. Raises UsageError where a file of one of these names
    exists already: it may be somebody's own.
    """
    target = folder / "settings.toml"
    for path in (target, *(folder / f"{name}.csv" for name in FIGURE_TABLES)):
        if path.exists():
            raise UsageError(
                f"{path} exists already, and is not replaced. Name a new folder for the demo, or "
                "remove the file."
            )
    folder.mkdir(parents=True, exist_ok=True)
    company = demo_settings(folder).company
    for name, table in demo.read(DemoSource(kind="demo"), FIGURE_TABLES, day, company).items():
        table.frame.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8")
    settings = DEMO_FILE.read_text(encoding="utf-8")
    settings = settings.replace(
        '[sources.demo]\nkind = "demo"', '[sources.files]\nkind = "files"\nfolder = "."'
    )
    target.write_text(settings.replace('source = "demo"', 'source = "files"'), encoding="utf-8")
    return target
