"""Hosts and registered domains of addresses, by Common Crawl's rules."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

# Underscores are allowed, since hosts with them exist; 63 and 253 are the limits of RFC 1035.
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
AUTHORITY = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:)?//([^/?#\\]*)")  # RFC 3986, section 3.2
ALL_NUMBERS = re.compile(r"[0-9.]+")


def host_of(url: str) -> str | None:
    """Host of an address: lower case, IDNA-encoded, without port, user or trailing dot.

    None where the address has no host; IP addresses are hosts and come back as they are.
    """
    found = AUTHORITY.match(url)
    return _host(found[1]) if found else None


@lru_cache(maxsize=1 << 16)  # pages of a site come together
def _host(authority: str) -> str | None:
    try:
        host = urlsplit(f"//{authority}").hostname
    except ValueError:  # e.g. an unclosed bracket
        return None
    return (_plain(host.rstrip(".")) or None) if host else None


def _plain(host: str) -> str:
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""


@lru_cache(maxsize=1 << 16)
def registered_domain(host: str | None) -> str | None:
    """The host's part one label below its public suffix (ICANN section of the public suffix list).

    None for IP addresses, invalid hosts, and hosts that are a public suffix themselves.
    """
    if not host or len(host) > 253 or ":" in host or ALL_NUMBERS.fullmatch(host):
        return None
    if not all(LABEL.fullmatch(label) for label in host.split(".")):
        return None
    domain: str | None = _suffixes().privatesuffix(host)
    return domain


@cache
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(only_icann=True, accept_unknown=False)
