"""Claims about CSV text as programs really write it: long cells, odd quotes, bytes of zero."""

from pathlib import Path

import pytest

from connectors.mapping.mapping import MappedTable, map_table
from connectors.settings.settings import FilesSource
from connectors.settings.tables import TableSettings
from connectors.sources import files
from connectors.sources.raw import no_progress
from kpis.definitions import Company
from tests.connectors.sources.test_files import read, refusal, rows, save


def notes(folder: Path, name: str = "leads.csv") -> list[tuple[int, str]]:
    return [(note.rows, note.what) for note in read(folder, name).notes]


def test_a_cell_of_any_length_is_read(tmp_path: Path) -> None:
    """Python's csv stops at 131,072 characters; the body of a mail has more."""
    save(tmp_path, "id,body,name\na," + "x" * 200_000 + ",Ann\n")
    (row,) = rows(read(tmp_path))
    assert (row[0], len(str(row[1])), row[2]) == ("a", 200_000, "Ann")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["Müller", "Иванова", "山田"])
def test_utf_16_needs_no_byte_order_mark(tmp_path: Path, encoding: str, name: str) -> None:
    save(tmp_path, f"id,name,day\n1,{name},2026-10-01\n", encoding)
    assert rows(read(tmp_path)) == [["1", name, "2026-10-01"]]


def test_a_zero_byte_is_left_out_and_noted(tmp_path: Path) -> None:
    """Kept, it would make a campaign of its own that looks like "spring"."""
    save(tmp_path, "id,campaign_id\na,spr\0ing\nb,spring\n")
    assert rows(read(tmp_path)) == [["a", "spring"], ["b", "spring"]]
    assert notes(tmp_path) == [(1, "have zero bytes in their text, which were left out")]


def test_quotes_after_a_backslash_are_quotes_where_nothing_else_fits(tmp_path: Path) -> None:
    save(tmp_path, 'id,name,note\na,"Ann","He said \\"hi\\", bye"\nb,"C:\\\\",x\n')
    assert rows(read(tmp_path)) == [["a", "Ann", 'He said "hi", bye'], ["b", "C:\\\\", "x"]]
    assert notes(tmp_path) == [(1, "have quotes after a backslash, which were read as quotes")]


def test_a_backslash_at_the_end_of_a_cell_is_one_where_that_fits(tmp_path: Path) -> None:
    r"""``"C:\"`` is a folder in CSV as RFC 4180 has it, and no quote that runs on."""
    save(tmp_path, 'id,folder,name\na,"C:\\",Ann\n')
    assert rows(read(tmp_path)) == [["a", "C:\\", "Ann"]] and notes(tmp_path) == []


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_line_in_one_cell_is_refused_with_the_cause(tmp_path: Path, separator: str) -> None:
    """Excel of another locale saves it so: no column can be named, as there is one."""
    lines = ['"id,day"', '"a,2026-10-01"', '"b,2026-10-02"']
    save(tmp_path, "\n".join(lines).replace(",", separator))
    said = refusal(tmp_path)
    assert f"each line is one quoted cell, such as '\"id{separator}day\"'" in said
    assert "without quotes around whole lines" in said


@pytest.mark.parametrize("text", ['"City, State"\n"Berlin, BE"\n', '"id,day"\na\n', "id\na\n"])
def test_one_column_of_other_cells_is_one_column(tmp_path: Path, text: str) -> None:
    save(tmp_path, text)
    assert len(read(tmp_path).frame.columns) == 1


def test_a_row_that_fits_neither_way_is_named(tmp_path: Path) -> None:
    save(tmp_path, 'id,note\na,b\nb,"He said \\"hi\\", "bye" now"\n')
    said = refusal(tmp_path)
    assert "row 3 is not valid CSV" in said and "double the quotes within a cell" in said


@pytest.mark.parametrize("end", ['Jones"', '"'])
@pytest.mark.parametrize("header", ["id,day,name", "id,day,nobody maps this"])
def test_two_stray_quotes_that_make_one_cell_of_rows_are_refused(
    tmp_path: Path, header: str, end: str
) -> None:
    """Valid CSV: row 3 would hold b, c, d and e, and two of six rows be left."""
    save(tmp_path, f'{header}\na,1,ACME\nb,2,"Smith & Co\nc,3,Foo\nd,4,Bar\ne,5,{end}\nf,6,Baz\n')
    said = refusal(tmp_path)
    assert "the cell that begins in row 3 holds 3 lines that look like rows" in said


