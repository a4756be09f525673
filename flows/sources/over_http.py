"""One try over http:// or https://, on fsspec's own loop and session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import aiohttp

from flows.sources.answer import CHUNK, Answer, Facts, Span, facts, take
from flows.sources.trouble import Trouble, line, lower, of_status

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem


async def get(fs: AbstractFileSystem, url: str, span: Span) -> Answer:
    """One ranged GET; errors as Trouble."""
    session = await fs.set_session()
    with _errors():
        async with session.get(fs.encode_url(url), headers={"Range": span.header}) as answer:
            return await take(answer.status, lower(answer.headers), answer.content.iter_chunked(CHUNK), span)


async def head(fs: AbstractFileSystem, url: str) -> Facts:
    """One HEAD; errors as Trouble."""
    session = await fs.set_session()
    with _errors():
        async with session.head(fs.encode_url(url), allow_redirects=True) as answer:
            if answer.status != 200:
                raise of_status(answer.status, lower(answer.headers))
            return facts(lower(answer.headers))


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:  # aiohttp's time-outs are these
        raise Trouble("timeout", line("no answer", error), again=True) from None
    except aiohttp.ClientPayloadError as error:
        raise Trouble("short_body", line("the body was cut", error), again=True) from None
    except aiohttp.ClientSSLError as error:
        raise Trouble("unavailable", line("no secure connection", error)) from None
    except aiohttp.InvalidURL as error:
        raise Trouble("missing", line("not an address", error)) from None
    except (aiohttp.ClientError, OSError) as error:
        raise Trouble("unavailable", line("connection lost", error), again=True) from None
