"""The one reader of tables: what does not fit is named by its line, nothing is mended in silence."""

import gzip
import re
from pathlib import Path

import pytest

from bench_core import table_files
from bench_core.errors import TableError
from bench_core.table_files import TableFile, read_table_bytes, read_table_file


def read(text: str, name: str = "t.csv") -> TableFile:
    return read_table_bytes(name, text.encode())


def cells(table: TableFile) -> list[list[str]]:
    return table.frame.to_numpy().tolist()


def test_what_fits_is_text_with_the_line_that_it_begins_in() -> None:
    found = read('\ufeff path ,note\r\n\r\nA.png,"Heart, lungs: ""clear"".\r\nNo é."\r\n , \r\nnan,007\r\n,\r\n').whole()
    assert found.header == ("path", "note") and found.lines.tolist() == [3, 6]
    assert cells(found) == [["A.png", 'Heart, lungs: "clear".\r\nNo é.'], ["nan", "007"]]


@pytest.mark.parametrize(
    ("rows", "line", "told"),
    [
        ("f0,p1,Small effusion, left side\n", 2, "4 cells for 3 columns; ' left side' stands beyond column 'prompt'. A cell with"),
        ("f0,p1,Mass\n\nf1,p2,Mass, right\n", 4, "4 cells for 3 columns"),
        ('f0,p1,"two\nlines"\nf1,p2,a,b\n', 4, "4 cells for 3 columns"),
        ("f0,p1,Mass,\n", 2, "4 cells for 3 columns; it ends in a separator after column 'prompt'. Take it off"),
        ("f0,p1,Mass\nf1", 3, "1 cell for 3 columns; it ends at 'f1', before column 'subject_id'. Complete it"),
    ],
)
def test_a_row_that_does_not_fit_the_header_is_left_out_and_named(rows: str, line: int, told: str) -> None:
    found = read("path,subject_id,prompt\n" + rows)
    assert list(found.misfits) == [line] and found.misfits[line].startswith(told), found.misfits
    assert all(len(row) == 3 for row in cells(found))
    with pytest.raises(TableError, match=f"t.csv line {line}: ") as caught:
        found.whole()
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(("text", "line"), [('a,b\nx,"y\nz,w\n', 2), ('a,b\nx,y\nx,"Mass" left\n', 3), ('a,"b\n', 1)])
def test_a_quote_that_is_not_closed_is_named_where_its_row_begins(text: str, line: int) -> None:
    with pytest.raises(TableError, match=f"line {line}: a quote is not closed") as caught:
        read(text)
    assert "close every quote" in caught.value.hint


def test_columns_that_cannot_be_told_apart_are_refused() -> None:
    for header, told in (("Path,path", "'Path' and 'path' differ by case only"), ("a,b, a", "'a' is there more than once")):
        with pytest.raises(TableError, match=told):
            read(f"{header}\n1,2,3\n")


def test_columns_without_a_name_hold_nothing_but_an_index() -> None:
    assert cells(read(",path,\n0,a.png,\n1,b.png,\n").whole()) == [["a.png"], ["b.png"]]
    found = read("path,prompt,\nf0,Small effusion, left side\n")
    assert "' left side', under no column name" in found.misfits[2] and not cells(found)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.csv", 'path;prompt\nf0;"Mass, left"\n'), ("t.csv", "sep=;\npath;prompt\nf0;Mass, left\n"),
        ("t.txt", "path\tprompt\nf0\tMass, left\n"),
        ("t.tsv", "path\tprompt\nf0\tMass, left\n"), ("t.csv", 'path,prompt\nf0,"Mass, left"\n'),
    ],
)  # fmt: skip
def test_the_separator_is_seen_in_the_header(name: str, text: str) -> None:
    assert cells(read(text, name).whole()) == [["f0", "Mass, left"]]


def test_a_line_that_names_the_separator_is_counted() -> None:
    assert list(read("sep=;\npath;prompt\nf0;Mass;left\n").misfits) == [3]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("path,prompt\nf,épanchement\n".encode("cp1252"), r"is not UTF-8 text: line 2 has byte 0xE9 \('é' in Windows-1252\)"),
        ("path\tprompt\n".encode("utf-16"), "is UTF-16 text"),
        ("path\tprompt\n".encode("utf-16-le"), "is UTF-16 text"),
        (b"PK\x03\x04\x14\0", "is a spreadsheet"),
        (b"", "is empty"),
        (b"\n \n", "is empty"),
    ],
)
def test_what_is_no_utf8_text_is_named_with_the_fix(data: bytes, told: str) -> None:
    with pytest.raises(TableError, match=told) as caught:
        read_table_bytes("t.csv", data)
    assert "empty" in told or "CSV UTF-8" in caught.value.hint


