"""The web: what its archives say, a row a thing, nothing counted yet."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from schemas import fields as f
from schemas.table import Check, Table


def lengths_agree(rows: pa.Table) -> bool:
    """Whether text_bytes is the length of text."""
    lengths = pc.binary_length(rows["text"].cast(pa.large_binary()))
    return bool(pc.all(pc.equal(lengths.cast(pa.int64()), rows["text_bytes"])).as_py())


def captured_since_the_web(rows: pa.Table) -> bool:
    """Whether no row was captured before 1991."""
    return bool(pc.min(rows["captured_at"]).as_py().year >= 1991)


pages = Table(
    "core__commoncrawl__pages",
    "A captured page with its text.",
    key=(f.source_file, f.record_offset),
    values=(
        f.url,
        f.host,
        f.registered_domain,
        f.captured_at,
        f.language,
        f.language_source,
        f.record_id,
        f.digest,
        f.http_status,
        f.mime,
        f.charset,
        f.title,
        f.canonical_url,
        f.extractor_version,
        f.text_bytes,
        f.text,
    ),
    partitions=(f.crawl, f.extractor),
    apart=(f.extractor,),
    checks=(
        Check("text_bytes", "text_bytes is the length of text in UTF-8", lengths_agree),
        Check("captured_at", "no page was captured before the web began (1991)", captured_since_the_web),
    ),
)
