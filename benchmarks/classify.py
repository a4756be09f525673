"""Speed of features and of classes: ours beside scikit-learn's own (HashingVectorizer); memory by the table's size.

    python benchmarks/classify.py [--texts 4000] [--seed 0]

Documents per second of wall time and of processor time on one core and on two, best of three, and their ratio in the
same run. Both pipelines have 2^16 columns, TF-IDF and a logistic regression learnt from the same texts; scikit-learn's
has its default analyser (words of two letters or more). On two cores ours takes two threads, and scikit-learn two
processes, since its analyser holds the interpreter's lock. Memory is the peak of a process that gives the classes of
tables of 2 and 12 parts, and of one that learns block by block (`--estimator stream`) from 20,000 and 160,000 texts.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
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
STREAMED = """
import sys
from analysis.learning.learn import learn
from analysis.learning.options import Learn
from conf.settings import load
print(learn(Learn(codes=sys.argv[1], estimator="stream", ngrams=(1,), folds=3), load(environ={})).card["scores"]["n"])
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
    for cores in (1, 2):
        with ThreadPoolExecutor(cores) as threads, _processes(cores, theirs) as processes:
            for what in ("features", "classes"):
                mine = best(partial(apply, ours, what), shared(texts, cores, arrow=True), threads)
                peer = best(partial(_apply_theirs, what), shared(texts, cores, arrow=False), processes)
                say(what, cores, len(texts), mine, peer)
    memory(ours, texts)
    memory_of_learning(asked.seed)


def say(what: str, cores: int, texts: int, mine: tuple[float, float], peer: tuple[float, float]) -> None:
    """One line: documents per second of both, and the ratio."""
    wall, cpu = (p / m for m, p in zip(mine, peer, strict=True))
    shown = [f"{texts / seconds:,.0f}" for seconds in (*mine, *peer)]
    print(
        f"{what:8} {cores} core{'s' * (cores > 1):1}  ours {shown[0]:>8}/s ({shown[1]} per CPU s)   "
        f"scikit-learn {shown[2]:>8}/s ({shown[3]} per CPU s)   ours {wall:.1f} times as fast ({cpu:.1f} of CPU)"
    )


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


def apply(pipe: Any, what: str, part: Any) -> float:
    """Features of some texts, or their probabilities; returns the processor seconds taken."""
    began = time.thread_time()
    if what == "features":
        pipe[:-1].transform(part)
    else:
        pipe.predict_proba(part)
    return time.thread_time() - began


_THEIRS: list[Any] = []


def _processes(cores: int, pipe: Any) -> Executor:
    """Processes that hold scikit-learn's pipeline; one core needs none beside this one."""
    if cores == 1:
        _THEIRS[:] = [pipe]
        return ThreadPoolExecutor(1)
    spawned = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(cores, spawned, initializer=_hold, initargs=(pipe,))


def _hold(pipe: Any) -> None:
    _THEIRS[:] = [pipe]


def _apply_theirs(what: str, part: Any) -> float:
    return apply(_THEIRS[0], what, part)


def shared(texts: list[str], cores: int, *, arrow: bool) -> list[Any]:
    """The texts in parts, two a core; as the lake hands them over where `arrow`."""
    size = -(-len(texts) // (cores * 2))
    parts = [texts[i : i + size] for i in range(0, len(texts), size)]
    return [pa.array(part, pa.large_string()) for part in parts] if arrow else parts


def best(work: Callable[[Any], float], parts: list[Any], pool: Executor) -> tuple[float, float]:
    """Least wall and processor seconds of three runs, after one that warms up."""
    list(pool.map(work, parts))
    found = []
    for _ in range(3):
        began = time.perf_counter()
        cpu = sum(pool.map(work, parts))
        found.append((time.perf_counter() - began, cpu))
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
        peaks = []
        for parts in (2, 12):
            command = [sys.executable, "-c", CHILD, str(model), str(table), str(parts)]
            told, usage = watched(command, {"PYTHONPATH": str(home)}, home)
            peaks.append(usage.peak_bytes)
            print(f"classify {int(told):>8,} texts: peak {usage.peak_bytes / 1e6:,.0f} MB")
        print(f"         6 times the texts, {peaks[1] / peaks[0]:.2f} times the memory")


def memory_of_learning(seed: int) -> None:
    """Peak memory of a process that learns block by block from few coded texts, and from many."""
    import numpy as np
    import pyarrow.parquet as pq

    home, rng, peaks = Path(__file__).parent.parent, np.random.default_rng(seed), []
    words = np.array([f"word{n}" for n in range(3_000)])
    with tempfile.TemporaryDirectory() as folder:
        for texts in (20_000, 160_000):
            table = Path(folder) / "codes.parquet"
            schema = pa.schema([(name, pa.string()) for name in ("text", "label", "outlet")])
            with pq.ParquetWriter(table, schema) as writer:
                for start in range(0, texts, 10_000):
                    said = [" ".join(words[row]) for row in rng.integers(0, len(words), (10_000, 12))]
                    label = rng.choice(CLASSES, 10_000).tolist()
                    outlet = [f"o{(start + n) % 300}.org" for n in range(10_000)]
                    writer.write_table(pa.table([said, label, outlet], schema=schema))
            told, usage = watched(
                [sys.executable, "-c", STREAMED, str(table)], {"PYTHONPATH": str(home)}, home
            )
            peaks.append(usage.peak_bytes)
            print(f"learn    {int(told):>8,} texts: peak {usage.peak_bytes / 1e6:,.0f} MB")
    print(f"         8 times the texts, {peaks[1] / peaks[0]:.2f} times the memory")


if __name__ == "__main__":
    main()
