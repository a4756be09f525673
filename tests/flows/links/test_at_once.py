"""Many WAT records at once add what each adds alone, whatever bytes they have; and nearly all are taken so."""

from __future__ import annotations

import gzip
import json
import re

import numpy as np
import orjson
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.sources import whole
from flows.sources.links import at_once, elements, leads, tokens, wat
from flows.sources.links.address import way
from flows.sources.links.at_once import AtOnce, Batch
from flows.sources.links.edges import NO_PLAIN_HOST, Edges, Limits
from flows.sources.links.kinds import ADDRESS
from flows.sources.links.numbered import Values, words_of
from flows.sources.source import Account, Input
from schemas.links import links as table
from tests.flows.links.wats import LIMITS, anchors, edges, read_wat, wat_record

URL = "https://www.example.org/dir/page.html"
PIECES = ["http://", "https://", "HTTP://", "//", "/", "\\", "#", "?", "@", ":", ".", " ", "\t", "\n", "\u00a0",
          "a.com", "b.org:80", "c", "mailto:", "é", "\ud800", "-", "WWW.", "10.0.0.1", "ſ", '"', "<", ">"]  # fmt: skip
written = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
odd = st.sampled_from([None, 3, True, [], {}, ["x"], {"a": 1.5}])
link = st.fixed_dictionaries(
    {},
    optional={
        "path": st.sampled_from(["A@/href", "IMG@/src", "TD@/background", "X@/y", "é@/data-href", "p" * 300]),
        "url": written | written | odd,
        "href": written,
        "rel": st.sampled_from(["nofollow", "NoFollow ugc", "noopener", "", "icon", "é", "\\", None]),
        "content": written | written | odd,
        "http-equiv": st.sampled_from(["refresh", " REFRESH ", "x-dns-prefetch-control", "é", "f"]),
        "text": st.text(max_size=5) | odd,
    },
)
lists = st.lists(link, max_size=4) | odd
answers = st.fixed_dictionaries(
    {"Response-Message": st.fixed_dictionaries({"Status": st.sampled_from(["200", "200", "200", "301", "404", 200])})},
    optional={
        "Headers": st.dictionaries(
            st.sampled_from(["Link", "link", "LIN\u212a", "Content-Location", "Location", "é", "Date"]),
            written | odd,
            max_size=4,
        ) | odd,
        "HTML-Metadata": st.fixed_dictionaries(
            {},
            optional={
                "Links": lists,
                "Head": st.fixed_dictionaries(
                    {}, optional={"Base": written | odd, "Link": lists, "Scripts": lists, "Metas": lists}
                ) | odd,
            },
        ) | odd,
    },
)  # fmt: skip
envelopes = st.fixed_dictionaries({
    "WARC-Header-Metadata": st.fixed_dictionaries({
        "WARC-Type": st.sampled_from(["response", "response", "response", "request", None]),
        "WARC-Target-URI": st.sampled_from([URL, "http://b.com/", "<https://c.org/>", "dns:b.com", "//d.com", "", " "]),
    }),
    "Payload-Metadata": st.fixed_dictionaries({}, optional={"HTTP-Response-Metadata": answers | odd}),
})  # fmt: skip


def packed(block: bytes, head: str = "") -> bytes:
    kept = (
        head
        or f"WARC/1.0\r\nWARC-Type: metadata\r\nContent-Type: application/json\r\nContent-Length: {len(block)}"
    )
    return gzip.compress(kept.encode() + b"\r\n\r\n" + block + b"\r\n\r\n", 1, mtime=0)


def left(*members: bytes, redirects: bool = False) -> list[int]:
    taker = AtOnce(Edges(fold_www=False), Account(), LIMITS, redirects=redirects)
    return list(taker.take([gzip.decompress(member) for member in members]))


