"""What a model has learnt: the most telling terms of each class, and how more coded texts would help."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from analysis.kernels.learning.features import vocabulary
from analysis.learning import search
from analysis.learning.coded import Coded
from analysis.learning.options import Learn

Row = dict[str, Any]
SHOWN = 20
LEAST_TEXTS = 3
SHARES = (0.2, 0.4, 0.6, 0.8, 1.0)


def telling_words(pipe: Any, coded: Coded, shown: int = SHOWN) -> list[Row]:
    """Terms that raise each class most: weight of their column times their inverse document frequency.

    Hashed columns have no names, so the terms of the training texts are hashed again; of several in one column, the
    most frequent is named and the others are counted. Empty for an estimator without weights of columns.
    """
    model, terms, idf = _parts(pipe)
    weights = getattr(model, "coef_", getattr(model, "feature_log_prob_", None))
    if weights is None:
        return []
    signed = np.vstack([-weights, weights]) if len(weights) == 1 else weights - weights.mean(0)
    names, df = vocabulary(coded.texts, terms.ngrams, terms.tokenizer)
    order = np.argsort(-df, kind="stable")
    order = order[df[order] >= min(LEAST_TEXTS, int(df.max()))]
    columns = terms.columns_of(names.take(pa.array(order)))
    known, first, sharing = np.unique(columns, return_index=True, return_counts=True)
    rows = []
    for name, row in zip(model.classes_, signed * idf, strict=True):
        best = np.argsort(-row[known], kind="stable")
        raises = [int(b) for b in best if known[b] >= 0 and row[known[b]] > 0]
        for place in raises[:shown]:
            at = int(order[first[place]])
            told = {"weight": float(row[known[place]]), "texts": int(df[at])}
            rows.append(
                {"class": str(name), "term": names[at].as_py(), **told, "in_column": int(sharing[place])}
            )
    return rows


def _parts(pipe: Any) -> tuple[Any, Any, Any]:
    """Model, terms and inverse document frequencies of a pipeline, or of a classifier that streams."""
    if steps := getattr(pipe, "named_steps", None):
        return steps["model"], steps["terms"], steps["tfidf"].idf_
    return pipe.model_, pipe.terms_, 1.0


def learning_curve(options: Learn, coded: Coded, pipe: Any) -> list[Row]:
    """Macro F1 on the folds' test texts by the share of whole groups of the training texts used."""
    folds = search.splits(coded.labels, coded.together, options.folds, options.seed)
    rng, weight = np.random.default_rng(options.seed), search.weight_of(options, coded)
    rows = []
    with search.one_thread():
        orders = [rng.permutation(np.unique(coded.together[train])) for train, _ in folds]
        for share in SHARES:
            found, sizes = [], []
            for (train, test), groups in zip(folds, orders, strict=True):
                some = groups[: max(1, round(share * len(groups)))]
                used = train[np.isin(coded.together[train], some)]
                if len(set(coded.labels[used].tolist())) < 2:
                    continue
                fitted = search.refitted(pipe, coded, used, weight)
                found.append(search.macro_f1(fitted, coded.texts[test], coded.labels[test]))
                sizes.append(len(used))
            if found:
                spread = float(np.std(found)) if len(found) > 1 else None
                rows.append({"texts": round(np.mean(sizes)), "macro_f1": float(np.mean(found)), "sd": spread})
    return rows
