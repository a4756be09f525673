"""WAT records: what Common Crawl's tool notes of each WARC record, as JSON."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from flows.sources.sample.records import digest
from flows.sources.sample.web.record import Headers, Record, derived, record


def _told(lines: tuple[str, ...]) -> dict[str, str]:
    pairs = (line.split(": ", 1) for line in lines[1:])
    return {name: value for name, value in pairs if not name.endswith("-Digest")}


def envelope(of: Record, filename: str, offset: int, packed: int, payload: dict[str, Any]) -> dict[str, Any]:
    """The JSON about a record.

    Args:
        of: The record.
        filename: Name of its file.
        offset: Where it begins there, in bytes.
        packed: Its length there, in bytes.
        payload: What is noted of its content.
    """
    head = of.head()
    length = str(len(of.block))
    of_type = next(line.partition(": ")[2] for line in of.headers if line.startswith("Content-Type"))
    noted = {
        "Actual-Content-Type": of_type,
        **payload,
        "Actual-Content-Length": length,
        "Trailing-Slop-Length": "4",
    }
    sizes = {"Deflate-Length": str(packed), "Header-Length": "10", "Footer-Length": "8",
             "Inflated-Length": str(len(head) + len(of.block) + 4)}  # fmt: skip
    return {
        "Container": {
            "Filename": filename,
            "Compressed": True,
            "Offset": str(offset),
            "Gzip-Metadata": sizes,
        },
        "Envelope": {
            "Payload-Metadata": noted,
            "Format": "WARC/1.0",
            "WARC-Header-Length": str(len(head)),
            "WARC-Header-Metadata": {**_told(of.headers), "Content-Length": length},
        },
    }


def _fields(headers: Headers) -> dict[str, Any]:
    """Header fields; one that comes several times has a list."""
    found: dict[str, Any] = {}
    for name, value in headers:
        if name in found:
            held = found[name]
            found[name] = [*held, value] if isinstance(held, list) else [held, value]
        else:
            found[name] = value
    return found


def of_request(path: str, headers: Headers) -> dict[str, Any]:
    """What is noted of a request."""
    message = {"Method": "GET", "Path": path, "Version": "HTTP/1.1"}
    return {
        "HTTP-Request-Metadata": {
            "Request-Message": message,
            "Headers": _fields(headers),
            "Entity-Length": "0",
        }
    }


def of_response(
    status: int, reason: str, headers: Headers, body: bytes, html: dict[str, Any] | None
) -> dict[str, Any]:
    """What is noted of a response; `html` is its HTML-Metadata, where it is a page."""
    told: dict[str, Any] = {
        "Response-Message": {"Version": "HTTP/1.1", "Status": str(status), "Reason": reason},
        "Headers": _fields(headers),
    }
    if html is not None:
        told["HTML-Metadata"] = html
    told |= {
        "Entity-Length": str(len(body)),
        "Entity-Digest": digest(body),
        "Entity-Trailing-Slop-Length": "0",
    }
    return {"HTTP-Response-Metadata": told}


def of_fields(told: Headers) -> dict[str, Any]:
    """What is noted of a record of named fields (warcinfo, metadata)."""
    return {"WARC-Metadata-Metadata": {"Metadata-Records": [{"Name": n, "Value": v} for n, v in told]}}


def packed_json(url: str, moment: datetime, refers_to: str, told: dict[str, Any]) -> Record:
    """The WAT record with this JSON."""
    block = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    more = (f"WARC-Refers-To: <{refers_to}>", f"WARC-Block-Digest: {digest(block)}")
    made = record("metadata", "application/json", derived(refers_to, "wat"), moment, block)
    version, kind, *rest = made.headers
    return Record("metadata", (version, kind, f"WARC-Target-URI: {url}", *rest, *more), block)
