"""Sources: each lists the inputs of an archive and reads one input; one line here makes it known."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flows.sources.source import Source

# name: (where it is declared, what it brings) — looked up only when asked for, so that the command line starts at once
SOURCES = {
    "wet": ("flows.sources.wet:wet", "Common Crawl's extracted text (WET), a row a page"),
    "warc": (
        "flows.sources.warc_pages:warc",
        "Common Crawl's captured pages (WARC), extracted here, a row a page",
    ),
    "wat": ("flows.sources.links.wat:wat", "Links of pages (WAT), added up to edges between hosts"),
    "warc-links": ("flows.sources.links.warc:warc_links", "the same links, read from captured pages (WARC)"),
    "landsat-scenes": ("flows.sources.landsat.scenes:landsat_scenes", "Landsat scenes, a row a scene"),
    "landsat": ("flows.sources.landsat.tiles:landsat", "pixels of Landsat scenes, a row a tile of 256 × 256"),
    "cc-news": ("flows.sources.cc_news:cc_news", "CC-NEWS's articles with their dates, a row an article"),
    "cc-news-files": ("flows.sources.news.files:cc_news_files", "CC-NEWS's lists of its files, a row a file"),
}


def find(name: str) -> Source[Any]:
    """The source of this name.

    Raises:
        LookupError: Unknown name.
    """
    if name not in SOURCES:
        raise LookupError(f"unknown source '{name}'; choose from {', '.join(SOURCES)}")
    module, attribute = SOURCES[name][0].split(":")
    found: Source[Any] = getattr(import_module(module), attribute)
    return found
