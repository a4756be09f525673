"""Drawing: allocation, the same sample on every engine however the lake is cut, and its probabilities."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.coding import folder, marks
from analysis.coding.allocate import allocate
from analysis.coding.draw import deal, draw
from analysis.coding.errors import CodingError
from analysis.coding.options import Draw
from analysis.coding.strata import Strata, count, first, thin
from conf.settings import load
from flows.cli import cli
from schemas import coding as out
from schemas import news

OUTLETS = ("a.org", "b.org", "c.org", None)
TOML = 'question = "What tone?"\n[[labels]]\nname = "negative"\n[[labels]]\nname = "positive"\n'


def articles(first_row, rows, file="f1.warc.gz"):
    """Rows of the table of articles; every 10th mentions migration, dates of every 5th are not trusted."""
    made = []
    for n in range(first_row, first_row + rows):
        text = f"=Article {n} on {'migrants' if n % 10 == 0 else 'the harvest'}."
        row = {
            "source_file": file, "record_offset": n, "url": f"https://x.org/{n}", "outlet": OUTLETS[n % 7 % 4],
            "published_at": datetime(2023, 1 + n % 3, 5, tzinfo=UTC), "published_source": "json-ld",
            "published_confidence": "low" if n % 5 == 0 else "high", "published_resolution": "day",
            "captured_at": datetime(2023, 6, 1, tzinfo=UTC), "language": "deu" if n % 4 == 0 else "eng",
            "language_source": "cld2", "record_id": f"r{n}", "content_digest": f"{n:032x}", "text": text,
            "text_bytes": len(text.encode()),
        }  # fmt: skip
        made.append(row)
    return pa.Table.from_pylist(made, schema=news.articles.schema())


@pytest.fixture(scope="module")
def lakes(tmp_path_factory):
    """The same 600 articles in three parts, and in one."""
    made = []
    for cuts in ((0, 100, 350, 600), (0, 600)):
        root = tmp_path_factory.mktemp("lake")
        home = root / news.articles.folder({"archive_month": "2023-06", "extractor": "resiliparse"})
        home.mkdir(parents=True)
        for n, (low, high) in enumerate(pairwise(cuts)):
            pq.write_table(articles(low, high - low), home / f"part-{n}.parquet")
        made.append(load(environ={}, lake=str(root)))
    return made


OPTIONS = Draw(size=60, strata=("outlet", "month"), coders=("anna", "ben"), overlap=0.25, seed=4)


def test_every_engine_draws_the_same_however_the_lake_is_cut(lakes, engine):
    parts, whole = (draw(OPTIONS, lake, engine=e) for lake, e in zip(lakes, (engine, "dask"), strict=True))
    assert parts.sample.equals(whole.sample)
    assert parts.frame.equals(whole.frame)
    out.sample.check(parts.sample)


def test_frame_and_probabilities_are_exact(lakes):
    drawn = draw(OPTIONS, lakes[0])
    frame = {row["stratum"]: row for row in drawn.frame.to_pylist()}
    real = Counter()
    for row in articles(0, 600).to_pylist():
        at = row["captured_at"] if row["published_confidence"] == "low" else row["published_at"]
        real[f"outlet={row['outlet'] or 'none'} · month={at:%Y-%m}"] += 1
    assert {name: row["stratum_items"] for name, row in frame.items()} == real
    got = Counter(drawn.sample["stratum"].to_pylist())
    assert got == {name: row["stratum_drawn"] for name, row in frame.items()} and sum(got.values()) == 60
    for row in drawn.sample.to_pylist():
        assert row["inclusion_probability"] == got[row["stratum"]] / real[row["stratum"]]
    weight = sum(1 / p for p in drawn.sample["inclusion_probability"].to_pylist())
    assert weight == pytest.approx(600)
    assert "60 of 600 texts" in drawn.manifest["methods"] and drawn.manifest["asked"]["seed"] == 4


def test_each_text_of_a_stratum_is_drawn_as_often(lakes):
    """Over 600 seeds each of 20 texts is drawn 5 times in 20: chi square with 19 degrees of freedom."""
    batch = articles(0, 20).to_batches()[0]
    seen = np.zeros(20)
    for seed in range(600):
        given = Strata(Draw(seed=seed), {"all": 5}, {"all": 20})
        seen[[r["record_offset"] for b in first([batch], given) for r in b.to_pylist()]] += 1
    expected = 600 * 5 / 20
    spread = ((seen - expected) ** 2 / (expected * 0.75)).sum() * 19 / 20
    assert seen.sum() == 600 * 5
    assert spread < 43.8, "one in a thousand"


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(0, 90), min_size=1, max_size=6), st.integers(0, 9))
def test_thinning_is_associative(cuts, seed):
    rows = articles(0, 90).to_batches()[0]
    take = {"language=deu": 3, "language=eng": 7}
    given = Strata(Draw(strata=("language",), seed=seed), take, {"language=deu": 23, "language=eng": 67})
    whole = thin(pa.Table.from_batches(first([rows], given)), given)
    ends = sorted({0, 90, *cuts})
    parts = [list(first([rows.slice(a, b - a)], given)) for a, b in pairwise(ends)]
    held = thin(pa.Table.from_batches([b for part in parts[::-1] for b in part]), given)
    assert held.sort_by("rank").equals(whole.sort_by("rank"))
    assert whole.num_rows == 10


def test_strata_of_keywords_scores_and_predictions(tmp_path):
    rows = articles(0, 100)
    scores = pa.table(
        {
            "source_file": ["f1.warc.gz"] * 90,
            "record_offset": list(range(89, -1, -1)),
            "score": [n / 100 for n in range(89, -1, -1)],
            "predicted": ["yes" if n < 30 else "no" for n in range(89, -1, -1)],
        }
    )
    options = Draw(
        strata=("keyword", "score", "predicted"), keyword=("migra*", "article"), scores="x", bands=(0.2, 0.5)
    )
    given = Strata(options, scores=marks.banded(scores, options.bands), predicted=marks.classed(scores))
    counts = Counter()
    for batch in count(rows.to_batches(max_chunksize=33), given):
        counts.update(dict(zip(*(batch[name].to_pylist() for name in batch.schema.names), strict=True)))
    assert counts["keyword=migra* · score=below 0.2 · predicted=yes"] == 2
    assert counts["keyword=article · score=0.2 to 0.5 · predicted=yes"] == 9
    assert counts["keyword=article · score=from 0.5 · predicted=no"] == 36
    assert counts["keyword=article · score=none · predicted=none"] == 9
    assert counts.total() == 100
    with pytest.raises(CodingError, match="more than once"):
        marks.banded(pa.concat_tables([scores, scores]), (0.1,))
    with pytest.raises(CodingError, match="no column 'predicted'"):
        marks.classed(scores.drop_columns(["predicted"]))


def test_allocations_by_hand():
    sizes = {"a": 700, "b": 200, "c": 97, "d": 3}
    assert allocate(sizes, 100) == {"a": 69, "b": 20, "c": 9, "d": 2}
    assert allocate(sizes, 100, "equal") == {"a": 33, "b": 32, "c": 32, "d": 3}
    sd = {"a": 0.1, "b": 0.5, "c": 0.5, "d": 0.0}
    assert allocate(sizes, 100, "neyman", 1, sd) == {"a": 32, "b": 45, "c": 22, "d": 1}
    assert allocate(sizes, 5000) == sizes


@settings(deadline=None)
@given(
    st.dictionaries(st.text("abcdef", min_size=1), st.integers(1, 500), min_size=1, max_size=12),
    st.integers(24, 900),
    st.sampled_from(["proportional", "equal", "neyman"]),
    st.floats(0, 3),
)
def test_an_allocation_adds_up_and_keeps_its_ends(sizes, total, how, spread):
    sd = {name: spread + (number == 0) for number, name in enumerate(sizes)}
    made = allocate(sizes, total, how, 2, sd)
    assert sum(made.values()) == min(total, sum(sizes.values()))
    assert all(min(2, sizes[name]) <= made[name] <= sizes[name] for name in sizes)


def test_more_strata_than_the_sample_can_serve_are_refused():
    with pytest.raises(
        CodingError, match="60 strata with at least 2 texts each need a sample of 120, not of 100"
    ):
        allocate({str(n): 9 for n in range(60)}, 100)
    with pytest.raises(CodingError, match="no sd is stated for stratum 'b'"):
        allocate({"a": 9, "b": 9}, 5, "neyman", 2, {"a": 1.0})
    with pytest.raises(CodingError, match="nothing to draw from"):
        allocate({}, 5)


@settings(deadline=None)
@given(st.integers(1, 400), st.floats(0, 1), st.integers(0, 5), st.integers(1, 4))
def test_texts_are_dealt_alike_with_the_overlap_asked(texts, overlap, seed, coders):
    names = ("anna", "ben", "carl", "dora")[:coders]
    dealt = deal(texts, Draw(coders=names, overlap=overlap, seed=seed))
    if coders > 1:
        assert abs(sum(" " in one for one in dealt) - overlap * texts) < 1 + 1e-6
    alone = Counter(one for one in dealt if " " not in one or coders == 1)
    assert not alone or max(alone.values()) - min(alone.get(name, 0) for name in names) <= 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"strata": ("keyword",)}, "the stratum keyword and the option keyword belong together"),
        ({"bands": (0.1,)}, "the stratum score and the option bands belong together"),
        ({"strata": ("predicted",)}, "need a file of scores"),
        ({"strata": ("score",), "scores": "x", "bands": (0.5, 0.1)}, "give cuts that rise"),
        ({"allocation": "neyman"}, "needs a file `sd`"),
        ({"coders": ("../anna",)}, "cannot name a file"),
        ({"coders": ("anna", "anna")}, "'anna' more than once"),
        ({"overlap": 1.5}, "give a share of 0 to 1"),
        ({"characters": 40000}, "Excel cuts cells"),
        ({"size": 0}, "size is 0; give 1 or more"),
        ({"strata": "outlet"}, "give a tuple"),
    ],
)
def test_what_cannot_be_drawn_is_refused_before_anything_is_read(given, said):
    with pytest.raises(CodingError, match=said):
        Draw(**given)


def test_the_command_draws_reads_and_reads_again(lakes, tmp_path):
    (tmp_path / "tone.toml").write_text(TOML)
    home = tmp_path / "tone"
    words = [
        "annotate",
        "draw",
        "--codebook",
        str(tmp_path / "tone.toml"),
        "--out",
        str(home),
        "--size",
        "20",
    ]
    words += ["--coders", "anna,ben", "--overlap", "1", "--strata", "language", "--lake", lakes[0].lake]
    told = CliRunner().invoke(cli, words)
    assert told.exit_code == 0, told.output
    assert {p.name for p in home.iterdir()} == {
        "frame.parquet", "sample.parquet", "manifest.json", "codebook.toml", "codebook.md", "sheets",
    }  # fmt: skip
    assert "holds a sample" in str(CliRunner().invoke(cli, words).exception), "sheets are never written over"
    for coder, every in (("anna", 2), ("ben", 3)):
        path = home / "sheets" / f"{coder}.csv"
        head, *rows = path.read_text("utf-8-sig").splitlines()
        coded = sorted(rows)
        coded = [
            r.replace(",,,", f",{'negative' if n % every else 'positive'},,", 1) for n, r in enumerate(coded)
        ]
        path.write_text("\n".join([head, *coded]), "utf-8-sig")
    told = CliRunner().invoke(cli, ["annotate", "read", str(home), "--json"])
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    assert (found["texts"], found["disagreements"], found["problems"]) == (20, 9, [])
    assert found["labels"] == 11
    listed = (home / "disagreements.csv").read_text("utf-8-sig")
    (home / "disagreements.csv").write_text(listed.replace(",,", ",positive,", 1), "utf-8-sig")
    sheet = home / "sheets" / "ben.csv"
    sheet.write_text(sheet.read_text("utf-8-sig").replace("negative", "negativ", 1), "utf-8-sig")
    told = CliRunner().invoke(cli, ["annotate", "read", str(home)])
    assert told.exit_code == 1
    assert "ben.csv, line 3: 'negativ' is no label; perhaps 'negative'" in told.stderr
    assert "resolved" in pq.read_table(home / "labels.parquet")["label_rule"].to_pylist()
    assert (
        "Krippendorff's alpha (nominal) over 19 texts"
        in json.loads((home / "reading.json").read_text())["methods"]
    )
    copy = home / "sheets" / "ben (1).csv"
    copy.write_bytes(sheet.read_bytes())
    told = CliRunner().invoke(cli, ["annotate", "read", str(home)])
    assert "is the sheet of no coder; they are anna, ben" in str(told.exception)
    named = ["--sheet", f"anna={home}/sheets/anna.csv", "--sheet", f"ben={copy}"]
    assert CliRunner().invoke(cli, ["annotate", "read", str(home), *named]).exit_code == 1
    (home / "codebook.toml").write_text(TOML + "\n")
    with pytest.raises(CodingError, match=r"codebook\.toml was changed since the sample was drawn"):
        folder.read(home)
