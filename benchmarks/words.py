"""Speed of counting words: ours beside `re` + `Counter` and polars; same text, same run, same counts.

    python benchmarks/words.py [--mb 200] [--seed 0]

All methods count term frequency (tf) and document frequency (df) on one thread; speed is megabytes of UTF-8 per
second of processor time (best of three), as wall time on a shared machine says little. Compiling is not in it,
but printed. The text is drawn from a Zipf vocabulary in six scripts, words independent of each other, which is
hard on caches: real text repeats itself more.
"""

from __future__ import annotations

import argparse
import os
import re
import time
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

os.environ["POLARS_MAX_THREADS"] = "1"  # before polars is imported

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from analysis.engines.combine import combine
from analysis.kernels.text import tokens
from analysis.text.words import Words, words

ALPHABETS = {  # letters, share of the vocabulary
    "English": ("etaoinshrdlucmfwypvbgk", 0.55),
    "accents": ("esaitnrulodcpmévqfbghjàxèêçöüßñãõ", 0.2),
    "Greek": ("αοιετσνηυρπκμλςωγδχθφβξζψάέήίόύώ", 0.05),
    "Cyrillic": ("оеаинтсрвлкмдпуяызьбгчйхжюшцщэф", 0.1),
    "CJK": ("的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年", 0.04),
    "Devanagari": ("करनसतपमहलयवदबगजचटशाािीेोंुै", 0.04),
    "digits": ("0123456789", 0.02),
}
VOCABULARY, MEAN_DOCUMENT, DRAW = 200_000, 380, 500_000
BETWEEN = (" ", " ", " ", " ", " ", " ", ", ", ". ", "\n", " \u2013 ")
Counts = dict[str, tuple[int, int]]
T = TypeVar("T")


def vocabulary(rng: np.random.Generator) -> pa.Array:
    """Distinct words, the short ones first; one in eight begins with a capital."""
    found: set[str] = set()
    for letters, share in ALPHABETS.values():
        lengths = rng.poisson(min(5, len(letters) / 4), int(VOCABULARY * share * 2)).clip(0, 16) + 1
        drawn = rng.geometric(2.2 / len(letters), lengths.sum()) % len(letters)
        every = "".join(np.array(list(letters))[drawn])
        ends = np.cumsum(lengths)
        made = dict.fromkeys(every[e - n : e] for e, n in zip(ends.tolist(), lengths.tolist(), strict=True))
        found |= set(list(made)[: int(VOCABULARY * share)])
    named = [w.capitalize() if i % 8 == 0 else w for i, w in enumerate(sorted(found))]
    rank = np.argsort(np.array([len(w) for w in named]) + rng.exponential(4, len(named)), kind="stable")
    return pa.array(named).take(pa.array(rank))


def documents(megabytes: float, seed: int) -> list[pa.RecordBatch]:
    """Batches of documents, about so many megabytes together."""
    rng = np.random.default_rng(seed)
    known = vocabulary(rng)
    cumulated = np.cumsum(1 / np.arange(1, len(known) + 1))
    made, size = [], 0
    while size < megabytes * 1e6:
        said = known.take(pa.array(np.searchsorted(cumulated, rng.random(DRAW) * cumulated[-1])))
        gaps = pa.array(BETWEEN).take(pa.array(rng.integers(0, len(BETWEEN), DRAW)))
        ends = np.cumsum(rng.geometric(1 / MEAN_DOCUMENT, DRAW))
        ends = np.concatenate([[0], ends[ends < DRAW], [DRAW]]).astype(np.int32)
        text = pc.binary_join(pa.ListArray.from_arrays(ends, pc.binary_join_element_wise(said, gaps, "")), "")
        made.append(pa.record_batch({"text": text.cast(pa.large_string())}))
        size += pc.sum(pc.binary_length(text)).as_py()
    return made


def ours(batches: list[pa.RecordBatch], tokenizer: tokens.Tokenizer) -> pa.Table:
    """The kernel as every engine calls it, and the sum of its partial results."""
    options = Words(tokenizer=tokenizer)
    schema = words.partial(options)
    return combine([pa.Table.from_batches(words.kernel(batches, options), schema)], words.combine, schema)


def by_re(texts: list[str]) -> tuple[Counter[str], Counter[str]]:
    """The recipe of Common Crawl's example, with df; texts are Python's own already."""
    tf: Counter[str] = Counter()
    df: Counter[str] = Counter()
    for text in texts:
        found = Counter(word.lower() for word in re.findall(r"\w+", text))
        tf.update(found)
        df.update(found.keys())
    return tf, df


def by_polars(batches: list[pa.RecordBatch]) -> pl.DataFrame:
    """Polars on one thread, batch by batch; the expression stands for a word character as Python means it."""
    parts = [
        pl.from_arrow(batch)
        .with_row_index("d")
        .select("d", word=pl.col("text").str.extract_all(r"[\p{L}\p{N}_]+"))
        .explode("word")
        .select("d", pl.col("word").str.to_lowercase())
        .group_by("word")
        .agg(tf=pl.len(), df=pl.col("d").n_unique())
        for batch in batches
    ]
    return pl.concat(parts).group_by("word").agg(pl.col("tf").sum(), pl.col("df").sum())


def from_table(table: pa.Table) -> Counts:
    """Counts by word; the empty term holds the totals."""
    rows = zip(*(table[name].to_pylist() for name in ("term", "tf", "df")), strict=True)
    return {term: (tf, df) for term, tf, df in rows if term}


def best_of(runs: int, method: Callable[[], T]) -> tuple[float, T]:
    """Seconds of processor time, and what it made."""
    best = float("inf")
    for _ in range(runs):
        start = time.process_time()
        made = method()
        best = min(best, time.process_time() - start)
    return best, made


def main() -> None:
    """Measure, compare the counts, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mb", type=float, default=200, help="megabytes of text")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    start = time.process_time()
    ours([pa.record_batch({"text": ["a b É"]})], "default")
    print(f"first call, with what had to be imported and compiled: {time.process_time() - start:.2f} s")
    batches = documents(asked.mb, asked.seed)
    texts = [text for batch in batches for text in batch["text"].to_pylist()]
    megabytes = sum(pc.sum(pc.binary_length(b["text"])).as_py() for b in batches) / 1e6

    seconds, table = best_of(3, lambda: ours(batches, "cc-pyspark"))
    rows = [("kernel, cc-pyspark", seconds)]
    counts = from_table(table)
    rows.append(("kernel, default", best_of(3, lambda: ours(batches, "default"))[0]))
    seconds, frame = best_of(3, lambda: by_polars(batches))
    rows.append(("polars extract_all + group_by", seconds))
    assert {word: (tf, df) for word, tf, df in frame.iter_rows()} == counts, "polars counts otherwise"
    seconds, (tf, df) = best_of(3, lambda: by_re(texts))
    rows.append(("re.findall + Counter", seconds))
    assert {word: (n, df[word]) for word, n in tf.items()} == counts, "the recipe counts otherwise"

    print(
        f"{megabytes:.0f} MB, {len(texts):,} documents, {tf.total():,} words, {len(tf):,} types; counts equal"
    )
    print(f"{'tf and df, one thread':32}{'s':>8}{'MB/s':>8}{'ratio':>8}")
    for name, taken in rows:
        print(f"{name:32}{taken:8.2f}{megabytes / taken:8.1f}{seconds / taken:8.1f}")


if __name__ == "__main__":
    main()
