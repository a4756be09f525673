"""What is true of the sample's CC-NEWS: a row an article, levels, topics and tones by outlet and month, lost days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flows.sources.sample.news import tone, topics
from flows.sources.sample.news.file import File
from flows.sources.sample.news.outlets import ENGLISH, LOADED, MONTHS, OUTLETS, TOPICS
from flows.sources.sample.news.page import Written
from flows.sources.sample.news.plan import GAP, Article
from flows.sources.sample.news.words import NEGATIVE, POSITIVE
from flows.sources.sample.truth import ARTICLES, SENTIMENT, TONE_MEANS, TOPIC_SHARES
from flows.sources.sample.web.wording import NEWS


def row(article: Article, written: Written, key: str, offset: int) -> dict[str, Any]:
    """The row of an article."""
    return {
        "source_file": key,
        "record_offset": offset,
        "archive_month": "-".join(key.split("/")[2:4]),
        "url": written.url,
        "outlet": article.outlet.domain,
        "language": article.outlet.language,
        "title": written.title,
        "published_on": article.published.date(),
        "published_at": written.published_at,
        "published_source": written.published_source,
        "date_in": article.date_in,
        "captured_at": article.captured,
        "story": article.story,
        "copy": article.copy,
        "topic": article.topic,
        "tone": tone.tone(article.meant),
        "sentences": len(article.weights),
        "positive_sentences": sum(weight > 0 for weight in article.weights),
        "negative_sentences": sum(weight < 0 for weight in article.weights),
        "main_text": "\n".join(article.paragraphs),
    }


def write(root: Path, rows: list[dict[str, Any]]) -> None:
    """Write the tables of articles, sentiment, topics and tones, and the codebooks of topics and tone."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    (root / "truth").mkdir(parents=True, exist_ok=True)
    utc = pa.timestamp("us", tz="UTC")
    table = pa.Table.from_pylist(rows)
    for name in ("published_at", "captured_at"):
        at = table.schema.get_field_index(name)
        table = table.set_column(at, pa.field(name, utc), table[name].cast(utc))
    pq.write_table(table, root / ARTICLES, compression="zstd")
    for name, found in ((SENTIMENT, levels(rows)), (TOPIC_SHARES, shares(rows)), (TONE_MEANS, tones(rows))):
        pq.write_table(pa.Table.from_pylist(list(found)), root / name, compression="zstd")
    for asked in (topics, tone):
        (root / asked.CODEBOOK).write_text(asked.QUESTION, "utf-8")


def levels(rows: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Mean level of the articles by outlet and month of the date a perfect reader finds; English outlets only."""
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for one in rows:
        if one["language"] == "eng":
            level = (one["positive_sentences"] - one["negative_sentences"]) / one["sentences"]
            found[one["outlet"], f"{one['published_at']:%Y-%m}"].append(level)
    planned = {o.domain: {name: o.level_in(i) for i, name in enumerate(MONTHS)} for o in ENGLISH}
    for (outlet, month), each in sorted(found.items()):
        mean = sum(each) / len(each)
        told = {"outlet": outlet, "month": month, "articles": len(each)}
        yield told | {"planned_level": planned[outlet].get(month), "level": mean}


def shares(rows: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Share of each topic by outlet and month of the date a perfect reader finds."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in rows:
        found[one["outlet"], f"{one['published_at']:%Y-%m}"].append(one["topic"])
    planned = {
        (o.domain, name): dict(zip(TOPICS, o.topics_in(i), strict=True))
        for o in OUTLETS
        for i, name in enumerate(MONTHS)
    }
    for (outlet, month), each in sorted(found.items()):
        for topic in TOPICS:
            told = {"outlet": outlet, "month": month, "topic": topic, "articles": len(each)}
            aimed = planned.get((outlet, month), {}).get(topic)
            yield told | {"planned_share": aimed, "share": each.count(topic) / len(each)}


def tones(rows: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Mean code of the tone by outlet and month of the date a perfect reader finds; English outlets only."""
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for one in rows:
        if one["language"] == "eng":
            found[one["outlet"], f"{one['published_at']:%Y-%m}"].append(tone.TONES[one["tone"]])
    for (outlet, month), each in sorted(found.items()):
        yield {"outlet": outlet, "month": month, "articles": len(each), "tone": sum(each) / len(each)}


def facts(files: list[File], rows: list[dict[str, Any]], missing: str) -> dict[str, Any]:
    """What truth.json says of CC-NEWS under `news`."""
    lost = {"key": missing, "kind": "news", "reason": "missing", "offset": None, "url": None}
    lost["detail"] = "listed in warc.paths.gz, but there is no such file"
    return {
        "meaning": NEWS,
        "months": list(MONTHS),
        "gap": GAP,
        "files": [
            {"key": f.key, "kind": "news", "bytes": f.size, "articles": f.counted.facts()} for f in files
        ],
        "damaged": [f.damage for f in files if f.damage] + [lost],
        "outlets": [
            {"outlet": o.domain, "language": o.language, "share": list(o.share), "level": list(o.level)}
            for o in OUTLETS
        ],
        "stories": _stories(rows),
        "sentiment": {
            "positive": list(POSITIVE),
            "negative": list(NEGATIVE),
            "loaded_share": LOADED,
            "all_outlets": _overall(rows),
        },
        "topics": {
            "names": list(TOPICS),
            "words": topics.WORDS,
            "outlets": [
                {"outlet": o.domain, "share": o.topics, "borrowed": o.borrowed, "borrows": o.borrows}
                for o in OUTLETS
            ],
        },
        "tone": {
            "codes": tone.TONES,
            "cut": [tone.RATHER, tone.WHOLLY],
            "outlets": [{"outlet": o.domain, "irony": o.irony} for o in ENGLISH],
        },
    }


def _stories(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Stories that several outlets carry, of the articles that can be read."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in rows:
        if one["story"]:
            found[one["story"]].append(one)
    return [
        {"story": name, "articles": len(each), "outlets": len({o["outlet"] for o in each})}
        for name, each in sorted(found.items())
    ]


def _overall(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The mean of all English articles by month, which falls though no outlet's does."""
    found: dict[str, list[float]] = defaultdict(list)
    for one in rows:
        if one["language"] == "eng":
            level = (one["positive_sentences"] - one["negative_sentences"]) / one["sentences"]
            found[f"{one['published_at']:%Y-%m}"].append(level)
    return [{"month": m, "articles": len(n), "level": sum(n) / len(n)} for m, n in sorted(found.items())]
