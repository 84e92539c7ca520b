"""The records of the weekly meeting, and their changes."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_MOMENT = sa.DateTime(timezone=True)
_JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    """Create a table per kind of record, and that of their changes."""
    _create(
        "meeting",
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("closed_at", _MOMENT),
        sa.Column("snapshot", sa.Text, nullable=False),
        sa.Column("definitions", sa.Text, nullable=False),
        sa.Column("attribution", sa.Text, nullable=False),
        sa.Column("period_start", sa.Date),
        sa.Column("period_end", sa.Date),
        sa.Column("where", _JSON, nullable=False),
        sa.Column("shown", _JSON, nullable=False),
    )
    _create(
        "note",
        _meeting("note", nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    _create(
        "decision",
        _meeting("decision"),
        sa.Column("made_on", sa.Date, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("kpi", sa.Text),
        sa.Column("campaign", sa.Text),
    )
    _create(
        "action",
        _meeting("action"),
        sa.Column("made_on", sa.Date, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("due", sa.Date, nullable=False),
        sa.Column("kpi", sa.Text),
        sa.Column("campaign", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("finding", sa.Text),
    )
    _create(
        "annotation",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("campaign", sa.Text),
    )
    _create(
        "agreed_target",
        sa.Column("kpi", sa.Text, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("value", sa.Double, nullable=False),
        sa.Column("campaign", sa.Text),
    )
    _create(
        "sign_off",
        _meeting("sign_off", nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
    )
    _create(
        "alert_state",
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("is_crossed", sa.Boolean, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("value", sa.Double),
    )
    op.create_table(
        "notebook_change",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("record_id", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("before", _JSON),
        sa.Column("after", _JSON),
        sa.PrimaryKeyConstraint("id", name="pk_notebook_change"),
        sa.UniqueConstraint("kind", "record_id", "version", name="uq_notebook_change_kind"),
        sqlite_autoincrement=True,
    )


def _create(kind: str, *fields: sa.Column[Any]) -> None:
    op.create_table(
        f"notebook_{kind}",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        *fields,
        sa.Column("unique_key", sa.Text),
        sa.PrimaryKeyConstraint("id", name=f"pk_notebook_{kind}"),
        sa.UniqueConstraint("unique_key", name=f"uq_notebook_{kind}_unique_key"),
        sqlite_autoincrement=True,
    )


def _meeting(kind: str, nullable: bool = True) -> sa.Column[Any]:
    name = f"fk_notebook_{kind}_meeting_id"
    key = sa.ForeignKey("notebook_meeting.id", name=name)
    return sa.Column("meeting_id", sa.Integer, key, nullable=nullable)
