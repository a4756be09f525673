"""The few parts of a page's markup that tell about the article, in one pass over its text.

A page is not parsed into a tree: that costs more than all else here, and a hostile page can make it deep. The pass
goes forward only, every tag is read up to a limit, and what a page repeats without end is cut: time is linear.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

TAG_LENGTH = 16 << 10  # characters of a tag that are read
ATTRIBUTES = 64  # attributes of a tag that are read
VALUE_LENGTH = 2000  # characters of an attribute that are kept
KEPT = 500  # tags of a kind that are kept
JSON_LENGTH = 1 << 20  # characters of all blocks of JSON-LD
JSON_BLOCKS = 50

_TAG = re.compile(r"<(?=[!sStTmM])(?:!--|(script|style|textarea|meta|time)(?=[\s/>]))", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""[\s/"'=]*([^\s=>/"'][^\s=>/]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?""")
_ENDS = {n: re.compile(f"</{n}", re.IGNORECASE) for n in ("script", "style", "textarea")}
# In small letters, as it is written everywhere: a search that minds no case takes longer than all else here.
_DATED = re.compile(r"""itemprop\s{0,9}=\s{0,9}["']?(?i:datePublished|dateCreated)["'\s>]""")


@dataclass
class Markup:
    """What was found, in the page's order."""

    metas: list[tuple[str, str]] = field(default_factory=list)
    """Name (`name`, `property` or `itemprop`, lower case) and content of meta tags."""
    times: list[dict[str, str]] = field(default_factory=list)
    """Attributes of time tags."""
    dated: list[dict[str, str]] = field(default_factory=list)
    """Attributes of other tags that are marked as the date of publication (itemprop)."""
    blocks: list[str] = field(default_factory=list)
    """Blocks of JSON-LD."""

    def first(self, *names: str) -> str | None:
        """Content of the first meta tag of one of these names, those named first preferred; None if all are empty."""
        for name in names:
            for given, content in self.metas:
                if given == name and content.strip():
                    return content
        return None


def read(page: str) -> Markup:
    """The parts of a page; never an error, whatever the page."""
    found = Markup()
    at = 0
    while tag := _TAG.search(page, at):
        name = (tag[1] or "").lower()
        if not name:
            at = _behind(page, "-->", tag.start() + 2)
            continue
        attributes, at = _attributes(page, tag.end())
        if name in _ENDS:
            end = _ENDS[name].search(page, at)
            if "ld+json" in attributes.get("type", "").lower():
                _keep_block(found, page, at, end.start() if end else len(page))
            at = end.end() if end else len(page)
        else:
            _keep(found, name, attributes)
    for mark in _DATED.finditer(page):
        if len(found.dated) == KEPT:
            break
        begin = page.rfind("<", max(0, mark.start() - VALUE_LENGTH), mark.start())
        if begin >= 0:
            found.dated.append(_attributes(page, begin + 1)[0])
    return found


def _behind(page: str, sign: str, at: int) -> int:
    """Where the text after a sign begins; the end of the page if it does not come."""
    end = page.find(sign, at)
    return end + len(sign) if end >= 0 else len(page)


def _attributes(page: str, at: int) -> tuple[dict[str, str], int]:
    """Attributes from here to the end of the tag, names in lower case, the first of a name; and where it ends."""
    found: dict[str, str] = {}
    limit = min(len(page), at + TAG_LENGTH)
    for _ in range(ATTRIBUTES):
        match = _ATTRIBUTE.match(page, at, limit)
        if match is None:
            break
        name, *values = match.groups()
        value = next((v for v in values if v is not None), "")
        found.setdefault(name.lower(), html.unescape(value[:VALUE_LENGTH]))
        at = match.end()
    end = page.find(">", at, limit)
    return found, end + 1 if end >= 0 else at


def _keep_block(found: Markup, page: str, begin: int, end: int) -> None:
    held = sum(map(len, found.blocks))
    if held + end - begin <= JSON_LENGTH and len(found.blocks) < JSON_BLOCKS:
        found.blocks.append(page[begin:end])


def _keep(found: Markup, name: str, attributes: dict[str, str]) -> None:
    if name == "meta" and len(found.metas) < KEPT:
        content = attributes.get("content", "")
        for key in ("name", "property", "itemprop"):
            if attributes.get(key):
                found.metas.append((attributes[key].strip().lower(), content))
    elif name == "time" and len(found.times) < KEPT:
        found.times.append(attributes)
