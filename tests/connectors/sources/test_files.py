"""Claims about reading CSV, TSV, Excel and Parquet files: no cell lost, shifted or guessed at."""

import os
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.settings.settings import FilesSource
from connectors.settings.tables import TableSettings
from connectors.sources import files
from connectors.sources.raw import RawTable, no_progress
from kpis.errors import SourceError
from kpis.model import TABLES


def request(from_: str) -> TableSettings:
    return TableSettings.model_validate({"source": "exports", "from": from_})


def read(folder: Path, from_: str = "leads.csv", /, **options: str) -> RawTable:
    source = FilesSource(kind="files", folder=options.pop("folder", "."), **options)
    return files.read("exports", source, {"leads": request(from_)}, folder, no_progress)["leads"]


def refusal(folder: Path, from_: str = "leads.csv", /, **options: str) -> str:
    with pytest.raises(SourceError) as caught:
        read(folder, from_, **options)
    message = str(caught.value)
    assert message.startswith("Source 'exports'") and "\n" not in message
    return message


def rows(found: RawTable) -> list[list[object]]:
    """The cells as lists, None where there is no value."""
    frame = found.frame.astype(object)
    return frame.where(frame.notna(), None).values.tolist()


def save(folder: Path, text: str, encoding: str = "utf-8", name: str = "leads.csv") -> None:
    (folder / name).write_bytes(text.encode(encoding))


def test_an_empty_file_has_no_header(tmp_path: Path) -> None:
    for text in ("", "\n\n", " , \n"):
        save(tmp_path, text)
        assert "is empty. Its first row must name the columns." in refusal(tmp_path)


def test_a_header_alone_gives_its_columns_and_no_rows(tmp_path: Path) -> None:
    save(tmp_path, "id,name")
    found = read(tmp_path)
    assert list(found.frame.columns) == ["id", "name"]
    assert len(found.frame) == 0 and len(found.rows) == 0


def test_cells_are_text_and_only_blanks_are_missing(tmp_path: Path) -> None:
    """Guessing would make 1 of "001", and nothing of the customers called "NA" and "null"."""
    save(tmp_path, "id,name,amount\n001,NA,1.0\n1e5,null,\n  ,nan,True\n")
    found = read(tmp_path)
    assert rows(found) == [["001", "NA", "1.0"], ["1e5", "null", None], [None, "nan", "True"]]
    assert [str(dtype) for dtype in found.frame.dtypes] == ["str", "str", "str"]
    assert found.rows.tolist() == [2, 3, 4]
    assert found.place == "file 'leads.csv'" and not found.serial_dates


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_detected_behind_quotes(tmp_path: Path, separator: str) -> None:
    """Each header names all separators within quotes, and only one between them."""
    header = separator.join(['"Name, full; or | tab\there"', '"Amount (EUR, net)"', "id"])
    line = separator.join(['"Smith, John; Jr | x\ty"', "12", "a"])
    save(tmp_path, f"{header}\n{line}\n")
    assert rows(read(tmp_path)) == [["Smith, John; Jr | x\ty", "12", "a"]]


def test_commas_in_a_semicolon_header_and_in_amounts_do_not_separate(tmp_path: Path) -> None:
    """By commas, header and row would have two cells as well: "Amount (EUR" and "1.200"."""
    save(tmp_path, "Amount (EUR, net);Date\n1.200,50;2026-01-02\n7,00;2026-01-03\n")
    assert rows(read(tmp_path)) == [["1.200,50", "2026-01-02"], ["7,00", "2026-01-03"]]


def test_a_given_separator_wins(tmp_path: Path) -> None:
    save(tmp_path, "id;name,company\na;b,c\n")
    assert list(read(tmp_path).frame.columns) == ["id", "name,company"]
    assert list(read(tmp_path, separator=",").frame.columns) == ["id;name", "company"]


def test_a_separator_of_two_characters_is_refused(tmp_path: Path) -> None:
    save(tmp_path, "id;;name\na;;b\n")
    assert "a separator is one character, ';;' has 2" in refusal(tmp_path, separator=";;")


def test_one_column_needs_no_separator(tmp_path: Path) -> None:
    save(tmp_path, "id\na\n\nb\n")
    found = read(tmp_path)
    assert rows(found) == [["a"], ["b"]] and found.rows.tolist() == [2, 4]


