"""WAT files for benchmarks/links.py: sites drawn by Zipf's law, pages with the elements and headers that pages have."""

from __future__ import annotations

import json
import random
from concurrent.futures import ProcessPoolExecutor
from itertools import accumulate
from multiprocessing import get_context
from pathlib import Path

from isal import igzip_lib

CRAWL = "CC-MAIN-2024-22"
SUFFIXES = ("com", "com", "com", "org", "net", "de", "co.uk", "fr", "ru", "com.br", "jp", "is", "io")
WORDS = ("news", "blog", "page", "about", "item", "topic", "story", "photo", "tag", "user", "shop", "forum", "wiki",
         "read", "view", "list", "archive", "media")  # fmt: skip
HEAD = (
    "WARC/1.0\r\nWARC-Type: metadata\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-05-31T01:17:49Z\r\n"
    "WARC-Record-ID: <urn:uuid:{id}>\r\nWARC-Refers-To: <urn:uuid:{id}>\r\nContent-Type: application/json\r\n"
    "Content-Length: {length}\r\n\r\n"
)
HEADERS = {
    "Date": "Sat, 18 May 2024 01:58:10 GMT", "Content-Type": "text/html; charset=UTF-8", "Server": "nginx",
    "Vary": "Accept-Encoding", "Cache-Control": "max-age=600", "X-Frame-Options": "SAMEORIGIN",
    "Strict-Transport-Security": "max-age=31536000", "Connection": "close", "X-Crawler-Content-Encoding": "gzip",
}  # fmt: skip


def write(folder: Path, files: int, pages: int, processes: int) -> list[str]:
    """Write files below a folder, where they are not there yet; returns their keys."""
    keys = [
        f"crawl-data/{CRAWL}/segments/1/wat/CC-MAIN-{number:05}-{pages}.warc.wat.gz"
        for number in range(files)
    ]
    todo = [(folder / key, number, pages) for number, key in enumerate(keys) if not (folder / key).exists()]
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        list(pool.map(_file, todo))
    return keys


def _file(asked: tuple[Path, int, int]) -> None:
    path, number, pages = asked
    rng = random.Random(number)
    sites = _sites()
    heaped = list(accumulate(1 / (rank + 20) for rank in range(len(sites))))
    path.parent.mkdir(parents=True, exist_ok=True)
    hidden = path.with_suffix(".new")
    with hidden.open("wb") as file:
        for source in rng.choices(sites, k=pages):
            others = rng.choices(sites, cum_weights=heaped, k=24)
            url = f"https://{source}/{rng.choice(WORDS)}/{rng.randrange(10**6)}"
            for record in (_request(url, rng), _response(url, source, others, rng)):
                file.write(igzip_lib.compress(record, 2, igzip_lib.COMP_GZIP))
    hidden.rename(path)


def _sites() -> list[str]:
    """Sixty thousand hosts, the same in all files."""
    rng = random.Random(1)
    letters = "etaoinshrdlucmfwyp"
    return [
        f"{rng.choice(('www.', 'www.', '', 'blog.'))}{''.join(rng.choices(letters, k=rng.randint(4, 14)))}."
        f"{rng.choice(SUFFIXES)}"
        for _ in range(60_000)
    ]


def _record(url: str, content: dict[str, object], rng: random.Random) -> bytes:
    block = json.dumps(
        {"Container": {"Compressed": True, "Offset": "80610308"}, "Envelope": content}, separators=(",", ":")
    )
    head = HEAD.format(url=url, id=f"{rng.getrandbits(128):032x}", length=len(block))
    return head.encode() + block.encode() + b"\r\n\r\n"


def _request(url: str, rng: random.Random) -> bytes:
    said = {
        "Headers": {
            "User-Agent": "CCBot/2.0 (https://commoncrawl.org/faq/)",
            "Accept-Language": "en-US,en;q=0.5",
        }
    }
    stated = {"WARC-Type": "request", "WARC-Target-URI": url}
    return _record(
        url, {"Payload-Metadata": {"HTTP-Request-Metadata": said}, "WARC-Header-Metadata": stated}, rng
    )


def _response(url: str, source: str, others: list[str], rng: random.Random) -> bytes:
    def path() -> str:
        return f"{rng.choice(WORDS)}/2024/05/18/{rng.choice(WORDS)}-{rng.choice(WORDS)}-{rng.randrange(10**9)}.html"

    def anchor(link: str) -> dict[str, str]:
        made = {"path": "A@/href", "url": link, "text": " ".join(rng.choices(WORDS, k=rng.randrange(12)))}
        return made | ({"rel": "nofollow noopener"} if rng.random() < 0.08 else {})

    count = max(4, int(rng.expovariate(1 / 60)))
    found = []
    for number in range(count):
        draw = rng.random()
        if draw < 0.3:
            found.append(anchor(f"/{path()}"))
        elif draw < 0.5:
            found.append(anchor(f"https://{source}/{path()}"))
        elif draw < 0.7:
            found.append(anchor(f"https://{others[number % 24]}/{path()}"))
        elif draw < 0.9:
            where = f"https://cdn.{source}/img/{path()}" if draw < 0.8 else f"/img/{path()}"
            found.append({"path": "IMG@/src", "url": where, "alt": rng.choice(WORDS)})
        elif draw < 0.95:
            found.append(anchor("#" if draw < 0.93 else "mailto:someone@example.org"))
        else:
            found.append({"path": "FORM@/action", "url": f"/{path()}", "method": "post"})
    head = {
        "Title": f"{source} {rng.choice(WORDS)}",
        "Metas": [{"name": "viewport", "content": "width=device-width"},
                  {"name": "description", "content": "About what. " * 30},
                  {"property": "og:image", "content": f"https://cdn.{source}/{path()}"}],
        "Link": [{"path": "LINK@/href", "url": url, "rel": "canonical"}, {"path": "LINK@/href", "url": "/style.css",
                 "rel": "stylesheet", "type": "text/css"}],
        "Scripts": [{"path": "SCRIPT@/src", "url": "https://www.googletagmanager.com/gtag/js?id=UA"},
                    {"path": "SCRIPT@/src", "url": f"https://{others[0]}/{path()}"}],
    }  # fmt: skip
    answer = {
        "Response-Message": {"Version": "HTTP/1.1", "Status": "200", "Reason": "OK"},
        "Headers": HEADERS,
        "HTML-Metadata": {"Head": head, "Links": found},
        "Entity-Length": "40000",
        "Entity-Digest": "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ",
    }
    stated = {"WARC-Type": "response", "WARC-Date": "2024-05-18T01:58:10Z", "Content-Length": "41000",
              "WARC-Target-URI": url, "WARC-IP-Address": "208.80.154.224"}  # fmt: skip
    payload = {"Actual-Content-Type": "application/http; msgtype=response", "HTTP-Response-Metadata": answer}
    return _record(
        url, {"Payload-Metadata": payload, "Format": "WARC/1.0", "WARC-Header-Metadata": stated}, rng
    )
