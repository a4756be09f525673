"""What is exported reads back as it was; what a format cannot hold is said in the codebook."""

import csv as plain_csv
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import csv

from analysis.report import ExportError, export
from analysis.report.codebook import write_codebook
from analysis.report.stata_columns import plan
from schemas import words as out
from schemas.table import Column, Table

# Every character that UTF-8 has, U+0000 too.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def read_csv(path, schema):
    convert = csv.ConvertOptions(
        column_types=schema, strings_can_be_null=True, quoted_strings_can_be_null=False, null_values=[""]
    )
    return csv.read_csv(
        path, parse_options=csv.ParseOptions(newlines_in_values=True), convert_options=convert
    )


def book(folder):
    with (folder / "codebook.csv").open(encoding="utf-8", newline="") as handle:
        return {row["column"]: row for row in plain_csv.DictReader(handle)}


def like(result, table, rows):
    return replace(result, analysis=replace(result.analysis, writes=table), table=rows)


def odd_table():
    """Columns that are hard for Stata."""
    columns = (
        Column(
            "a-name.that is not legal in Stata and long", pa.string(), "Key: " + "a long description " * 8
        ),
        Column("if", pa.int64(), "A reserved word.", True),
        Column("big", pa.int64(), "Beyond 2^53.", True),
        Column("share", pa.float64(), "A share.", True),
        Column("yes", pa.bool_(), "Yes or no.", True),
        Column("seen_at", pa.timestamp("us", tz="UTC"), "A moment.", True),
        Column("local_at", pa.timestamp("s"), "A moment without zone.", True),
        Column("day", pa.date32(), "A day.", True),
        Column("text", pa.large_string(), "A long text.", True),
        Column("tags", pa.list_(pa.string()), "Tags.", True),
        Column("raw", pa.binary(), "Bytes.", True),
    )
    table = Table("out__toy__odd", "Odd things.", key=columns[:1], values=columns[1:])
    full = ["k1", 7, 2**60, 0.1, True, datetime(2024, 5, 21, 10, 30, 1, 123456, UTC), datetime(1950, 1, 1)]
    full += [date(1931, 7, 4), "né\0" + "ü" * 3000, ["a", "b"], b"\x00\xff"]
    second = ["k2", -5, 1, 1e300, False, datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(2200, 1, 1)]
    second += [date(2100, 1, 1), "", [], b""]
    names = [c.name for c in columns]
    rows = [dict(zip(names, row, strict=True)) for row in (full, second, ["k3", *[None] * 10])]
    return table, pa.Table.from_pylist(rows, schema=table.schema())


def test_one_folder_holds_table_codebook_inputs_and_manifest(words, tmp_path):
    written = export(words, tmp_path / "new" / "folder", ["parquet", "csv", "stata", "excel"])
    assert [p.name for p in written] == [
        "counts.parquet",
        "counts.csv",
        "counts.dta",
        "counts.excel.csv",
        "codebook.csv",
        "inputs.csv",
        "manifest.json",
    ]
    assert all(p.is_file() for p in written)
    assert json.loads(written[-1].read_text("utf-8")) == words.manifest
    assert pq.read_table(written[0]).equals(words.table)


def test_an_export_is_the_same_twice(samples, tmp_path):
    for result in samples:
        twice = [export(result, tmp_path / str(i), ["csv", "stata", "excel"]) for i in range(2)]
        for one, two in zip(*twice, strict=True):
            assert one.read_bytes() == two.read_bytes(), one.name


def test_an_unknown_format_is_refused_before_anything_is_written(words, tmp_path):
    with pytest.raises(ExportError, match="unknown format 'sas'; choose from parquet, csv, stata, excel"):
        export(words, tmp_path / "none", ["csv", "sas"])
    assert not (tmp_path / "none").exists()


def test_csv_reads_back_equal(samples, tmp_path):
    for number, result in enumerate(samples):
        path = export(result, tmp_path / str(number), ["csv"])[0]
        nested = [field.name for field in result.table.schema if pa.types.is_nested(field.type)]
        flat = result.table.drop_columns(nested)
        assert read_csv(path, flat.schema).drop_columns(nested).cast(flat.schema).equals(flat), (
            result.analysis.name
        )
        path.read_bytes().decode("utf-8")


