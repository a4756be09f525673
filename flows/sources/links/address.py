"""Where a link leads, as browsers read it: as much of the URL Standard (url.spec.whatwg.org, 4.4) as hosts need.

White space and control characters around a link, and line ends and tabs in it, do not count; a backslash is a slash;
a missing scheme (`//host/`) is the page's own; any number of slashes from two up begins a host, and after a scheme
other than the page's, any number from none up. What is none of http and https is another scheme.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

AROUND = "".join(map(chr, range(0x21)))
INSIDE = str.maketrans("", "", "\t\n\r")
SLASHES = "/\\"
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
AUTHORITY = re.compile(r"[^/\\?#]*")
WEB = frozenset({"http", "https"})

Lead = Literal["host", "relative", "same_page", "other_scheme"]


@dataclass(frozen=True)
class Way:
    """What a link says of where it leads."""

    lead: Lead
    """To a host it names, somewhere on the host of its base, to the page itself, or out of the web."""
    authority: str = ""
    """User, host and port as written, where it names a host."""
    scheme: str = ""
    """Its scheme, given or its page's, where it names a host."""


RELATIVE, SAME_PAGE, OTHER_SCHEME = Way("relative"), Way("same_page"), Way("other_scheme")


def way(link: str, scheme: str) -> Way:
    """Where a link leads from a page with this scheme (`http` or `https`)."""
    link = link.strip(AROUND).translate(INSIDE)
    if not link or link[0] == "#":
        return SAME_PAGE
    named = SCHEME.match(link)
    rest = link[named.end() :] if named else link
    behind = rest.lstrip(SLASHES)
    slashes = len(rest) - len(behind)
    if named:
        stated = named[0][:-1].lower()
        if stated not in WEB:
            return OTHER_SCHEME
        if stated != scheme or slashes >= 2:
            return Way("host", _authority(behind), stated)
        return RELATIVE
    return Way("host", _authority(behind), scheme) if slashes >= 2 else RELATIVE


def _authority(rest: str) -> str:
    found = AUTHORITY.match(rest)
    return found[0] if found else ""
