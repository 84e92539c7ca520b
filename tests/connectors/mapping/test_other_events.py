"""Claims about rows of a log that say what happened, where it is not what their table counts."""

import pandas as pd
import pytest

from connectors.mapping.mapping import map_table
from connectors.settings.tables import TableSettings
from tests.connectors.mapping.mapped_frames import BERLIN, FILE, doubts, mapped, raw

REST = {
    "touches": ("campaign_id", "touched_at"),
    "activities": ("owner", "happened_at"),
    "lead_stages": ("stage", "entered_at"),
}


def log(table, header, *cells, **more):
    """The doubts on rows of one lead and day, with what a column says of each."""
    text, time = REST[table]
    rows = {"lead_id": ["L1"] * len(cells), text: "spring", time: "2026-10-01"}
    return doubts(mapped(table, pd.DataFrame({**rows, header: [*cells], **more}, dtype=object)))


@pytest.mark.parametrize(
    ("header", "did", "did_nothing"),
    [
        *(("Status", "Responded", one) for one in ("Sent", "Bounced", "Invited", "No response")),
        ("Event", "click", "hard_bounce"),
        ("EventType", "OPEN", "DELIVERED"),
        ("Activity Type", "Click Email", "Email Bounced Soft"),
        ("Campaign Member Status", "Attended", "E-Mail sent"),
        ("event", "clicked", "unsubscribed"),
        ("Delivery status", "opened", "Spam Report"),
        ("Mitgliedsstatus", "Reagiert", "Nicht zugestellt"),
        ("Statut", "Cliqué", "Désabonné"),
        ("Estado", "Respondido", "Enviado"),
        ("interaction", "click", "Impression"),
    ],
)
def test_touches_of_people_who_did_nothing_are_doubted_with_the_query_of_the_others(
    header, did, did_nothing
):
    """Half of the credit would go to a newsletter that was sent, and not read."""
    (text,) = log("touches", header, did, did_nothing, did)
    assert text.startswith(
        f"1 row is '{did_nothing}' in '{header}', which is not mapped, but counted as touches "
        f"('row 3: {did_nothing}'). If these people did nothing, leave them out: query = "
    )
    name = f'"{header}"' if " " in header else header
    assert f"{FILE}{name} <> '{did_nothing}'''' in place" in text


def test_a_flag_of_responses_speaks_for_the_status_beside_it():
    """The status says no more than the flag: one doubt on 2 rows, and not two."""
    flag, status = ("true", "false", "false"), ["Responded", "Sent", "Sent"]
    (text,) = log("touches", "HasResponded", *flag, Status=status)
    assert text.startswith("2 rows are without a response in 'HasResponded', which is not mapped")
    assert FILE + "HasResponded = 'true''''" in text
    (text, more) = log("touches", "HasResponded", *flag, Status=["Bounced", "Sent", "Sent"])
    assert more.startswith("3 rows are 'Bounced' and 'Sent' in 'Status'")


@pytest.mark.parametrize(
    "kind",
    [
        *("Email opened", "EMAIL_OPEN", "Page view", "Form submission", "INCOMING_EMAIL"),
        *("Newsletter sent", "Automated email", "Marketing Email", "Link clicked", "Download"),
        *("Seitenaufruf", "Formular ausgefüllt", "E-Mail geöffnet", "Formulaire soumis"),
        *("Visit Webpage", "Change Data Value", "Webinar registration", "Unsubscribe Email"),
    ],
)
@pytest.mark.parametrize(("header", "not_mapped"), [("kind", False), ("Activity type", True)])
def test_activities_of_the_lead_or_a_program_are_doubted(header, not_mapped, kind):
    """A lead that opens a mail would count as contacted in time."""
    (text,) = log("activities", header, "Call", kind, None)
    assert text.startswith(f"1 row is '{kind}' in '{header}', ") and f"'row 3: {kind}'" in text
    assert ("which is not mapped" in text) == not_mapped
    name = f'"{header}"' if not_mapped else header
    assert f"{FILE}{name} IS NULL OR {name} <> '{kind}'" in text


@pytest.mark.parametrize(
    ("header", "cells", "how"),
    [
        ("Status", ("Completed", "Not Started"), "'Not Started' in 'Status'"),
        ("is_automated", ("false", "true"), "automated in 'is_automated'"),
        ("done", ("1", "0"), "not done in 'done'"),
    ],
)
def test_activities_that_nobody_of_sales_has_done_are_doubted(header, cells, how):
    (text,) = log("activities", header, *cells)
    assert text.startswith(f"1 row is {how}, which is not mapped, but counted")


@pytest.mark.parametrize(
    ("header", "entered", "left"),
    [
        ("Event", "entered", "left"),
        ("Action", "stage_enter", "stage_exit"),
        ("event_type", "START", "END"),
        ("Change", "added", "removed"),
        ("Direction", "in", "out"),
        ("Ereignis", "betreten", "verlassen"),
        ("Événement", "entrée", "sortie"),
    ],
)
def test_stages_that_leads_left_are_doubted(header, entered, left):
    """Who left MQL in October was one before: entering it in October is wrong."""
    (text,) = log("lead_stages", header, entered, left, left)
    assert text.startswith(f"2 rows are '{left}' in '{header}', which is not mapped, but counted")
    assert f"{FILE}{header} <> '{left}'" in text


def test_a_database_compares_its_own_kind_of_flag():
    frame = pd.DataFrame({"lead_id": ["L1", "L2"], "campaign_id": "a", "responded": [True, False]})
    frame["touched_at"] = pd.Timestamp("2026-10-01", tz="UTC")
    how = TableSettings.model_validate({"source": "crm", "from": "crm.members"})
    source = raw(frame, has_fixed_rows=False)
    (text,) = doubts(map_table("touches", source, how, (), "UTC", BERLIN))
    assert "query = '''SELECT * FROM crm.members WHERE responded = true'''" in text


@pytest.mark.parametrize(
    ("table", "header", "cells"),
    [
        ("touches", "Status", ("Sent", "Sent")),
        ("touches", "HasResponded", ("false", "false")),
        ("touches", "HasResponded", ("true", "by mail")),
        ("touches", "Type", ("Email", "Webinar")),
        ("touches", "Campaign", ("Delivered fresh", "Sent to you")),
        ("touches", "Campaign status", ("Sent", "Planned")),
        ("touches", "Email status", ("Valid", "Bounced")),
        ("touches", "Event", ("Form sent", "Registered")),
        ("touches", "Note", ("Sent", "x")),
        ("activities", "kind", ("Call", "Email")),
        ("activities", "kind", ("E-Mail sent", "Site visit")),
        ("activities", "kind", ("Voicemail", "Meeting")),
        ("activities", "Direction", ("Inbound", "Outbound")),
        ("activities", "Status", ("Open", "Won")),
        ("activities", "Subject", ("Page view", "Download")),
        ("lead_stages", "Event", ("entered", "entered")),
        ("lead_stages", "Status", ("active", "ended")),
        ("lead_stages", "Event", ("Trade fair", "Left Bank dinner")),
        ("lead_stages", "Direction", ("forward", "backward")),
    ],
)
def test_a_column_of_one_value_or_of_other_things_is_not_doubted(table, header, cells):
    """An inbound call that sales took is a contact, and an address bounces long after its lead."""
    assert log(table, header, *cells) == []
