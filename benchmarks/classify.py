"""Speed of features and of classes: ours beside scikit-learn's own (HashingVectorizer); memory by the table's size.

    python benchmarks/classify.py [--texts 4000] [--seed 0]

Documents per second of wall time and of processor time, one thread and two, best of three. Both pipelines have
2^16 columns, TF-IDF and a logistic regression learnt from the same texts; scikit-learn's has its default analyser
(words of two letters or more). Memory is the peak of a process that counts the classes of tables of 2 and 12 parts.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
from processes import watched
from sentiment import Writer

BITS = 16
CHARACTERS = 2_000
CLASSES = ("against", "for", "neither")
CHILD = """
import sys, pyarrow as pa
from analysis.kernels.learning.predicting import classes
from analysis.learning.saved import Saved, OURS, load
import pyarrow.parquet as pq
model = load(Saved(open(sys.argv[1], "rb").read(), "", OURS, {}))
seen = 0
for _ in range(int(sys.argv[3])):
    for batch in pq.ParquetFile(sys.argv[2]).iter_batches(2000, columns=["text"]):
        seen += len(classes(batch["text"], model)[0])
print(seen)
"""


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--texts", type=int, default=4_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    texts = Writer(asked.seed).texts(CHARACTERS, CHARACTERS * asked.texts)
    ours, theirs = pipelines(texts, asked.seed)
    print(f"{len(texts):,} texts of {CHARACTERS:,} bytes")
    for what in ("features", "classes"):
        for threads in (1, 2):
            mine = best(partial(apply, ours, what), texts, threads, arrow=True)
            peer = best(partial(apply, theirs, what), texts, threads, arrow=False)
            ratios = [p / m for m, p in zip(mine, peer, strict=True)]
            shown = [f"{len(texts) / s:,.0f}" for s in (*mine, *peer)]
            print(
                f"{what:8} {threads} thread{'s' * (threads > 1):1}  ours {shown[0]:>8}/s ({shown[1]} per CPU s)   "
                f"scikit-learn {shown[2]:>8}/s ({shown[3]})   ratio {ratios[0]:.1f} ({ratios[1]:.1f} of CPU)"
            )
    memory(ours, texts)


def pipelines(texts: list[str], seed: int) -> tuple[Any, Any]:
    """Ours and scikit-learn's, fitted on the same texts."""
    from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline

    from analysis.kernels.learning.features import HashedTerms

    some = texts[:300]
    labels = random.Random(seed).choices(CLASSES, k=len(some))
    peer = HashingVectorizer(n_features=1 << BITS, norm=None, alternate_sign=False)
    return tuple(
        Pipeline(
            [("terms", terms), ("tfidf", TfidfTransformer()), ("model", LogisticRegression(tol=1e-2))]
        ).fit(some, labels)
        for terms in (HashedTerms(BITS), peer)
    )  # type: ignore[return-value]


def apply(pipe: Any, what: str, part: Any) -> None:
    """Features of some texts, or their probabilities."""
    if what == "features":
        pipe[:-1].transform(part)
    else:
        pipe.predict_proba(part)


def best(work: Callable[[Any], None], texts: list[str], threads: int, *, arrow: bool) -> tuple[float, float]:
    """Least wall and processor seconds of three runs, the texts shared among threads."""
    size = -(-len(texts) // (threads * 2))
    parts: list[Any] = [texts[i : i + size] for i in range(0, len(texts), size)]
    if arrow:  # as the lake hands them over
        parts = [pa.array(part, pa.large_string()) for part in parts]
    found = []
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(3):
            wall, cpu = time.perf_counter(), time.process_time()
            list(pool.map(work, parts))
            found.append((time.perf_counter() - wall, time.process_time() - cpu))
    return min(f[0] for f in found), min(f[1] for f in found)


def memory(pipe: Any, texts: list[str]) -> None:
    """Peak memory of a process that classifies a table of few parts, and one of many."""
    import pyarrow.parquet as pq

    from analysis.learning.saved import packed

    home = Path(__file__).parent.parent
    with tempfile.TemporaryDirectory() as folder:
        model, table = Path(folder) / "model.skops", Path(folder) / "texts.parquet"
        model.write_bytes(packed(pipe))
        pq.write_table(pa.table({"text": texts}), table)
        for parts in (2, 12):
            command = [sys.executable, "-c", CHILD, str(model), str(table), str(parts)]
            told, usage = watched(command, {"PYTHONPATH": str(home)}, home)
            print(f"memory   {int(told):>8,} texts: peak {usage.peak_bytes / 1e6:,.0f} MB")


if __name__ == "__main__":
    main()