def test_excels_separator_line_is_no_header(tmp_path: Path) -> None:
    save(tmp_path, "sep=;\r\nid;name\r\na;b,c\r\n")
    found = read(tmp_path)
    assert rows(found) == [["a", "b,c"]] and found.rows.tolist() == [3]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_detected(tmp_path: Path, encoding: str) -> None:
    """A byte order mark must not become a part of the first header."""
    save(tmp_path, "id;Größe\n1;Müller & Söhne – 5 €\n", encoding)
    found = read(tmp_path)
    assert list(found.frame.columns) == ["id", "Größe"]
    assert rows(found) == [["1", "Müller & Söhne – 5 €"]]


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1252", ["Société Générale", "Hôtel à Nîmes"]),
        ("cp1252", ["Peña Ibáñez"]),
        ("cp1252", ["Åsa Öberg", "Malmö"]),
        ("cp1250", ["Łódź żółw", "Kraków święto"]),
        ("cp1250", ["Příbram", "České Budějovice", "Plzeň", "Jiří Dvořák", "Děčín"]),
        ("cp1251", ["Иван Петров", "Москва", "Анна Смирнова", "Санкт-Петербург"]),
        ("cp932", ["山田太郎", "東京株式会社"]),
    ],
)
def test_a_few_words_in_a_code_page_are_enough(
    tmp_path: Path, encoding: str, names: list[str]
) -> None:
    """Between thousands of plain lines, which say nothing about the code page."""
    plain = [f"{n},plain company {n}" for n in range(3000)]
    save(tmp_path, "\n".join(["id,name", *plain, *(f"x,{name}" for name in names)]), encoding)
    assert read(tmp_path).frame["name"].tolist()[3000:] == names


def test_a_given_encoding_wins(tmp_path: Path) -> None:
    save(tmp_path, "id,name\n1,Jürgen\n", "mac_roman")
    assert rows(read(tmp_path, encoding="mac_roman")) == [["1", "Jürgen"]]


def test_what_cannot_be_decoded_names_the_setting(tmp_path: Path) -> None:
    save(tmp_path, "id,name\n1,Jürgen\n", "cp1252")
    assert 'encoding = "cp1252"' in refusal(tmp_path, encoding="utf-8")
    assert "there is no encoding 'utf-99'" in refusal(tmp_path, encoding="utf-99")
    assert "there is no encoding 'base64'" in refusal(tmp_path, encoding="base64")
    (tmp_path / "leads.csv").write_bytes(b"\xef\xbb\xbfid,name\n1,J\xfcrgen\n")
    assert "is not utf-8-sig" in refusal(tmp_path)
    (tmp_path / "leads.csv").write_bytes(bytes(range(256)) * 20)
    assert "has an encoding nobody knows" in refusal(tmp_path)


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    """Row 1 header, 2 a cell of two lines, 3 and 5 blank, 4 and 6 records."""
    save(tmp_path, 'id,note\r\na,"two\r\nlines"\r\n\r\nb,\r\n , \r\nc,"say ""hi"""\r\n')
    found = read(tmp_path)
    assert rows(found) == [["a", "two\r\nlines"], ["b", None], ["c", 'say "hi"']]
    assert found.rows.tolist() == [2, 4, 6]


def test_a_header_below_blank_lines_is_found(tmp_path: Path) -> None:
    save(tmp_path, "\n,\nid,name\na,b\n")
    found = read(tmp_path)
    assert list(found.frame.columns) == ["id", "name"] and found.rows.tolist() == [4]


def test_short_rows_end_in_missing_cells(tmp_path: Path) -> None:
    save(tmp_path, "id,name,amount\na\nb,c\nd,e,f\n")
    assert rows(read(tmp_path)) == [["a", None, None], ["b", "c", None], ["d", "e", "f"]]


def test_blank_cells_beyond_the_header_are_no_harm(tmp_path: Path) -> None:
    save(tmp_path, "id,name\na,b,,\nc,d, \n")
    assert rows(read(tmp_path)) == [["a", "b"], ["c", "d"]]


def test_a_row_too_long_is_refused_by_number_even_when_it_is_the_first(tmp_path: Path) -> None:
    """pandas would take the first cell of each row for an index: 1 would become the name."""
    save(tmp_path, "name,amount\nSmith, John,1\nMiller, Ann,2\n")
    message = refusal(tmp_path)
    assert "row 2 has 3 cells but the header only 2" in message and "double quotes" in message
    save(tmp_path, "name,amount\nAnn,1\n\nSmith, John,1\n")
    assert "row 4 has 3 cells" in refusal(tmp_path)


