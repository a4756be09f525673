"""Columns about captured pages: where a record was found, what it says."""

from __future__ import annotations

import pyarrow as pa

from schemas.fields.types import text_type, utc
from schemas.table import Column

# Where a record was found
url = Column("url", pa.string(), "Address of the captured page.")
host = Column(
    "host", pa.string(), "Host of the address: lower case, without port, user or trailing dot.", True
)
registered_domain = Column(
    "registered_domain",
    pa.string(),
    "Host's part below its public suffix (ICANN section), e.g. bbc.co.uk.",
    True,
)
crawl = Column("crawl", pa.string(), "Common Crawl's name of the crawl, e.g. CC-MAIN-2024-22.")
captured_at = Column("captured_at", utc, "When the page was captured (WARC-Date), UTC.")
month = Column("month", pa.string(), "Month of capture, YYYY-MM, UTC.")
source_file = Column("source_file", pa.string(), "Key of the archive's file the record comes from.")
record_offset = Column(
    "record_offset", pa.int64(), "Where the record begins in that file, in bytes as stored."
)

# What it says
language = Column("language", pa.string(), "Main language, ISO 639-3; `und` where none could be told.", False)
language_source = Column(
    "language_source", pa.string(), "Who told the language: `header` (the archive) or `cld2` (detected here)."
)
text = Column("text", text_type, "The page's text as the archive extracted it.")
text_bytes = Column("text_bytes", pa.int64(), "Length of the text in UTF-8 bytes.")
record_id = Column("record_id", pa.string(), "WARC-Record-ID of the record, without brackets.")
digest = Column(
    "digest", pa.string(), "Digest of the record's block as the archive states it, e.g. sha1:….", True
)

# What a page says of itself
title = Column("title", pa.string(), "The page's title, white space as single blanks.", True)
canonical_url = Column(
    "canonical_url", pa.string(), "Address the page itself states as its proper one (rel=canonical).", True
)
extractor = Column(
    "extractor",
    pa.string(),
    "Who made the text of the page: `wet` (Common Crawl itself), `resiliparse`, `trafilatura`; with its version "
    "where no other column has it.",
)
extractor_version = Column(
    "extractor_version", pa.string(), "Version of the extractor; empty where the archive made the text.", True
)
http_status = Column("http_status", pa.int16(), "Status of the server's answer; empty for WET.", True)
mime = Column(
    "mime", pa.string(), "Type of the page: text/html or application/xhtml+xml; empty for WET.", True
)
charset = Column(
    "charset",
    pa.string(),
    "Encoding the page was read in, by its WHATWG name in lower case; empty for WET.",
    True,
)
