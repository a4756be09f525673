"""Every column of every table, once: name, type, meaning. Tables list these."""

from __future__ import annotations

import pyarrow as pa

from schemas.table import Column

text_type = pa.large_string()
utc = pa.timestamp("us", tz="UTC")

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

# Words
term = Column("term", pa.string(), "Word or n-gram (its words joined by one blank).")
n = Column("n", pa.int8(), "Number of words in the term.", False)
tf = Column("tf", pa.int64(), "Term frequency: occurrences.")
df = Column("df", pa.int64(), "Document frequency: documents with at least one occurrence.")
tokens = Column("tokens", pa.int64(), "Denominator of tf: all terms of this n in the group.")
documents = Column("documents", pa.int64(), "Denominator of df: documents in the group.")
per_million = Column("per_million", pa.float64(), "Relative frequency: tf per million tokens of the group.")
per_million_low = Column(
    "per_million_low", pa.float64(), "Lower end of the 95 % interval of per_million.", True
)
per_million_high = Column(
    "per_million_high", pa.float64(), "Upper end of the 95 % interval of per_million.", True
)
document_share = Column(
    "document_share", pa.float64(), "Share of the group's documents that have the term, 0 to 1."
)
document_share_low = Column("document_share_low", pa.float64(), "Lower end of its 95 % interval.", True)
document_share_high = Column("document_share_high", pa.float64(), "Upper end of its 95 % interval.", True)

# Keywords in context
query = Column("query", pa.string(), "The query as given.")
before = Column("before", pa.string(), "Words before the hit.")
hit = Column("hit", pa.string(), "The words that matched, as written.")
after = Column("after", pa.string(), "Words after the hit.")
hit_number = Column("hit_number", pa.int32(), "Number of the hit within its document, from 0.")
hits = Column("hits", pa.int64(), "Hits of the query in the document.")

# How it came in
table_name = Column("table_name", pa.string(), "Table the input was landed in.")
source = Column("source", pa.string(), "Name of the source that read the input.")
part = Column("part", pa.string(), "File of the lake made from the input, relative to the lake.")
status = Column(
    "status",
    pa.string(),
    "`complete`, `damaged` (some of it could not be read) or `failed` (nothing was landed).",
)
reason = Column("reason", pa.string(), "Why, in one word of a fixed list.", True)
detail = Column("detail", pa.string(), "What exactly was seen.", True)
bytes_expected = Column(
    "bytes_expected", pa.int64(), "Size of the input as the archive states it, in bytes.", True
)
bytes_read = Column("bytes_read", pa.int64(), "Bytes of the input that were read.")
input_sha256 = Column("input_sha256", pa.string(), "SHA-256 of the bytes read, in hex.", True)
records_seen = Column("records_seen", pa.int64(), "Records found in the input.")
records_kept = Column("records_kept", pa.int64(), "Records that became a row of the table.")
records_repaired = Column(
    "records_repaired",
    pa.int64(),
    "Records kept although their stated length was wrong (ingest.wrong_lengths).",
)
records_passed = Column(
    "records_passed", pa.int64(), "Records that are none of this table's (e.g. warcinfo)."
)
records_set_aside = Column("records_set_aside", pa.int64(), "Records that went to the quarantine.")
set_aside_by_reason = Column(
    "set_aside_by_reason", pa.map_(pa.string(), pa.int64()), "Records set aside, by reason."
)
duration_s = Column("duration_s", pa.float64(), "Wall time of landing the input, in seconds.")
finished_at = Column("finished_at", utc, "When the input was landed, UTC.")
version = Column("version", pa.string(), "Version of Fieldwork that landed it.")
raw_head = Column("raw_head", pa.large_binary(), "First bytes of the record as found, for a look.")
