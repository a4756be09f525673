"""Which kind of link an element and attribute make: one table for WAT and for HTML, so that both see the same links."""

from __future__ import annotations

import re
from functools import lru_cache

from schemas.links import KINDS

CODES = {kind: number for number, kind in enumerate(KINDS)}
"""A kind as a number below 32."""
NOFOLLOW = 32
"""Added to the number of a link that is marked rel=nofollow."""
KIND_BITS = 5
Link = tuple[int, str]
"""A link as found: its kind's number, perhaps with NOFOLLOW, and its address as written."""

# Element and attribute, written as in WAT files.
PLACES = {
    "anchor": "A@/href AREA@/href",
    "image": "IMG@/src INPUT@/src VIDEO@/poster MENUITEM@/icon",
    "media": "VIDEO@/src AUDIO@/src SOURCE@/src TRACK@/src",
    "embed": "EMBED@/src OBJECT@/data OBJECT@/codebase OBJECT@/cdata APPLET@/codebase APPLET@/cdata",
    "frame": "IFRAME@/src FRAME@/src",
    "script": "SCRIPT@/src",
    "form": "FORM@/action BUTTON@/formaction INPUT@/formaction",
    "citation": "Q@/cite BLOCKQUOTE@/cite DEL@/cite INS@/cite IMG@/longdesc",
    "onclick": "DIV@/onclick INPUT@/onclick",
    "style": "STYLE/#text",
}
# Attributes that are links on any element.
ANYWHERE = {"background": "image", "data-href": "data", "data-uri": "data"}
RELS = {
    "canonical": "canonical",
    "stylesheet": "stylesheet",
    "alternate": "alternate",
    "icon": "icon",
    "apple-touch-icon": "icon",
    "apple-touch-icon-precomposed": "icon",
    "mask-icon": "icon",
    "fluid-icon": "icon",
    **dict.fromkeys(
        ("preconnect", "dns-prefetch", "preload", "prefetch", "modulepreload", "prerender"), "hint"
    ),
}
ADDRESS = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)
REFRESH = re.compile(
    r"[\s\d.]*[;,\s]\s*(?:url\s*=\s*)?(?P<quote>['\"]?)(?P<url>.+)", re.IGNORECASE | re.DOTALL
)
LINK_TARGET = re.compile(r"<([^<>]*)>")


class _Places(dict[str, int]):
    """Kinds by place; a place that is in no table is no link (-1), but for attributes that are links anywhere."""

    def __missing__(self, place: str) -> int:
        kind = ANYWHERE.get(place.partition("@/")[2])
        return CODES[kind] if kind else -1


OF_PLACE = _Places({place: CODES[kind] for kind, places in PLACES.items() for place in places.split()})


@lru_cache(maxsize=4096)
def of_rel(rel: str | None) -> int:
    """Number of the kind of a link element, by its rel."""
    said = (rel or "").lower().split()
    return CODES[next((kind for name, kind in RELS.items() if name in said), "relation")]


@lru_cache(maxsize=4096)
def nofollow(rel: str) -> int:
    """NOFOLLOW where a rel says so, else 0."""
    return NOFOLLOW if "nofollow" in rel.lower().split() else 0


def of_meta(content: str, http_equiv: str | None) -> Link | None:
    """The link of a meta element, if it has one: a refresh to an address, or a content that is one."""
    if http_equiv is not None and http_equiv.strip().lower() == "refresh":
        found = REFRESH.fullmatch(content.strip())
        if not found:
            return None
        return CODES["meta_refresh"], found["url"].partition(found["quote"] or "\0")[0]
    return (CODES["meta"], content) if ADDRESS.match(content) else None


def of_headers(name: str, value: str) -> list[Link]:
    """Links in a header of an HTTP answer; `name` in lower case."""
    if name == "content-location":
        return [(CODES["http_link"], value)]
    return [(CODES["http_link"], target) for target in LINK_TARGET.findall(value)] if name == "link" else []
