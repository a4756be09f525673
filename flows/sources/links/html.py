"""Links of an HTML page, of the same elements and attributes that WAT files note."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.sources.html.charset import text_of
from flows.sources.html.depth import depth
from flows.sources.html.pages import Captured
from flows.sources.links.kinds import ANYWHERE, CODES, OF_PLACE, Link, nofollow, of_meta, of_rel
from flows.sources.members import Fault

if TYPE_CHECKING:
    from resiliparse.parse.html import HTMLTree

CSS_CAP = 100_000  # letters of a style element that are looked at
CSS_URL = re.compile(r"""url\(\s*(?P<quote>["']?)(?P<url>[^"')\s]{1,8000})(?P=quote)\s*\)""", re.IGNORECASE)
CSS_IMPORT = re.compile(r"""@import\s+(?P<quote>["'])(?P<url>[^"'\s]{1,8000})(?P=quote)""", re.IGNORECASE)
OPENS = re.compile(
    r"""\s*(?:javascript:)?(?:(?:(?:window|top|document|self|parent)\.){0,2}location(?:\.href)?\s*=\s*|"""
    r"""(?:window|parent)\.open\(\s*)(?P<quote>["'])(?P<url>[^"']{3,256})(?P=quote)""",
    re.IGNORECASE,
)
ELEMENT = 1  # type of a node, as the DOM numbers them
PLACES_BY_TAG: dict[str, list[tuple[str, int]]] = {}
for _place, _code in OF_PLACE.items():
    _tag, _, _attribute = _place.lower().partition("@/")
    if _attribute and _attribute != "onclick":
        PLACES_BY_TAG.setdefault(_tag, []).append((_attribute, _code))
CLICKED = ("div", "input")


@dataclass(frozen=True)
class PageLinks:
    """What a page links to, as written."""

    base: str | None
    """Address of the first base element that has one."""
    links: list[Link]
    """Its links, in the page's order."""


def links_of(captured: Captured, depth_cap: int) -> PageLinks:
    """Links of a page; works on hostile input, so it runs in a worker.

    Raises:
        Fault: `over_depth`.
    """
    from resiliparse.parse.html import HTMLTree

    html, _ = text_of(captured.body, captured.content_type)
    tree = HTMLTree.parse(html.replace("\0", "\ufffd"))
    deep = depth(tree, captured.body, depth_cap)
    if deep > depth_cap:
        raise Fault("over_depth", f"elements nest {deep} deep or deeper, more than {depth_cap}")
    return _of_tree(tree)


def _of_tree(tree: HTMLTree) -> PageLinks:
    base: str | None = None
    found: list[Link] = []
    nodes: Any = tree.document or ()  # a walk: queries by selector take time that grows with the square
    for node in nodes:
        if int(node.type) != ELEMENT:
            continue
        tag = node.tag
        if tag == "style":
            found += _of_css(node.text[:CSS_CAP])
        names = node.attrs
        if not names:
            continue
        if tag == "base":
            base = node.getattr("href") if base is None and "href" in names else base
            continue
        found += _of_element(node, tag, names)
    return PageLinks(base, found)


def _of_element(node: Any, tag: str, names: list[str]) -> Iterator[Link]:
    if tag == "link":
        if "href" in names:
            yield of_rel(node.getattr("rel")), node.getattr("href")
    elif tag == "meta":
        if "content" in names and (link := of_meta(node.getattr("content"), node.getattr("http-equiv"))):
            yield link
    else:
        for attribute, code in PLACES_BY_TAG.get(tag, ()):
            if attribute in names:
                marked = nofollow(node.getattr("rel")) if "rel" in names and tag in ("a", "area") else 0
                yield code | marked, node.getattr(attribute)
    for name in names:
        if name in ANYWHERE:
            yield CODES[ANYWHERE[name]], node.getattr(name)
        elif name == "onclick" and tag in CLICKED and (opened := OPENS.match(node.getattr(name))):
            yield CODES["onclick"], opened["url"]


def _of_css(text: str) -> Iterator[Link]:
    for pattern in (CSS_URL, CSS_IMPORT):
        for match in pattern.finditer(text):
            yield CODES["style"], match["url"]
