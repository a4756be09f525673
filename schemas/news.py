"""News: articles and files of CC-NEWS, stories that several outlets carry, days the archive itself missed."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from schemas import fields as f
from schemas.table import Check, Table
from schemas.web import captured_since_the_web, lengths_agree

ARTICLE = (f.source_file, f.record_offset)


def _published_by_capture(rows: pa.Table) -> bool:
    day_us = 86_400_000_000
    ahead = pc.subtract(rows["published_at"].cast(pa.int64()), rows["captured_at"].cast(pa.int64()))
    return bool(pc.max(ahead).as_py() <= day_us)


articles = Table(
    "core__ccnews__articles",
    "A captured news article with its text.",
    key=ARTICLE,
    values=(
        f.url,
        f.canonical_url,
        f.host,
        f.outlet,
        f.title,
        f.section,
        f.published_at,
        f.published_source,
        f.published_confidence,
        f.published_resolution,
        f.captured_at,
        f.language,
        f.language_source,
        f.record_id,
        f.content_digest,
        f.http_status,
        f.mime,
        f.charset,
        f.extractor_version,
        f.text_bytes,
        f.text,
    ),
    partitions=(f.archive_month, f.extractor),
    apart=(f.extractor,),
    checks=(
        Check("text_bytes", "text_bytes is the length of text in UTF-8", lengths_agree),
        Check("captured_at", "no page was captured before the web began (1991)", captured_since_the_web),
        Check("published_at", "published at most a day after the capture", _published_by_capture),
    ),
)

files = Table(
    "core__ccnews__files",
    "A file of CC-NEWS that the archive lists, whether it was read or not.",
    key=(f.archive_file,),
    values=(f.source_file, f.begun_at, f.day),
    partitions=(f.archive_month,),
)

stories = Table(
    "out__news__stories",
    "An article and the story it is a copy of; one without copies is a story of its own.",
    key=ARTICLE,
    values=(
        f.story_id,
        f.story_articles,
        f.story_outlets,
        f.jaccard,
        f.outlet,
        f.published_at,
    ),
)

days = Table(
    "out__news__days",
    "A day of CC-NEWS: files the archive has of it, files and articles landed, and whether it is a gap.",
    key=(f.day,),
    values=(
        f.files_listed,
        f.share_of_usual,
        f.files_usual,
        f.gap,
        f.files_landed,
        f.files_not_landed,
        f.articles,
    ),
)
