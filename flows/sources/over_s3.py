"""One try over s3://, by s3fs's client and not by s3fs, whose own retries nobody could count."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from aiohttp import ClientPayloadError
from botocore import exceptions as boto
from botocore.parsers import ResponseParserError

from conf.s3 import code, reason
from flows.sources.answer import CHUNK, Answer, Facts, Span, facts, take
from flows.sources.trouble import Trouble, line, lower, of_status

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem


async def get(fs: AbstractFileSystem, path: str, span: Span) -> Answer:
    """One GetObject with a range; errors as Trouble."""
    bucket, key, _ = fs.split_path(path)
    with _errors():
        await fs.set_session()
        client = await fs.get_s3(bucket)
        answer = await client.get_object(Bucket=bucket, Key=key, Range=span.header, **fs.req_kw)
        meta = answer["ResponseMetadata"]
        async with answer["Body"] as body:
            chunks: AsyncIterator[bytes] = body.iter_chunks(CHUNK)
            return await take(meta["HTTPStatusCode"], lower(meta["HTTPHeaders"]), chunks, span)


async def head(fs: AbstractFileSystem, path: str) -> Facts:
    """One HeadObject; errors as Trouble."""
    bucket, key, _ = fs.split_path(path)
    with _errors():
        await fs.set_session()
        client = await fs.get_s3(bucket)
        answer = await client.head_object(Bucket=bucket, Key=key, **fs.req_kw)
    return facts(lower(answer["ResponseMetadata"]["HTTPHeaders"]))


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except boto.ClientError as error:
        raise _refusal(error) from None
    except (boto.ConnectTimeoutError, boto.ReadTimeoutError, TimeoutError) as error:
        raise Trouble("timeout", line("no answer", error), again=True) from None
    except (boto.ResponseStreamingError, boto.IncompleteReadError, ClientPayloadError) as error:
        raise Trouble("short_body", line("the body was cut", error), again=True) from None
    except boto.SSLError as error:
        raise Trouble("unavailable", line("no secure connection", error)) from None
    except (boto.HTTPClientError, boto.ConnectionError, ResponseParserError, OSError) as error:
        raise Trouble("unavailable", line("connection lost", error), again=True) from None
    except boto.BotoCoreError as error:
        raise Trouble("forbidden", line("S3 cannot be asked", error)) from None


def _refusal(error: boto.ClientError) -> Trouble:
    meta: dict[str, Any] = error.response.get("ResponseMetadata", {})
    status = int(meta.get("HTTPStatusCode", 0))
    if code(error) in ("SlowDown", "RequestTimeout"):
        status = 503
    said = f"status {status}, {reason(error)}"
    return of_status(status, lower(meta.get("HTTPHeaders", {})), said)
