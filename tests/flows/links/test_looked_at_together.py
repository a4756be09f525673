"""Links looked at together lead where each leads by itself, whatever bytes they have."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.sources.hosts import flaw, host_in, in_graph, reverse
from flows.sources.links import gathered
from flows.sources.links.address import way
from flows.sources.links.edges import Edges
from flows.sources.links.scan import Lines
from schemas.links import KINDS
from schemas.links import links as table

PIECES = ["http://", "https://", "HTTP://", "//", "/", "\\", "#", "?", "@", ":", ".", " ", "\t", "\n", "\r", "\0",
          "a.com", "b.org:80", "c", "mailto:", "é", "\ud800", "-", "WWW.", "10.0.0.1", "index.html"]  # fmt: skip
written = st.lists(st.sampled_from(PIECES), max_size=7).map("".join)
HOME, BASE = "page.example.net", "base.example.org"


def leads(link: str, base: bool) -> tuple[str, str]:
    """Target and kind of an anchor, from the link alone."""
    to = way(link, "http" if base else "https")
    home = BASE if base else HOME
    if to.lead == "host":
        host = host_in(to.authority)
        what = flaw(host)
        return (HOME, what) if what else (host, "anchor")
    if to.lead == "relative":
        return home, "anchor"
    if to.lead == "same_page":
        return (BASE, "anchor") if base else (HOME, "same_page")
    return HOME, "other_scheme"


def told(found: list[str], *, base: bool) -> dict[tuple[str, str], int]:
    """Links by target and kind, from edges."""
    made = Edges(fold_www=False)
    assert made.add(f"https://{HOME}/", f"http://{BASE}/" if base else None, [0] * len(found), found)
    rows = pa.Table.from_batches(made.batches("k")).to_pylist()
    return {(reverse(r["target_host_reversed"]), r["kind"]): r["links"] for r in rows if r["kind"] != "page"}


@given(st.lists(written, max_size=8), st.booleans())
@settings(deadline=None, max_examples=400)
def test_each_leads_where_it_leads_alone(found, base):
    got = told(found, base=base)
    want: dict[tuple[str, str], int] = {}
    for link in found:
        to = leads(link, base)
        want[to] = want.get(to, 0) + 1
    assert got == want
    assert {kind for _, kind in got} <= set(KINDS)


@given(st.lists(st.text(alphabet="htps:/#x.é", max_size=12), min_size=1, max_size=20))
@settings(deadline=None)
def test_lines_and_their_hosts_are_those_of_cutting_text(links):
    lines = Lines("".join(f"{link}\n" for link in links).encode())
    assert [lines[n] for n in range(len(links))] == links
    assert lines.fragments().tolist() == [link[:1] in ("", "#") for link in links]
    assert lines.on_own_host().tolist() == [link[:1] == "/" and link[1:2] != "/" for link in links]
    numbers, hosts = lines.with_host()
    told = dict(zip(numbers.tolist(), hosts.to_pylist(), strict=True))
    assert told == {
        n: link.split("/")[2] for n, link in enumerate(links) if link.startswith(("http://", "https://"))
    }


@pytest.mark.parametrize(
    ("link", "host", "kind"),
    [
        ("https://a.com /x", HOME, "invalid_host"),  # a space inside is no space around
        (" https://a.com ", "a.com", "anchor"),
        ("https://\t/a.com/x", "a.com", "anchor"),  # tabs do not count, nor do more slashes
        ("https://\\/a.com/x", "a.com", "anchor"),
        ("ht\ntps://a.com", "a.com", "anchor"),
        ("https://a.com/\ud800", "a.com", "anchor"),
        ("https://\ud800.com/", HOME, "invalid_host"),
    ],
)
def test_odd_links(link, host, kind):
    assert told([link], base=False) == {(host, kind): 1}


@given(st.lists(st.tuples(st.lists(written, max_size=5), st.booleans()), max_size=6), st.integers(1, 6))
@settings(deadline=None)
def test_how_many_are_looked_at_together_changes_nothing(pages, at_once):
    def rows(links_at_once: int) -> pa.Table:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(gathered, "LINKS_AT_ONCE", links_at_once)
            made = Edges(fold_www=True)
            for found, base in pages:
                made.add(f"https://{HOME}/", f"//{BASE}" if base else None, [0] * len(found), found)
            return pa.Table.from_batches(made.batches("k"), table.schema())

    assert rows(at_once).equals(rows(1 << 18))


@given(
    st.lists(st.sampled_from(["www", "a", "-b", "c-d", "e_", "co", "uk", "za", "com", "x1", "0x1", "é", "", "q" * 63]),
             min_size=1, max_size=6).map(".".join)
)  # fmt: skip
@settings(deadline=None)
def test_one_look_tells_what_both_tell(authority):
    host = host_in(authority)
    assert in_graph(authority) == ((host or ""), flaw(host))


def test_a_link_that_is_no_text_adds_nothing():
    made = Edges(fold_www=False)
    with pytest.raises(TypeError):
        made.add(f"https://{HOME}/", None, [0, 0], ["/x", None])
    assert list(made.batches("k")) == []
