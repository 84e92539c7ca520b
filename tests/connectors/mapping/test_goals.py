"""Claims about the tables of targets and annotations: what a row may say, and why it cannot."""

from typing import Any

import pytest

from kpis.catalogue import CATALOGUE
from kpis.errors import MappingError
from tests.connectors.mapping.mapped_frames import mapped


def targets(*rows: tuple[Any, ...], **how: Any) -> Any:
    """The table of targets of rows of KPI, period, value and, where they have one, campaign."""
    columns = ("kpi", "period", "value", "campaign_id")
    padded = [(*row, None, None)[: len(columns)] for row in rows]
    cells = dict(zip(columns, map(list, zip(*padded, strict=True)), strict=True))
    return mapped("targets", cells, **how)


def reason(*row: Any, **how: Any) -> str:
    """Why the only row is rejected, with its column; it is one of the rows read."""
    found = targets(row, **how)
    assert (found.rows_read, found.frame.num_rows, len(found.rejects)) == (1, 0, 1)
    reject = found.rejects.iloc[0]
    return f"{reject['column']} '{reject['value']}' {reject['reason']}"


def loaded(*rows: tuple[Any, ...], **how: Any) -> list[tuple[Any, ...]]:
    found = targets(*rows, **how)
    assert len(found.rejects) == 0
    names = ("kpi", "period", "value", "campaign_id")
    return [tuple(row[name] for name in names) for row in found.frame.to_pylist()]


def test_a_kpi_may_be_called_as_the_pages_call_it() -> None:
    """By key, short name or label in any case, or as the settings rename it: all are MQLs."""
    rows = [(name, "month", 5) for name in ("mqls", "MQLs", "marketing-qualified LEADS", "Leads M")]
    for row in rows:
        how = {"values": {"kpi": {"mqls": "Leads M"}}}
        assert loaded(row, **how) == [("mqls", "month", 5.0, None)]


def test_no_two_kpis_are_called_the_same() -> None:
    """Else a goal could be taken for another KPI's."""
    names: dict[str, str] = {}
    for kpi in CATALOGUE.values():
        for name in (kpi.key, kpi.short, kpi.label):
            assert names.setdefault(name.casefold(), kpi.key) == kpi.key


def test_an_unknown_kpi_is_rejected_with_the_nearest() -> None:
    assert reason("mqll", "month", 5) == "kpi 'mqll' is no KPI. Did you mean 'mqls'?"
    assert reason("zzz", "month", 5).startswith("kpi 'zzz' is no KPI. Known: ")


def test_settings_that_rename_a_value_to_no_kpi_are_refused() -> None:
    with pytest.raises(MappingError, match=r"to 'mqlz', which is no KPI\. Did you mean 'mqls'\?"):
        targets(("x", "month", 5), values={"kpi": {"mqlz": "x"}})


@pytest.mark.parametrize(
    ("written", "period"),
    [
        ("Month", "month"),
        ("2026-q4", "2026-Q4"),
        (2026, "2026"),
        (2026.0, "2026"),
        ("2026-11",) * 2,
    ],
)
def test_a_period_is_read_in_any_case_and_as_a_number(written: object, period: str) -> None:
    assert loaded(("mqls", written, 5)) == [("mqls", period, 5.0, None)]


@pytest.mark.parametrize("written", ["2026-13", "2026-Q5", "week", "Q4 2026", "26", "2026-11 ff"])
def test_what_is_no_period_is_rejected_with_the_forms(written: str) -> None:
    assert reason("mqls", written, 5).startswith(f"period '{written}' is no period: write month, ")


def test_a_period_that_never_comes_is_rejected() -> None:
    assert "'1826-11' is a period that never comes" in reason("mqls", "1826-11", 5)


def test_a_day_that_a_spreadsheet_made_of_a_month_is_rejected_with_the_remedy() -> None:
    """1 January could be meant as the month, the quarter or the year."""
    assert "is a day, as spreadsheets make of 2026-11: format" in reason("mqls", "2026-01-01", 5)


def test_a_share_is_read_as_a_number_or_in_percent() -> None:
    """4.2% and 0.042 are one goal; 420% and 4.2 are no share, and 4.2 of an ROI is 420%."""
    rows = [("lead_conversion_rate", "month", "4.2%"), ("lead_conversion_rate", "quarter", 0.042)]
    rows += [("marketing_roi", "month", "420 %"), ("marketing_roi", "year", 4.2)]
    assert [value for *_, value, _ in loaded(*rows)] == [0.042, 0.042, 4.2, 4.2]
    for written in ("420%", 4.2, -0.1):
        assert "is not from 0 to 1: Conversion is a share" in reason(
            "lead_conversion_rate", "month", written
        )


def test_a_goal_is_in_the_unit_of_its_kpi() -> None:
    """The company counts in EUR: 12% MQLs and $500 of CAC are no goals, and €500 is one."""
    assert loaded(("cac", "month", "€500.50")) == [("cac", "month", 500.5, None)]
    assert reason("cac", "month", "$500") == (
        "value '$500' is in another currency than the company's: write it in EUR"
    )
    assert "is a percentage: write the goal of MQLs as a number" in reason("mqls", "month", "12%")
    assert "names a currency: write the goal of MQLs" in reason("mqls", "month", "€12")
    assert "is not an amount that is understood" in reason("mqls", "month", "many")


def test_thousands_that_read_two_ways_are_refused_until_the_settings_decide() -> None:
    """A guess would be wrong by a thousand: a goal of 1.2 MQLs would be reached on the first."""
    with pytest.raises(MappingError, match="'1.200' can be read two ways"):
        targets(("mqls", "month", "1.200"))
    assert loaded(("mqls", "month", "1.200"), decimal=",") == [("mqls", "month", 1200.0, None)]


def test_of_two_targets_for_one_kpi_period_and_campaign_the_first_is_loaded() -> None:
    """Other periods and campaigns are other targets; a label and a key are the same KPI."""
    found = targets(
        *(("mqls", "month", 100), ("mqls", "2026-11", 120), ("mqls", "month", 10, "c1")),
        *(("MQLs", "Month", 90), ("mqls", "month", 10, "c1")),
    )
    assert found.frame["value"].to_pylist() == [100.0, 120.0, 10.0]
    rejects = found.rejects[["row", "column", "value", "reason"]].to_numpy().tolist()
    assert rejects == [
        [5, "kpi", "mqls, month", "is already in row 2"],
        [6, "kpi", "mqls, month, c1", "is already in row 4"],
    ]


def test_an_annotation_needs_its_day_and_text() -> None:
    cells = {"day": ["2026-11-10", "soon", "2026-11-04"], "text": ["Webinar", "Fair", " "]}
    found = mapped("annotations", cells)
    assert found.frame["text"].to_pylist() == ["Webinar"]
    rejects = found.rejects[["row", "column", "reason"]].to_numpy().tolist()
    assert rejects == [[3, "day", "is a word, not a date"], [4, "text", "is required, but blank"]]