def test_packed_or_not_as_its_first_bytes_say(tmp_path: Path) -> None:
    packed = gzip.compress(b"a,b\n1,2\n")
    for data in (packed, b"a,b\n1,2\n"):
        (tmp_path / "t.csv.gz").write_bytes(data)
        assert cells(read_table_file(tmp_path / "t.csv.gz").whole()) == [["1", "2"]]
    (tmp_path / "t.csv.gz").write_bytes(packed[:-9])
    with pytest.raises(TableError, match="cannot be unpacked.*Fetch it again"):
        read_table_file(tmp_path / "t.csv.gz")
    with pytest.raises(TableError, match="There is no table"):
        read_table_file(tmp_path / "gone.csv")


def test_some_columns_of_a_table(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b,c\n1,2,3\n4,5\n")
    found = read_table_file(tmp_path / "t.csv", ("c", "z"))
    assert found.header == ("a", "b", "c") and cells(found) == [["3"]] and list(found.misfits) == [3]
    assert read_table_file(tmp_path / "t.csv", ()).frame.empty
    with pytest.raises(TableError, match="has no rows"):
        read("a,b\n").whole()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "rows",
    [
        ["f0|nan|007", "f1|é|1.0", " |x|y", "f3||"], ["f0||", "||", "f1||"], ["f0|a|b", " | | ", "f1||z"], ["f0|a|b", "", "f1||z"],
        ["f0|a|b", "f1|a"], ["f0|a|b", "f1|a|b|"], ["# f0|'a|b c"], ["f0|a|b\0"],
    ],
)  # fmt: skip
@pytest.mark.parametrize("last", ["", "end"])
def test_rows_read_together_are_those_read_one_by_one(monkeypatch, separator: str, end: str, rows: list[str], last: str) -> None:
    text = end.join(["long name|b|c", *rows]).replace("|", separator) + (end if last else "")
    together = read(text)
    some = read_table_bytes("t.csv", text.encode(), ("c", "long name"))
    monkeypatch.setattr("bench_core.table_files._even_rows", lambda *_: None)
    one_by_one = read(text)
    assert cells(together) == cells(one_by_one) and together.frame.dtypes.equals(one_by_one.frame.dtypes)
    assert together.lines.tolist() == one_by_one.lines.tolist() and together.misfits == one_by_one.misfits
    if all(len(row.split("|")) == 3 and row.strip("| ") for row in rows):
        assert cells(some) == [[row[0], row[2]] for row in cells(together)]


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (
            'path,prompt\nf0.png,None.\nf1.png,"Small effusion\nf2.png,Large mass"\nf3.png,x\n',
            3,
            "'f2.png,Large mass\"'|'f2.png,Large mass'",
        ),
        ('path,prompt\nf1.png,"Small\nf2.png,b\nf3.png,c\nf4.png,d"\n', 2, "'f2.png,b'"),
        ('subject_id,report,view\n10000032,"Mass,PA\n11000011,Edema",AP\n', 2, "'11000011,Edema'"),
    ],
)
def test_a_quote_that_a_later_row_closes_is_named_where_it_was_left_open(text: str, line: int, told: str) -> None:
    found = read(text)
    assert list(found.misfits) == [line]
    assert "looks like a row of its own" in found.misfits[line], found.misfits
    assert re.search(told, found.misfits[line]), found.misfits


@pytest.mark.parametrize(
    "report",
    ["FINDINGS: heart, lungs\nIMPRESSION: none, clear", "1. Mass\n2. No effusion, edema", "Stable.\nNormal, unchanged.", "a\n10 mm, right"],
)
def test_reports_of_several_lines_are_cells(report: str) -> None:
    found = read(f'path,prompt\nf0.png,"{report}"\nf1.png,"{report}"\n').whole()
    assert [row[1] for row in cells(found)] == [report] * 2


@pytest.mark.parametrize(
    ("text", "told", "fix"),
    [
        ('{"file_name": "f0.png", "text": "Mass"}\n{"file_name": "f1.png"}\n', "is JSON", "lines=True"),
        ('[{"path": "f0.png"}]', "is JSON", "read_json"),
        ("<!DOCTYPE html><html>", "a web page", "Fetch it again"),
    ],
)
def test_what_is_no_table_is_named_with_the_fix(text: str, told: str, fix: str) -> None:
    with pytest.raises(TableError, match=told) as caught:
        read(text, "metadata.jsonl")
    assert fix in caught.value.hint


def test_a_table_of_too_many_columns_is_refused():
    with pytest.raises(TableError, match=r"wide\.csv has 10,001 columns"):
        read_table_bytes("wide.csv", ",".join(f"c{i}" for i in range(10_001)).encode() + b"\n")


def test_a_packed_table_is_unpacked_no_further_than_a_table_goes(monkeypatch):
    monkeypatch.setattr(table_files, "LARGEST_BYTES", 1_000)
    with pytest.raises(TableError, match=r"has more than 1,000 bytes"):
        read_table_bytes("bomb.csv.gz", gzip.compress(b"a\n" * 100_000))
