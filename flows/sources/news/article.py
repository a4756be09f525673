"""What is an article, and what of a page's words about itself becomes a column.

The rule, in this order. A page is

1. a front page, if its address has no path (but for index.html and the like) and it does not say that it is an
   article;
2. an article, if it says so: JSON-LD with a type of article, or `og:type` of `article`;
3. a listing, if its JSON-LD says so, if a step of its path is one of LISTS, or if its path looks like a section's:
   without a digit, and the last step with fewer than two signs between words (/world/europe, not
   /world/man-bites-dog);
4. an article in all other cases; always only if its text has LEAST_BYTES.
"""

from __future__ import annotations

import hashlib
import re
from urllib.parse import urlsplit

from flows.sources.news.linked import Linked
from flows.sources.news.markup import Markup

LEAST_BYTES = 250  # of UTF-8: some 40 words of English, 80 characters of Chinese
LISTS = frozenset({"tag", "tags", "topic", "topics", "category", "categories", "author", "authors", "search", "page",
                   "archive", "archives", "login", "register", "subscribe"})  # fmt: skip
INDEX = re.compile(r"(?:index|default|home)(?:\.\w{2,5})?", re.IGNORECASE)
TITLE_LENGTH = 1000
SECTION_LENGTH = 200


def left_out(url: str, markup: Markup, linked: Linked) -> str | None:
    """Why a page is no article by its address and its own words, as in `schemas.reasons.PASSED`; None if it is one."""
    try:
        parts = urlsplit(url)
    except ValueError:  # an address that cannot be one tells nothing
        return None
    steps = [step.lower() for step in parts.path.split("/") if step]
    stated = linked.is_article or (markup.first("og:type") or "").strip().lower() == "article"
    if (not steps or (len(steps) == 1 and INDEX.fullmatch(steps[0]))) and not (stated and parts.query):
        return "front_page"
    if stated:
        return None
    if linked.is_listing or not LISTS.isdisjoint(steps) or _is_section(steps, parts.query):
        return "listing"
    return None


def _is_section(steps: list[str], query: str) -> bool:
    last = steps[-1] if steps else ""
    signs = last.count("-") + last.count("_") + last.count("%20") + last.count("+")
    return signs < 2 and not re.search(r"\d", "".join(steps) + query)


def digest(text: str) -> str:
    """BLAKE2b-128 in hex of the text in lower case with runs of white space as one blank."""
    plain = " ".join(text.lower().split())
    return hashlib.blake2b(plain.encode("utf-8", "replace"), digest_size=16).hexdigest()


def title(markup: Markup, linked: Linked) -> str | None:
    """The headline as JSON-LD or og:title state it; the title element often has the outlet's name too."""
    stated = (linked.headline, markup.first("og:title", "twitter:title"))
    return next((t for t in (one_line(s, TITLE_LENGTH) for s in stated) if t), None)


def section(markup: Markup, linked: Linked) -> str | None:
    """The section the article states."""
    return one_line(linked.section or markup.first("article:section", "section"), SECTION_LENGTH)


def one_line(text: str | None, most: int) -> str | None:
    """The text with runs of white space as one blank, cut, and valid Unicode; None where nothing is left."""
    plain = " ".join((text or "")[: 4 * most].replace("\0", "").split())[:most]
    return plain.encode("utf-8", "replace").decode("utf-8") or None