@pytest.mark.parametrize(
    "note",
    [
        "Dear Ann,\nfirst, second\nthird, fourth\nBob",
        "Hi,\nthanks,\nregards,\nBob",
        "Called,\nc,3\nno answer\nd,4",
        "one row:\nc,3",
    ],
)
def test_a_long_note_with_commas_is_a_note(tmp_path: Path, note: str) -> None:
    """Two columns, so one comma in a line is as many as the header has."""
    save(tmp_path, f'id,note\na,"{note}"\nb,x\n')
    assert rows(read(tmp_path)) == [["a", note], ["b", "x"]]


def test_carriage_returns_alone_end_lines(tmp_path: Path) -> None:
    save(tmp_path, 'sep=;\rid;name\ra;"two\rlines; one cell"\rb;c\r')
    found = read(tmp_path)
    assert rows(found) == [["a", "two\rlines; one cell"], ["b", "c"]]
    assert found.rows.tolist() == [3, 4]


def test_a_footer_of_fewer_cells_and_separators_at_the_end_shift_nothing(tmp_path: Path) -> None:
    save(tmp_path, "id;name;amount;\na;Ann;1,5;\nb;Bob;2,5;\nGrand total;;4,0\nConfidential\n")
    assert rows(read(tmp_path)) == [
        ["a", "Ann", "1,5"],
        ["b", "Bob", "2,5"],
        ["Grand total", None, "4,0"],
        ["Confidential", None, None],
    ]


def test_a_guessed_encoding_is_named_with_an_example(tmp_path: Path) -> None:
    """One byte is ü, ź or Ÿ, depending on the code page; Western Windows alone is no doubt."""
    save(tmp_path, "id,name\na,x\nb,München\nc,Société Générale\n", "cp1252")
    (note,) = read(tmp_path).notes
    assert (note.rows, note.examples, note.is_doubt) == (2, ("München", "Société"), False)
    assert note.what == "were read as cp1252, a guess, as the file is not UTF-8"
    assert note.remedy == 'encoding = "…" on the source decides otherwise.'
    save(tmp_path, "id,name\na,Иван Петров\nb,Москва\nc,Анна Смирнова\n", "cp1251")
    (note,) = read(tmp_path).notes
    assert note.is_doubt and note.examples == ("Иван", "Москва", "Анна")


def mixed(folder: Path, utf_8: list[str], others: list[str]) -> None:
    lines = [b"id,name\n", *(f"{name}\n".encode() for name in utf_8)]
    lines += [f"{name}\n".encode("cp1252") for name in others]
    (folder / "leads.csv").write_bytes(b"".join(lines))


def test_lines_of_another_encoding_in_a_file_of_utf_8_are_read_and_named(tmp_path: Path) -> None:
    """Lines 5 and 7 were appended in Western Windows; the campaign is one in all of them."""
    mixed(tmp_path, ["a,Frühjahr", "b,Frühjahr", "c,Frühjahr"], ["d,Frühjahr", "e,x", "f,Frühjahr"])
    found = read(tmp_path)
    assert found.frame["name"].tolist() == [*["Frühjahr"] * 4, "x", "Frühjahr"]
    (note,) = found.notes
    assert note.what == "were read as cp1252, a guess, as the file is UTF-8 in its other lines"
    assert (note.rows, note.examples, note.is_doubt) == (2, ("lines 5 and 7",), True)


def test_a_file_of_which_half_is_another_encoding_is_none_of_utf_8(tmp_path: Path) -> None:
    mixed(tmp_path, ["a,Frühjahr"], ["b,Köln"])
    (note,) = read(tmp_path).notes
    assert note.what.endswith("a guess, as the file is not UTF-8")


def test_a_text_that_is_not_in_the_given_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    mixed(tmp_path, ["a,Frühjahr"], ["b,Köln"])
    said = refusal(tmp_path, encoding="utf-8")
    assert "the text is not utf-8, at first in line 3. Save it as UTF-8" in said


def test_an_encoding_that_is_sure_leaves_no_note(tmp_path: Path) -> None:
    for encoding, given in (("utf-8", {}), ("utf-16", {}), ("cp1252", {"encoding": "cp1252"})):
        save(tmp_path, "id,name\na,Frühjahr\n", encoding)
        found = read(tmp_path, **given)
        assert rows(found) == [["a", "Frühjahr"]] and found.notes == ()


def test_a_guess_for_a_header_alone_concerns_every_row(tmp_path: Path) -> None:
    save(tmp_path, "id,Größe\na,1\nb,2\n", "cp1252")
    (note,) = read(tmp_path).notes
    assert (note.rows, note.examples) == (2, ("Größe",))


