"""WARC, WAT and index of the sample hold what its truth says, seen without any reader of ours."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from base64 import b32encode
from collections import Counter, defaultdict
from html.parser import HTMLParser

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.sources import sample
from flows.sources.sample.web import odd, stream
from schemas.cc_index import CC_INDEX
from schemas.reasons import PASSED, REASONS


def sha1(block: bytes) -> str:
    return f"sha1:{b32encode(hashlib.sha1(block).digest()).decode()}"


def keys(web, kind, subset="warc"):
    return [f["key"] for f in web.facts["captures"]["files"] if (f["kind"], f["subset"]) == (kind, subset)]


def pages(web):
    rows = defaultdict(dict)
    for row in web.pages().to_pylist():
        rows[row["source_file"]][row["record_offset"]] = row
    return rows


VOID = {"meta", "link", "img", "base", "input", "area", "embed"}


class Seen(HTMLParser):
    """Links and words of a page, by the standard library's parser."""

    def __init__(self):
        super().__init__()
        self.links, self.words, self.title, self.base, self._open = Counter(), [], "", None, []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self._open.append(tag)
        at = dict(attrs)
        if tag == "base":
            self.base = at["href"]
        if tag == "meta" and at.get("property", "").startswith("og:"):
            self.links[("META", at["content"])] += 1
        if tag == "meta" and at.get("http-equiv") == "refresh":
            self.links[("META", at["content"])] += 1
        for name in ("href", "src", "action", "cite", "data-href", "background"):
            if name in at and tag != "base":
                self.links[(f"{tag.upper()}@/{name}", at[name])] += 1
        if "onclick" in at:
            self.links[(f"{tag.upper()}@/onclick", at["onclick"].split("'")[1])] += 1

    def handle_endtag(self, tag):
        while tag in self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data):
        inside = self._open[-1] if self._open else ""
        if inside == "title":
            self.title += data
        elif inside == "style":
            self.links[("STYLE/#text", data.split("url(")[1].split(")")[0])] += 1
        elif inside != "script":
            self.words += data.split()


def noted(html):
    """The links that WAT notes, as `Seen` counts them."""
    head = html["Head"]
    found = Counter((link["path"], link.get("url", link.get("href"))) for link in html["Links"])
    found += Counter((x["path"], x["url"]) for part in ("Link", "Scripts") for x in head.get(part, ()))
    return found + Counter(("META", meta["content"]) for meta in head.get("Metas", ()))


def test_every_whole_record_is_as_its_header_says(web, records):
    kinds, ids = Counter(), Counter()
    harmed = {(d["key"], d["offset"]) for d in web.facts["captures"]["damaged"]}
    for key in keys(web, "warc") + keys(web, "wat") + keys(web, "warc", "crawldiagnostics"):
        found = records(key)
        assert found[0][2]["WARC-Filename"] == key.rsplit("/", 1)[1]
        for offset, _, header, block in found:
            kinds[key.split(".")[-2], header["WARC-Type"]] += 1
            ids[header["WARC-Record-ID"]] += 1
            if (key, offset) in harmed:
                continue
            assert header["WARC-Block-Digest"] == sha1(block)
            if header["WARC-Type"] == "response" and block.startswith(b"HTTP/"):
                assert header["WARC-Payload-Digest"] == sha1(block.partition(b"\r\n\r\n")[2])
    assert max(ids.values()) == 1
    assert {kind for file, kind in kinds if file == "warc"} == {
        "warcinfo", "request", "response", "metadata", "revisit",
    }  # fmt: skip
    assert {kind for file, kind in kinds if file == "wat"} == {"warcinfo", "metadata"}
    assert kinds["warc", "response"] > 400


def test_pages_say_what_was_planned_in_the_encoding_that_was(web, records):
    charsets, quality = Counter(), Counter()
    for key, rows in pages(web).items():
        by_offset = {offset: (length, header, block) for offset, length, header, block in records(key)}
        for offset, row in rows.items():
            length, header, block = by_offset[offset]
            assert length == row["record_length"]
            assert header["WARC-Target-URI"] == row["url"]
            assert header["WARC-Record-ID"] == f"<{row['record_id']}>"
            charsets[row["charset"]] += 1
            if row["odd"] in ("still_coded", "unclosed_tags", "script_in_title"):
                continue
            body = block.partition(b"\r\n\r\n")[2].decode(row["charset"].replace("gbk", "gb18030"))
            page = Seen()
            page.feed(body.removeprefix("\ufeff"))
            assert " ".join(page.title.split()) == row["title"]
            main = [
                word for word in page.words if not word.lower().lstrip("©").startswith("zq") and word != "©"
            ]
            assert Counter(main) == Counter(row["main_text"].split()), row["url"]
            quality["main"] += len(main)
            quality["around"] += len(page.words) - len(main)
    assert {"utf-8", "windows-1252", "windows-1251", "utf-16le", "gbk"} <= set(charsets)
    assert quality["around"] > 0.1 * quality["main"] > 1000


