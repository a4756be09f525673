"""Columns about news: articles, stories, files and days of the archive."""

from __future__ import annotations

import pyarrow as pa

from schemas.fields.types import utc
from schemas.table import Column

# News
outlet = Column("outlet", pa.string(), "Who published it: the registered domain, e.g. bbc.co.uk.", True)
archive_month = Column(
    "archive_month", pa.string(), "Month of CC-NEWS in which the archive files it (by capture), YYYY-MM."
)
section = Column("section", pa.string(), "Section of the outlet as the article states it.", True)
published_at = Column("published_at", utc, "When it was published, UTC; see published_source.")
published_source = Column(
    "published_source",
    pa.string(),
    "Where published_at stands: `json-ld`, `meta`, `time`, `url`, or `capture` (nowhere: captured_at is taken).",
)
published_confidence = Column(
    "published_confidence",
    pa.string(),
    "How far published_at can be trusted: `high` (stated as the article's date of publication), `medium` "
    "(a date in a place meant for it, or the address), `low` (some date on the page, or the capture).",
)
published_resolution = Column(
    "published_resolution",
    pa.string(),
    "How exactly it is stated: `time`, `local` (a time of day without a zone, read as UTC), `day` (00:00 UTC).",
)
content_digest = Column(
    "content_digest",
    pa.string(),
    "BLAKE2b-128 in hex of the text in lower case with runs of white space as one blank; equal for equal texts.",
)
archive_file = Column("archive_file", pa.string(), "Key of a file of the archive.")
begun_at = Column("begun_at", utc, "When the archive began to write it, from its name, UTC.")
day = Column("day", pa.date32(), "Day, UTC.")
story_id = Column("story_id", pa.string(), "Least content_digest of the story's articles.")
story_articles = Column("story_articles", pa.int64(), "Articles of the story, copies included.")
story_outlets = Column("story_outlets", pa.int64(), "Outlets that carry the story.")
jaccard = Column(
    "jaccard",
    pa.float64(),
    "Likeness to the article that gives the story its id: shared shingles as a share of all, 0 to 1.",
)
files_listed = Column("files_listed", pa.int64(), "Files the archive lists that begin on the day.")
files_usual = Column("files_usual", pa.float64(), "Median of files_listed over the neighbouring days.", True)
share_of_usual = Column(
    "share_of_usual", pa.float64(), "The day's files as a share of files_usual; empty where that is 0.", True
)
gap = Column(
    "gap",
    pa.string(),
    "`none` (the archive has no file of the day), `few` (far fewer than usual); empty where there is no gap.",
    True,
)
files_landed = Column("files_landed", pa.int64(), "Files of the day that are in the lake.")
files_not_landed = Column("files_not_landed", pa.int64(), "Files of the day that are not.")
articles = Column("articles", pa.int64(), "Articles that the lake has from files of the day.")
