"""The targets and annotations of a snapshot's tables, as the records that they are beside."""

from pathlib import Path
from typing import Any

from connectors.snapshots.snapshots import read_table
from kpis.records import Annotation, TableTarget


def table_targets(folder: Path) -> list[TableTarget]:
    """The targets in the snapshot's table; raises SnapshotError when its file is gone."""
    return [
        TableTarget(
            kpi=row["kpi"],
            period=row["period"],
            value=row["value"],
            campaign=row["campaign_id"],
            owner=row["owner"],
        )
        for row in _rows(folder, "targets")
    ]


def table_annotations(folder: Path) -> list[Annotation]:
    """The annotations in the snapshot's table, by day; raises SnapshotError like the other."""
    found = [
        Annotation(day=row["day"], text=row["text"], campaign=row["campaign_id"])
        for row in _rows(folder, "annotations")
    ]
    return sorted(found, key=lambda annotation: annotation.day)


def _rows(folder: Path, table: str) -> list[dict[str, Any]]:
    """The rows of a table, with None for no value."""
    frame = read_table(folder, table).astype(object)
    kept = frame.where(frame.notna(), None)
    return [dict(zip(kept.columns, row, strict=True)) for row in kept.itertuples(index=False)]
