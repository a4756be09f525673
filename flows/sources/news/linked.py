"""JSON-LD: what a page says of its article in schema.org's words."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

NODES = 5000  # objects looked at in a page
# What hangs below these is another thing than the page's article.
OTHERS = frozenset({
    "comment", "review", "reviews", "itemlistelement", "video", "image", "author", "publisher", "creator", "ispartof",
    "haspart", "mentions", "citation", "potentialaction", "breadcrumb", "about", "relatedlink", "subjectof",
})  # fmt: skip
LISTINGS = frozenset({"CollectionPage", "SearchResultsPage", "ProfilePage", "ItemList"})
POSTS = frozenset({"BlogPosting", "LiveBlogPosting", "Report"})

_PUBLISHED = re.compile(r'"datePublished"\s{0,20}:\s{0,20}"([^"\\]{8,64})"')
_TYPED = re.compile(r'"@type"\s{0,20}:\s{0,20}\[?\s{0,20}"([A-Za-z:/.]{1,60})"')


@dataclass(frozen=True)
class Linked:
    """What the blocks of a page say."""

    types: frozenset[str]
    """Types stated (`NewsArticle`), without the vocabulary's address."""
    of_article: tuple[str, ...]
    """Dates of publication of things that are articles, as written, the outermost first."""
    of_others: tuple[str, ...]
    """Dates of publication of other things, such as the page."""
    headline: str | None
    """Headline of the first article."""
    section: str | None
    """Section of the first article."""

    @property
    def is_article(self) -> bool:
        """Whether the page says that it is an article."""
        return any(is_article(name) for name in self.types)

    @property
    def is_listing(self) -> bool:
        """Whether it says that it lists other pages, and not that it is an article."""
        return bool(self.types & LISTINGS) and not self.is_article


def is_article(name: str) -> bool:
    """Whether a type of schema.org is an article: Article, NewsArticle, BlogPosting and their like."""
    return name.endswith("Article") or name in POSTS


def read(blocks: Iterable[str]) -> Linked:
    """What blocks of JSON-LD say; a block that is no JSON is searched for its dates and types."""
    types: set[str] = set()
    dates: dict[bool, list[str]] = {True: [], False: []}
    told: dict[str, str] = {}
    for block in blocks:
        try:
            value = json.loads(_bare(block), strict=False)
        except (ValueError, RecursionError):
            stated = {_name(t) for t in _TYPED.findall(block)}
            types |= stated
            dates[any(map(is_article, stated))] += _PUBLISHED.findall(block)[:10]
            continue
        for node in _nodes(value):
            mine = {_name(t) for t in _texts(node.get("@type"))}
            types |= mine
            article = any(map(is_article, mine))
            dates[article] += _texts(node.get("datePublished"))
            for key in ("headline", "articleSection") if article else ():
                for text in _texts(node.get(key))[:1]:
                    told.setdefault(key, text)
    return Linked(
        frozenset(types), tuple(dates[True]), tuple(dates[False]), told.get("headline"), told.get("articleSection")
    )  # fmt: skip


def _bare(block: str) -> str:
    """The block without the comment signs that some put around it."""
    block = block.strip().removesuffix(";")
    for begin, end in (("<!--", "-->"), ("//<![CDATA[", "//]]>"), ("/*<![CDATA[*/", "/*]]>*/")):
        if block.startswith(begin):
            block = block.removeprefix(begin).strip().removesuffix(end)
    return block


def _name(kind: str) -> str:
    return re.split("[/#:]", kind[-80:])[-1]


def _texts(value: Any) -> list[str]:
    """A text, or the texts of a list, a few at most."""
    if isinstance(value, dict):
        value = value.get("@value")
    return [v for v in (value if isinstance(value, list) else [value])[:10] if isinstance(v, str)]


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Objects, the outermost first, but for those that are other things than the page's."""
    waiting = deque([value])
    for _ in range(NODES):
        if not waiting:
            return
        here = waiting.popleft()
        if isinstance(here, dict):
            yield here
            waiting.extend(
                v for k, v in here.items() if isinstance(v, dict | list) and k.lower() not in OTHERS
            )
        elif isinstance(here, list):
            waiting.extend(here[:NODES])
