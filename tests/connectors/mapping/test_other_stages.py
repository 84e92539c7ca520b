"""Claims about stages that no value of the settings names: check lists them with their counts."""

import pytest

from tests.connectors.mapping.mapped_frames import mapped

NAMES = {"stage": {"mql": ["Marketing Qualified Lead"], "sql": "Sales Qualified Lead"}}
MINE = ["Marketing Qualified Lead", "Sales Qualified Lead"]


def notes(stages, table="lead_stages", **how):
    key = "lead_id" if table == "lead_stages" else "deal_id"
    days = [f"2026-10-{day:02}" for day in range(1, len(stages) + 1)]
    frame = {key: ["A"] * len(stages), "stage": stages, "entered_at": days}
    found = mapped(table, frame, **how)
    return [note.text for note in found.notes if "a stage" in note.text or "*" in note.text]


def test_stages_of_leads_that_are_neither_mql_nor_sql_are_listed_the_commonest_first():
    """Four entries of another language: without them SQLs are 1 of 3."""
    others = ["Vertriebsqualifizierter Lead"] * 2 + ["Marketing-qualifizierter Lead", "Kunde"]
    assert notes([*MINE, *others], values=NAMES) == [
        "4 rows have a stage that makes no lead an MQL or SQL: "
        "'Vertriebsqualifizierter Lead' (2), 'Marketing-qualifizierter Lead' (1) and 'Kunde' (1). "
        "Add those that mean MQL or SQL to values.stage."
    ]
    (text,) = notes(["MQL", "Hand raised"])
    assert (
        "1 row has a stage that makes no lead an MQL or SQL" in text and "'Hand raised' (1)" in text
    )


@pytest.mark.parametrize("stage", ["Qualifié marketing", "マーケ有望", "2", "Opportunity", "mqi"])
def test_it_does_not_depend_on_words(stage):
    assert f"'{stage}' (1)" in notes([*MINE, stage], values=NAMES)[0]


def test_many_stages_are_counted_and_rejected_rows_are_not():
    (text,) = notes([f"s{at:02}" for at in range(20)], values=NAMES)
    assert text.startswith("20 rows") and "and 8 more." in text
    frame = {"lead_id": ["A", None], "stage": ["sql", "x"], "entered_at": ["2026-10-01"] * 2}
    assert [n.text for n in mapped("lead_stages", frame).notes if "stage" in n.text] == []


def test_stages_of_deals_are_listed_where_the_settings_name_some():
    stages = ["Angebot", "Proposal", "Proposal", "closed"]
    (text,) = notes(stages, "deal_stages", values={"stage": {"Offer": ["Angebot"]}})
    assert text.startswith(
        "3 rows have a stage that values.stage does not name: it is kept as it is: 'Proposal' (2) "
        "and 'closed' (1)."
    )
    assert notes(stages, "deal_stages") == []


@pytest.mark.parametrize(
    ("stages", "names"),
    [
        (MINE, NAMES),
        (["mql", "sql", "MQL"], {}),
        ([*MINE, "Kunde"], {"stage": {**NAMES["stage"], "customer": ["Kunde"]}}),
        (["marketing  qualified lead"], NAMES),
    ],
)
def test_stages_that_are_named_are_not_listed(stages, names):
    assert [t for t in notes(stages, values=names) if "not called" in t] == []


def test_what_a_star_took_is_listed_once():
    names = {"stage": {"mql": ["Marketing Qualified Lead"], "sql": "*"}}
    (text,) = notes(["Marketing Qualified Lead", "Kunde"], values=names)
    assert 'values.stage has "*" read as sql' in text
