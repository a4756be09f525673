"""Speed of keyword search: ours beside a plain keyword in context with `re`; same text, same run, same hits.

    python benchmarks/keywords.py [--mb 100] [--seed 0]

Speed is megabytes of UTF-8 per second of processor time on one thread, best of three. Ours counts all hits and
shows a sample of 1,000 in eight words of context, from Arrow batches as every engine hands them over; the peer gets
Python's own texts, counts all hits and shows the first 1,000. The text is that of `benchmarks/words.py`: six scripts,
a Zipf vocabulary; the queries are words of it, a rare and a common one.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from words import documents

from analysis.text.keywords import Keywords, columns, find, notes, partial
from schemas import web

CONTEXT, SAMPLE = 8, 1000
BATCH = 16384  # pages, as read from the lake
T = TypeVar("T")


def pages(batch: pa.RecordBatch, number: int) -> pa.RecordBatch:
    """Documents as pages of one file."""
    rows = batch.num_rows
    constant = {
        "source_file": f"file-{number}",
        "url": "https://example.org/",
        "registered_domain": "example.org",
        "crawl": "CC-MAIN-2024-22",
        "captured_at": datetime(2024, 5, 18, tzinfo=UTC),
        "language": "eng",
    }
    schema = pa.schema([web.pages.column(name).field for name in columns(Keywords(("x",)))])
    arrays = []
    for field in schema:
        if field.name == "text":
            arrays.append(batch["text"])
        elif field.name == "record_offset":
            arrays.append(pa.array(range(rows), field.type))
        else:
            arrays.append(pa.array([constant[field.name]] * rows, field.type))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def ours(batches: list[pa.RecordBatch], query: str) -> tuple[int, int]:
    """Hits, and documents with a hit, by the kernel."""
    options = Keywords((query,), context=CONTEXT, sample=SAMPLE)
    (total,) = notes(pa.Table.from_batches(find(batches, options), partial(options)), options)["totals"]
    return total["hits"], total["documents_with_hit"]


def by_re(texts: list[str], pattern: str) -> tuple[int, int]:
    """The same by a plain loop."""
    compiled, hits, with_hit, shown = re.compile(pattern, re.IGNORECASE), 0, 0, []
    for text in texts:
        before = hits
        for match in compiled.finditer(text):
            hits += 1
            if len(shown) < SAMPLE:
                left = text[max(0, match.start() - 600) : match.start()].split()[-CONTEXT:]
                right = text[match.end() : match.end() + 600].split()[:CONTEXT]
                shown.append((" ".join(left), match[0], " ".join(right)))
        with_hit += hits > before
    return hits, with_hit


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Best processor time of three runs, and the answer."""
    times = []
    for _ in range(3):
        start = time.process_time()
        answer = work()
        times.append(time.process_time() - start)
    return min(times), answer


def queries(texts: list[str]) -> list[tuple[str, str, str]]:
    """What is searched for: a name, our query, the peer's pattern. Rare is once in some 500 documents."""
    seen = Counter(
        word.lower()
        for text in texts[:4000]
        for word in set(text.split())
        if word.isascii() and word.isalpha()
    )
    rare = min((w for w in seen if len(w) >= 6), key=lambda w: (abs(seen[w] - 8), w))
    common, other = sorted((w for w in seen if len(w) >= 2), key=lambda w: (-seen[w], w))[:2]
    accents = Counter(
        w.lower() for t in texts[:4000] for w in t.split() if "é" in w and w.isalpha() and len(w) > 3
    )
    french = min(accents, key=lambda w: (abs(accents[w] - 8), w))
    return [
        ("rare word", rare, rf"\b{rare}\b"),
        ("rare beginning", f"{rare[:5]}*", rf"\b{rare[:5]}\w*"),
        ("rare ending", f"*{rare[-5:]}", rf"\b\w*{rare[-5:]}\b"),
        ("rare, not ASCII", french, rf"\b{french}\b"),
        ("expression", rf"/\b{rare[:4]}\w+\b/", rf"\b{rare[:4]}\w+\b"),
        ("common word", common, rf"\b{common}\b"),
        ("phrase", f"{common} {other}", rf"\b{common}\W+{other}\b"),
    ]


def main() -> None:
    """Run all and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mb", type=float, default=100)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    drawn = pa.Table.from_batches(documents(asked.mb, asked.seed)).combine_chunks()
    batches = [pages(batch, i) for i, batch in enumerate(drawn.to_batches(BATCH))]
    texts = [text for batch in batches for text in batch["text"].to_pylist()]
    size = sum(pc.sum(pc.binary_length(batch["text"])).as_py() for batch in batches) / 1e6
    print(f"{size:.0f} MB, {len(texts):,} documents, one thread, MB per second of processor time")
    print(f"{'':16}{'hits':>10}{'documents':>11}{'ours':>8}{'re':>7}{'ratio':>7}")
    for name, query, pattern in queries(texts):
        mine, found = timed(lambda query=query: ours(batches, query))
        peer, expected = timed(lambda pattern=pattern: by_re(texts, pattern))
        if found != expected:
            raise SystemExit(f"{query}: ours found {found}, re {expected}")
        print(
            f"{name:16}{found[0]:10,}{found[1]:11,}{size / mine:8.0f}{size / peer:7.0f}{peer / mine:6.1f} x"
        )


if __name__ == "__main__":
    main()