def test_a_quote_that_is_never_closed_swallows_no_rows(tmp_path: Path) -> None:
    save(tmp_path, 'id,name\na,"open\nb,c\nd,e\n')
    said = refusal(tmp_path)
    assert "row 2 is not valid CSV" in said and "Close every quote" in said


def test_columns_without_a_header_are_left_out(tmp_path: Path) -> None:
    save(tmp_path, ",id,,name\n0,a,x,b\n1,,y,\n")
    found = read(tmp_path)
    assert list(found.frame.columns) == ["id", "name"]
    assert rows(found) == [["a", "b"]] and found.rows.tolist() == [2]


def test_a_header_twice_comes_twice_and_the_mapping_decides(tmp_path: Path) -> None:
    """pandas would call the second one "id.1" and go on."""
    save(tmp_path, "id,name, id\na,b,c\n")
    found = read(tmp_path)
    assert list(found.frame.columns) == ["id", "name", "id"]
    assert rows(found) == [["a", "b", "c"]]


def test_more_rows_than_a_batch_come_whole_and_numbered(tmp_path: Path) -> None:
    """250,000 rows in batches of 100,000, one blank line in the last: 2 to 250,002."""
    lines = [f"L{n},{n}" for n in range(250_000)]
    save(tmp_path, "\n".join(["id,n", *lines[:249_999], "", lines[-1]]))
    seen: list[int] = []
    source = FilesSource(kind="files", folder=".")
    found = files.read(
        "exports",
        source,
        {"leads": request("leads")},
        tmp_path,
        lambda table, read: seen.append(read),
    )["leads"]
    assert found.frame["id"].tolist() == [f"L{n}" for n in range(250_000)]
    assert found.rows[[0, -2, -1]].tolist() == [2, 250_000, 250_002]
    assert seen == [100_000, 200_000, 250_001]


LEADS = {column.name for column in TABLES["leads"].columns}
cell_text = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8
).filter(lambda text: text.strip() == text and text.casefold() not in LEADS)
"""Names of columns in a cell make its row look like the header; that is another claim."""


