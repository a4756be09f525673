"""Sentiment over time: scores of sentences, articles, outlets and periods, with what the outlets' mix makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from analysis.batches import Batches
from analysis.declare import Analysis, Finished
from analysis.kernels.sentiment import articles
from analysis.sentiment import methods as say
from analysis.sentiment import series
from analysis.sentiment.options import Sentiment
from analysis.sentiment.prepare import Prepared, prepare
from analysis.sentiment.sums import Sums, sums
from schemas import news, web
from schemas import sentiment as out


def score(batches: Batches, options: Prepared[Any]) -> Iterator[pa.RecordBatch]:
    """Partial sums of articles."""
    return articles.add_up(batches, options.plan)


def finish(partials: pa.Table, prepared: Prepared[Sentiment]) -> Finished:
    """The series, with its trends and what was left out."""
    found = sums(partials)
    table, trends = series.rows(found, prepared)
    options = prepared.options
    rests = series.told(found, found.panel(options.by, options.articles_min)) if table.num_rows else {}
    return Finished(table, {"trends": trends, "rests_on": rests} | counted(found))


def counted(found: Sums) -> dict[str, Any]:
    """Articles that count, and those that do not, by cause; the manifest has them."""
    scored = int(found.amounts["articles"].sum())
    left = sum(found.left_out.values())
    return {
        "articles_read": scored + left,
        "articles_scored": scored,
        "articles_left_out": [{"cause": c, "articles": n} for c, n in found.left_out.items()],
        "articles_of_copied_stories": int(found.amounts["articles"][found.sizes > 1].sum()),
        "articles_dated_by_capture": int(found.amounts["by_capture"].sum()),
    }


COMMON: dict[str, Any] = {
    "reads": news.articles,
    "columns": lambda prepared: prepared.plan.columns,
    "kernel": score,
    "partial": lambda prepared: articles.PARTIAL,
    "combine": dict.fromkeys(articles.SUMS, "sum"),
    "prepare": prepare,
    "facts": say.facts,
}
"""What analyses that add up articles by period have in common."""

SERIES = COMMON | {"writes": out.series, "options": Sentiment, "finish": finish, "methods": say.series}

sentiment: Analysis[Any] = Analysis(name="sentiment", **SERIES)

pages: Analysis[Any] = Analysis(name="sentiment-pages", **SERIES | {"reads": web.pages})