@given(
    st.lists(st.tuples(envelopes, st.booleans(), st.booleans()), max_size=4),
    st.sampled_from(["pages", "all"]),
)
@settings(deadline=None, max_examples=300)
def test_what_records_add_does_not_depend_on_how_they_are_read(made, captures):
    """`read_wat` reads them both ways, and compares rows and accounts."""
    blocks = [
        json.dumps({"Envelope": e}, ensure_ascii=not raw, indent=1 if wide else None) for e, raw, wide in made
    ]
    read_wat(*(packed(b.encode("utf-8", "surrogatepass")) for b in blocks), captures=captures)


USUAL = {
    "Envelope": {
        "Payload-Metadata": {
            "HTTP-Response-Metadata": {
                "Headers": {"Link": '<https://h.org/>; rel="x", <https://i.org/y>', "Date": "d"},
                "HTML-Metadata": {
                    "Links": [
                        {
                            "path": "A@/href",
                            "url": "https://b.com/e",
                            "text": "a “b”\u2019",
                            "rel": "nofollow",
                        },
                        {"path": "IMG@/src", "url": "//c.com/x"},
                        {"url": "/x", "path": "A@/href"},
                        {"path": "STYLE/#text", "href": "https://d.com/"},
                    ],
                    "Head": {
                        "Base": "https://e.com/",
                        "Link": [{"path": "LINK@/href", "url": "https://f.com/", "rel": "icon"}],
                        "Scripts": [{"path": "SCRIPT@/src", "url": "https://g.com/"}],
                        "Metas": [
                            {"content": "https://j.com/", "name": "og:url"},
                            {"content": "\n x” \\ //"},
                        ],
                    },
                },
                "Response-Message": {"Status": "200"},
            },
            "n": [1, -2, True, None, {"deep": [[]]}],
        },
        "WARC-Header-Metadata": {"WARC-Type": "response", "WARC-Target-URI": URL},
    }
}


@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_usual_record_is_taken(ascii_only):
    member = packed(json.dumps(USUAL, ensure_ascii=ascii_only).encode())
    assert left(member, member) == []
    found, account = read_wat(member)
    assert {t.removeprefix("com.") for _, t, _ in edges(found)} == {
        "b", "c", "d", "e", "f", "g", "j", "org.h", "org.i"}  # fmt: skip
    assert account.kept == 1


@given(st.data())
@settings(deadline=None, max_examples=300)
def test_what_is_wrong_with_a_record_is_told_the_same(data):
    """Bytes of a usual record are changed, in its header and its JSON."""
    block = bytearray(json.dumps(USUAL, ensure_ascii=data.draw(st.booleans())).encode())
    bits = [b'"', b"\\", b"\\u00e9", b"\\ud800", b"{", b"}", b"[", b"]", b",", b":", b"null", b"1e5", b"007", b"\n",
            b"\xff", b"\xc3\xa9", b" ", b"\0", b""]  # fmt: skip
    for _ in range(data.draw(st.integers(1, 2))):
        at = data.draw(st.integers(0, len(block)))
        block[at : at + data.draw(st.integers(0, 3))] = data.draw(st.sampled_from(bits))
    read_wat(packed(bytes(block)), packed(json.dumps(USUAL).encode()))


@pytest.mark.parametrize(
    "head",
    [
        "WARC/1.0\r\nWARC-Type: metadata\r\nContent-Type: Application/JSON ; x=y\r\nContent-Length: {}",
        "WARC/1.0\r\nwarc-type:metadata\r\nContent-Type: application/json\r\nContent-Length:   {}  ",
        "WARC/1.0\r\nWARC-Type: Metadata\r\nContent-Type: application/json\r\nContent-Length: {}",
        "WARC/1.0\r\nContent-Length: {}",
        "WARC/1.0\r\nWARC-Type: metadata\r\nContent-Type: application/json\r\nContent-Length: 9{}",
        "WARC/1.0\r\nWARC-Type: metadata\r\nContent-Type: application/json\r\nContent-Length: 2",
        "WARC/1.0\r\nWARC-Type: metadata\r\nWARC-Type: x\r\nContent-Type: application/json\r\nContent-Length: {}",
        "WARC/1.0\r\nWARC-Type: metadata\r\nContent-Type: application/json\r\n x\r\nContent-Length: {}",
        "WARC/1.0\r\nWARC-Type : metadata\r\nno colon\r\nContent-Type: application/json\r\nContent-Length: {}",
        "WARC/1.0\nWARC-Type: metadata\nContent-Type: application/json\nContent-Length: {}",
        "WARD/1.0\r\nWARC-Type: metadata\r\nContent-Type: application/json\r\nContent-Length: {}",
        "WARC/1.0\r\nWARC-Type: metadata\r\nContent-Type: application/json\r\nContent-Length: x{}",
        "WARC/1.0",
    ],
)
def test_headers_mean_the_same(head):
    block = json.dumps(USUAL).encode()
    good = packed(block)
    read_wat(packed(block, head.replace("{}", str(len(block)))), good)


