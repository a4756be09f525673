"""WARC: links read from the HTML of captured pages, as `core__commoncrawl__links`, by the rules of WAT."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import pyarrow as pa

from conf.settings import Extract, Ingest
from flows.sources.html.answers import parse
from flows.sources.html.kept_apart import Worker
from flows.sources.html.pages import Captured
from flows.sources.html.responses import response
from flows.sources.links.edges import Edges
from flows.sources.links.html import PageLinks
from flows.sources.links.kinds import CODES, Link, of_headers
from flows.sources.links.selection import EXAMPLES, Links, inputs
from flows.sources.members import Fault
from flows.sources.source import Account, Input, Reading, Source
from flows.sources.stream import streamed
from flows.sources.warc import Record, records
from schemas.links import links

LINKS_OF = "flows.sources.links.html:links_of"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
ROBOTS = re.compile(r"https?://[^/?#]*/robots\.txt(?:[?#]|$)", re.IGNORECASE)
SITEMAP = re.compile(rb"^[ \t]*sitemap[ \t]*:[ \t]*([^\s#]+)", re.IGNORECASE | re.MULTILINE)


def read(given: Reading) -> Iterator[pa.RecordBatch]:
    """Edges of one WARC file."""
    yield from streamed(partial(edges_of, given.settings.extract))(given)


def edges_of(
    caps: Extract, blocks: Iterable[bytes], source: Input, account: Account, limits: Ingest
) -> Iterator[pa.RecordBatch]:
    """Edges of one WARC file, from its `response` records.

    Raises:
        WorkerError: The process that reads pages cannot be begun.
    """
    edges = Edges(fold_www=source.partition["www"] == "folded")
    everything = source.partition["captures"] == "all"
    try:
        with Worker(LINKS_OF, caps) as worker:
            captures = Captures(worker, caps, limits, account, everything=everything)
            for record in records(blocks, account, limits):
                captures.add(record, edges)
        yield from edges.batches(source.key)
    finally:
        edges.close()


@dataclass(frozen=True)
class Captures:
    """How records are taken."""

    worker: Worker
    """Reads pages."""
    caps: Extract
    """Limits of pages."""
    limits: Ingest
    """Limits of records."""
    account: Account
    """Where each is counted."""
    everything: bool
    """Whether redirects and robots.txt are taken too."""

    def add(self, record: Record, edges: Edges) -> None:
        """Add a record's links, or count it as passed or set it aside."""
        try:
            address = record.headers.get(b"warc-target-uri", b"").decode("utf-8").strip("<>")
            found = self._found(record, address)
        except Fault as fault:
            self.account.reject(record.offset, fault.reason, fault.detail, record.block)
            return
        except UnicodeDecodeError as error:
            self.account.reject(record.offset, "bad_header", f"WARC-Target-URI: {error}", record.block)
            return
        if found is None:
            return
        codes, urls = [code for code, _ in found.links], [url for _, url in found.links]
        if edges.add(address, found.base, codes, urls):
            self.account.kept += 1
        else:
            self.account.leave("no_graph_host")

    def _found(self, record: Record, address: str) -> PageLinks | None:
        """Links of a capture; None where it is counted as passed or set aside already."""
        robots = ROBOTS.match(address) is not None
        if self.everything and _is_answer(record):
            answer = parse(record.block)
            if answer.status in REDIRECTS and b"location" in answer.headers:
                return PageLinks(None, [(CODES["redirect"], _text(answer.headers[b"location"]))])
            if robots and answer.status == 200:
                body = answer.body(self.caps.page_cap_bytes, self.limits.ratio_cap)
                return PageLinks(None, [(CODES["sitemap"], _text(link)) for link in SITEMAP.findall(body)])
        taken = response(record, self.account, self.caps, self.limits)
        if taken is None:
            return None
        if robots:
            self.account.leave("robots_txt")
            return None
        page: PageLinks = self.worker.ask(Captured(taken.body, taken.content_type, address))
        return PageLinks(page.base, page.links + _of_head(record))


def _is_answer(record: Record) -> bool:
    kind, of_type = record.headers.get(b"warc-type"), record.headers.get(b"content-type", b"")
    return kind == b"response" and of_type.lower().startswith(b"application/http")


def _of_head(record: Record) -> list[Link]:
    headers = parse(record.block).headers
    named = ((name, headers.get(name.encode())) for name in ("link", "content-location"))
    return [link for name, value in named if value is not None for link in of_headers(name, _text(value))]


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


warc_links = Source(
    name="warc-links",
    summary="Links of pages, read from their HTML (WARC files), added up to edges between hosts.",
    archive="commoncrawl",
    table=links,
    selection=Links,
    inputs=inputs("warc", more=("non200responses", "robotstxt")),
    read=read,
    examples=EXAMPLES,
)
