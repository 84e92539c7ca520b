"""The demo as files: CSV tables and settings to start one's own from."""

import shutil
from datetime import date
from pathlib import Path

from connectors import demo
from connectors.settings import DemoSource
from kpis.model import TABLES

SETTINGS_EXAMPLE = Path(__file__).parent.parent / "docs" / "settings.demo.toml"


def write_demo(folder: Path, day: date) -> Path:
    """Write every demo table as ``<folder>/<table>.csv``, and settings that map them.

    Returns the path of the settings file. Files of the same names are replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    settings = demo.demo_settings(folder)
    raw = demo.read(DemoSource(kind="demo"), TABLES, day, settings.company)
    for name, table in raw.items():
        table.frame.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8")
    target = folder / "settings.toml"
    shutil.copyfile(SETTINGS_EXAMPLE, target)
    return target
