"""Tables of the report: first rows by Great Tables, the codebook, hits in their context."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from analysis.report.columns import describe, is_number, role
from analysis.report.shape import is_context, shape_of
from analysis.report.text import cell, clean, cut, cut_left, label, reads_right_to_left, web_link
from schemas.table import Column, Table

if TYPE_CHECKING:
    from great_tables._text import Html

    from analysis.result import Result

FIRST_ROWS, HITS, FACT_ROWS = 20, 200, 50


@dataclass(frozen=True)
class Hit:
    """One hit, ready to be shown."""

    before: str
    """Words before it."""
    hit: str
    """The words that matched."""
    after: str
    """Words after it."""
    direction: str
    """`rtl` or `ltr`, of the line."""
    url: str
    """Address of the page, shortened."""
    link: str | None
    """The address, where it is safe to follow."""
    facts: tuple[str, ...]
    """Query where there are several, date, language, source file with offset, where the table has them."""


@dataclass(frozen=True)
class FactTable:
    """Rows that the manifest holds, totals for instance."""

    name: str
    """What they are."""
    columns: tuple[str, ...]
    """Names of their columns."""
    rows: Sequence[Mapping[str, Any]]
    """The first `FACT_ROWS` of them."""
    total: int
    """How many there are."""


def hits(rows: pa.Table) -> list[Hit]:
    """The first hits of a table of keywords in context, in its order; empty for any other table."""
    if not is_context(rows):
        return []
    several = "query" in rows.column_names and len(pc.unique(rows["query"])) > 1
    return [_hit(row, several) for row in rows.slice(0, HITS).to_pylist()]


def _hit(row: dict[str, Any], several: bool) -> Hit:
    url = row.get("url") or ""
    place = row.get("source_file")
    if place and row.get("record_offset") is not None:
        place = f"{place} @ {row['record_offset']}"
    captured = cell(row["captured_at"]) if row.get("captured_at") else None
    query = f"query “{row['query']}”" if several and row.get("query") else None
    return Hit(
        clean(cut_left(row["before"] or "", 160)),
        clean(cut(row["hit"] or "", 160)),
        clean(cut(row["after"] or "", 160)),
        "rtl" if reads_right_to_left(row["hit"] or "") else "ltr",
        clean(cut(url, 90)),
        web_link(url),
        tuple(clean(str(v)) for v in (query, captured, row.get("language"), place) if v),
    )


def codebook(table: Table, rows: pa.Table) -> list[dict[str, str]]:
    """A row for each column of the result: name, role, type, meaning, how many values are missing."""
    return [
        {
            "name": name,
            "role": role(table, name),
            "type": str(rows.schema.field(name).type),
            "description": describe(table, name),
            "missing": f"{rows[name].null_count:,}",
        }
        for name in rows.column_names
    ]


def first_rows(result: Result, number: int) -> tuple[str, str]:
    """The rows shown in the report, as HTML, and a caption that says which these are.

    Args:
        result: The result.
        number: Which table of the page this is; part of its id.
    """
    table, rows = result.analysis.writes, result.table
    shape = shape_of(table, rows)
    said = "first"
    if shape and not shape.time:
        order = [
            (shape.measure.name, "descending"),
            *((c.name, "ascending") for c in (*table.key, *table.groups) if c.name in rows.column_names),
        ]
        rows = rows.take(pc.select_k_unstable(rows, min(FIRST_ROWS, rows.num_rows), order))
        said = f"highest by {shape.measure.name}"
    rows = rows.slice(0, FIRST_ROWS)
    caption = (
        f"{result.table.num_rows:,} rows"
        if rows.num_rows == result.table.num_rows
        else (f"The {rows.num_rows} {said} of {result.table.num_rows:,} rows")
    )
    return _great_table(table, rows, f"rows-{number}", caption), caption


def _great_table(table: Table, rows: pa.Table, name: str, caption: str) -> str:
    import pandas as pd
    from great_tables import GT
    from markupsafe import escape

    # Cells are turned into text here, so that Great Tables has nothing to do but to escape them.
    frame = pd.DataFrame(
        {n: [cell(v, 60) for v in rows[n].to_pylist()] for n in rows.column_names}, dtype=object
    )
    numbers = [n for n in rows.column_names if is_number(rows.schema.field(n).type)]
    texts = [n for n in rows.column_names if n not in numbers]
    drawn = GT(frame, id=name).cols_label({n: _heading(table, n) for n in rows.column_names})
    drawn = drawn.cols_align("right", numbers) if numbers else drawn
    drawn = drawn.cols_align("left", texts) if texts else drawn
    drawn = drawn.tab_options(table_font_size="0.875rem", table_width="100%", table_border_top_style="none")
    drawn = drawn.tab_options(column_labels_font_weight="600", data_row_padding="0.3rem")
    page: str = drawn.opt_table_font(font="inherit", add=False).as_raw_html()
    return page.replace("<thead>", f"<caption>{escape(caption)}</caption>\n<thead>", 1)


def _heading(table: Table, name: str) -> Html:
    """The column's short name above its technical one."""
    from great_tables import html
    from markupsafe import escape

    column: Column | None = next((c for c in table.columns if c.name == name), None)
    title = label(column) if column else name
    full = column.description if column else ""
    same = title.lower().replace(" ", "_") == name
    code = "" if same else f"<br><code>{escape(name)}</code>"
    return html(f'<span title="{escape(full)}">{escape(title)}</span>{code}')


def facts(known: Mapping[str, Any]) -> tuple[list[tuple[str, str]], list[FactTable]]:
    """What the manifest says beyond the table: single values by name, and lists of rows as small tables."""
    single, several = [], []
    for key, value in known.items():
        name = key.replace("_", " ")
        if _is_rows(value):
            columns = tuple(dict.fromkeys(column for row in value for column in row))
            several.append(FactTable(name, columns, value[:FACT_ROWS], len(value)))
        elif value not in ([], {}, None, ""):
            single.append((name, _said(value)))
    return single, several


def _said(value: object) -> str:
    """A fact in words: pairs as `a 1; b 2`."""
    if isinstance(value, Mapping):
        return "; ".join(f"{k} {cell(v)}" for k, v in value.items())
    return ", ".join(cell(v) for v in value) if isinstance(value, list | tuple) else cell(value, 400)


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) and v for v in value)


def loss(reasons: dict[str, int], total: int) -> Sequence[dict[str, Any]]:
    """Records set aside by reason, most first: reason, meaning, number, share of all seen, length of the bar.

    Args:
        reasons: Number of records by reason.
        total: Records seen.
    """
    from schemas.reasons import REASONS

    most = max(reasons.values(), default=0)
    ordered = sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))
    return [
        {
            "reason": r,
            "meaning": REASONS.get(r, ""),
            "n": n,
            "share": n / total if total else None,
            "bar": n / most,
        }
        for r, n in ordered
        if n
    ]
