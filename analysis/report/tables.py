"""Tables of the report: first rows by Great Tables, the codebook, losses by reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from analysis.report.columns import describe, is_number, role
from analysis.report.graph.data import is_graph
from analysis.report.shape import shape_of
from analysis.report.text import cell, label
from schemas.table import Column, Table

if TYPE_CHECKING:
    from great_tables._text import Html

    from analysis.result import Result

FIRST_ROWS = 20


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
    if is_graph(result):
        rows, measure = _graph_rows(result)
        said = f"highest by {measure}"
    elif shape and not shape.time:
        order = [
            (shape.measure.name, "descending"),
            *((c.name, "ascending") for c in (*table.key, *table.groups) if c.name in rows.column_names),
        ]
        rows = rows.take(pc.select_k_unstable(rows, min(FIRST_ROWS, rows.num_rows), order))
        said = f"highest by {shape.measure.name}"
    # pixels are looked at as images, beside the page
    rows = rows.select([f.name for f in rows.schema if not pa.types.is_fixed_size_binary(f.type)])
    rows = rows.slice(0, FIRST_ROWS)
    caption = (
        f"{result.table.num_rows:,} rows"
        if rows.num_rows == result.table.num_rows
        else (f"The {rows.num_rows} {said} of {result.table.num_rows:,} rows")
    )
    return _great_table(table, rows, f"rows-{number}", caption), caption


def _graph_rows(result: Result) -> tuple[pa.Table, str]:
    """The first vertices of a graph, and the measure they are first by."""
    from analysis.report.graph.charts import first_rows as vertices

    return vertices(result, FIRST_ROWS)


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
