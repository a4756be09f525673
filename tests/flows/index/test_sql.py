"""SQL over the index: one SELECT on one table, and nothing that reaches outside."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from flows.index.sql import QueryError, check, query


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    pq.write_table(pa.table({"url_host_tld": ["is", "is", "de"], "n": [1, 2, 3]}), folder / "a.parquet")
    return ds.dataset(folder)


def ask(sql, index):
    return query(sql, index, threads=1, memory_bytes=1 << 30)


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT n FROM ccindex WHERE url_host_tld = 'is' ORDER BY n", [1, 2]),
        ("FROM ccindex SELECT n WHERE n > 2", [3]),
        ("WITH few AS (SELECT * FROM ccindex WHERE n < 2) SELECT n FROM few", [1]),
        ("SELECT sum(n)::INT AS n FROM ccindex WHERE n IN (SELECT n FROM ccindex WHERE n > 1)", [5]),
        ("SELECT n FROM ccindex, unnest([1, 2]) AS t(k) WHERE n = 3 AND k = 1", [3]),
        ("SELECT n FROM ccindex WHERE n = 1 UNION ALL SELECT n FROM ccindex WHERE n = 3 ORDER BY 1;", [1, 3]),
    ],
)
def test_a_select_on_the_index_is_answered(sql, rows, index):
    assert ask(sql, index)["n"].to_pylist() == rows


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("DROP TABLE ccindex", "one SELECT"),
        ("COPY ccindex TO 'out.csv'", "one SELECT"),
        ("COPY (SELECT 1) TO 'out.csv'", "one SELECT"),
        ("INSTALL httpfs", "one SELECT"),
        ("ATTACH 'other.db'", "one SELECT"),
        ("SET enable_external_access = true", "one SELECT"),
        ("PRAGMA database_list", "one SELECT"),
        ("CREATE TABLE mine AS SELECT * FROM ccindex", "one SELECT"),
        ("INSERT INTO ccindex SELECT * FROM ccindex", "one SELECT"),
        ("SELECT n FROM ccindex; SELECT n FROM ccindex", "2 statements"),
        ("SELECT n FROM ccindex; DROP TABLE ccindex", "one SELECT"),
        ("SELEC n", "syntax error"),
        ("", "0 statements|one SELECT"),
        ("SELECT 1", "does not read the index"),
        (
            "SELECT * FROM read_parquet('/etc/passwd') JOIN ccindex ON true",
            r"read_parquet\(…\) is not allowed",
        ),
        ("SELECT * FROM ccindex WHERE n IN (SELECT 1 FROM read_csv('x'))", r"read_csv\(…\) is not allowed"),
        ("SELECT * FROM ccindex, glob('/*')", r"glob\(…\) is not allowed"),
        ("SELECT * FROM ccindex, duckdb_settings()", "not allowed"),
        ("SELECT * FROM ccindex, query('SELECT 1')", "not allowed"),
        ("SELECT * FROM ccindex, '/etc/passwd'", "there is no table '/etc/passwd'"),
        ("SELECT * FROM ccindex, information_schema.tables", "there is no table 'information_schema.tables'"),
        ("WITH ccindex AS (SELECT 1) SELECT * FROM read_text('/etc/passwd')", "not allowed"),
    ],
)
def test_anything_else_is_refused_before_it_runs(sql, why):
    with pytest.raises(QueryError, match=why):
        check(sql)


def test_a_schema_or_catalogue_of_another_name_does_not_pass_as_the_index():
    with pytest.raises(QueryError, match="there is no table"):
        check("SELECT * FROM other.main.ccindex")


def test_no_variable_of_ours_is_a_table(index):
    secret = pa.table({"key": ["s3cret"]})
    assert secret.num_rows == 1
    with pytest.raises(QueryError, match="no table 'secret'"):
        ask("SELECT * FROM secret, ccindex", index)


def test_a_failure_is_told_in_one_line(index):
    with pytest.raises(QueryError, match=r"colour") as caught:
        ask("SELECT colour FROM ccindex", index)
    assert "\n" not in str(caught.value)
