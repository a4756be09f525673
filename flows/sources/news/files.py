"""What files CC-NEWS lists, as `core__ccnews__files`: so that its gaps are known even where only a sample is read."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from conf.places import Place
from conf.settings import Ingest, Settings
from flows.sources.news.months import EXAMPLES, Selection, begun_at, list_of, listed
from flows.sources.source import Account, Input, Source
from flows.sources.stream import streamed
from schemas.news import files

SCHEMA = files.schema()


def inputs(selection: Selection, archive: Place, settings: Settings) -> list[Input]:
    """The lists of the months; none where files were asked for by a list of one's own."""
    return [
        Input(list_of(month), {"archive_month": month}, len(listed(month, archive, settings)))
        for month in selection.months
    ]


def lacks(part: Place, item: Input) -> bool:
    """Whether the archive lists more files by now, as it does in a month that is not over."""
    with part.fs.open(part.path, "rb") as handle:
        return bool(pq.ParquetFile(handle).metadata.num_rows < item.wants)


def read(blocks: Iterable[bytes], source: Input, account: Account, _: Ingest) -> Iterator[pa.RecordBatch]:
    """A row a line of a list; a line that is no file of CC-NEWS is set aside."""
    packed = b"".join(blocks)
    try:
        lines = gzip.decompress(packed).decode("utf-8").splitlines()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        account.seen += 1
        account.reject(0, "corrupt_gzip", f"the list cannot be unpacked: {error}", packed)
        return
    rows: list[dict[str, Any]] = []
    for key in dict.fromkeys(line.strip().lstrip("/") for line in lines if line.strip()):
        account.seen += 1
        begun = begun_at(key)
        if begun is None:
            account.reject(account.seen, "bad_metadata", f"no time in the name '{key}'", key.encode())
            continue
        account.kept += 1
        rows.append({"archive_file": key, "source_file": source.key, "begun_at": begun, "day": begun.date()})
    yield pa.RecordBatch.from_pylist(rows, schema=SCHEMA)


cc_news_files = Source(
    name="cc-news-files",
    summary="CC-NEWS's lists of its files, a row a file; `cc-news` brings them too.",
    archive="commoncrawl",
    table=files,
    selection=Selection,
    inputs=inputs,
    read=streamed(read),
    lacks=lacks,
    examples=EXAMPLES[1:2],
)
