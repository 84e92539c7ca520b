"""What kept snapshots say of the definitions of earlier days."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from connectors.settings.file import load_settings
from connectors.settings.settings import Settings
from connectors.snapshots.refresh import refresh
from connectors.snapshots.snapshots import definitions_history


def settings_in(folder: Path, conversion: str, company: str = "Ours") -> Settings:
    pd.DataFrame({"lead_id": ["a"], "created_at": ["2026-11-01"]}).to_csv(
        folder / "leads.csv", index=False
    )
    path = folder / "settings.toml"
    path.write_text(
        f"""
        company.name = "{company}"
        definitions.conversion = "{conversion}"
        sources.crm = {{ kind = "files", folder = "." }}
        tables.leads = {{ source = "crm", from = "leads.csv" }}
        """,
        encoding="utf-8",
    )
    return load_settings(path)


def refreshed(
    folder: Path, day: int, conversion: str, company: str = "Ours", hour: int = 6
) -> None:
    refresh(settings_in(folder, conversion, company), datetime(2026, 11, day, hour, tzinfo=UTC))


def test_before_the_first_snapshot_nothing_is_known(tmp_path: Path) -> None:
    assert definitions_history(settings_in(tmp_path, "cohort")) == ()


def test_of_each_day_the_definitions_of_its_last_report_are_known(tmp_path: Path) -> None:
    """Cohort on the 2nd and, in the morning, on the 9th; period from that evening on. Another
    company in the same folder has no say."""
    refreshed(tmp_path, 2, "cohort")
    refreshed(tmp_path, 9, "cohort")
    refreshed(tmp_path, 9, "period", hour=18)
    refreshed(tmp_path, 10, "cohort", company="Theirs")
    refreshed(tmp_path, 11, "period")
    found = definitions_history(settings_in(tmp_path, "period"))
    assert [(day.day, made_with.conversion) for day, made_with in found] == [
        (2, "cohort"),
        (9, "period"),
        (11, "period"),
    ]
