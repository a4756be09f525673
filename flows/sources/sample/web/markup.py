"""A page's HTML, and what WAT notes of it, both written from the same plan."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flows.sources.sample.web import boilerplate as around
from flows.sources.sample.web.links import Link, Planned

# Element: its HTML (address, rel, label) and its path in WAT.
BODY: dict[str, tuple[str, str]] = {
    "a": ('<a href="{url}"{rel}>{label}</a>', "A@/href"),
    "area": ('<map name="m"><area href="{url}"></map>', "AREA@/href"),
    "img": ('<img src="{url}" alt="{label}">', "IMG@/src"),
    "script-body": ('<script src="{url}"></script>', "SCRIPT@/src"),
    "iframe": ('<iframe src="{url}"></iframe>', "IFRAME@/src"),
    "form": ('<form action="{url}" method="get"><input name="q"></form>', "FORM@/action"),
    "blockquote": ('<blockquote cite="{url}">{label}</blockquote>', "BLOCKQUOTE@/cite"),
    "video": ('<video src="{url}"></video>', "VIDEO@/src"),
    "embed": ('<embed src="{url}">', "EMBED@/src"),
    "data-href": ('<div data-href="{url}">{label}</div>', "DIV@/data-href"),
    "background": ('<table><tr><td background="{url}">{label}</td></tr></table>', "TD@/background"),
    "onclick": ("<div onclick=\"window.open('{url}')\">{label}</div>", "DIV@/onclick"),
}
IN_HTTP = ("link", "content-location")


@dataclass(frozen=True)
class Page:
    """A page with its links in place."""

    title: str
    """Text of the title element."""
    language: str
    """Value of the lang attribute."""
    paragraphs: tuple[str, ...]
    """Its main text, the heading first; plain text."""
    planned: Planned
    """Its links."""
    number: int
    """Decides its layout and the words around it."""
    meta_charset: str | None = None
    """Charset that a meta element states."""


def attribute(text: str) -> str:
    """Text for within double quotes."""
    return html.escape(text, quote=True)


def page_html(page: Page) -> str:
    """The page."""
    links = page.planned.links
    return (
        f'<!DOCTYPE html>\n<html lang="{attribute(page.language)}">\n<head>\n{_head(page)}</head>\n<body>\n'
        f"{_LAYOUTS[page.number % len(_LAYOUTS)](page, *_areas(links, page.number))}</body>\n</html>\n"
    )


def _head(page: Page) -> str:
    lines = [f'<meta charset="{page.meta_charset}">'] if page.meta_charset else []
    if page.planned.base:
        lines.append(f'<base href="{attribute(page.planned.base[0])}">')
    lines.append(f"<title>{html.escape(page.title, quote=False)}</title>")
    lines += [element for link in page.planned.links if (element := _in_head(link))]
    return "\n".join(lines) + "\n"


def _in_head(link: Link) -> str | None:
    url = attribute(link.written)
    if link.place.startswith("rel:"):
        return f'<link rel="{link.place[4:]}" href="{url}">'
    if link.place == "script":
        return f'<script src="{url}"></script>'
    if link.place == "refresh":
        return f'<meta http-equiv="refresh" content="900; url={url}">'
    if link.place.startswith("og:"):
        return f'<meta property="{link.place}" content="{url}">'
    return f"<style>.zqx {{ src: url({url}) }}</style>" if link.place == "style" else None


def _element(link: Link, number: int) -> str:
    rel = ' rel="nofollow"' if link.nofollow else ""
    return BODY[link.place][0].format(url=attribute(link.written), rel=rel, label=around.label(number))


def _areas(links: Sequence[Link], number: int) -> tuple[str, str]:
    """HTML of the links at the top (navigation) and at the side."""
    elements = [_element(link, number + i) for i, link in enumerate(links) if link.place in BODY]
    top = "".join(f"<li>{e}</li>" for e in elements[:4])
    return f"<ul>{top}</ul>", "".join(f"<li>{e}</li>\n" for e in elements[4:])


def _text(page: Page) -> str:
    n = page.number
    heading, *rest = (html.escape(text, quote=False) for text in page.paragraphs)
    parts = [_FORMS[(n + i) % len(_FORMS)].format(text) for i, text in enumerate(rest)]
    parts.insert(len(parts) // 2, around.within(n))
    return f"<h1>{heading}</h1>\n{''.join(parts)}"


_FORMS = ("<p>{}</p>\n",) * 5 + (
    "<ul><li>{}</li></ul>\n",
    "<blockquote>{}</blockquote>\n",
    "<h2>{}</h2>\n",
    "<div>{}</div>\n",
)
"""Elements of the paragraphs of a text: most are p, some are what extractors take for something else."""


def _semantic(page: Page, top: str, side: str) -> str:
    n = page.number
    return (
        f'{around.banner(n)}<header><nav class="menu">{top}</nav></header>\n'
        f"<main><article>\n{_text(page)}</article></main>\n"
        f'<aside class="sidebar"><h2>{around.label(n)}</h2><ul>{side}</ul></aside>\n'
        f"{around.comments(n)}{around.footer(n)}"
    )


def _divided(page: Page, top: str, side: str) -> str:
    n = page.number
    return (
        f'<div id="header" class="header"><div id="nav" class="nav">{top}</div></div>\n'
        f'<div id="sidebar" class="sidebar widget"><h3>{around.label(n)}</h3><ul>{side}</ul></div>\n'
        f'<div id="content" class="content">\n{_text(page)}</div>\n'
        f"{around.comments(n)}{around.banner(n)}{around.footer(n)}"
    )


def _tabled(page: Page, top: str, side: str) -> str:
    n = page.number
    return (
        f"{around.banner(n)}<table><tr><td colspan=2>{top}</td></tr>\n"
        f"<tr><td class=menu><ul>{side}</ul></td><td class=text>\n{_text(page)}</td></tr></table>\n{around.footer(n)}"
    )


_LAYOUTS: tuple[Callable[[Page, str, str], str], ...] = (_semantic, _divided, _semantic, _tabled)
"""Elements by their meaning, boxes with classes, and tables as of old: extractors find text in each in another way."""


def noted(page: Page) -> dict[str, Any]:
    """HTML-Metadata of WAT: what Common Crawl's tool notes of the page, in its order and words."""
    links, number = page.planned.links, page.number
    head: dict[str, Any] = {"Title": page.title}
    if page.planned.base:
        head["Base"] = page.planned.base[0]
    listed = {
        "Metas": [meta for link in links if (meta := _meta(link))],
        "Link": [
            {"path": "LINK@/href", "url": link.written, "rel": link.place[4:]}
            for link in links
            if link.place.startswith("rel:")
        ],
        "Scripts": [{"path": "SCRIPT@/src", "url": link.written} for link in links if link.place == "script"],
    }
    head |= {name: value for name, value in listed.items() if value}
    found = [{"path": "STYLE/#text", "href": link.written} for link in links if link.place == "style"]
    found += [_listed(link, number + i) for i, link in enumerate(links) if link.place in BODY]
    return {"Head": head, "Links": found}


def _meta(link: Link) -> dict[str, str] | None:
    if link.place == "refresh":
        return {"http-equiv": "refresh", "content": f"900; url={link.written}"}
    return {"property": link.place, "content": link.written} if link.place.startswith("og:") else None


def _listed(link: Link, number: int) -> dict[str, str]:
    found = {"path": BODY[link.place][1], "url": link.written}
    if link.place == "a":
        found["text"] = around.label(number)
    return found | ({"rel": "nofollow"} if link.nofollow else {})


def http_links(links: Sequence[Link]) -> list[tuple[str, str]]:
    """Header fields of the answer that are links."""
    return [
        ("Link", f"<{link.written}>; rel=preload")
        if link.place == "link"
        else ("Content-Location", link.written)
        for link in links
        if link.place in IN_HTTP
    ]
