"""Links planned for each page: where each leads is known before a page is written, by no reader of ours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from flows.sources.sample import hosts


@dataclass(frozen=True)
class Link:
    """A link of a page."""

    place: str
    """Element and attribute, a key of `markup.BODY` or `markup.HEAD`, or `link` and `content-location` of HTTP."""
    kind: str
    """Kind of `schemas.links`: one that leads somewhere, or where it leads nowhere why."""
    written: str
    """The address as the page has it."""
    target: str | None = None
    """Reversed host it leads to, `www` kept; None for where the page's relative links lead, or nowhere."""
    nofollow: bool = False
    """Whether it is marked rel=nofollow."""


def reverse(authority: str) -> str | None:
    """Reversed host of a host of the sample; None of an IP address."""
    if authority[0] == "[" or not authority.strip("0123456789.:"):
        return None
    host = authority.lower().partition(":")[0]
    return ".".join(reversed(host.split(".")))


def folded(target: str) -> str:
    """A reversed host without `www` at its end, where two labels are left."""
    return target.removesuffix(".www") if target.endswith(".www") and target.count(".") > 1 else target


@cache
def named() -> tuple[tuple[str, str], ...]:
    """Hosts that links lead to, as written and reversed; those with letters beyond ASCII are written with them."""
    found = []
    for host in hosts.hosts():
        target = reverse(host.authority)
        if target is not None:
            found.append((host.authority, target))
            if "xn--" in host.authority:
                found.append((host.authority.encode().decode("idna"), target))
    return tuple(found)


SPECIAL = (
    Link("a", "ip_address", "http://192.0.2.9/status.html"),
    Link("a", "ip_address", "http://[2001:db8::9]/"),
    Link("a", "invalid_host", "http://-wrong-.example.com/"),
    Link("a", "invalid_host", "http://localhost/admin"),
    Link("a", "unknown_suffix", "http://server.corp-invalid/wiki"),
    Link("a", "other_scheme", "javascript:void(0)"),
    Link("a", "other_scheme", "ftp://ftp.example.com/file.bin"),
    Link("a", "other_scheme", "data:text/plain,hello"),
    Link("a", "anchor", "//cdn.millgazette-sample.co.uk/a/b.html", "uk.co.millgazette-sample.cdn"),
    Link("a", "anchor", "HTTPS://WWW.Example.ORG:443/x", "org.example.www"),
    Link("a", "anchor", "http://user:word@example.com./y", "com.example"),
    Link(
        "a", "anchor", "  http://under_score.openmeadow-sample.org/z\n", "org.openmeadow-sample.under_score"
    ),
    Link("a", "anchor", "http://gov.br/", "br.gov"),
    Link("a", "anchor", "https://www.com/", "com.www"),
)
"""Links that readers trip over: one on every seventh page, in turn."""

_CDN, _TOP = "com.atlasmart-sample.cdn", "com.stoneforum-sample.www"
RARE = (
    Link("iframe", "frame", "https://cdn.atlasmart-sample.com/frame.html", _CDN),
    Link("form", "form", "https://www.stoneforum-sample.com/search", _TOP),
    Link("blockquote", "citation", "http://www.stoneforum-sample.com/quote", _TOP),
    Link("video", "media", "https://cdn.atlasmart-sample.com/v.mp4", _CDN),
    Link("embed", "embed", "https://cdn.atlasmart-sample.com/e.swf", _CDN),
    Link("data-href", "data", "https://www.stoneforum-sample.com/card", _TOP),
    Link("background", "image", "https://cdn.atlasmart-sample.com/bg.gif", _CDN),
    Link("onclick", "onclick", "https://www.stoneforum-sample.com/popup", _TOP),
    Link("area", "anchor", "https://www.stoneforum-sample.com/map", _TOP),
    Link("refresh", "meta_refresh", "https://www.stoneforum-sample.com/next", _TOP),
    Link("rel:preconnect", "hint", "https://cdn.atlasmart-sample.com", _CDN),
    Link("rel:alternate", "alternate", "https://m.stoneforum-sample.com/x", "com.stoneforum-sample.m"),
    Link("rel:license", "relation", "https://www.stoneforum-sample.com/licence", _TOP),
    Link("style", "style", "https://cdn.atlasmart-sample.com/f.woff", _CDN),
    Link("link", "http_link", "https://cdn.atlasmart-sample.com/preload.css", _CDN),
    Link("content-location", "http_link", "https://www.stoneforum-sample.com/stored.html", _TOP),
    Link("script-body", "script", "https://cdn.atlasmart-sample.com/late.js", _CDN),
)
"""One of each kind that most pages lack: one on every third page, in turn."""

