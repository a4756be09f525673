"""WAT: what Common Crawl noted of each capture, as JSON; of it the links, as `core__commoncrawl__links`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson
import pyarrow as pa

from conf.settings import Ingest
from flows.sources.links.edges import Edges
from flows.sources.links.kinds import CODES, OF_PLACE, Link, nofollow, of_headers, of_meta, of_rel
from flows.sources.links.selection import EXAMPLES, Links, inputs
from flows.sources.source import Account, Input, Source
from flows.sources.stream import streamed
from flows.sources.warc import Record, records
from flows.sources.whole import Take
from schemas.links import links

REDIRECTS = frozenset({"301", "302", "303", "307", "308"})
LINKING, LOCATION = frozenset({"link", "content-location"}), frozenset({"location"})
SCRIPT, REDIRECT = CODES["script"], CODES["redirect"]
AT_ONCE = "flows.sources.links.at_once"
WORTH = (
    32 << 20
)  # unpacked bytes of an input that are read one by one: loading machine code takes half a second
Json = dict[str, Any]


class BadJson(ValueError):
    """A record that is no JSON."""


def read(
    blocks: Iterable[bytes], source: Input, account: Account, limits: Ingest
) -> Iterator[pa.RecordBatch]:
    """Edges of one WAT file, from its records about responses."""
    edges = Edges(fold_www=source.partition["www"] == "folded")
    redirects = source.partition["captures"] == "all"
    try:
        for record in records(blocks, account, limits, _at_once(edges, account, limits, redirects=redirects)):
            _add(record, edges, account, redirects=redirects)
        yield from edges.batches(source.key)
    finally:
        edges.close()


def _at_once(edges: Edges, account: Account, limits: Ingest, *, redirects: bool) -> Take:
    """What takes many records at once, of inputs that are worth its being loaded."""
    seen = 0
    take: Take | None = None

    def taken(members: Sequence[bytes]) -> Sequence[int]:
        nonlocal seen, take
        if take is None and seen < WORTH and AT_ONCE not in sys.modules:
            seen += sum(map(len, members))
            return range(len(members))
        if take is None:
            from flows.sources.links.at_once import AtOnce

            take = AtOnce(edges, account, limits, redirects=redirects).take
        return take(members)

    return taken


def _add(record: Record, edges: Edges, account: Account, *, redirects: bool) -> None:
    """Add a record's links, or count it as passed or set it aside."""
    kind = record.headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if record.headers.get(b"warc-type") != b"metadata" or kind != b"application/json":
        account.leave("other_record")
        return
    try:
        envelope = _parse(record.block)["Envelope"]
        stated = envelope["WARC-Header-Metadata"]
        if stated["WARC-Type"] != "response":
            account.leave("other_record")
            return
        address = stated["WARC-Target-URI"].strip("<>")
        answer = envelope["Payload-Metadata"].get("HTTP-Response-Metadata")
        found = _found(answer, redirects=redirects) if answer else "not_ok"
        if isinstance(found, str):
            account.leave(found)
        elif edges.add(address, *found):
            account.kept += 1
        else:
            account.leave("no_graph_host")
    except BadJson as error:
        account.reject(record.offset, "bad_json", str(error), record.block)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        account.reject(record.offset, "bad_metadata", f"{type(error).__name__}: {error}", record.block)


def _parse(block: bytes) -> Any:
    """The record's JSON; half pairs of UTF-16, which orjson refuses, stand in some addresses.

    Raises:
        BadJson: It is none, or nests too deep.
    """
    try:
        return orjson.loads(block)
    except orjson.JSONDecodeError:
        try:
            return json.loads(block)
        except (ValueError, RecursionError) as error:
            raise BadJson(str(error)) from None


def _found(answer: Json, *, redirects: bool) -> tuple[str | None, list[int], list[str]] | str:
    """Base, kinds of links and links of a page, or of a redirect; or why the capture is passed."""
    status = (answer.get("Response-Message") or {}).get("Status")
    if status != "200":
        if not redirects or status not in REDIRECTS:
            return "not_ok"
        to = [value for _, value in _headers(answer, LOCATION)]
        return None, [REDIRECT] * len(to), to
    page = answer.get("HTML-Metadata")
    if page is None:
        return "not_html"
    head = page.get("Head") or {}
    codes, urls = _of_body(page.get("Links") or ())
    for code, url in _of_head(head, answer):
        codes.append(code)
        urls.append(url)
    return head.get("Base"), codes, urls


def _of_body(listed: Sequence[Json]) -> tuple[list[int], list[str]]:
    """Links of a page's elements. Most have a place and a url; what else there is is looked at only where they lack."""
    try:
        urls = [link["url"] for link in listed]
        codes = [
            OF_PLACE[link["path"]] | nofollow(link["rel"]) if "rel" in link else OF_PLACE[link["path"]]
            for link in listed
        ]
    except KeyError:
        whole = [
            (link["path"], link.get("rel", ""), link.get("url", link.get("href")))
            for link in listed
            if "path" in link
        ]
        codes = [OF_PLACE[path] | nofollow(rel) for path, rel, url in whole if url is not None]
        urls = [url for *_, url in whole if url is not None]
    if -1 in codes:
        urls = [url for code, url in zip(codes, urls, strict=True) if code >= 0]
        codes = [code for code in codes if code >= 0]
    return codes, urls


def _of_head(head: Json, answer: Json) -> list[Link]:
    """Links of link, script and meta elements of the head, and of the answer's headers."""
    found = [(of_rel(link.get("rel")), link["url"]) for link in head.get("Link") or () if "url" in link]
    found += [(SCRIPT, script["url"]) for script in head.get("Scripts") or () if "url" in script]
    for meta in head.get("Metas") or ():
        if "content" in meta and (link := of_meta(meta["content"], meta.get("http-equiv"))):
            found.append(link)
    for name, value in _headers(answer, LINKING):
        found += of_headers(name, value)
    return found


def _headers(answer: Json, wanted: frozenset[str]) -> list[tuple[str, str]]:
    """Headers with these names and their values; a name may be written in any case, and may come several times."""
    return [
        (name.lower(), one)
        for name, value in (answer.get("Headers") or {}).items()
        if name.lower() in wanted
        for one in (value if isinstance(value, list) else [value])
    ]


wat = Source(
    name="wat",
    summary="Links of pages (WAT files), added up to edges between hosts.",
    archive="commoncrawl",
    table=links,
    selection=Links,
    inputs=inputs("wat"),
    read=streamed(read),
    examples=EXAMPLES,
)
