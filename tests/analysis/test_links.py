"""Edges added up over inputs, kinds and crawls: the same on every engine, and no links of different rules mixed."""

from __future__ import annotations

import pytest

from analysis import engines, run
from analysis.graph.links import Links as Options
from analysis.graph.links import links
from analysis.lake import Mixed, dataset
from analysis.runner import job
from conf.places import place
from conf.settings import load
from conf.typed import OptionError
from flows.landing.run import land_all
from flows.sources.links.selection import Links
from flows.sources.links.wat import wat
from tests.flows.links.wats import anchors, wat_record

A, B, C = "org.a", "com.b.www", "de.c"
A_TO_B = ["source_host_reversed", "target_host_reversed"]
KEPT = {
    ("CC-MAIN-2024-10", A, B): (4, 4, 1),  # three pages, of which one links in two ways
    ("CC-MAIN-2024-10", B, A): (1, 1, 0),
    ("CC-MAIN-2024-22", A, C): (1, 1, 0),
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """A lake with links of three files in two crawls."""
    folder = tmp_path_factory.mktemp("links")
    image = {"Links": [{"path": "IMG@/src", "url": "//www.b.com/i.png"},
                       {"path": "A@/href", "url": "//www.b.com/", "rel": "nofollow"}]}  # fmt: skip
    files = {
        "CC-MAIN-2024-10/a.wat.gz": [("https://a.org/", anchors("https://www.b.com/", "/x", "mailto:x"))],
        "CC-MAIN-2024-10/b.wat.gz": [("https://a.org/", anchors("https://www.b.com/")), ("https://a.org/2", image),
                                     ("https://www.b.com/", anchors("http://a.org", "http://b.com"))],
        "CC-MAIN-2024-22/c.wat.gz": [("https://a.org/", anchors("https://c.de/"))],
    }  # fmt: skip
    for name, pages in files.items():
        path = folder / "archive" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(wat_record(url, page) for url, page in pages))
    (folder / "all.paths").write_text("\n".join(files))
    over = {"archives": {"commoncrawl": str(folder / "archive")}, "ingest": {"processes": 1}}
    made = load(environ={}, lake=str(folder / "lake"), **over)
    for www in ("kept", "folded"):
        chosen = Links(paths=str(folder / "all.paths"), www=www)
        archive = place(made.archives.commoncrawl, made)
        rows = land_all("wat", wat.inputs(chosen, archive, made), made)
        assert [row["status"] for row in rows] == ["complete"] * 3
        assert land_all("wat", wat.inputs(chosen, archive, made), made) == []
    return made


def as_dict(result, *names: str) -> dict[tuple[str, ...], tuple[int, ...]]:
    measures = ("pages", "links", "nofollow_links")
    return {tuple(r[n] for n in names): tuple(r[m] for m in measures) for r in result.table.to_pylist()}


def test_edges_are_added_up_on_every_engine(settings, engine):
    result = run("links", settings=settings, engine=engine, where={"www": ["kept"]})
    got = as_dict(result, "crawl", "source_host_reversed", "target_host_reversed")
    assert got == KEPT | {("CC-MAIN-2024-10", B, "com.b"): (1, 1, 0)}
    assert list(got) == sorted(got, key=lambda key: (key[1], key[2], key[0]))
    assert result.manifest["coverage"]["inputs"] == 3
    assert result.manifest["coverage"]["partitions"]["www"] == ["kept"]
    assert result.manifest["facts"]["links"] == 7


@pytest.mark.parametrize("by", [(), ("kind",), ("crawl", "kind")])
def test_rows_and_their_order_are_those_of_names_added_up(settings, engine, by):
    """By the general road, which adds up texts, and sorting."""
    chosen = dataset(place(settings.lake, settings), links.reads, {"www": ["kept"]})
    options = Options(by=by)
    sums = engines.engine("dask")(job(links, options, chosen))
    wanted = sums.sort_by([(name, "ascending") for name in (A_TO_B + list(by))])
    found = run("links", settings=settings, engine=engine, where={"www": ["kept"]}, by=by)
    assert found.table.schema.equals(wanted.schema, check_metadata=True)
    assert found.table.equals(wanted)


def test_kinds_that_no_row_has_make_no_edge(settings, engine):
    found = run("links", settings=settings, engine=engine, where={"www": ["kept"]}, kinds=("sitemap",))
    assert found.table.num_rows == 0
    assert found.manifest["facts"]["links"] == 0


def test_with_www_folded_what_stays_on_a_host_is_no_edge(settings):
    result = run("links", settings=settings, where={"www": ["folded"]})
    got = as_dict(result, "crawl", "source_host_reversed", "target_host_reversed")
    assert got == {
        (crawl, s.removesuffix(".www"), t.removesuffix(".www")): n for (crawl, s, t), n in KEPT.items()
    }


def test_kinds_are_chosen_and_kept_apart(settings):
    where = {"www": ["kept"]}
    by_kind = as_dict(run("links", settings=settings, where=where, by=("kind",)),
                      "source_host_reversed", "target_host_reversed", "kind")  # fmt: skip
    assert by_kind[A, B, "anchor"] == (3, 3, 1)
    assert by_kind[A, B, "image"] == (1, 1, 0)
    images = run("links", settings=settings, where=where, by=(), kinds=("image",))
    assert as_dict(images, "source_host_reversed", "target_host_reversed") == {(A, B): (1, 1, 0)}


def test_links_taken_by_different_rules_are_not_mixed(settings):
    with pytest.raises(Mixed, match="www folded and kept"):
        run("links", settings=settings)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"kinds": ("anchors",)}, "'anchors' is no kind of link; choose from anchor"),
        ({"kinds": ("page",)}, "'page' is no kind of link"),
        ({"by": ("month",)}, "by"),
    ],
)
def test_options_that_do_not_exist_are_refused(settings, options, said):
    with pytest.raises(OptionError, match=said):
        run("links", settings=settings, **options)