def test_wat_notes_the_links_that_are_in_the_html(web, records):
    seen = 0
    for warc, wat in zip(keys(web, "warc"), keys(web, "wat"), strict=True):
        answers = {h["WARC-Record-ID"]: b for _, _, h, b in records(warc) if h["WARC-Type"] == "response"}
        charset = {f"<{row['record_id']}>": row for row in pages(web)[warc].values()}
        for _, _, header, block in records(wat):
            name = header.get("WARC-Refers-To")
            row = charset.get(name)
            if row is None or row["odd"] == "unclosed_tags" or row["odd"] == "still_coded":
                continue
            try:
                envelope = json.loads(block)["Envelope"]
            except ValueError:
                continue
            answer = envelope["Payload-Metadata"]["HTTP-Response-Metadata"]
            body = answers[name].partition(b"\r\n\r\n")[2].decode(row["charset"].replace("gbk", "gb18030"))
            page = Seen()
            page.feed(body.removeprefix("\ufeff"))
            page.links.pop(("A@/", ""), None)
            assert noted(answer["HTML-Metadata"]) == page.links, row["url"]
            assert answer["HTML-Metadata"]["Head"].get("Base") == page.base
            seen += 1
    assert seen > 350


def test_every_kind_of_link_is_planted(web):
    from schemas.links import KINDS

    planted = set(web.links("warc", captures="all")["kind"].to_pylist())
    assert planted == set(KINDS)
    kept, folded = (
        set(web.links("wat", www)["target_host_reversed"].to_pylist()) for www in ("kept", "folded")
    )
    assert any(host.endswith(".www") for host in kept)
    assert {host for host in folded if host.endswith(".www")} == {"com.www"} & folded
    for table in (web.links("wat"), web.links("warc", "folded", "all")):
        totals = defaultdict(int)
        for row in table.to_pylist():
            sign = -1 if row["kind"] == "page" else 1
            totals[row["source_file"], row["source_host_reversed"]] += sign * row["links"]
        assert not any(totals.values())


def test_the_index_points_at_the_records(web, records):
    known = {field.name: field.type for field in CC_INDEX}
    statuses = Counter()
    for subset in ("warc", "crawldiagnostics", "robotstxt"):
        for key in keys(web, "index", subset):
            assert f"/subset={subset}/" in key
            table = pq.ParquetFile(web.root / key).read()
            assert table.schema.field("warc_record_offset").type == pa.int32()
            assert set(table.column_names) <= set(known)
            old = "CC-MAIN-2023-06" in key
            assert ("content_languages" in table.column_names) != old
            for row in table.to_pylist():
                at, length = row["warc_record_offset"], row["warc_record_length"]
                data = (web.root / row["warc_filename"]).read_bytes()[at : at + length]
                head = zlib.decompressobj(wbits=31).decompress(data, 4096).decode("latin-1")
                assert f"\r\nWARC-Target-URI: {row['url'].encode().decode('latin-1')}\r\n" in head
                statuses[row["fetch_status"]] += 1
                if row["url_host_registered_domain"]:
                    assert row["url_host_name"].endswith(row["url_host_registered_domain"])
    assert {200, 301, 404, 304} <= set(statuses)
    assert statuses[200] > web.pages().num_rows


def test_the_lists_name_every_file_and_one_that_is_missing(web):
    facts = web.facts["captures"]
    there = {file["key"] for file in facts["files"]}
    listed = Counter()
    for path in (web.root / "crawl-data").rglob("*.paths.gz"):
        if path.name != "wet.paths.gz" and "CC-NEWS" not in str(path):
            listed.update(gzip.decompress(path.read_bytes()).decode().split())
    missing = {d["key"] for d in facts["damaged"] if d["reason"] == "missing"}
    assert set(listed) == there | missing
    assert max(listed.values()) == 1
    assert all((web.root / key).is_file() for key in there)
    assert not any((web.root / key).exists() for key in missing)
    assert len(missing) == 2


