"""Extractors: each takes a parsed page and its source and gives the main text; one line here makes one known."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from typing import Any

Extract = Callable[[Any, str], str]
"""From the page's tree (Resiliparse's HTMLTree) and its HTML to its text, paragraphs on lines of their own."""

# name: (function that extracts, package whose version counts)
EXTRACTORS = {
    "resiliparse": ("flows.sources.html.with_resiliparse:extract", "resiliparse"),
    "trafilatura": ("flows.sources.html.with_trafilatura:extract", "trafilatura"),
}


def extractor(name: str) -> Extract:
    """The extractor of this name.

    Raises:
        LookupError: Unknown name.
    """
    check(name)
    module, attribute = EXTRACTORS[name][0].split(":")
    found: Extract = getattr(import_module(module), attribute)
    return found


def check(name: str) -> None:
    """Refuse an unknown name.

    Raises:
        LookupError: Unknown name; the message has the known ones.
    """
    if name not in EXTRACTORS:
        raise LookupError(f"unknown extractor '{name}'; choose from {', '.join(EXTRACTORS)}")


def version_of(name: str) -> str:
    """Version of the package behind an extractor."""
    return version(EXTRACTORS[name][1])