def test_csv_keeps_lists_as_json(toy, tmp_path):
    path = export(toy, tmp_path, ["csv"])[0]
    assert [json.loads(v) for v in pd.read_csv(path)["bands"]] == toy.table["bands"].to_pylist()


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.none() | TEXTS, min_size=1, max_size=5))
def test_csv_changes_no_character_and_tells_empty_from_missing(words, tmp_path, texts):
    column = Column("text", pa.string(), "Text.", True)
    key = Column("number", pa.int64(), "Number.")
    table = Table("out__toy__texts", "A text.", key=(key,), values=(column,))
    rows = pa.table({"number": range(len(texts)), "text": texts}, schema=table.schema())
    path = export(like(words, table, rows), tmp_path, ["csv"])[0]
    assert read_csv(path, rows.schema)["text"].to_pylist() == texts


def test_csv_floats_are_exact(words, tmp_path):
    path = export(words, tmp_path, ["csv"])[0]
    again = pd.read_csv(path, float_precision="round_trip", keep_default_na=False)
    assert again["per_million"].tolist() == words.table["per_million"].to_pylist()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_excel_gets_an_apostrophe_and_data_do_not(plain_words, tmp_path, start):
    term = start + "cmd|' /C calc'!A0"
    rows = [plain_words.table.to_pylist()[0] | {"term": term, "per_million": -1.5}]
    result = replace(plain_words, table=pa.Table.from_pylist(rows, schema=plain_words.table.schema))
    data, excel = export(result, tmp_path, ["csv", "excel"])[:2]
    assert read_csv(data, result.table.schema)["term"].to_pylist() == [term]
    assert excel.read_bytes().startswith(b"\xef\xbb\xbf")
    again = read_csv(excel, result.table.schema)
    assert again["term"].to_pylist() == ["'" + term]
    assert again["per_million"].to_pylist() == [-1.5]


def test_stata_reads_back_equal(samples, tmp_path):
    for number, result in enumerate(samples):
        path = export(result, tmp_path / str(number), ["stata"])[0]
        again = pd.read_stata(path)
        assert len(again) == result.table.num_rows
        for column in plan(result.analysis.writes, result.table):
            values = result.table[column.source].to_pylist()
            if isinstance(values[0], str) or (column.kind == "text" and values[0] is None):
                values = [(v or "").replace("\0", "\ufffd") for v in values]
            elif isinstance(values[0], list):
                values = [json.dumps(v) for v in values]
            elif isinstance(values[0], datetime):
                values = [pd.Timestamp(v).tz_localize(None) for v in values]
            got = [None if pd.isna(v) else v for v in again[column.name].tolist()]
            assert got == values, (result.analysis.name, column.name)


def test_stata_labels_come_from_the_descriptions(words, tmp_path):
    path = export(words, tmp_path, ["stata"])[0]
    with pd.read_stata(path, iterator=True) as reader:
        labels, data_label = reader.variable_labels(), reader.data_label
    assert labels["tf"] == "Term frequency: occurrences."
    assert data_label == out.counts.description
    assert path.read_bytes().startswith(b"<stata_dta><header><release>118</release>")


