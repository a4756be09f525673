"""The planted truth, recovered exactly, on every engine; one body of tests for all of them."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from analysis import frame, open_result, run
from analysis.coverage import coverage, ledger
from analysis.lake import NoData
from conf.places import place
from conf.settings import load
from conf.typed import OptionError
from flows.landing.run import land_all
from flows.sources.source import Input
from schemas import web

ALL = ("crawl", "month", "language")


@pytest.fixture(scope="module")
def planted(archive):
    """The truth tables as rows of one tokenizer."""

    def of(name: str, tokenizer: str) -> pa.Table:
        table = pq.read_table(archive / "truth" / f"{name}.parquet")
        return table.filter(pc.equal(table["tokenizer"], tokenizer)).drop_columns(["tokenizer"])

    return of


def sorted_rows(table: pa.Table, keys) -> list[dict]:
    return table.sort_by([(k, "ascending") for k in keys]).to_pylist()


@pytest.mark.parametrize("tokenizer", ["cc-pyspark", "default"])
def test_every_word_of_the_sample(lake, planted, engine, tokenizer):
    result = run("words", settings=lake, engine=engine, tokenizer=tokenizer, by=ALL)
    keys = [*ALL, "term"]
    found = result.table.select([*keys, "tf", "df"])
    assert sorted_rows(found, keys) == sorted_rows(
        planted("words", tokenizer).select([*keys, "tf", "df"]), keys
    )
    groups = result.table.group_by(list(ALL)).aggregate([("documents", "max"), ("tokens", "max")])
    groups = groups.rename_columns([*ALL, "documents", "tokens"])
    assert sorted_rows(groups, ALL) == sorted_rows(
        planted("groups", tokenizer).select(groups.column_names), ALL
    )


def test_documents_by_registered_domain(lake, planted, engine):
    result = run("words", settings=lake, engine=engine, by=("registered_domain", "crawl"))
    keys = ["crawl", "registered_domain"]
    groups = result.table.group_by(keys).aggregate([("documents", "max"), ("tokens", "max")])
    groups = groups.rename_columns([*keys, "documents", "tokens"])
    assert sorted_rows(groups, keys) == sorted_rows(
        planted("domains", "default").select(groups.column_names), keys
    )


def test_the_planted_trends(lake, truth, engine):
    words = tuple({t["term"] for t in truth["trends"]})
    result = run("trends", settings=lake, engine=engine, words=words, by=("crawl", "month", "language"))
    found = {(r["term"], r["crawl"], r["month"], r["language"]): r for r in result.table.to_pylist()}
    for trend in truth["trends"]:
        for group in trend["groups"]:
            row = found[trend["term"], group["crawl"], group["month"], trend["language"]]
            assert (row["tf"], row["df"]) == (group["default"]["tf"], group["default"]["df"])
            assert row["documents"] == group["documents"]
            assert row["document_share_low"] <= row["document_share"] <= row["document_share_high"]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("words", {"ngrams": 3, "by": ("language",)}),
        ("words", {"min_count": 3, "stop": ("the", "und")}),
        ("trends", {"words": ("migration", "climate change"), "by": ("month", "language")}),
        ("keywords", {"queries": ("migra*", "/drought|dürre/"), "sample": 50, "seed": 3}),
    ],
)
@pytest.mark.spark
@pytest.mark.parametrize("other", ["spark", "spark-rdd"])
def test_engines_agree_to_the_bit(lake, java, name, options, other):
    one = run(name, settings=lake, **options)
    two = run(name, settings=lake, engine=other, **options)
    assert one.table.num_rows
    assert one.table.equals(two.table)
    assert one.manifest["facts"] == two.manifest["facts"]
    assert one.manifest["coverage"] == two.manifest["coverage"]


def test_a_real_file_counted_as_cc_pyspark_does(data, engine, tmp_path):
    """Golden counts: 643 tokens, 361 types (see shared/data/README.md)."""
    path = data("web/whirlwind/whirlwind.warc.wet.gz")
    settings = load(environ={}, lake=str(tmp_path), archives={"commoncrawl": str(path.parent)})
    (row,) = land_all("wet", [Input(path.name, {"crawl": "CC-MAIN-2024-22", "extractor": "wet"})], settings)
    assert row["status"] == "complete"
    table = run("words", settings=settings, engine=engine, tokenizer="cc-pyspark").table
    assert (pc.sum(table["tf"]).as_py(), table.num_rows) == (643, 361)
    tf = dict(zip(table["term"].to_pylist(), table["tf"].to_pylist(), strict=True))
    golden = {
        "de": 32,
        "a": 24,
        "d": 17,
        "o": 15,
        "la": 12,
        "modificar": 11,
        "codigo": 11,
        "editar": 10,
        "en": 10,
    }
    assert {t: tf[t] for t in golden} == golden
    assert tf["escopete"] == 9
    assert set(table["tokens"].to_pylist()) == {643}


def test_partitions_can_be_chosen(lake, truth, engine):
    crawl = truth["crawls"][2]
    result = run("words", settings=lake, engine=engine, where={"crawl": [crawl]}, by=("crawl",))
    assert set(result.table["crawl"].to_pylist()) == {crawl}
    assert result.manifest["coverage"]["inputs"] == 3
    assert result.manifest["coverage"]["partitions"] == {"crawl": [crawl], "extractor": ["wet"]}


def test_a_result_comes_back_as_it_was_saved(lake, tmp_path):
    result = run("words", settings=lake, by=("language",), min_count=10)
    again = open_result(result.save(tmp_path / "words"))
    assert again.table.equals(result.table)
    assert again.options == result.options
    assert again.manifest == result.manifest


def test_a_manifest_is_enough_to_run_it_again(lake, tmp_path):
    first = run("keywords", settings=lake, queries=("migra*",), sample=20, seed=5)
    told = open_result(first.save(tmp_path)).manifest
    again = run(told["analysis"], told["lake"], engine=told["engine"], where=told["partition_filter"], settings=lake,
                **told["asked"])  # fmt: skip
    assert again.table.equals(first.table)
    assert again.manifest["inputs"] == told["inputs"]


def test_no_secret_reaches_a_manifest(lake, monkeypatch):
    secret = load(environ={}, lake=lake.lake, s3={"key": "AKIAKEY", "secret": "hush-hush"})
    told = str(run("words", settings=secret).manifest)
    assert "hush-hush" not in told
    assert "AKIAKEY" not in told


def test_frames_are_lazy(lake, truth):
    pages = frame("core__commoncrawl__pages", settings=lake)
    assert type(pages).__module__.startswith("dask")
    assert len(pages) == truth["totals"]["documents"]
    assert set(pages["crawl"].unique().compute()) == set(truth["crawls"])


@pytest.mark.spark
def test_spark_frames_are_lazy(lake, truth, java):
    pages = frame("core__commoncrawl__pages", engine="spark", settings=lake)
    assert pages.where("language = 'eng'").count() > 0
    assert pages.count() == truth["totals"]["documents"]


@pytest.mark.parametrize(
    ("name", "options", "error", "said"),
    [
        ("wrods", {}, LookupError, "unknown analysis 'wrods'; the nearest is 'words'"),
        ("words", {"tokeniser": "default"}, OptionError, "the nearest is 'tokenizer'"),
        ("words", {"by": ("langauge",)}, OptionError, "language"),
        ("words", {"ngrams": 4}, OptionError, "4"),
    ],
)
def test_what_cannot_be_is_named(lake, name, options, error, said):
    with pytest.raises(error, match=said):
        run(name, settings=lake, **options)


def test_an_empty_lake_is_named(tmp_path):
    with pytest.raises(NoData, match="it is empty; fill it with `fieldwork ingest`"):
        run("words", str(tmp_path), settings=load(environ={}))


def test_every_result_states_its_coverage(lake):
    told = run("words", settings=lake).manifest["coverage"]
    rows = ledger(place(lake.lake, lake), web.pages)
    assert {k: told[k] for k in coverage(rows).as_dict()} == coverage(rows).as_dict()