def test_damage_is_what_and_where_the_truth_says(web, records):
    whats = Counter()
    for lost in web.facts["captures"]["damaged"]:
        whats[lost["kind"], lost["reason"]] += 1
        assert lost["reason"] in REASONS
        if lost["reason"] in ("truncated", "corrupt_gzip", "bad_length", "bad_header"):
            assert lost["offset"] not in [offset for offset, *_ in records(lost["key"])]
            assert (web.root / lost["key"]).read_bytes()[lost["offset"] :][:3] == b"\x1f\x8b\x08"
    assert set(whats.values()) == {1}
    assert {reason for kind, reason in whats if kind == "warc"} == {
        "truncated", "corrupt_gzip", "bad_length", "bad_header", "bad_http", "missing",
    }  # fmt: skip
    assert {reason for kind, reason in whats if kind == "wat"} == {
        "truncated", "corrupt_gzip", "bad_length", "bad_json", "bad_metadata", "missing",
    }  # fmt: skip


def test_everything_odd_is_there_with_a_known_verdict(web):
    found = web.facts["captures"]["odd"]
    assert {one["what"] for one in found} == set(odd.ODD)
    for one in found:
        assert one["passed"] is None or one["passed"] in PASSED
        assert one["set_aside"] is None or one["set_aside"] in REASONS


@pytest.mark.parametrize(("what", "least"), [("long_line", 100_000_000), ("gzip_bomb", 60_000)])
def test_large_things_are_small_on_disk(web, what, least):
    (one,) = (o for o in web.facts["captures"]["odd"] if o["what"] == what)
    data = (web.root / one["key"]).read_bytes()
    assert len(data) < 600_000
    unpack, size, pending = zlib.decompressobj(wbits=31), 0, data[one["offset"] :]
    while pending and not unpack.eof:
        size += len(unpack.decompress(pending, 1 << 20))
        pending = unpack.unconsumed_tail
    assert unpack.eof
    assert size > least


def test_a_repeated_stream_is_plain_gzip():
    packed = stream.repeated(b"begin", b"middle " * 1000, 3, b"end")
    assert gzip.decompress(packed) == b"begin" + b"middle " * 3000 + b"end"
    assert stream.digest_of(b"begin", b"middle ", 3, b"end") == sha1(b"begin" + b"middle " * 3 + b"end")


def test_wet_was_made_from_the_responses(web, records):
    wet = {h["WARC-Target-URI"]: h["WARC-Refers-To"] for f in web.facts["files"][:3] for _, _, h, _ in records(f["key"])
           if h["WARC-Type"] == "conversion"}  # fmt: skip
    rows = [
        row for row in web.pages().to_pylist() if row["crawl"] == web.facts["crawls"][0] and not row["odd"]
    ]
    both = [row for row in rows if row["url"] in wet]
    assert len(both) > 60
    assert all(wet[row["url"]] == f"<{row['record_id']}>" for row in both)


def test_small_is_small(web):
    assert sum(path.stat().st_size for path in web.root.rglob("*") if path.is_file()) < 12_000_000


def test_wet_alone_has_the_same_bytes(tmp_path):
    every, alone = (
        sample.write(tmp_path / name, seed=3, text_bytes=40_000, also=also)
        for name, also in (("every", ("captures",)), ("alone", ()))
    )
    assert every.facts["captures"]
    assert (alone.facts["captures"], alone.facts["news"]) == (None, None)
    assert not list((tmp_path / "alone").rglob("*.warc.gz"))
    assert every.facts["files"] == alone.facts["files"]
    for file in alone.facts["files"]:
        assert (tmp_path / "every" / file["key"]).read_bytes() == (
            tmp_path / "alone" / file["key"]
        ).read_bytes()


def test_peers_read_the_same_records(web):
    warcio = pytest.importorskip("warcio.archiveiterator")
    fastwarc = pytest.importorskip("fastwarc")
    files = [
        f for f in web.facts["captures"]["files"] if f["kind"] != "index" and not f["links"]["set_aside"]
    ]
    for file in files[::3]:
        with (web.root / file["key"]).open("rb") as stream:
            names = [record.rec_headers["WARC-Record-ID"] for record in warcio.ArchiveIterator(stream)]
        with (web.root / file["key"]).open("rb") as stream:
            read = fastwarc.ArchiveIterator(stream, parse_http=False)
            fast = [(record.headers["WARC-Record-ID"], record.verify_block_digest()) for record in read]
        assert fast == [(name, True) for name in names]
        assert len(names) == file["links"]["records"]
