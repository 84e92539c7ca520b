"""The records of the weekly meeting, and their changes."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_MOMENT = sa.DateTime(timezone=True)
_JSON = sa.JSON(none_as_null=True)
_TYPES: dict[str, type[sa.types.TypeEngine[Any]] | sa.types.TypeEngine[Any]] = {
    **dict.fromkeys(("held_on", "period_start", "period_end", "made_on", "due"), sa.Date),
    **dict.fromkeys(("day", "since"), sa.Date),
    **dict.fromkeys(("opened_at", "closed_at", "at"), _MOMENT),
    **dict.fromkeys(("where", "shown", "before", "after"), _JSON),
    **dict.fromkeys(("id", "version", "record_id", "meeting_id"), sa.Integer),
    "value": sa.Double,
    "is_crossed": sa.Boolean,
}
"""The types of the columns that are no text."""

_RECORDS = {
    "meeting": "held_on opened_at closed_at? snapshot definitions attribution period_start? "
    "period_end? where shown",
    "note": "meeting_id step text",
    "decision": "meeting_id? made_on text kpi? campaign?",
    "action": "meeting_id? made_on what owner due kpi? campaign? status finding?",
    "annotation": "day text campaign?",
    "agreed_target": "kpi period value campaign?",
    "sign_off": "meeting_id team name",
    "alert_state": "rule channel is_crossed since value?",
}
"""The columns of each kind of record, in their order; those with ``?`` may be null."""


def upgrade() -> None:
    """Create a table per kind of record, and that of their changes."""
    for kind, columns in _RECORDS.items():
        op.create_table(
            f"notebook_{kind}",
            *_columns(kind, f"id version {columns} unique_key?"),
            sa.PrimaryKeyConstraint("id", name=f"pk_notebook_{kind}"),
            sa.UniqueConstraint("unique_key", name=f"uq_notebook_{kind}_unique_key"),
            sqlite_autoincrement=True,
        )
    op.create_table(
        "notebook_change",
        *_columns("change", "id at who kind record_id version before? after?"),
        sa.PrimaryKeyConstraint("id", name="pk_notebook_change"),
        sa.UniqueConstraint("kind", "record_id", "version", name="uq_notebook_change_kind"),
        sqlite_autoincrement=True,
    )


def _columns(kind: str, names: str) -> list[sa.Column[Any]]:
    columns = []
    for text in names.split():
        name = text.removesuffix("?")
        key = f"fk_notebook_{kind}_meeting_id"
        keys = [sa.ForeignKey("notebook_meeting.id", name=key)] if name == "meeting_id" else []
        nullable = text != name
        columns.append(sa.Column(name, _TYPES.get(name, sa.Text), *keys, nullable=nullable))
    return columns
