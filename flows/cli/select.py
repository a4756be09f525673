"""`fieldwork select SQL`: captures chosen from the columnar index, and what fetching them takes."""

from __future__ import annotations

from typing import Any

import click

from flows.cli.console import emit, say, show, size

EXAMPLE = (
    "SELECT url, warc_filename, warc_record_offset, warc_record_length FROM ccindex "
    "WHERE url_host_tld = 'is' AND fetch_status = 200 AND content_languages LIKE 'isl%'"
)
ROWS_SHOWN = 10


@click.command(
    epilog=f'\b\nExamples:\n  fieldwork select --crawl CC-MAIN-2024-22 \\\n    "{EXAMPLE}"\n'
    "  fieldwork ingest warc --records selection.parquet\n"
    "  fieldwork select --crawl CC-MAIN-2024-22 "
    '"SELECT url_host_tld, count(*) AS n FROM ccindex GROUP BY ALL ORDER BY n DESC LIMIT 20"'
)
@click.argument("sql")
@click.option("--crawl", multiple=True, required=True, help="Crawl whose index is asked; may be repeated.")
@click.option("--subset", default="warc", show_default=True,
              help="Part of the index: warc (pages), robotstxt, crawldiagnostics (redirects, errors).")  # fmt: skip
@click.option("--archive", help="Root of the archive instead of the settings': a folder, https:// or s3://.")
@click.option("--out", default="selection.parquet", show_default=True,
              help="Where the records to fetch are written, if the query says where they are.")  # fmt: skip
@click.option(
    "--files", type=int, default=0, help="Ask only the first so many files of the index, for a try."
)
@click.option("--dry-run", is_flag=True, help="Say which files of the index would be asked, and stop.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def select(sql: str, **given: Any) -> None:
    """Ask Common Crawl's columnar index in SQL; the table is called ccindex.

    One SELECT, nothing else: no files, no network, no other tables. If the rows have warc_filename,
    warc_record_offset and warc_record_length, a plan of the fetch is shown and the records are written to a
    file for `fieldwork ingest warc --records`, which reads only those records, by byte range.

    The index has about 300 files a crawl, sorted by host: a condition on url_host_tld, url_host_registered_domain
    or url_surtkey spares most of them. Over HTTPS this takes minutes to hours; on S3 in us-east-1, seconds.
    """
    from conf.settings import load
    from flows.index import sql as guard

    guard.check(sql)
    over: dict[str, Any] = {"archives": {"commoncrawl": given["archive"]}} if given["archive"] else {}
    _ask(sql, load(**over), given)


def _ask(sql: str, settings: Any, given: dict[str, Any]) -> None:
    from conf.places import place
    from flows.index import files

    archive = place(settings.archives.commoncrawl, settings)
    keys = files.keys(archive, given["crawl"], given["subset"], settings)
    keys = keys[: given["files"] or None]
    if given["dry_run"]:
        told = {"files": len(keys), "archive": archive.url, "first": keys[:3]}
        if not _told(told, given):
            say(f"would ask {len(keys):,} files of the index in {archive.url}")
        return
    found = _query(sql, files.index(archive, keys), settings)
    if not given["as_json"]:
        rows = found.slice(0, ROWS_SHOWN)
        show(rows.schema.names, zip(*(c.to_pylist() for c in rows.columns), strict=True))
        say(f"{rows.num_rows:,} of {found.num_rows:,} rows from {len(keys):,} files of the index")
    _plan(sql, found, settings, given)


def _query(sql: str, index: Any, settings: Any) -> Any:
    from flows.index.sql import query

    return query(sql, index, settings.ingest.processes, memory_bytes=4 << 30)


def _plan(sql: str, found: Any, settings: Any, given: dict[str, Any]) -> None:
    """Plan and selection file, where the rows say where the records are."""
    from dataclasses import asdict

    from flows.index.plan import plan
    from flows.sources.records import records_of, save
    from schemas.cc_index import WHERE

    if not set(WHERE) <= set(found.column_names):
        _told({"rows": found.to_pylist()}, given)
        return
    records = records_of(found)
    planned = plan(records, settings.http.block_bytes)
    save(records, given["out"], sql, given["crawl"])
    if _told({"plan": asdict(planned), "out": given["out"]}, given):
        return
    say(f"{planned.records:,} records in {planned.files:,} files: {planned.requests:,} requests, "
        f"{size(planned.bytes)}, about {planned.estimate_s / 60:.0f} min over HTTPS")  # fmt: skip
    say(f"fetch them: fieldwork ingest warc --records {given['out']}")


def _told(document: dict[str, Any], given: dict[str, Any]) -> bool:
    if given["as_json"]:
        emit(document)
    return bool(given["as_json"])
