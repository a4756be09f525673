"""Every table, in the order of the data's way; one line here puts a new one into the codebook."""

from __future__ import annotations

from schemas import (
    coding,
    composites,
    graph,
    landsat,
    landsat_results,
    links,
    news,
    ops,
    sentiment,
    web,
    words,
)

LAKE = (web.pages, links.links, news.articles, news.files, landsat.scenes, landsat.tiles)
OPS = (ops.ledger, ops.quarantine)
RESULTS = (
    words.counts,
    words.trends,
    words.keyword_hits,
    news.stories,
    news.days,
    sentiment.series,
    sentiment.outlets,
    sentiment.sentences,
    coding.frame,
    coding.sample,
    coding.codes,
    coding.labels,
    coding.agreement,
    coding.predictions,
    coding.classes,
    coding.shares,
    coding.means,
    links.edges,
    graph.vertices,
    graph.edges,
    graph.degrees,
    graph.summary,
    graph.changes,
    composites.composites,
    landsat_results.areas,
    landsat_results.trends,
    landsat_results.changes,
)
TABLES = (*LAKE, *OPS, *RESULTS)
