"""Which records of a WARC file are captured HTML pages, and their bytes; every other one is counted."""

from __future__ import annotations

from dataclasses import dataclass

from conf.settings import Extract, Ingest
from flows.sources.html.answers import parse
from flows.sources.html.mime import may_be_page, page_type
from flows.sources.members import Fault
from flows.sources.source import Account
from flows.sources.warc import Record


@dataclass(frozen=True)
class Response:
    """A captured HTML page."""

    status: int
    """Status of the server's answer."""
    mime: str
    """`text/html` or `application/xhtml+xml`."""
    content_type: bytes | None
    """Content-Type as the server stated it."""
    body: bytes
    """The page, without transfer and content coding."""


def response(record: Record, account: Account, caps: Extract, limits: Ingest) -> Response | None:
    """The page in a record; None, passed or set aside in the account, where there is none.

    Args:
        record: The record.
        account: Where it is counted, unless it is a page.
        caps: Statuses taken for pages, and the largest page.
        limits: How much a body may grow when it is unpacked.
    """
    kind, of_type = record.headers.get(b"warc-type"), record.headers.get(b"content-type", b"")
    if kind != b"response" or not of_type.replace(b" ", b"").lower().startswith(b"application/http"):
        account.leave("revisit" if kind == b"revisit" else "other_record")
        return None
    try:
        return _page(record, account, caps, limits)
    except Fault as fault:
        account.reject(record.offset, fault.reason, fault.detail, record.block)
        return None


def _page(record: Record, account: Account, caps: Extract, limits: Ingest) -> Response | None:
    answer = parse(record.block)
    if answer.status not in caps.statuses:
        account.leave("not_ok")
        return None
    identified = record.headers.get(b"warc-identified-payload-type")
    stated = answer.headers.get(b"content-type")
    mime = None
    if may_be_page(identified, stated):
        body = answer.body(caps.page_cap_bytes, limits.ratio_cap, cut=b"warc-truncated" in record.headers)
        mime = page_type(identified, stated, body)
    if mime is None:
        account.leave("not_html")
        return None
    return Response(answer.status, mime, stated, body)
