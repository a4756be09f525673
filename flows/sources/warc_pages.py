"""WARC: pages as they were captured, their text extracted here, as `core__commoncrawl__pages`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pyarrow as pa

from conf.places import Place
from conf.settings import Extract, Ingest, Settings
from flows.sources import common_crawl
from flows.sources.captures import Row, batches, capture, within
from flows.sources.html.extractors import check, version_of
from flows.sources.html.kept_apart import Worker
from flows.sources.html.pages import Captured
from flows.sources.html.responses import response
from flows.sources.members import Fault
from flows.sources.ranges import cost, lacks, ranged
from flows.sources.records import opened, wants
from flows.sources.source import Account, Input, Reading, SelectionError, Source
from flows.sources.stream import guessed
from flows.sources.warc import Record, records
from schemas.web import pages

LISTED = common_crawl.inputs("warc")


@dataclass(frozen=True)
class Selection(common_crawl.Selection):
    """What to read of Common Crawl, and who makes the text."""

    extractor: str = "resiliparse"
    """Who makes the text: `resiliparse` (fast) or `trafilatura` (more exact, several times slower)."""
    records: str = ""
    """Only the records in this list, which `fieldwork select` writes; each is read by its range of bytes."""

    def ways(self) -> tuple[object, ...]:
        """A list of records says which files are meant, too."""
        return self.crawl, self.paths, self.records

    def __post_init__(self) -> None:
        super().__post_init__()
        try:
            check(self.extractor)
        except LookupError as error:
            raise SelectionError(str(error)) from None


def inputs(selection: Selection, archive: Place, settings: Settings) -> list[Input]:
    """Files that were asked for, with the extractor that was."""
    if selection.records:
        asked = wants(opened(selection.records)).items()
        found = [Input(key, {"crawl": common_crawl.crawl_of(key)}, pairs) for key, pairs in sorted(asked)]
    else:
        found = LISTED(selection, archive, settings)
    return within(found, {"extractor": selection.extractor})


def plan(items: Sequence[Input], archive: Place, settings: Settings) -> Mapping[str, Any]:
    """Bytes of whole files are guessed; those of records, and the requests they take, are known."""
    some = [item for item in items if item.wants is not None]
    if not some:
        return guessed(items, archive, settings)
    requests, total = cost((item.wants for item in some), settings.http.block_bytes)
    return {"bytes": total, "records": sum(len(item.wants) for item in some), "requests": requests}


def read(given: Reading) -> Iterator[pa.RecordBatch]:
    """Pages of one file, or of those of its records that are wanted."""
    yield from ranged(partial(pages_of, given.settings.extract))(given)


def pages_of(
    caps: Extract, blocks: Iterable[bytes], item: Input, account: Account, limits: Ingest
) -> Iterator[pa.RecordBatch]:
    """Pages of one WARC file: its `response` records that are HTML pages, in the file's order.

    Args:
        caps: Limits of extraction.
        blocks: Bytes of the file.
        item: The file, with the extractor as a partition.
        account: Every record is counted here.
        limits: Limits of records.

    Raises:
        WorkerError: The process that extracts cannot be begun.
    """
    name = item.partition["extractor"]
    made = {"extractor_version": version_of(name), "language_source": "cld2"}
    with Worker(name, caps) as worker:
        found = (_row(r, item.key, account, worker, caps, limits) for r in records(blocks, account, limits))
        yield from batches(row | made for row in found if row is not None)


def _row(
    record: Record, key: str, account: Account, worker: Worker, caps: Extract, limits: Ingest
) -> Row | None:
    """The record as a row, or None, counted, where it is no page or has a fault."""
    answered = response(record, account, caps, limits)
    row = capture(record, key, account) if answered else None
    if not answered or row is None:
        return None
    try:
        page = worker.page(Captured(answered.body, answered.content_type, row["url"]))
    except Fault as fault:
        account.reject(record.offset, fault.reason, fault.detail, record.block)
        return None
    account.kept += 1
    return row | {
        "http_status": answered.status,
        "mime": answered.mime,
        "charset": page.charset,
        "title": page.title,
        "canonical_url": page.canonical_url,
        "language": page.language,
        "text_bytes": len(page.text),
        "text": page.text,
    }


warc = Source(
    name="warc",
    summary="Common Crawl's captured pages (WARC files), text extracted here, a row a page.",
    archive="commoncrawl",
    table=pages,
    selection=Selection,
    inputs=inputs,
    read=read,
    lacks=lacks,
    plan=plan,
    examples=(
        *common_crawl.EXAMPLES[:2],
        "--crawl CC-MAIN-2024-22 --sample 1 --extractor trafilatura",
        "--records selection.parquet",
    ),
)
