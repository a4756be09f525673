"""Tables: named by their path, columns defined once, rows checked."""

from __future__ import annotations

import pkgutil
import re
from datetime import UTC, datetime
from importlib import import_module

import pyarrow as pa
import pytest

from schemas import fields, web
from schemas import words as out
from schemas.table import Column, TableError
from schemas.tables import TABLES

MODULES = tuple(import_module(f"schemas.fields.{m.name}") for m in pkgutil.iter_modules(fields.__path__))
COLUMNS = [c for module in MODULES for c in vars(module).values() if isinstance(c, Column)]


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_a_table_is_named_by_layer_source_and_name(table):
    assert re.fullmatch(r"(core|ops|out)__[a-z]+__[a-z]+", table.name)
    assert table.path == table.name.replace("__", "/")
    assert table.description.endswith(".")


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_every_column_is_one_of_the_fields(table):
    assert table.columns
    assert all(c in COLUMNS for c in table.columns)
    assert len({c.name for c in table.columns}) == len(table.columns)


def test_a_column_is_defined_once_and_said_in_a_sentence():
    assert len({c.name for c in COLUMNS}) == len(COLUMNS)
    assert all(re.match(r"[A-Z`0-9].*\.…?$", c.description) for c in COLUMNS), [
        c.name for c in COLUMNS if not re.match(r"[A-Z`0-9].*\.…?$", c.description)
    ]


def test_a_columns_variable_is_its_name_but_for_one():
    for module in MODULES:
        for variable, column in vars(module).items():
            if isinstance(column, Column):
                assert variable == column.name


def page(**over):
    row = {
        "source_file": "f",
        "record_offset": 0,
        "url": "https://example.org/",
        "host": "example.org",
        "registered_domain": "example.org",
        "captured_at": datetime(2024, 5, 1, tzinfo=UTC),
        "language": "eng",
        "language_source": "header",
        "record_id": "r",
        "digest": None,
        "text_bytes": 2,
        "text": "hé"[:1] + "i",
    }
    return pa.Table.from_pylist([row | over], schema=web.pages.schema())


def test_good_rows_pass():
    web.pages.check(page())


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"text_bytes": 3}, "check 'text_bytes' failed"),
        ({"captured_at": datetime(1980, 1, 1, tzinfo=UTC)}, "check 'captured_at' failed"),
        ({"url": None}, "url has empty values"),
    ],
)
def test_bad_rows_are_refused_with_the_reason(over, said):
    with pytest.raises(TableError, match=said):
        web.pages.check(page(**over))


def test_other_columns_are_refused():
    with pytest.raises(TableError, match="should be"):
        web.pages.check(page().drop_columns(["url"]))


def test_a_partition_is_a_folder_and_no_column_of_the_file():
    where = {"crawl": "CC-MAIN-2024-22", "extractor": "wet"}
    assert web.pages.folder(where) == "core/commoncrawl/pages/crawl=CC-MAIN-2024-22/extractor=wet"
    assert web.pages.folder(where | {"crawl": "a/b=c"}).endswith("/crawl=a%2Fb%3Dc/extractor=wet")
    assert "crawl" not in web.pages.schema().names


def test_groups_join_the_key_in_the_tables_order():
    names = out.counts.schema(["language", "crawl"]).names
    assert names[:4] == ["n", "term", "crawl", "language"]
    with pytest.raises(TableError, match="not grouped by 'colour'; choose from crawl, month"):
        out.counts.schema(["colour"])
