"""One try at a ranged read or at a file's size, for each kind of place; all errors become Trouble."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from conf.places import Place
from flows.sources.answer import Answer, Facts, Span
from flows.sources.trouble import Trouble


@dataclass(frozen=True)
class Transport:
    """How a file is asked for."""

    get: Callable[[Span], Answer]
    """Read a stretch."""
    head: Callable[[], Facts]
    """Size and version."""
    server: str
    """Whom we would burden with retries; empty for this machine."""


def transport(place: Place) -> Transport:
    """The transport of a place."""
    if place.is_local:
        path = Path(place.path)
        return Transport(lambda span: _file_get(path, span), lambda: _file_facts(path), "")
    from fsspec.asyn import sync

    if place.is_http:
        from flows.sources import over_http

        fs, url = place.fs, place.path
        return Transport(
            lambda span: sync(fs.loop, over_http.get, fs, url, span),
            lambda: sync(fs.loop, over_http.head, fs, url),
            _server(url),
        )
    from conf.s3 import single_try
    from flows.sources import over_s3

    once = single_try(place.fs)
    return Transport(
        lambda span: sync(once.loop, over_s3.get, once, place.path, span),
        lambda: sync(once.loop, over_s3.head, once, place.path),
        _server(once.endpoint_url or place.url),
    )


def _server(url: str) -> str:
    parts = urlsplit(url)
    return "" if parts.hostname in ("127.0.0.1", "::1", "localhost") else parts.netloc


def _file_facts(path: Path) -> Facts:
    with _file_errors():
        stat = path.stat()
    return Facts(stat.st_size, f"{stat.st_ino}-{stat.st_mtime_ns}")


def _file_get(path: Path, span: Span) -> Answer:
    with _file_errors(), path.open("rb") as handle:
        handle.seek(span.start)
        body = handle.read(span.length)
    return Answer(_file_facts(path), body)


@contextmanager
def _file_errors() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise Trouble("missing", "no such file") from None
    except PermissionError:
        raise Trouble("forbidden", "no permission to read it") from None
    except OSError as error:
        raise Trouble("unavailable", error.strerror or str(error)) from None
