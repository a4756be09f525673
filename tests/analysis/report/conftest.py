"""Results made by hand, one of each shape, the hostile one among them."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import sin

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis import run
from analysis.declare import Analysis
from analysis.result import Result
from schemas import fields as f
from schemas import web
from schemas import words as out
from schemas.table import Column, Table

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "<!-- <script>alert(3)",
    "<img src=x onerror=alert(4)>",
    '"><svg onload=alert(5)>',
    "' onmouseover='alert(6)",
    "{{ 7 * 7 }} {% raw %}",
    "${alert(7)} datum.x = alert(8)",
    "a\u202eb\x00\x07\u2028c & d",
)
HOSTILE_URLS = (
    "javascript:alert(9)",
    " javascript:alert(10)",
    "JaVaScRiPt:alert(11)//http://example.org/",
    "data:text/html,<script>alert(12)</script>",
    'https://example.org/" onmouseover="alert(13)',
    "https://example.org/<script>alert(14)</script>",
    "http://[broken",
    "//example.org/protocol-relative",
)
SEGMENT = "crawl-data/CC-MAIN-2024-22/segments/1715971057216.39/wet"
STARTED = "2026-03-01T12:00:00+00:00"


@dataclass(frozen=True)
class Options:
    """Options of the samples."""

    language: str | None = None
    """Only this language."""
    words: tuple[str, ...] = ()
    """Chosen words."""
    min_count: int = 1
    """Least count."""
    group_by: tuple[str, ...] = ()
    """Groups."""


def manifest(name, table, rows, groups, asked):
    return {
        "analysis": name,
        "asked": {"language": None, "words": [], "min_count": 1, "group_by": list(groups)} | asked,
        "lake": "lake",
        "engine": "dask",
        "reads": web.pages.name,
        "writes": table.name,
        "groups": list(groups),
        "rows": rows.num_rows,
        "coverage": {
            "inputs": 412,
            "complete": 404,
            "damaged": 5,
            "failed": 3,
            "inputs_share": 1 - 3 / 412,
            "records_seen": 120_000,
            "records_kept": 119_976,
            "records_set_aside": 24,
            "records_share": 119_976 / 120_000,
            "set_aside_by_reason": {"truncated": 3, "not_utf8": 16, "over_cap": 5},
            "failed_by_reason": {"missing": 2, "forbidden": 1},
            "failed_inputs": [
                {
                    "source_file": f"{SEGMENT}/part-0000{i}.warc.wet.gz",
                    "reason": reason,
                    "detail": detail,
                }
                for i, (reason, detail) in enumerate(
                    [("missing", "404 Not Found"), ("missing", HOSTILE[0]), ("forbidden", "403")]
                )
            ],
            "partitions": {"crawl": ["CC-MAIN-2023-50", "CC-MAIN-2024-22"]},
        },
        "inputs": {"file": "inputs.csv", "sha256": "ab" * 32, "count": 412, "bytes": 123_456_789},
        "facts": {
            "unicode": "15.0",
            "tokens_by_n": {"1": 4_000_000},
            "totals": [{"query": HOSTILE[1], "documents": 9_000, "hits": 14}],
        },
        "methods": "Terms were counted in all documents of the corpus; a document is a captured page.",
        "versions": {"fieldwork": "0.1.0", "python": "3.11.7"},
        "code": {"commit": "0123456789abcdef0123", "dirty": False},
        "started_at": STARTED,
        "duration_s": 3.2,
        "partition_filter": {"crawl": ["CC-MAIN-2023-50", "CC-MAIN-2024-22"]},
        "seed": None,
    }


def result(name, table, rows, groups=(), **asked):
    inputs = pa.table(
        {
            "source_file": ["a.warc.wet.gz"],
            "part": ["core/part-a.parquet"],
            "status": ["complete"],
            "bytes_read": pa.array([10], pa.int64()),
            "input_sha256": ["00" * 32],
        }
    )
    analysis = Analysis(
        name=name,
        reads=web.pages,
        writes=table,
        options=Options,
        columns=lambda options: (),
        kernel=lambda batches, options: iter(()),
        partial=lambda options: pa.schema([]),
        combine={},
        finish=lambda partials, options: partials,
        groups=lambda options: tuple(groups),
    )
    table.check(rows)
    options = Options(group_by=tuple(groups), **asked)
    made = manifest(
        name, table, rows, groups, {k: list(v) if isinstance(v, tuple) else v for k, v in asked.items()}
    )
    return Result(analysis, options, rows, made, inputs)


def rows_of(table, groups, rows):
    return pa.Table.from_pylist(rows, schema=table.schema(groups))


WORDS = {
    "eng": [
        "the",
        "of",
        "and",
        "harbour",
        "market",
        "winter",
        "letter",
        "train",
        "bread",
        "valley",
        "music",
        "garden",
    ],
    "deu": [
        "die",
        "und",
        "der",
        "hafen",
        "markt",
        "winter",
        "brief",
        "zug",
        "brot",
        "tal",
        "musik",
        "garten",
    ],
    "hin": ["के", "और", "में", "बाज़ार", "पत्र", "रोटी", "संगीत", "बाग़", "घाटी", "सर्दी", "रेल", "नदी"],
    "arb": ["في", "من", "على", "سوق", "رسالة", "خبز", "موسيقى", "حديقة", "وادي", "شتاء", "قطار", "نهر"],
    "zho": ["的", "和", "在", "市场", "信", "面包", "音乐", "花园", "山谷", "冬天", "火车", "河"],
}


def count(term, rank, scale, **groups):
    tf = scale // rank
    return groups | {
        "n": 1,
        "term": term,
        "tf": tf,
        "df": tf // 2 + 1,
        "tokens": scale * 20,
        "documents": scale,
        "per_million": tf / (scale * 20) * 1e6,
        "document_share": (tf // 2 + 1) / scale,
    }


@pytest.fixture
def words():
    """Counts grouped by language."""
    rows = [
        count(term, rank, 90_000 // (i + 1), language=language)
        for i, (language, terms) in enumerate(WORDS.items())
        for rank, term in enumerate(terms, 1)
    ]
    return result("words", out.counts, rows_of(out.counts, ["language"], rows), ["language"])


@pytest.fixture
def plain_words():
    """Counts without groups."""
    rows = [
        count(term, rank, 90_000)
        for rank, term in enumerate([*WORDS["eng"], *WORDS["hin"], *WORDS["arb"]], 1)
    ]
    return result("words", out.counts, rows_of(out.counts, [], rows), min_count=5)


def trend(term, month, value, half, **groups):
    return groups | {
        "term": term,
        "month": month,
        "tf": int(value * 10),
        "df": int(value * 4),
        "tokens": 10_000_000,
        "documents": 9_000,
        "per_million": value,
        "per_million_low": value - half,
        "per_million_high": value + half,
        "document_share": value / 1000,
        "document_share_low": None,
        "document_share_high": None,
    }


def months(n):
    return [f"{2022 + i // 12}-{i % 12 + 1:02d}" for i in range(n)]


@pytest.fixture
def trends():
    """Three words by month; one lacks a month in the middle."""
    rows = []
    for i, month in enumerate(months(24)):
        rows.append(trend("harbour", month, 100 + 8 * i + 6 * sin(i), 14))
        rows.append(trend("winter", month, 210 + 30 * sin(i / 2), 22))
        if i != 9:
            rows.append(trend("letter", month, 180 - 5 * i, 10))
    return result(
        "trends",
        out.trends,
        rows_of(out.trends, ["month"], rows),
        ["month"],
        words=("harbour", "winter", "letter"),
    )


@pytest.fixture
def trends_by_language():
    """Two words by month and language: a panel a language."""
    rows = [
        trend(term, month, (60 + 20 * k + (6 - 3 * k) * i) / (j + 1), 9, language=language)
        for j, language in enumerate(("eng", "deu", "fra", "und"))
        for k, term in enumerate(("harbour", "winter"))
        for i, month in enumerate(months(12))
    ]
    groups = ["month", "language"]
    return result("trends", out.trends, rows_of(out.trends, groups, rows), groups)


@pytest.fixture
def keywords():
    """Hits, among them everything a hostile page can say."""
    at = datetime(2024, 5, 21, 10, 30, tzinfo=UTC)
    friendly = [
        (
            "the ferry left the old",
            "harbour",
            "before the winter storms came in",
            "https://example.org/ferry",
            "eng",
        ),
        (
            "a letter from the",
            "harbour",
            "master, dated the third of May, in which he asks",
            "http://example.com/a?b=1&c=2",
            "eng",
        ),
        ("وصلت السفينة إلى", "الميناء", "القديم في الشتاء", "https://example.net/سفينة", "arb"),
        ("老", "港口", "在冬天的早晨很安静", "https://example.com/港口", "zho"),
        ("", "Harbour", "", "https://example.org/" + "very-long-path/" * 30, "eng"),
    ]
    hostile = [
        (text, text, text, HOSTILE_URLS[i % len(HOSTILE_URLS)], text[:20]) for i, text in enumerate(HOSTILE)
    ]
    rows = [
        {
            "source_file": f"{SEGMENT}/CC-MAIN-20240517233122-{i:05d}.warc.wet.gz",
            "record_offset": 1000 + i,
            "hit_number": 0,
            "query": HOSTILE[1],
            "before": before,
            "hit": hit,
            "after": after,
            "hits": 1,
            "url": url,
            "registered_domain": None,
            "crawl": "CC-MAIN-2024-22",
            "captured_at": at + timedelta(days=i),
            "language": language,
        }
        for i, (before, hit, after, url, language) in enumerate([*friendly, *hostile])
    ]
    return result("keywords", out.keyword_hits, rows_of(out.keyword_hits, [], rows), words=(HOSTILE[1],))


@pytest.fixture
def hostile_words():
    """Counts of hostile terms in hostile groups."""
    groups = ["registered_domain"]
    rows = [
        count(term, rank, 1_000, registered_domain=domain)
        for domain in (HOSTILE[1], HOSTILE[3], None)
        for rank, term in enumerate(HOSTILE, 1)
    ]
    return result("words", out.counts, rows_of(out.counts, groups, rows), groups)


@pytest.fixture
def toy():
    """A table nobody foresaw: an interval without time, and a list."""
    area = Column("area", pa.string(), "Name of the area.")
    greenness = Column("greenness", pa.float32(), "Greenness: mean of the index, -1 to 1.", True)
    low, high = (Column(f"greenness_{e}", pa.float32(), f"Its {e} end.", True) for e in ("low", "high"))
    bands = Column("bands", pa.list_(pa.string()), "Bands used.")
    table = Table(
        "out__toy__areas", "An area.", key=(area,), values=(greenness, low, high, f.documents, bands)
    )
    rows = [
        {
            "area": a,
            "greenness": g,
            "greenness_low": g and g - 0.1,
            "greenness_high": g and g + 0.1,
            "documents": 5,
        }
        | {"bands": ["red", "nir08"]}
        for a, g in (("north", 0.61), ("south", -0.2), ("east", 0.35), ("west", None))
    ]
    return result("toy", table, pa.Table.from_pylist(rows, schema=table.schema()))


@pytest.fixture
def samples(words, plain_words, trends, trends_by_language, keywords, hostile_words, toy):
    """One of each."""
    return [words, plain_words, trends, trends_by_language, keywords, hostile_words, toy]


@pytest.fixture(scope="session")
def graph_of(tmp_path_factory):
    """Makes the result of a graph of hosts, given as pairs of reversed names; (v, v) makes a vertex."""

    def made(pairs, hosts=True, metrics=("all",), **options):
        path = tmp_path_factory.mktemp("graph") / "edges.parquet"
        source, target = (list(ends) for ends in zip(*pairs, strict=True))
        pq.write_table(pa.table({"source": source, "target": target}), path)
        found = run("graph", edges=str(path), metrics=metrics, **options)
        return replace(found, options=replace(found.options, edges="")) if hosts else found

    return made


@pytest.fixture(scope="session")
def crawls_of():
    """Makes one result of several graphs, by name of crawl."""

    def made(graphs):
        edges, vertices, facts = [], [], []
        for crawl, one in graphs.items():
            files = dict(one.extras())
            for tables, table in (
                (edges, pq.read_table(pa.BufferReader(files["edges.parquet"]))),
                (vertices, one.table),
            ):
                tables.append(table.append_column("crawl", pa.array([crawl] * table.num_rows, pa.string())))
            facts += [{**m, "crawl": crawl} for m in one.manifest["facts"]["graphs"]]
        sink = pa.BufferOutputStream()
        pq.write_table(pa.concat_tables(edges), sink)
        first = next(iter(graphs.values()))
        manifest = first.manifest | {"facts": first.manifest["facts"] | {"graphs": facts}}
        content = sink.getvalue().to_pybytes()
        return replace(
            first,
            table=pa.concat_tables(vertices),
            manifest=manifest,
            extras=lambda: iter([("edges.parquet", content)]),
        )

    return made
