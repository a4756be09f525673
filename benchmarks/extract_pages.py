"""Articles with a known main text among menus, teasers, comments, scripts and styles, as a WARC file, from a seed."""

from __future__ import annotations

import gzip
import random
from dataclasses import dataclass

SYLLABLES = [consonant + vowel for consonant in "bcdfglmnprstvz" for vowel in "aeiou"]


@dataclass(frozen=True)
class Planted:
    """A page and what of it is the article."""

    html: str
    """The page."""
    main: str
    """Headline and paragraphs of the article."""


def pages(count: int, seed: int) -> list[Planted]:
    """Articles of 80 to 1,200 words in four layouts, pages of about 30 to 120 kB."""
    chance = random.Random(seed)
    words = ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(8000)]
    return [_page(chance, words, number) for number in range(count)]


def _page(chance: random.Random, words: list[str], number: int) -> Planted:
    def sentence(low: int = 6, high: int = 24) -> str:
        return " ".join(chance.choices(words, k=chance.randint(low, high))).capitalize() + "."

    def menu(size: int) -> str:
        drawn = chance.choices(words, k=size)
        links = (f'<li><a href="/{word}/{number}">{word} {chance.choice(words)}</a></li>' for word in drawn)
        return f"<ul>{''.join(links)}</ul>"

    title = sentence(4, 9).removesuffix(".")
    paragraphs = [
        " ".join(sentence() for _ in range(chance.randint(2, 6))) for _ in range(chance.randint(3, 14))
    ]
    body = "".join(f"<p>{p}</p>" for p in paragraphs)
    teasers = "".join(
        f'<div class="teaser"><h3><a href="/{i}">{sentence(3, 7)}</a></h3><p>{sentence(4, 10)}</p></div>'
        for i in range(chance.randint(3, 12))
    )
    comments = "".join(
        f'<div class="comment"><b>{chance.choice(words)}</b><p>{sentence(4, 15)}</p></div>'
        for _ in range(chance.randint(0, 8))
    )
    script = "<script>var a={};" + "".join(
        f'a["{w}"]={i};' for i, w in enumerate(chance.choices(words, k=900))
    )
    style = "<style>" + "".join(f".{w}{{margin:{i}px}}" for i, w in enumerate(chance.choices(words, k=600)))
    around = _layouts(title, body)[number % 4]
    html = (
        f"<!doctype html><html><head><meta charset=utf-8><title>{title} - {chance.choice(words)}</title>"
        f'<link rel="canonical" href="/{number}">{style}</style>{script}</script></head><body>'
        f"<header><nav>{menu(40)}</nav></header>{around}"
        f'<aside class="sidebar">{menu(25)}{teasers}</aside><div id="comments" class="comments">{comments}</div>'
        f'<footer class="footer">{menu(30)}<p>{sentence()}</p></footer>{script}</script></body></html>'
    )
    return Planted(html, f"{title} {' '.join(paragraphs)}")


def _layouts(title: str, body: str) -> tuple[str, str, str, str]:
    """From well marked to hardly marked."""
    return (
        f"<main><article><h1>{title}</h1>{body}</article></main>",
        f'<div class="wrap"><div class="post-content"><h1>{title}</h1>{body}</div></div>',
        f'<div id="content"><h1>{title}</h1><div class="text">{body}</div></div>',
        f"<table><tr><td><h1>{title}</h1>{body}</td></tr></table>",
    )


def warc(htmls: list[str]) -> bytes:
    """The pages as responses, a gzip member each."""
    return b"".join(_record(html, number) for number, html in enumerate(htmls))


def _record(html: str, number: int) -> bytes:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html.encode()
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n"
        f"WARC-Target-URI: https://example.org/{number}\r\nWARC-Date: 2024-05-18T00:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + block + b"\r\n\r\n", 6)
