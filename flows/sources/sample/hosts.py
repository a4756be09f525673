"""Invented hosts over true public suffixes, and addresses on them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Host:
    """A host of the sample."""

    authority: str
    """As an address writes it: host, maybe with a port, maybe in capitals."""
    registered_domain: str | None
    """The part below the public suffix, with its label; none for an IP address."""


_DOMAINS = {
    "com": "harbourpost gardenwire northledger atlasmart stoneforum rivertech",
    "org": "openmeadow civiclamp tidewatch",
    "net": "kabelnest gridpond",
    "info": "wetterkarte stadtinfo",
    "de": "nordblatt tagespost-sample musterverein",
    "co.uk": "millgazette thamesnotes fenbakery",
    "gov.br": "prefeitura-sample saude-sample",
    "com.br": "jornalmodelo",
    "fr": "gazette-exemple lyceemodele",
    "es": "diarioejemplo",
    "ru": "primergazeta",
    "xn--p1ai": "пример-газета",
    "gr": "paradeigma-nea",
    "in": "udaharan",
    "co.th": "tuayang",
    "com.cn": "shilibao",
    "com.tr": "ornekgazete",
    "ae": "mithal",
}
"""Invented names under true public suffixes, several of two labels, one of another script (рф)."""

_ODD = (
    Host("example.com", "example.com"),
    Host("WWW.Example.ORG", "example.org"),
    Host("data.harbourpost-sample.com:8080", "harbourpost-sample.com"),
    Host("192.0.2.17", None),
    Host("198.51.100.23:8000", None),
    Host("[2001:db8::7]", None),
)
"""Reserved names (RFC 2606), addresses for documentation (RFC 5737, 3849), capitals, ports."""


@cache
def hosts() -> tuple[Host, ...]:
    """All hosts; the first are used most."""
    made = []
    for suffix, names in _DOMAINS.items():
        for name in names.split():
            label = name if name.endswith(("sample", "exemple")) else f"{name}-sample"
            domain = f"{label.encode('idna').decode()}.{suffix}"
            made += [Host(f"{sub}{domain}", domain) for sub in ("www.", "", "news.", "m.")]
    # A stride that shares no factor with the number of hosts mixes the suffixes over the ranks.
    mixed = [made[i * 31 % len(made)] for i in range(len(made))]
    return (*mixed[:20], *_ODD, *mixed[20:])


SECTIONS = ("news", "archive", "blog", "articles", "2023/politics", "en/region", "forum/topic", "wiki")


def address(host: Host, section: int, name: str) -> str:
    """Address of a page: one in four by plain http."""
    scheme = "http" if section % 4 == 3 else "https"
    return f"{scheme}://{host.authority}/{SECTIONS[section % len(SECTIONS)]}/{name}.html"


HOSTILE = "http://example.com/a%3Cb%3E/<script>alert('url')</script>/ü/?q=\"=1+1\"&amp;x={y}|z#`"
"""Address of the hostile page: markup, quotes, letters beyond ASCII, all unescaped."""