@given(
    body=st.lists(st.tuples(st.just("key"), cell_text, cell_text), max_size=5),
    separator=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_pandas_writes_is_read_back_cell_by_cell(
    tmp_path_factory: pytest.TempPathFactory,
    body: list[tuple[str, str, str]],
    separator: str,
    encoding: str,
) -> None:
    folder = tmp_path_factory.mktemp("written")
    frame = pd.DataFrame(body, columns=["id", "name", "note"], dtype=object)
    frame.to_csv(
        folder / "leads.csv", sep=separator, encoding=encoding, index=False, lineterminator="\r\n"
    )
    expected = [[cell or None for cell in row] for row in body]
    assert rows(read(folder)) == expected


def test_parquet_keeps_long_integers_decimals_and_dates(tmp_path: Path) -> None:
    """2^53 + 1 beside a gap: as a float it would read ...992."""
    table = pa.table(
        {
            "id": pa.array([9007199254740993, None], pa.int64()),
            "amount": pa.array([Decimal("1.10"), None], pa.decimal128(9, 2)),
            "day": pa.array([date(2026, 1, 2), None], pa.date32()),
            "at": pa.array([datetime(2026, 1, 2, 3), None], pa.timestamp("us", tz="UTC")),
            "kind": pa.array(["a", None]).dictionary_encode(),
        }
    )
    pq.write_table(table, tmp_path / "leads.parquet")
    found = read(tmp_path, "leads.parquet")
    first, second = rows(found)
    assert first[:3] == [9007199254740993, Decimal("1.10"), date(2026, 1, 2)]
    assert first[3] == pd.Timestamp("2026-01-02 03:00", tz="UTC") and first[4] == "a"
    assert second == [None] * 5
    assert found.rows.tolist() == [2, 3]


def test_an_empty_parquet_gives_its_columns_and_no_rows(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": pa.array([], pa.string())}), tmp_path / "leads.parquet")
    found = read(tmp_path, "leads")
    assert list(found.frame.columns) == ["id"] and len(found.frame) == 0


@pytest.mark.parametrize("name", ["leads.xlsx", "leads.parquet"])
def test_a_damaged_file_is_reported_to_be_damaged(tmp_path: Path, name: str) -> None:
    for content in (b"", b"PK\x03\x04 this is no zip", b"PAR1 nor this PAR1"):
        (tmp_path / name).write_bytes(content)
        message = refusal(tmp_path, name)
        assert f"file '{name}' is not a readable" in message


def test_the_suffix_may_be_left_out_unless_two_files_fit(tmp_path: Path) -> None:
    save(tmp_path, "id\na\n")
    assert rows(read(tmp_path, "leads")) == [["a"]]
    save(tmp_path, "id\tname\nb\tc, d\n", name="leads.TSV")
    assert rows(read(tmp_path, "leads.TSV")) == [["b", "c, d"]]
    assert "may be any of 'leads.TSV', 'leads.csv'" in refusal(tmp_path, "leads")


def test_a_missing_file_suggests_the_nearest_and_a_missing_folder_is_named(tmp_path: Path) -> None:
    save(tmp_path, "id\na\n")
    assert "no file 'laeds.csv'" in refusal(tmp_path, "laeds.csv")
    assert "Did you mean 'leads.csv'?" in refusal(tmp_path, "laeds.csv")
    message = refusal(tmp_path, folder="nowhere")
    assert f"there is no folder {tmp_path / 'nowhere'}" in message
    assert "sources.exports.folder" in message


def test_a_file_of_an_unknown_kind_names_the_known_ones(tmp_path: Path) -> None:
    save(tmp_path, "", name="leads.xls")
    assert ".csv, .tsv, .txt, .xlsx" in refusal(tmp_path, "leads.xls")


@pytest.mark.parametrize("escape", ["../secret.csv", "sub/../../secret.csv", "{root}/secret.csv"])
def test_a_file_outside_of_the_folder_is_refused(tmp_path: Path, escape: str) -> None:
    inside = tmp_path / "inside"
    (inside / "sub").mkdir(parents=True)
    save(tmp_path, "id\nsecret\n", name="secret.csv")
    save(inside / "sub", "id\na\n")
    assert "is outside of the source's folder" in refusal(inside, escape.format(root=tmp_path))
    assert rows(read(inside, "sub/leads.csv")) == [["a"]]


def test_the_fingerprint_follows_the_files_that_are_used(tmp_path: Path) -> None:
    source, requests = FilesSource(kind="files", folder="."), {"leads": request("leads")}
    assert files.fingerprint(source, requests, tmp_path) is None
    save(tmp_path, "id\na\n")
    before = files.fingerprint(source, requests, tmp_path)
    save(tmp_path, "id\nx\n", name="other.csv")
    assert before is not None
    assert files.fingerprint(source, requests, tmp_path) == before
    stat = (tmp_path / "leads.csv").stat()
    os.utime(tmp_path / "leads.csv", ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    assert files.fingerprint(source, requests, tmp_path) != before


def test_the_maven_opportunities_come_whole_in_every_format(
    real_data: Path, tmp_path: Path
) -> None:
    """8,800 opportunities, 500 without engage date, 10,005,534 won: from CSV, Excel, Parquet."""
    text = read(real_data, "crm_maven/sales_pipeline").frame
    text.to_excel(tmp_path / "book.xlsx", index=False)
    text.to_parquet(tmp_path / "maven.parquet")
    us_dates = read(real_data, "crm_maven_raw/sales_pipeline_us_dates.csv").frame
    for frame in (text, us_dates, read(tmp_path, "book").frame, read(tmp_path, "maven").frame):
        assert len(frame) == 8800
        assert frame["engage_date"].isna().sum() == 500
        won = frame.loc[frame["deal_stage"] == "Won", "close_value"].astype(float)
        assert len(won) == 4238 and won.sum() == 10_005_534


@pytest.mark.parametrize("name", ["costs.xls", "costs.xlsx", "costs.csv"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_web_page_with_a_table_is_refused_as_one(
    tmp_path: Path, name: str, encoding: str
) -> None:
    """Programs call such a page a workbook, and Excel opens it."""
    page = "\n<HTML><body><table><tr><td>Day</td></tr></table></body></HTML>"
    (tmp_path / name).write_bytes(page.encode(encoding))
    said = refusal(tmp_path, name)
    assert f"'{name}' is a web page (HTML) with a table" in said
    assert "Export it as CSV or .xlsx" in said


def test_an_old_workbook_is_no_web_page(tmp_path: Path) -> None:
    (tmp_path / "costs.xls").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512))
    assert "is of a kind that cannot be read" in refusal(tmp_path, "costs.xls")