def test_what_stata_cannot_hold_is_said_in_the_codebook(words, tmp_path):
    table, rows = odd_table()
    path = export(like(words, table, rows), tmp_path, ["stata"])[0]
    again = pd.read_stata(path)
    assert list(again.columns)[:3] == ["a_name_that_is_not_legal_in_Stat", "_if", "big"]
    assert again["_if"].tolist()[:2] == [7, -5] and pd.isna(again["_if"][2])
    assert again["big"].tolist() == [str(2**60), "1", ""]
    assert again["share"].tolist()[:2] == [0.1, 1e300] and pd.isna(again["share"][2])
    assert again["yes"].tolist()[:2] == [1, 0] and pd.isna(again["yes"][2])
    assert again["seen_at"][0] == pd.Timestamp("2024-05-21 10:30:01.123")
    assert again["seen_at"][1] == pd.Timestamp("1969-12-31 23:59:59") and pd.isna(again["seen_at"][2])
    assert again["local_at"].tolist()[:2] == [pd.Timestamp("1950-01-01"), pd.Timestamp("2200-01-01")]
    assert again["day"].tolist()[:2] == [pd.Timestamp("1931-07-04"), pd.Timestamp("2100-01-01")]
    assert again["text"].tolist() == ["né\ufffd" + "ü" * 3000, "", ""]
    assert again["tags"].tolist() == ['["a", "b"]', "[]", ""]
    assert again["raw"].tolist() == ["00ff", "", ""]
    said = {name: (row["stata_type"], row["stata_note"]) for name, row in book(tmp_path).items()}
    assert said["big"] == ("text", "as text: Stata's numbers are exact to 2^53 only")
    assert said["seen_at"] == ("datetime", "UTC, cut to milliseconds")
    assert said["text"] == ("strL", "a missing value is an empty text; U+0000 is written as U+FFFD")
    assert said["tags"] == ("text", "JSON; a missing value is an empty text")
    assert said["share"] == ("number", "")


def test_stata_labels_are_cut_to_eighty_characters(words, tmp_path):
    table, rows = odd_table()
    with pd.read_stata(export(like(words, table, rows), tmp_path, ["stata"])[0], iterator=True) as reader:
        labels = list(reader.variable_labels().values())
    assert len(labels[0]) == 80 and labels[0].endswith("…")


def test_names_that_clash_in_stata_are_told_apart(words):
    columns = tuple(
        Column(n, pa.int64(), "x.") for n in ("a b", "a_b", "a-b", "str5", "5x", "_n", "x" * 40, "x" * 41)
    )
    table = Table("out__toy__names", "Names.", key=columns)
    rows = pa.table({c.name: [1] for c in columns})
    names = [c.name for c in plan(table, rows)]
    assert names == ["a_b", "a_b_2", "a_b_3", "_str5", "_5x", "__n", "x" * 32, "x" * 30 + "_2"]


@pytest.mark.parametrize("value", [float("inf"), -9e307])
def test_numbers_beyond_stata_are_refused_by_name(toy, tmp_path, value):
    column = Column("odds", pa.float64(), "Odds.")
    table = Table("out__toy__odds", "Odds.", key=(Column("k", pa.int64(), "Key."),), values=(column,))
    rows = pa.table({"k": [1, 2], "odds": [1.0, value]}, schema=table.schema())
    with pytest.raises(ExportError, match=r"column 'odds' holds .*8.98e307"):
        export(like(toy, table, rows), tmp_path, ["stata"])


def test_a_result_without_rows_is_exported(words, tmp_path):
    empty = replace(words, table=words.table.slice(0, 0))
    data, stata = export(empty, tmp_path, ["csv", "stata"])[:2]
    assert data.read_text("utf-8").count("\n") == 1
    assert list(pd.read_stata(stata).columns) == words.table.column_names


def test_the_codebook_has_a_row_for_each_column(toy, tmp_path):
    write_codebook(toy.analysis.writes, toy.table, tmp_path)
    rows = book(tmp_path)
    assert list(rows) == toy.table.column_names
    assert rows["greenness"] == {
        "table": "out__toy__areas",
        "column": "greenness",
        "description": "Greenness: mean of the index, -1 to 1.",
        "role": "value",
        "type": "float",
        "rows": "4",
        "missing": "1",
        "stata_name": "greenness",
        "stata_type": "number",
        "stata_note": "",
    }
    assert rows["area"]["role"] == "key"


def test_a_saved_result_and_an_exported_one_agree(words, tmp_path):
    saved = Path(words.save(tmp_path / "saved"))
    export(words, tmp_path / "exported", ["parquet"])
    for file in sorted(p.name for p in saved.iterdir()):
        assert (saved / file).read_bytes() == (tmp_path / "exported" / file).read_bytes(), file
