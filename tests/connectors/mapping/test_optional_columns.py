"""Claims about columns that settings name and the source may lack, and about columns unmapped."""

import pytest

from connectors.mapping.notes import Note
from kpis.errors import MappingError
from tests.connectors.mapping.mapped_frames import leads, mapped


def test_an_optional_column_that_is_not_there_is_noted_and_not_mapped():
    how = {"columns": {"owner": "rep"}, "optional_columns": ["owner"]}
    found = mapped("leads", leads(email=["a@x.com"]), **how)
    assert found.frame["owner"].to_pylist() == [None] and "owner" not in found.mapped
    assert [note.text for note in found.notes if note.column == "owner"] == [
        "owner is not mapped: table contacts has no column 'rep'. "
        'Name another one as columns.owner, or "" for none.'
    ]


def test_an_optional_column_that_is_there_is_mapped_without_a_word():
    how = {"columns": {"owner": "rep"}, "optional_columns": ["owner"]}
    found = mapped("leads", leads(rep=["Ann"]), **how)
    assert found.frame["owner"].to_pylist() == ["Ann"]
    assert [note for note in found.notes if note.column == "owner"] == []


def test_a_required_column_is_never_optional():
    how = {"columns": {"lead_id": "key"}, "optional_columns": ["lead_id"]}
    with pytest.raises(MappingError, match="no column 'key', which the settings take as lead_id"):
        mapped("leads", leads(email=["a@x.com"]), **how)


def test_a_column_named_empty_is_unmapped_though_the_source_has_one_of_its_name():
    rows = leads(owner=["Ann"])
    assert mapped("leads", rows).frame["owner"].to_pylist() == ["Ann"]
    found = mapped("leads", rows, columns={"owner": ""})
    assert found.frame["owner"].to_pylist() == [None] and "owner" not in found.mapped


def test_a_required_column_cannot_be_unmapped():
    with pytest.raises(MappingError, match="no column '', which the settings take as created_at"):
        mapped("leads", leads(owner=["Ann"]), columns={"created_at": ""})


def test_a_note_on_one_midnight_is_singular():
    what = "are at midnight in UTC, as is every value of the column, and were read as days"
    assert Note(table="leads", column="sql_at", rows=1, what=what).text == (
        "1 cell of sql_at is at midnight in UTC, as is every value of the column, and was read as "
        "days."
    )
