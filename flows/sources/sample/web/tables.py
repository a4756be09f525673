"""Tables of the truth about captures: columns and writing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas import fields as f
from schemas.table import Column

if TYPE_CHECKING:
    import pyarrow as pa


def pages() -> pa.Schema:
    """Columns of `truth/pages`: a row a page that a perfect reader keeps."""
    import pyarrow as pa

    length = pa.field("record_length", pa.int64(), False)
    return pa.schema(
        [
            *_fields(f.source_file, f.record_offset),
            length,
            *_fields(f.crawl, f.url, f.host, f.registered_domain, f.captured_at, f.language, f.record_id),
            *_fields(f.mime, f.charset, f.title, f.canonical_url),
            pa.field("main_text", pa.large_string(), False),
            pa.field("odd", pa.string()),
        ]
    )


def links() -> pa.Schema:
    """Columns of `truth/links`: an edge of one input; `of` says whether pages or other captures have it."""
    import pyarrow as pa

    columns = (
        f.source_host_reversed,
        f.target_host_reversed,
        f.kind,
        f.pages,
        f.links,
        f.nofollow_links,
    )
    return pa.schema(
        [
            *_fields(f.source_file, f.crawl, f.read_from),
            pa.field("of", pa.string(), False),
            *_fields(f.www, *columns),
        ]
    )


def _fields(*columns: Column) -> Sequence[pa.Field]:
    return [column.field for column in columns]


def write(root: Path, where: str, rows: list[dict[str, Any]], schema: pa.Schema) -> None:
    """Write a table of the truth below the sample's folder."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = root / where
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema), path, compression="zstd")
