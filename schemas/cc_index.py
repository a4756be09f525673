"""The columns of Common Crawl's columnar index, as it publishes them (cc-index-table, `cc-index-schema-flat.json`).

They are the archive's, not ours. Some came over time (content_charset, content_languages, fetch_redirect,
content_truncated, url_host_name_reversed, …): the schema is supplied, and a file without a column reads as empty there.
"""

from __future__ import annotations

import pyarrow as pa

CC_INDEX = pa.schema(
    [
        *((name, pa.string()) for name in (
            "url_surtkey", "url", "url_host_name", "url_host_tld", "url_host_2nd_last_part", "url_host_3rd_last_part",
            "url_host_4th_last_part", "url_host_5th_last_part", "url_host_registry_suffix",
            "url_host_registered_domain", "url_host_private_suffix", "url_host_private_domain",
            "url_host_name_reversed", "url_protocol",
        )),
        ("url_port", pa.int32()),
        ("url_path", pa.string()),
        ("url_query", pa.string()),
        ("fetch_time", pa.timestamp("ms")),
        ("fetch_status", pa.int16()),
        ("fetch_redirect", pa.string()),
        ("content_digest", pa.string()),
        ("content_mime_type", pa.string()),
        ("content_mime_detected", pa.string()),
        ("content_charset", pa.string()),
        ("content_languages", pa.string()),
        ("content_truncated", pa.string()),
        ("warc_filename", pa.string()),
        ("warc_record_offset", pa.int64()),
        ("warc_record_length", pa.int64()),
        ("warc_segment", pa.string()),
        ("crawl", pa.string()),
        ("subset", pa.string()),
    ]
)  # fmt: skip

SUBSETS = ("warc", "robotstxt", "crawldiagnostics")
WHERE = ("warc_filename", "warc_record_offset", "warc_record_length")
"""What says where a record is; a query that selects these can be fetched."""
