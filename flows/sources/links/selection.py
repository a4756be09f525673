"""What can be asked for when links are landed; links taken by different rules lie in different partitions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from conf.places import Place
from conf.settings import Settings
from flows.sources import common_crawl
from flows.sources.source import Input

EXAMPLES = (*common_crawl.EXAMPLES[:2], "--crawl CC-MAIN-2024-22 --www folded --captures all")


@dataclass(frozen=True)
class Links(common_crawl.Selection):
    """Links of which captures, and of which hosts."""

    www: Literal["kept", "folded"] = "kept"
    """Whether a leading www. stays part of a host, or is left out where at least two labels follow it."""
    captures: Literal["pages", "all"] = "pages"
    """`pages` takes answers with status 200; `all` takes redirects and the sitemaps of robots.txt too."""


def inputs(
    read_from: Literal["wat", "warc"], more: tuple[str, ...] = ()
) -> Callable[[Links, Place, Settings], list[Input]]:
    """How to list files with links; `more` are kinds of files that only `--captures all` reads."""

    def listed(selection: Links, archive: Place, settings: Settings) -> list[Input]:
        rules = {"read_from": read_from, "www": selection.www, "captures": selection.captures}
        kinds = (read_from, *(more if selection.captures == "all" and not selection.paths else ()))
        found = [item for kind in kinds for item in common_crawl.inputs(kind)(selection, archive, settings)]
        return sorted(
            (replace(item, partition={**item.partition, **rules}) for item in found),
            key=lambda item: item.key,
        )

    return listed
