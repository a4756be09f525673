"""Every analysis there is; one line here makes it known to `run`, the command line, spark-submit and Prefect."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.declare import Analysis

# name: (where it is declared, what it answers) — imported only when asked for
ANALYSES = {
    "words": ("analysis.text.words:words", "How often each word or n-gram occurs, in how many documents"),
    "trends": ("analysis.text.trends:trends", "How chosen words rise and fall, with intervals"),
    "keywords": ("analysis.text.keywords:keywords", "Where a word, phrase or pattern occurs, in its context"),
    "links": ("analysis.graph.links:links", "Which hosts link to which, how often"),
    "graph": ("analysis.graph.graph:graph", "Who is central in the web graph, and who belongs together"),
    "graph-changes": (
        "analysis.graph.changes:changes",
        "Who came, went, rose or fell between two crawls' graphs",
    ),
    "stories": ("analysis.news.stories:stories", "Which news articles are copies of one text"),
    "sentiment": ("analysis.sentiment.sentiment:sentiment", "How positive or negative the news is over time"),
    "sentiment-outlets": (
        "analysis.sentiment.outlets:outlets",
        "Sentiment outlet by outlet, period by period",
    ),
    "sentiment-sentences": (
        "analysis.sentiment.ends:sentences",
        "The most positive and most negative sentences, explained",
    ),
    "sentiment-pages": ("analysis.sentiment.sentiment:pages", "Sentiment over time of captured pages"),
    "sentiment-corrected": (
        "analysis.coding.means:means",
        "Sentiment corrected by hand-coded texts, with intervals",
    ),
    "sentiment-corrected-pages": (
        "analysis.coding.means:pages",
        "Sentiment of captured pages, corrected likewise",
    ),
    "shares": (
        "analysis.coding.shares:shares",
        "Shares of hand-coded classes in all texts, with intervals",
    ),
    "classify": (
        "analysis.learning.classify:classify",
        "Which class each article has, by a model learnt by `learn`",
    ),
    "classify-counts": (
        "analysis.learning.classify:counts",
        "The same, counted by outlet, month and language",
    ),
    "classify-pages": ("analysis.learning.classify:pages", "Which class each captured page has"),
    "classify-pages-counts": ("analysis.learning.classify:pages_counts", "The same, counted"),
    "gaps": ("analysis.news.gaps:gaps", "Days of which CC-NEWS itself has few files or none"),
    "composites": (
        "analysis.landsat.composites:composites",
        "One picture of all scenes of a period, as GeoTIFF and PNG",
    ),
    "ndvi": ("analysis.landsat.ndvi:ndvi", "NDVI (or another index) by area and period"),
    "ndvi-trends": (
        "analysis.landsat.trends:trends",
        "Where an index rises or falls over the years, area by area",
    ),
    "ndvi-changes": (
        "analysis.landsat.changes:changes",
        "How an index differs between earlier and later years",
    ),
}


def find(name: str) -> Analysis[Any]:
    """The analysis of this name.

    Raises:
        LookupError: Unknown name; the message gives the nearest and all known ones.
    """
    if name not in ANALYSES:
        near = get_close_matches(name, ANALYSES, n=1, cutoff=0.0)[0]
        raise LookupError(
            f"unknown analysis '{name}'; the nearest is '{near}', all are {', '.join(ANALYSES)}"
        )
    module, attribute = ANALYSES[name][0].split(":")
    found: Analysis[Any] = getattr(import_module(module), attribute)
    return found
