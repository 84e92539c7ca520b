"""Claims about a header among the rows: joined exports, and two tables in one worksheet."""

import pytest

from kpis.errors import MappingError
from tests.connectors.mapping.mapped_frames import mapped

HEADER = ["Day", "Campaign", "Spent"]
COLUMNS = {"spent_on": "Day", "campaign_id": "Campaign", "amount": "Spent"}


def costs(*rows, **how):
    frame = {name: [row[i] for row in rows] for i, name in enumerate(HEADER)}
    return mapped("costs", frame, columns=COLUMNS, **how)


@pytest.mark.parametrize("again", [HEADER, ["\ufeffDAY", " campaign ", "Spent"]])
@pytest.mark.parametrize("how", [{}, {"totals": "keep"}])
def test_a_header_of_the_same_order_is_no_row_and_the_blocks_are_doubted(again, how):
    """400 above and 150 + 300 = 450 below differ, so only what may be is said."""
    result = costs(
        ["2026-10-01", "spring", "400"],
        again,
        ["2026-10-02", "spring", "150"],
        ["2026-10-03", "fair", "300"],
        **how,
    )
    assert result.frame["amount"].to_pylist() == [400, 150, 300]
    assert result.rejects[["row", "reason"]].values.tolist() == [[3, "is the header again"]]
    (note,) = result.notes
    assert note.text == (
        "3 rows stand above and below a second header. One block may sum up the other: if so, "
        "take one out of the source."
    )
    assert note.is_doubt


def test_a_block_that_sums_up_the_other_is_named_with_its_sum():
    """250 + 600 above, and 100 + 150 + 600 below: both 850."""
    result = costs(
        ["2026-10-01", "spring", "250"],
        ["2026-10-01", "fair", "600"],
        HEADER,
        ["2026-10-01", "spring", "100"],
        ["2026-10-02", "spring", "150"],
        ["2026-10-03", "fair", "600"],
    )
    (note,) = result.notes
    assert "the amounts above and below it add up to the same" in note.text


def test_a_header_without_rows_below_it_raises_no_doubt():
    result = costs(["2026-10-01", "spring", "250"], HEADER)
    assert result.notes == () and len(result.rejects) == 1


def test_columns_that_change_places_below_a_second_header_are_refused():
    """Read on, campaign "fair" would be a lead's owner, and its owner a campaign."""
    frame = {
        "lead_id": ["a", "lead_id", "b"],
        "created_at": ["2026-10-01", "created_at", "2026-10-02"],
        "campaign_id": ["spring", "owner", "Tom"],
        "owner": ["Mia", "campaign_id", "fair"],
    }
    with pytest.raises(
        MappingError, match="from row 3 of table contacts on, .* 'campaign_id' stands below 'owner'"
    ):
        mapped("leads", frame)


def test_one_cell_that_reads_like_a_column_is_a_value():
    frame = {"lead_id": ["a", "owner"], "created_at": ["2026-10-01"] * 2, "owner": ["x", "y"]}
    assert mapped("leads", frame).frame["lead_id"].to_pylist() == ["a", "owner"]