BASES = (("/kept/here/", None), ("https://static.gridpond-sample.net/b/", "net.gridpond-sample.static"))
"""Base elements: relative, and of another host, where relative links then lead; on every eleventh page."""

_NAVIGATION = ("/", "/news/", "../about.html", "?page=2")


@dataclass(frozen=True)
class Planned:
    """All links of a page."""

    base: tuple[str, str | None] | None
    """Its base element: as written, and the reversed host it leads to where that is another one."""
    links: tuple[Link, ...]
    """In the page's order within head, body and HTTP head."""
    canonical: str | None
    """Address the page states as its proper one, made absolute."""


def plan(url: str, number: int, draws: list[int], *, hostile: bool) -> Planned:
    """The links of a page.

    Args:
        url: Its address.
        number: Its number in the file, which decides what it has of what is rare.
        draws: Five numbers that choose hosts.
        hostile: Whether its address cannot stand in a page's own links.
    """
    base = BASES[number // 11 % len(BASES)] if number % 11 == 5 else None
    moved = base is not None and base[1] is not None
    canonical, links = _canonical(url, number, moved, hostile)
    known = named()
    links += [
        Link("rel:stylesheet", "stylesheet", "https://cdn.atlasmart-sample.com/s.css", _CDN),
        Link("rel:icon", "icon", "/favicon.ico"),
        Link("og:image", "meta", "https://cdn.atlasmart-sample.com/og.jpg", _CDN),
        Link("script", "script", f"//cdn.atlasmart-sample.com/{number % 3}.js", _CDN),
        *(Link("a", "anchor", written) for written in _NAVIGATION),
        Link("img", "image", "/logo.png"),
    ]
    for i, drawn in enumerate(draws):
        authority, target = known[int((drawn / 65536) ** 3 * len(known))]
        link = Link("a", "anchor", f"http://{authority}/p/{drawn}.html", target, nofollow=i == 4)
        links += [link, link] if drawn % 5 == 0 else [link]
    links += [Link("a", "other_scheme", "mailto:desk@example.com"), _top(moved)]
    if number % 7 == 3:
        links.append(SPECIAL[number // 7 % len(SPECIAL)])
    if number % 3 == 1:
        links.append(RARE[number // 3 % len(RARE)])
    return Planned(base, tuple(links), canonical)


def _canonical(url: str, number: int, moved: bool, hostile: bool) -> tuple[str | None, list[Link]]:
    """Its canonical address: its own, or relative, or that of another host, or none."""
    scheme, _, rest = url.partition("://")
    authority, _, path = rest.partition("/")
    if hostile or number % 10 == 9:
        return None, []
    if number % 10 == 4 and not moved:
        return url, [Link("rel:canonical", "canonical", f"/{path}")]
    if number % 10 == 7:
        other = f"https://www.stoneforum-sample.com/{path}"
        return other, [Link("rel:canonical", "canonical", other, _TOP)]
    target = reverse(authority)
    if target is None:
        return url, [Link("rel:canonical", "ip_address", f"{scheme}://{authority}/{path}")]
    return url, [Link("rel:canonical", "canonical", url, target)]


def _top(moved: bool) -> Link:
    """A link to the page's beginning; where a base element names another host, it leads there (URL Standard, 4.4)."""
    return Link("a", "anchor" if moved else "same_page", "#top")
