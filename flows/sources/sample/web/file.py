"""The WARC and WAT file of a plan, written capture by capture, with what a perfect reader finds in them."""

from __future__ import annotations

from typing import Any

from flows.sources.sample.web import harm, index, record, wat
from flows.sources.sample.web.capture import Capture, Subset
from flows.sources.sample.web.counted import Counted, Side
from flows.sources.sample.web.edges import Edges
from flows.sources.sample.web.harm import Damage, Harm
from flows.sources.sample.web.record import REASONS, Record, derived
from flows.sources.sample.web.stream import digest_of, repeated


class Writer:
    """Writes captures to a WARC file and, where there is one, a WAT file."""

    def __init__(
        self, warc: Side, wat_side: Side | None, subset: Subset, crawl: str, languages: bool
    ) -> None:
        self.warc, self.wat, self.subset, self.crawl, self.languages = (
            warc,
            wat_side,
            subset,
            crawl,
            languages,
        )
        self.filename = warc.key.rsplit("/", 1)[1]
        self.info = derived(warc.key, "warcinfo")
        self.pages = Counted()
        self.rows: list[dict[str, Any]] = []
        self.index: list[dict[str, Any]] = []
        self.odd: list[dict[str, Any]] = []

    def begin(self, moment: Any) -> None:
        """Write the first records."""
        first = record.warcinfo(self.filename, self.crawl, moment, self.info)
        at, length = self.warc.put(first.packed())
        if self.wat is not None:
            name = self.wat.key.rsplit("/", 1)[1]
            own = record.warcinfo(name, self.crawl, moment, derived(self.wat.key, "warcinfo"))
            self.wat.put(own.packed())
            told = wat.envelope(first, self.filename, at, length, wat.of_fields([("isPartOf", self.crawl)]))
            self.wat.put(wat.packed_json(self.filename, moment, self.info, told).packed())
            self.wat.links.passed["other_record"] += 2
        self._passed("other_record")

    def _passed(self, reason: str) -> None:
        self.pages.passed[reason] += 1
        self.warc.links.passed[reason] += 1

    def add(self, capture: Capture, *, harmed: bool = False) -> None:
        """Write a capture's records; `harmed` is the one that is damaged where its file is."""
        if not capture.revisit:
            self._request(capture)
        self._response(capture, harmed=harmed)
        self._metadata(capture)

    def _request(self, capture: Capture) -> None:
        asked, headers = record.request(
            capture.url, capture.authority, capture.moment, capture.name, self.info
        )
        at, length = self.warc.put(asked.packed())
        self._passed("other_record")
        path = asked.block.split(b" ", 2)[1].decode()
        self._wat_other(asked, capture, at, length, wat.of_request(path, headers))

    def _wat_other(self, of: Record, capture: Capture, at: int, length: int, payload: dict[str, Any]) -> None:
        """What WAT notes of a record that is no response."""
        if self.wat is None or self.wat.ended:
            return
        name = next(line for line in of.headers if line.startswith("WARC-Record-ID"))[17:-1]
        told = wat.envelope(of, self.filename, at, length, payload)
        self.wat.put(wat.packed_json(capture.url, capture.moment, name, told).packed())
        self.wat.links.passed["other_record"] += 1

    def _response(self, capture: Capture, *, harmed: bool) -> None:
        answered = self._answer(capture)
        done = self.warc.harm if harmed else None
        if done is not None:
            packed = harm.packed(answered, done)
        elif capture.long is not None:
            packed = _packed_long(answered, capture)
        else:
            packed = answered.packed()
        at, length = self.warc.put(packed)
        if done is not None:
            self.warc.damage = Damage(self.warc.key, done.reason, done.detail, at, capture.url)
        self._count(capture, at, length, done)
        if capture.what:
            told = {"what": capture.what, "key": self.warc.key, "offset": at, "url": capture.url}
            self.odd.append(told | {"passed": capture.passed, "set_aside": capture.set_aside})
        if self.wat is not None and not self.wat.ended:
            self._wat_response(answered, capture, at, length, self.wat, harmed=harmed)

    def _answer(self, capture: Capture) -> Record:
        """The record of the answer."""
        first = record.status_line(capture.status)
        head = record.http_head(first, capture.headers) if capture.headers else b""
        more = [] if capture.revisit else [f"WARC-Identified-Payload-Type: {capture.identified}"]
        kind = "response"
        if capture.revisit:
            kind = "revisit"
            profile = "server-not-modified" if capture.status == 304 else "identical-payload-digest"
            more.append(f"WARC-Profile: http://netpreserve.org/warc/1.1/revisit/{profile}")
        made = record.response(
            capture.url, capture.moment, capture.name, self.info, head, capture.body, *more, kind=kind
        )
        if capture.long is None:
            return made
        rest = capture.long
        block = digest_of(head + capture.body, rest.middle, rest.times, rest.end)
        lines = [line for line in made.headers if not line.startswith(("WARC-Payload-D", "WARC-Block-D"))]
        size = len(made.block) + len(rest.middle) * rest.times + len(rest.end)
        return Record(kind, (*lines, f"WARC-Block-Digest: {block}"), made.block, size)

    def _count(self, capture: Capture, at: int, length: int, done: Harm | None) -> None:
        """What readers of pages and of links make of it."""
        if done is not None:
            for counted in (self.pages, self.warc.links):
                counted.set_aside[done.reason] += 1
            return
        self.index.append(index.row(capture, self.warc.key, at, length))
        if capture.set_aside:
            self.pages.set_aside[capture.set_aside] += 1
        elif capture.passed:
            self.pages.passed[capture.passed] += 1
        else:
            self.pages.kept += 1
            self.rows.append(self._row(capture, at, length))
        links = self.warc.links
        if capture.set_aside:
            links.set_aside[capture.set_aside] += 1
        else:
            _of_links(capture, links, self.warc.edges, capture.passed)

    def _row(self, capture: Capture, at: int, length: int) -> dict[str, Any]:
        """Its row in `truth/pages`."""
        assert capture.truth is not None
        truth = capture.truth
        host = capture.authority.lower()
        host = host[1 : host.index("]")] if host[0] == "[" else host.partition(":")[0]
        return {
            "source_file": self.warc.key, "record_offset": at, "record_length": length, "crawl": self.crawl,
            "url": capture.url, "host": host, "registered_domain": capture.registered_domain,
            "captured_at": capture.moment, "language": capture.language, "record_id": capture.name,
            "mime": truth.mime, "charset": truth.charset, "title": truth.title, "canonical_url": truth.canonical,
            "main_text": truth.main_text, "odd": capture.what,
        }  # fmt: skip

    def _wat_response(
        self, answered: Record, capture: Capture, at: int, length: int, side: Side, *, harmed: bool
    ) -> None:
        payload = wat.of_response(
            capture.status, REASONS[capture.status], capture.headers, capture.body, capture.noted
        )
        told = wat.envelope(answered, self.filename, at, length, payload)
        made = wat.packed_json(capture.url, capture.moment, capture.name, told)
        done = side.harm if harmed else None
        where, _ = side.put(harm.packed(made, done) if done else made.packed())
        if done is not None:
            side.damage = Damage(side.key, done.reason, done.detail, where, capture.url)
            side.links.set_aside[done.reason] += 1
            return
        reason = capture.passed if capture.passed == "not_ok" or capture.planned else "not_html"
        _of_links(capture, side.links, side.edges, "other_record" if capture.revisit else reason)

    def _metadata(self, capture: Capture) -> None:
        if self.warc.ended:
            return
        told = [("fetchTimeMs", str(50 + len(capture.body) % 900))]
        if self.languages and capture.truth is not None:
            told.append(("charset-detected", capture.truth.charset.upper()))
        made = record.metadata(capture.url, capture.moment, capture.name, self.info, told)
        at, length = self.warc.put(made.packed())
        self._passed("other_record")
        self._wat_other(made, capture, at, length, wat.of_fields(told))


def _of_links(capture: Capture, counted: Counted, edges: Edges, passed: str | None) -> None:
    """Count a capture as a reader of links does that reads pages alone."""
    placed = edges.add(capture)
    if capture.planned is not None:
        counted.kept += placed
        if not placed:
            counted.passed["no_graph_host"] += 1
    else:
        counted.passed[passed or "not_html"] += 1


def _packed_long(answered: Record, capture: Capture) -> bytes:
    """A record too long to be held, as one gzip member."""
    assert capture.long is not None
    rest = capture.long
    return repeated(answered.head() + answered.block, rest.middle, rest.times, rest.end + b"\r\n\r\n")