def test_members_of_several_records_and_large_ones_are_left():
    one = gzip.decompress(packed(json.dumps(USUAL).encode()))
    several = gzip.compress(one + one, mtime=0)
    large = packed(json.dumps(USUAL | {"x": "y" * (1 << 20)}).encode())
    assert left(several, packed(json.dumps(USUAL).encode())) == [0]
    _, account = read_wat(several, large, gzip.compress(one), b"\0" * 20_000, gzip.compress(b""), several)
    assert account.seen == account.kept == 6
    assert not account.rejects


@given(st.lists(written, min_size=1, max_size=9), st.sampled_from(["http", "https"]))
@settings(deadline=None, max_examples=300)
def test_leads_are_those_of_each_link(found, scheme):
    raw = [re.sub("[\0-\x1f\ud800]", "", one).encode() for one in found]
    batch = Batch(raw)
    begins = np.cumsum([0, *map(len, raw)])
    slices = np.stack([begins[:-1], begins[1:]], axis=1).astype(np.int32)
    made = Edges(fold_www=False)
    page = made.page(f"{scheme}://page.example.net/", None)
    told, hosts = at_once._led(batch, slices)
    for one, lead, host in zip(raw, told.tolist(), hosts.tolist(), strict=True):
        text = one.decode()
        if lead == leads.HOST:
            chunk = batch.string(*host)
            assert made.named(chunk) in (NO_PLAIN_HOST, made.elsewhere(text, page))
        elif lead != leads.REST:
            want = {
                leads.RELATIVE: "relative",
                leads.SAME_PAGE: "same_page",
                leads.OTHER_SCHEME: "other_scheme",
            }
            assert way(text, scheme).lead == want[lead]


@given(
    st.lists(
        st.text(alphabet=' \\"/\n\u00a0\u2003\u2028\u3000“あésSſhHTtPp:x', max_size=12),
        min_size=1,
        max_size=5,
    )
)
@settings(deadline=None, max_examples=300)
def test_which_metas_are_addresses(contents):
    """What is told is right; nothing is told only of what has escapes, or begins with bytes beyond ASCII."""
    raw = [json.dumps(content, ensure_ascii=False).encode() + b"\r\n" for content in contents]
    batch = Batch(raw)
    roots, room = np.zeros(len(raw), np.int64), np.zeros(64, np.int64)
    blocks = np.stack([batch.members[:-1], batch.members[1:] - 2], axis=1)
    found = np.zeros((len(batch.raw), 3), np.int32)
    tokens.tokenise(batch.text, batch.words, blocks, np.ones(len(raw), bool), room, found, roots)
    for content, root in zip(contents, roots.tolist(), strict=True):
        assert root >= 0
        told = elements._is_address(batch.text, found, root)
        assert told in (-1, ADDRESS.match(content) is not None)
        assert told >= 0 or re.search(r'[ſ\s"\\]|^[/hH].{,7}[^\0-\x7f]', content)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15) + 1, 10**15 - 1) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


