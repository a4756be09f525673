"""Rows of the columnar index as Common Crawl forms them, from the plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flows.sources.sample.records import digest
from flows.sources.sample.web.capture import Capture, Subset

if TYPE_CHECKING:
    import pyarrow as pa

CAME_LATER = (
    "url_host_name_reversed",
    "fetch_redirect",
    "content_charset",
    "content_languages",
    "content_truncated",
)
"""Columns that the index of the first crawl lacks, as those of old crawls do."""


def row(capture: Capture, key: str, offset: int, length: int) -> dict[str, Any]:
    """The row of a capture, whose record has this place (in bytes) in the file with this key."""
    parts = urlsplit(capture.url)
    host = capture.authority.lower()
    host = host[: host.index("]") + 1] if host[0] == "[" else host.partition(":")[0]
    to = next((link.written for link in capture.elsewhere if link.place == "location"), None)
    found = {
        "url_surtkey": _surt(host, parts.path, parts.query, capture.registered_domain is None),
        "url": capture.url,
        **_host(host, capture.registered_domain),
        "url_protocol": parts.scheme,
        "url_port": parts.port,
        "url_path": parts.path,
        "url_query": parts.query or None,
        "fetch_time": capture.moment.replace(tzinfo=None),
        "fetch_status": capture.status,
        "fetch_redirect": to,
        "content_digest": digest(capture.body).removeprefix("sha1:"),
        "content_mime_type": _stated(capture),
        "content_mime_detected": capture.identified,
        "warc_filename": key,
        "warc_record_offset": offset,
        "warc_record_length": length,
        "warc_segment": key.split("/")[3],
    }
    if capture.truth is not None:
        found |= {"content_charset": capture.truth.charset.upper(), "content_languages": capture.language}
    return found


def _stated(capture: Capture) -> str | None:
    stated = dict(capture.headers).get("Content-Type")
    return stated.partition(";")[0] if stated else None


def _surt(host: str, path: str, query: str, is_ip: bool) -> str:
    labels = [host] if is_ip else host.removeprefix("www.").split(".")[::-1]
    return f"{','.join(labels)}){path.lower()}{'?' + query.lower() if query else ''}"


def _host(host: str, domain: str | None) -> dict[str, str | None]:
    if domain is None:
        return {"url_host_name": host}
    labels = host.split(".")[::-1]
    suffix = domain.partition(".")[2]
    nth = dict(zip(("2nd", "3rd", "4th", "5th"), labels[1:], strict=False))
    return {
        "url_host_name": host,
        "url_host_tld": labels[0],
        **{f"url_host_{n}_last_part": label for n, label in nth.items()},
        "url_host_registry_suffix": suffix,
        "url_host_registered_domain": domain,
        "url_host_private_suffix": suffix,
        "url_host_private_domain": domain,
        "url_host_name_reversed": ".".join(labels),
    }


def schema(old: bool) -> pa.Schema:
    """Columns as the archive's files have them: 32-bit integers; an old crawl's lack what came later."""
    import pyarrow as pa

    from schemas.cc_index import CC_INDEX

    fields = [field for field in CC_INDEX if field.name not in ("crawl", "subset")]
    fields = [pa.field(f.name, pa.int32()) if f.type == pa.int64() else f for f in fields]
    return pa.schema([f for f in fields if not (old and f.name in CAME_LATER)])


def key(crawl: str, subset: Subset, number: int) -> str:
    """Key of a file of the index."""
    name = f"part-{number:05d}-6f1c0b1e-5a3d-4d1f-9e57-00000000{len(subset):04x}.c000.gz.parquet"
    return f"cc-index/table/cc-main/warc/crawl={crawl}/subset={subset}/{name}"


def write(root: Path, where: str, rows: list[dict[str, Any]], *, old: bool) -> int:
    """Write one file of the index, sorted by address; its size in bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = root / where
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = sorted(rows, key=lambda one: (one["url_surtkey"], one["fetch_time"]))
    pq.write_table(pa.Table.from_pylist(rows, schema(old)), path, compression="gzip")
    return path.stat().st_size