WHOLE = "spent_on,campaign_id,amount,currency\n2026-10-05,a,1250,EUR\n2026-10-19,b,2000,EUR\n"


def costs(folder: Path, text: str, **how: str) -> MappedTable:
    save(folder, text, name="costs.csv")
    settings = TableSettings.model_validate({"source": "f", **(how or {"from": "costs.csv"})})
    source = FilesSource(kind="files", folder=".")
    raw = files.read("f", source, {"costs": settings}, folder, no_progress)["costs"]
    return map_table("costs", raw, settings, (), "UTC", Company(currency="EUR"))


def test_a_last_line_that_breaks_off_is_rejected(tmp_path: Path) -> None:
    """1250 + 2000 = 3250 are known; the 1 that is left of 1750.00 would make them 3251."""
    found = costs(tmp_path, WHOLE + "2026-10-26,b,1")
    assert found.frame["amount"].to_pylist() == [1250, 2000]
    (reject,) = found.rejects.itertuples()
    assert (reject.row, reject.column, reject.value) == (4, "amount", "1")
    assert reject.reason == (
        "is where the file ends: its last line has 3 cells of 4 and no line end, as where a "
        "download stops; export it again"
    )
    queried = costs(tmp_path, WHOLE + "2026-10-26,b,1", query='SELECT * FROM "costs.csv"')
    assert queried.frame["amount"].to_pylist() == [1250, 2000]
    (text,) = [note.text for note in queried.notes if note.is_doubt]
    assert text.startswith("1 row was left out: the last one has 3 cells of 4 and no line end")


@pytest.mark.parametrize(
    "end",
    ["2026-10-26,b,1,EUR", "2026-10-26,b,1\n", "2026-10-20,b,2\n2026-10-26,b,1", "\n\n", ""],
    ids=["whole", "short with a line end", "short elsewhere, too", "blank lines", "nothing"],
)
def test_other_ends_of_a_file_are_clean(tmp_path: Path, end: str) -> None:
    """Google Sheets writes no last line end; people leave out the blanks at the end of a row."""
    found = costs(tmp_path, WHOLE + end)
    assert len(found.rejects) == 0 and not any(note.is_doubt for note in found.notes)


def test_a_total_without_a_line_end_is_a_total(tmp_path: Path) -> None:
    (reason,) = costs(tmp_path, WHOLE + "Total,,3250").rejects["reason"]
    assert reason.startswith("is the label of a total")


CUT = "lead_id,created_at,score,,\na,2026-10-01,1,200,\nb,2026-10-02,950,,\nc,2026-10-03,2,500.5,\n"


def test_a_number_that_its_comma_cut_in_two_refuses_the_file(tmp_path: Path) -> None:
    """Two empty columns behind the header take in what the comma cut off: 1 for 1,200."""
    save(tmp_path, CUT)
    text = refusal(tmp_path)
    assert "a number continues after 'score'" in text
    assert "in row 2 ('1,200') and 4 ('2,500.5'). Put numbers with a comma" in text
    save(tmp_path, CUT.replace("1,200", '"1,200"').replace("2,500.5", '"2,500.5"'))
    assert [row[2] for row in rows(read(tmp_path))] == ["1,200", "950", "2,500.5"]


def test_other_values_behind_the_last_named_column_are_doubted(tmp_path: Path) -> None:
    """Row 3 has moved by a comma in its name, row 4 is a remark alone, and row 5 has one beside."""
    body = "a,Ann,5,\nb,Bo, Inc.,7\n,,,checked\nc,Cy,8,paid later\n"
    save(tmp_path, "lead_id,name,score,\n" + body)
    (note,) = read(tmp_path).notes
    assert note.is_doubt and note.rows == 2 and "were left out" in note.what
    assert note.examples == ("row 3: 7", "row 5: paid later")


def test_numbers_of_rows_in_a_first_column_without_a_name_are_no_doubt(tmp_path: Path) -> None:
    save(tmp_path, ",lead_id,score,\n0,a,1,\n1,b,200, \n")
    assert read(tmp_path).notes == () and rows(read(tmp_path)) == [["a", "1"], ["b", "200"]]


def test_byte_order_marks_within_a_file_are_no_part_of_a_name(tmp_path: Path) -> None:
    """Two exports joined into one file, each with its mark: 1,250 + 2,000."""
    names = "\ufeffspent_on,amount\n"
    text = f"\ufeff{names}2026-10-05,1250\n{names}2026-10-19,2000\n"
    table = costs(tmp_path, text)
    assert table.frame["amount"].to_pylist() == [1250.0, 2000.0]
    assert table.rejects["reason"].tolist() == ["is the header again"]
