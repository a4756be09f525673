"""Hosts and registered domains of addresses, by Common Crawl's rules."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, urlsplit

import idna

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

# Underscores are allowed, since hosts with them exist; 63 and 253 are the limits of RFC 1035.
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
LABELS = re.compile(rf"(?:{LABEL.pattern}\.)+{LABEL.pattern}")
AUTHORITY = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:)?//([^/?#\\]*)")  # RFC 3986, section 3.2
# Most hosts as they are written in links: what host_in and flaw would find nothing to change and nothing wrong in.
PLAIN = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+([a-z]{2,63})")
ALL_NUMBERS = re.compile(r"[0-9.]+")
NUMBER = re.compile(
    r"[0-9]+|0x[0-9a-f]*"
)  # a host whose last label is one is an IPv4 address (WHATWG URL, 3.5)

LONGEST = 253

Flaw = Literal["ip_address", "invalid_host", "unknown_suffix"]
"""Why a host is no node of a web graph."""


def host_of(url: str) -> str | None:
    """Host of an address: lower case, IDNA-encoded, without port, user or trailing dot.

    None where the address has no host; IP addresses are hosts and come back as they are.
    """
    found = AUTHORITY.match(url)
    return host_in(found[1]) if found else None


@lru_cache(maxsize=1 << 16)  # pages of a site come together
def host_in(authority: str) -> str | None:
    """Host in what stands between `//` and the path of an address, as `host_of` gives it."""
    if LABELS.fullmatch(authority):
        return authority
    try:
        host = urlsplit(f"//{authority}").hostname
        plain = _plain(unquote(host, errors="strict")) if host else ""
    except ValueError:  # e.g. an unclosed bracket, or a label that IDNA does not allow
        return None
    return plain.rstrip(".") or None


def _plain(host: str) -> str:
    """Letters beyond ASCII to punycode: mapped by UTS #46 (not transitional), then held to IDNA2008.

    Raises:
        UnicodeError: A label that cannot be encoded.
    """
    if host.isascii():
        return host.lower()
    labels = idna.uts46_remap(host, std3_rules=False, transitional=False).split(".")
    return ".".join(label if label.isascii() else idna.alabel(label).decode("ascii") for label in labels)


def flaw(host: str | None) -> Flaw | None:
    """What keeps a host (as `host_of` gives it) out of a web graph, by Common Crawl's rules; None of a good one.

    A good one has at least two labels of RFC 1035's lengths, underscores allowed, below a known public suffix,
    or is such a suffix (gov.uk has pages).
    """
    if not host or len(host) > LONGEST:
        return "invalid_host"
    top = host.rpartition(".")[2]
    if ":" in host or NUMBER.fullmatch(top):
        return "ip_address"
    if not LABELS.fullmatch(host):
        return "invalid_host"
    return None if _known(top) or _suffixes().publicsuffix(host) else "unknown_suffix"


def in_graph(authority: str) -> tuple[str, Flaw | None]:
    """Host that an authority names, and what keeps it out of a web graph, as `host_in` and `flaw` tell them."""
    if plain_node(authority):
        return authority, None
    host = host_in(authority)
    return host or "", flaw(host)


def plain_node(authority: str) -> bool:
    """Whether an authority is a host as most are written, and one that has a place in a web graph."""
    found = PLAIN.fullmatch(authority)
    return found is not None and len(authority) <= LONGEST and _known(found[1])


@lru_cache(maxsize=1 << 12)
def _known(top: str) -> bool:
    """Whether every host below a top-level domain has a public suffix (below za, only those of co.za and others)."""
    return _suffixes().publicsuffix(f"a.{top}") is not None


def folded(host: str) -> str:
    """The host without a leading `www.`, where at least two labels are left (www.com is a domain itself)."""
    return host[4:] if host.startswith("www.") and host.count(".") > 1 else host


def reverse(host: str) -> str:
    """The host with its labels in reverse order (archive.org: org.archive), and back."""
    return ".".join(host.split(".")[::-1])


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
