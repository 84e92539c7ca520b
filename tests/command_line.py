"""A small company for the command line, and the one paragraph that an error is."""

from pathlib import Path

from click.testing import Result

ODD = "[red]=x"
TABLES = {
    "leads": (
        "lead_id,created_at,campaign_id,mql_at,sql_at",
        "a,2026-10-01,c1,2026-10-02,2026-10-05",
        "b,2026-10-03,c1,2026-10-10,",
        "c,2026-10-05,c2,2026-10-06,2026-10-08",
        "d,2026-10-07,,,",
        f"e,2026-09-01,{ODD},,",
    ),
    "deals": (
        "deal_id,status,lead_id,closed_at,amount",
        "1,won,a,2026-10-31,1000",
        "2,lost,c,2026-10-30,500",
        "3,half,c,2026-10-30,500",
    ),
    "costs": (
        "spent_on,amount,campaign_id,team",
        "2026-10-01,100,c1,marketing",
        "2026-10-01,50,c2,marketing",
        "2026-10-01,30,,marketing",
        "2026-10-01,20,,sales",
    ),
    "campaigns": ("campaign_id,name,channel", "c1,First,Search", "c2,Second,Social"),
}


def small_company(folder: Path) -> Path:
    """Five leads, one customer and 200 of costs; returns the settings file."""
    text = 'as_of = 2026-11-22\n[sources.crm]\nkind = "files"\nfolder = "."\n'
    for name, lines in TABLES.items():
        (folder / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")
        text += f'[tables.{name}]\nsource = "crm"\nfrom = "{name}.csv"\n'
    (folder / "settings.toml").write_text(text, encoding="utf-8")
    return folder / "settings.toml"


def refusal(result: Result, status: int) -> str:
    """The one paragraph of an error on standard error."""
    assert result.exit_code == status and result.stdout == ""
    assert isinstance(result.exception, SystemExit)
    assert result.stderr.endswith("\n") and result.stderr.count("\n") == 1
    return result.stderr
