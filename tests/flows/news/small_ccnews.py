"""Writes a small CC-NEWS with planted outlets, dates, copies, pages that are none, and gaps in its days."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

WORDS = ["river", "council", "harvest", "storm", "bridge", "teacher", "market", "vessel", "window", "garden", "letter",
         "station", "winter", "machine", "village", "doctor", "singer", "ticket", "forest", "minister"]  # fmt: skip
NOON = "2024-05-12T12:00:00Z"


@dataclass
class News:
    """The archive and what was planted."""

    root: Path
    articles: dict[str, dict] = field(default_factory=dict)
    """By url: what must come out."""
    passed: dict[str, int] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    """Keys listed."""


def record(
    url: str, page: bytes, captured: str, status: str = "200 OK", mime: str = "text/html", **over
) -> bytes:
    body = f"HTTP/1.1 {status}\r\nContent-Type: {mime}; charset=utf-8\r\n\r\n".encode() + page
    fields = {"WARC-Type": "response", "WARC-Target-URI": url, "WARC-Date": captured,
              "WARC-Record-ID": f"<urn:uuid:{abs(hash(url))}>", "Content-Type": "application/http"}  # fmt: skip
    fields |= {k.replace("_", "-"): v for k, v in over.items()}
    lines = "".join(f"{k}: {v}\r\n" for k, v in fields.items())
    head = f"WARC/1.0\r\n{lines}Content-Length: {len(body)}\r\n\r\n".encode()
    return gzip.compress(head + body + b"\r\n\r\n")


def sentences(draw: random.Random, words: int = 240) -> str:
    picked = [draw.choice(WORDS) for _ in range(words)]
    cut = [" ".join(["The", *picked[n : n + 12]]) + "." for n in range(0, words, 12)]
    return " ".join(cut)


def page(text: str, head: str = "", title: str = "A title of some words") -> bytes:
    said = text.removesuffix(".").split(". ")
    body = "".join(f"<p>{'. '.join(said[n : n + 5])}.</p>" for n in range(0, len(said), 5))
    menu = "<nav><ul>" + "".join(f"<li><a href='/{w}'>{w}</a></li>" for w in WORDS[:8]) + "</ul></nav>"
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{title}</title>{head}</head>"
        f"<body>{menu}<article><h1>{title}</h1>{body}</article></body></html>"
    ).encode()


def write(root: Path) -> News:
    """Two files of May 2024 with records; the list names four files a day, but for three days."""
    made = News(root)
    draw = random.Random(4)
    planted: list[list[bytes]] = [[], []]
    captured = datetime(2024, 5, 12, 6, 0, tzinfo=UTC)
    wire = sentences(draw, 300)
    for n, (outlet, host) in enumerate(
        [("alpha.org", "www.alpha.org"), ("beta.co.uk", "news.beta.co.uk"), ("gamma.de", "gamma.de")]
    ):
        for k in range(4):
            at = captured + timedelta(minutes=10 * (4 * n + k))
            stated = at - timedelta(hours=3 + k)
            url, head, source = _dated(host, k, stated)
            text = wire if k == 1 else sentences(draw)
            planted[(n + k) % 2].append(
                record(url, page(text, head, f"{outlet} tells {k} things"), f"{at:%Y-%m-%dT%H:%M:%SZ}")
            )
            made.articles[url] = {"outlet": outlet, "published_source": source, "wire": k == 1, "captured_at": at,
                                  "published_at": _expected(source, stated, at), "title": f"{outlet} tells {k} things",
                                  "words": text.split()}  # fmt: skip
    site, text = "https://www.alpha.org/", page(sentences(draw))
    others = {
        "front_page": record(site, text, NOON),
        "listing": record(f"{site}sport", text, NOON),
        "too_little_text": record(f"{site}a-very-short-note", page("Nothing."), NOON),
        "not_ok": record(f"{site}gone-and-lost-1", text, NOON, "404 Not Found"),
        "not_html": record(f"{site}a-b-c.pdf", b"%PDF-1.4 x", NOON, mime="application/pdf"),
        "other_record": record(f"{site}a-b-c-d", b"", NOON, WARC_Type="request"),
    }
    for reason, raw in others.items():
        planted[0].append(raw)
        made.passed[reason] = 1
    _write(made, planted)
    return made


def _dated(host: str, k: int, stated: datetime) -> tuple[str, str, str]:
    """Address and head of a page whose date stands in another place for each k."""
    iso = stated.astimezone(UTC).isoformat()
    url = f"https://{host}/news/story-number-{k}"
    if k == 0:
        stated_there = {"@type": "NewsArticle", "datePublished": iso}
        return url, f'<script type="application/ld+json">{json.dumps(stated_there)}</script>', "json-ld"
    if k == 1:
        return url, f'<meta property="article:published_time" content="{iso}">', "meta"
    if k == 2:
        return f"https://{host}/{stated:%Y/%m/%d}/story-number-{k}", "", "url"
    return url, "", "capture"


def _expected(source: str, stated: datetime, captured: datetime) -> datetime:
    if source == "capture":
        return captured
    return stated.replace(hour=0, minute=0, second=0) if source == "url" else stated


def _write(made: News, planted: list[list[bytes]]) -> None:
    folder = "crawl-data/CC-NEWS/2024/05"
    days = [d for d in range(1, 32) if d not in (20, 21)]
    names = [(d, n) for d in days for n in range(1 if d == 9 else 4)]
    made.files = [f"{folder}/CC-NEWS-202405{d:02}{5 * n:02}0000-{10 * d + n:05}.warc.gz" for d, n in names]
    read = [k for k in made.files if "CC-NEWS-20240512" in k][:2]
    for key, records in zip(read, planted, strict=True):
        path = made.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(records))
    (made.root / folder / "warc.paths.gz").write_bytes(gzip.compress("\n".join(made.files).encode()))
    (made.root / "two.paths").write_text("\n".join(read))
