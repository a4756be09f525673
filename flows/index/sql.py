"""SQL over the index: one SELECT over the named table, run by DuckDB, and nothing else.

The statement is parsed before it runs: it has to be one SELECT, read from `ccindex` (or its own WITH queries), and
call no function that makes a table. DuckDB itself is locked: no files, no network, no extensions, no settings.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from pyarrow.dataset import Dataset

TABLE = "ccindex"
HARMLESS = frozenset({"unnest", "range", "generate_series"})  # functions that make a table of their arguments


class QueryError(ValueError):
    """A query that is not taken, or fails; the message says why."""


def check(sql: str) -> None:
    """Refuse anything but one SELECT on the index.

    Raises:
        QueryError: Says what is not allowed and what is.
    """
    import duckdb

    told = duckdb.connect(":memory:").execute("SELECT json_serialize_sql(?)", [sql]).fetchone()
    tree: dict[str, Any] = (
        json.loads(told[0]) if told else {"error": True, "error_message": "nothing to parse"}
    )
    if tree["error"]:
        raise QueryError(f"the query is not taken: {tree['error_message']}; give one SELECT on {TABLE}")
    if len(tree["statements"]) != 1:
        raise QueryError(f"{len(tree['statements'])} statements were given; give one SELECT on {TABLE}")
    nodes = list(_nodes(tree))
    own = {entry["key"] for node in nodes for entry in node.get("cte_map", {}).get("map", [])}
    for node in nodes:
        if node.get("type") == "BASE_TABLE":
            path = ".".join(node["qualified_name"]["path"])
            if path not in own | {TABLE}:
                raise QueryError(f"there is no table '{path}'; the index is called {TABLE}")
        if node.get("type") == "TABLE_FUNCTION" and node["function"]["function_name"] not in HARMLESS:
            name = node["function"]["function_name"]
            raise QueryError(f"{name}(…) is not allowed: a query reads {TABLE} and nothing else")
    if not any(node.get("table_name") == TABLE for node in nodes):
        raise QueryError(f"the query does not read the index; say FROM {TABLE}")


def query(sql: str, index: Dataset, threads: int, memory_bytes: int) -> pa.Table:
    """The rows of a query, checked first.

    Args:
        sql: One SELECT on `ccindex`.
        index: The index's files; only the columns and row groups that the query needs are read.
        threads: How many to use.
        memory_bytes: How much memory DuckDB may take.

    Raises:
        QueryError: The query is not taken, or names what there is not.
    """
    import duckdb

    check(sql)
    connection = duckdb.connect(":memory:")
    connection.execute(f"SET threads = {int(threads)}")
    connection.execute(f"SET memory_limit = '{int(memory_bytes)}B'")
    for lock in (
        "python_enable_replacements = false",  # a table's name must not find a variable of ours
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        connection.execute(f"SET {lock}")
    connection.register(TABLE, index)
    try:
        found = connection.sql(sql).to_arrow_table()
    except duckdb.Error as error:
        raise QueryError(f"the query failed: {' '.join(str(error).split())}") from None
    return found


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    waiting = [tree]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield item
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
