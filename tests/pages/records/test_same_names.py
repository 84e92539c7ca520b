"""Two campaigns of one name: everywhere told apart by their ids, and everywhere in the same way."""

from datetime import date, timedelta
from pathlib import Path

from connectors.documents.markdown import plain_text
from connectors.outbox.messages import Messages
from connectors.settings.file import load_settings
from connectors.snapshots.engine import open_facts
from pages.parts.frame.filters import campaign_labels
from tests.pages.meeting.minutes_company import Company

MONDAY = date(2026, 11, 23)
SETTINGS = """
sources.crm = { kind = "files", folder = "." }
tables.leads = { source = "crm", from = "leads.csv" }
tables.campaigns = { source = "crm", from = "campaigns.csv" }
alerts = [{ kpi = "mqls", period = "week", below = 5, campaign = "c1" }]
"""


def test_pages_minutes_digest_and_alerts_call_them_by_the_same_names(tmp_path: Path) -> None:
    """10 MQLs a week, 2 in the last one."""
    leads = ["lead_id,created_at,mql_at,campaign_id"]
    for week in range(1, 21):
        day = MONDAY - timedelta(weeks=week)
        leads += [f"{week}-{n},{day},{day},c1" for n in range(10 if week > 1 else 2)]
    (tmp_path / "leads.csv").write_text("\n".join(leads), encoding="utf-8")
    campaigns = "campaign_id,name\nc1,Fair\nc2,Fair\n"
    (tmp_path / "campaigns.csv").write_text(campaigns, encoding="utf-8")
    company = Company(tmp_path, SETTINGS)
    chosen = company.as_of(MONDAY)
    assert campaign_labels(chosen.snapshot) == {"c1": "Fair (c1)", "c2": "Fair (c2)"}
    meeting = company.meeting(chosen)
    company.action("Call them", MONDAY, meeting, campaign="c1")
    assert "Fair (c1)" in plain_text(company.minutes(chosen, meeting))
    facts = open_facts(chosen.snapshot.folder, chosen.model, MONDAY)
    messages = Messages(load_settings(company.file), chosen.snapshot, facts, company.notebook)
    assert "from Fair (c1)" in plain_text(messages.summary())
    found, _ = messages.readings()
    alerts = messages.alerts(found, [reading.rule.key for reading in found])
    assert "leads of Fair (c1), 16–22 Nov 2026: 2, below 5." in plain_text(alerts)
