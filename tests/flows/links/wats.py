"""Records of WAT and WARC files for tests, and edges read from them."""

from __future__ import annotations

import gzip
import json
from functools import partial

import pyarrow as pa
import pytest

from conf.settings import load
from flows.sources.links import wat
from flows.sources.source import Account, Input
from schemas.links import links

LIMITS = load(environ={}).ingest
EXTRACT = load(environ={}).extract
WARC = ("WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-05-18T01:58:10Z\r\n"
        "Content-Type: {type}\r\nContent-Length: {length}\r\n\r\n")  # fmt: skip


def record(kind: str, url: str, content_type: str, block: bytes) -> bytes:
    """One packed WARC record."""
    head = WARC.format(kind=kind, url=url, type=content_type, length=len(block))
    return gzip.compress(head.encode() + block + b"\r\n\r\n", 1, mtime=0)


def wat_record(
    url: str, html: dict | None = None, *, status: str = "200", headers: dict | None = None
) -> bytes:
    """What WAT files say of a response."""
    answer: dict = {"Response-Message": {"Status": status}, "Headers": headers or {}}
    if html is not None:
        answer["HTML-Metadata"] = html
    envelope = {
        "WARC-Header-Metadata": {"WARC-Type": "response", "WARC-Target-URI": url},
        "Payload-Metadata": {"HTTP-Response-Metadata": answer},
    }
    return record("metadata", url, "application/json", json.dumps({"Envelope": envelope}).encode())


def page_record(url: str, html: str, *, status: str = "200 OK", headers: str = "") -> bytes:
    """A captured answer."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n{headers}\r\n"
    return record("response", url, "application/http; msgtype=response", head.encode() + html.encode())


def read_wat(*records: bytes, www: str = "kept", captures: str = "pages", limits=LIMITS):
    """Rows and account of a WAT file, which are the same whether its records are read at once or one by one."""
    found = []
    for at_once in (True, False):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(wat, "WORTH", 0)
            if not at_once:
                patch.setattr(wat, "_at_once", lambda *args, **named: None)
            found.append(_read(wat.read, b"".join(records), www, captures, limits))
    assert found[0] == found[1]
    return found[0]


def read_warc(*records: bytes, www: str = "kept", captures: str = "pages", limits=LIMITS):
    """Rows and account of a WARC file."""
    from flows.sources.links import warc

    return _read(partial(warc.edges_of, EXTRACT), b"".join(records), www, captures, limits)


def _read(read, content: bytes, www: str, captures: str, limits):
    account = Account()
    item = Input("k", {"crawl": "c", "www": www, "captures": captures})
    table = pa.Table.from_batches(read([content], item, account, limits), links.schema())
    links.check(table)
    assert account.seen == account.kept + account.passed + len(account.rejects)
    rows = table.to_pylist()
    keys = [tuple(row[c.name] for c in links.key) for row in rows]
    assert len(set(keys)) == len(keys)
    every_link_is_in_a_row(rows)
    return rows, account


def every_link_is_in_a_row(rows) -> None:
    """The row `page` of a host counts all links found on its pages; the other rows say what became of them."""
    for measure in ("links", "nofollow_links"):
        total: dict[str, int] = {}
        for row in rows:
            sign = -1 if row["kind"] == "page" else 1
            total[row["source_host_reversed"]] = (
                total.get(row["source_host_reversed"], 0) + sign * row[measure]
            )
        assert not any(total.values()), total


def edges(rows) -> dict[tuple[str, str, str], tuple[int, int, int]]:
    """Pages, links and nofollow links by source, target and kind; rows of no other host left out."""
    return {
        (r["source_host_reversed"], r["target_host_reversed"], r["kind"]): (
            r["pages"],
            r["links"],
            r["nofollow_links"],
        )
        for r in rows
        if r["source_host_reversed"] != r["target_host_reversed"]
    }


def own(rows, kind: str) -> dict[str, tuple[int, int]]:
    """Pages and links by host, of what leads to no other one."""
    return {
        r["source_host_reversed"]: (r["pages"], r["links"])
        for r in rows
        if r["kind"] == kind and r["source_host_reversed"] == r["target_host_reversed"]
    }


def anchors(*urls: str) -> dict:
    """HTML-Metadata of a page with these links."""
    return {"Links": [{"path": "A@/href", "url": url} for url in urls]}