def tokenised(*blocks: bytes) -> list[int]:
    batch = Batch([block + b"\r\n" for block in blocks])
    roots, room = np.zeros(len(blocks), np.int64), np.zeros(64, np.int64)
    ends = np.stack([batch.members[:-1], batch.members[1:] - 2], axis=1)
    found = np.zeros((len(batch.raw), 3), np.int32)
    tokens.tokenise(batch.text, batch.words, ends, np.ones(len(blocks), bool), room, found, roots)
    return roots.tolist()


@given(st.lists(values, min_size=1, max_size=4), st.booleans(), st.sampled_from([None, 1]))
@settings(deadline=None, max_examples=200)
def test_sound_json_becomes_tokens(made, raw, indent):
    texts = [json.dumps(value, ensure_ascii=not raw, indent=indent) for value in made]
    roots = tokenised(*(text.encode() for text in texts))
    assert all(root >= 0 or re.search(r"\\ud[89a-f]", text) for root, text in zip(roots, texts, strict=True))


@given(st.text(alphabet='{}[]":,\\ u0019-eEtrufalsn/bD8\t', max_size=14))
@settings(deadline=None, max_examples=500)
def test_what_becomes_tokens_is_sound_json(text):
    (root,) = tokenised(text.encode())
    if root >= 0:
        orjson.loads(text)


def test_json_that_nests_too_deep_is_left():
    fits, deep = b"[" * 60 + b"]" * 60, b"[" * 61 + b"]" * 61
    assert tokenised(fits, deep) == [0, -1]


@given(st.lists(st.text(max_size=9), max_size=40), st.sampled_from([1, 2, 16]))
@settings(deadline=None)
def test_values_are_those_of_the_names_however_few_are_held(names, held):
    asked = []
    table = Values(lambda name: asked.append(name) or len(name), held, 64)
    raw = [name.encode() for name in names]
    text = np.frombuffer(b"".join(raw) + bytes(8), np.uint8)
    ends = np.cumsum([0, *map(len, raw)])
    slices = np.stack([ends[:-1], ends[1:]], axis=1).astype(np.int32)
    assert table.of(text, words_of(text), slices).tolist() == [len(name) for name in names]
    if held == 16 and len(set(names)) <= 16 and sum(map(len, set(raw))) <= 64:
        assert sorted(asked) == sorted(set(names))


def test_edges_put_on_disk_meanwhile_are_the_same():
    members = [
        wat_record(f"https://h{n}.org/", anchors("https://b.com/", f"https://c{n % 5}.com/", "x"))
        for n in range(40)
    ]

    def rows(limits: Limits | None) -> list:
        made = Edges(fold_www=False, limits=limits)
        taker = AtOnce(made, Account(), LIMITS, redirects=False)
        for start in range(0, 40, 5):
            assert not taker.take([gzip.decompress(member) for member in members[start : start + 5]])
        try:
            return [row for batch in made.batches("k") for row in batch.to_pylist()]
        finally:
            made.close()

    assert rows(Limits(7, 1000)) == rows(None)


def test_only_an_input_that_is_worth_it_is_read_at_once(monkeypatch):
    """What comes before and after the change of roads is the same rows."""
    taken = []
    take = AtOnce.take
    monkeypatch.setattr(
        AtOnce, "take", lambda self, members: taken.append(len(members)) or take(self, members)
    )
    monkeypatch.setattr(whole, "AT_ONCE", 2000)
    monkeypatch.setattr(wat, "AT_ONCE", "a module that is not loaded")
    monkeypatch.setattr(wat, "WORTH", 4000)
    members = [
        wat_record(f"https://h{n % 7}.org/", anchors(f"https://c{n % 5}.com/", "x")) for n in range(40)
    ]
    account = Account()
    item = Input("k", {"crawl": "c", "www": "kept", "captures": "pages"})
    rows = pa.Table.from_batches(wat.read([b"".join(members)], item, account, LIMITS), table.schema())
    assert 0 < sum(taken) < 40
    assert account.seen == account.kept == 40
    assert rows.to_pylist() == read_wat(*members)[0]
