"""Claims about the sentence on rejected rows that every channel shows."""

from kpis.health.rejected import RejectedRow, no_findings_text, rejected_text


def test_tables_with_rejected_rows_are_named_and_where_to_see_them() -> None:
    assert rejected_text({}, "check") == rejected_text({"leads": (0, 5)}, "check") == ""
    assert rejected_text({"leads": (0, 5), "deals": (87, 1000)}, "check") == (
        "deals: 87 of 1,000 rows rejected; see check"
    )
    assert rejected_text({"deals": (1, 2), "costs": (3, 9)}, "Data health") == (
        "deals: 1 of 2 rows rejected; costs: 3 of 9 rows rejected; see Data health"
    )


def test_beside_rejected_rows_or_doubts_nobody_reads_that_all_is_well() -> None:
    assert no_findings_text({"leads": (0, 5)}, 0) == "Every loaded row passed every check."
    assert no_findings_text({"leads": (1, 5), "deals": (0, 2)}, 2) == (
        "No check found anything in the 6 loaded rows; look at 1 rejected row and 2 warnings."
    )
    assert "look at 1 warning." in no_findings_text({"leads": (0, 5)}, 1)
    assert no_findings_text({"leads": (0, 5)}, 0, failures=2) == (
        "No check found anything in the 5 loaded rows; look at 2 failures to read a table."
    )


def test_what_nobody_sees_in_a_rejected_row_is_an_escape() -> None:
    row = RejectedRow(place="file 'a.csv'", row=4, key="\u202eL1", value="a\nb")
    assert row.text == r"row 4 \u202eL1 'a\nb'"
