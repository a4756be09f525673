"""Edges are the same sums whatever fits in memory, and memory stays bounded."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.sources.links import edges as module
from flows.sources.links import gathered, sums
from flows.sources.links.edges import Edges, Limits
from flows.sources.links.kinds import CODES, NOFOLLOW
from schemas.links import KINDS, links

HOSTS = [f"h{n}.{top}" for n in range(4) for top in ("com", "org")]
found = st.tuples(
    st.sampled_from([CODES["anchor"], CODES["image"], CODES["anchor"] | NOFOLLOW]),
    st.sampled_from(["/x", "#", "mailto:x", "http://10.0.0.1/", *(f"https://{h}/x" for h in HOSTS)]),
)
pages = st.lists(st.tuples(st.sampled_from(HOSTS), st.lists(found, max_size=12)), max_size=12)


def table(added, limits: Limits | None = None) -> pa.Table:
    made = Edges(fold_www=False, limits=limits)
    for host, its_links in added:
        codes, urls = [code for code, _ in its_links], [url for _, url in its_links]
        assert made.add(f"http://{host}/", None, codes, urls)
    try:
        rows = pa.Table.from_batches(made.batches("k"), links.schema())
    finally:
        made.close()
    links.check(rows)
    return rows


@given(pages)
@settings(deadline=None)
def test_sums_are_those_of_counting_one_by_one(added):
    want: dict[tuple[str, str, str], Counter[str]] = {}
    for host, its_links in added:
        seen = set()
        whole = want.setdefault((host, host, "page"), Counter())
        whole.update(pages=1, links=len(its_links), nofollow=sum(code >= NOFOLLOW for code, _ in its_links))
        for code, url in its_links:
            kind, target = KINDS[code & 31], host
            if url.startswith("https://"):
                target = url.split("/")[2]
            elif url != "/x":
                kind = {"#": "same_page", "mailto:x": "other_scheme"}.get(url, "ip_address")
            key = (host, target, kind)
            want.setdefault(key, Counter()).update(pages=key not in seen, links=1, nofollow=code >= NOFOLLOW)
            seen.add(key)

    def back(name: str) -> str:
        return ".".join(reversed(name.split(".")))

    got = {
        (back(r["source_host_reversed"]), back(r["target_host_reversed"]), r["kind"]): (
            r["pages"], r["links"], r["nofollow_links"]
        )
        for r in table(added).to_pylist()
    }  # fmt: skip
    assert got == {key: (c["pages"], c["links"], c["nofollow"]) for key, c in want.items()}


@given(pages, st.integers(0, 6), st.integers(0, 12))
@settings(deadline=None)
def test_what_goes_to_disk_comes_back_the_same(added, hosts, edges):
    assert table(added, Limits(hosts, edges)).equals(table(added))


def test_rows_are_sorted_by_host():
    rows = table([("h1.org", [(0, "https://h2.com/"), (0, "https://h0.com/")]), ("h1.com", [])])
    names = list(
        zip(*(rows[c].to_pylist() for c in ("source_host_reversed", "target_host_reversed")), strict=True)
    )
    assert names == sorted(names)


def test_memory_is_bounded_whatever_hosts_a_file_names(monkeypatch):
    monkeypatch.setattr(gathered, "LINKS_AT_ONCE", 50)
    monkeypatch.setattr(sums, "BUFFERED", 500)
    monkeypatch.setattr(module, "CHUNKS_KEPT", 100)
    made = Edges(fold_www=False, limits=Limits(1000, 1000))
    for page in range(300):
        made.add("http://a.org/", None, [0] * 50, [f"https://h{page}-{n}.com/" for n in range(50)])
        assert len(made._hosts) <= 1000 + 51
        assert len(made._chunks) <= 100
        assert made._sums.edges <= 1000 + 500 + 51
    rows = sum(b.num_rows for b in made.batches("k"))
    folder = made._spill._folder
    assert folder.exists()
    made.close()
    assert rows == 300 * 50 + 1
    assert not folder.exists()
