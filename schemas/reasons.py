"""Why an input or a record was set aside: the fixed list, each with its meaning."""

from __future__ import annotations

REASONS = {
    # of a record
    "truncated": "the file ends in the middle of the record",
    "corrupt_gzip": "the compressed bytes do not unpack or fail their checksum",
    "bad_length": "the record's Content-Length does not match its length",
    "bad_header": "the record's header lacks a needed line or has an impossible value",
    "not_utf8": "the text is not valid UTF-8",
    "over_cap": "the record or page is larger than the cap (settings ingest.record_cap_bytes, extract.page_cap_bytes)",
    "over_ratio": "the record or page unpacks to suspiciously many times its size (setting ingest.ratio_cap)",
    "bad_http": "the server's answer has no valid head, or its body does not unpack as the head says",
    "over_depth": "the page nests its elements too deep (setting extract.depth_cap)",
    "over_time": "the page took too long to extract (settings extract.page_cpu_s, extract.page_wall_s)",
    "crashed": "the extractor's process died on the page",
    "not_extracted": "the extractor gave up on the page; the detail names the error",
    "unreadable_block": "a block of pixels could not be read or unpacked",
    "bad_metadata": "the description lacks a needed value or has an impossible one",
    "bad_json": "the record is no valid JSON",
    # of a whole input
    "missing": "the archive has no such file",
    "forbidden": "the archive refused access",
    "unavailable": "the archive did not answer in spite of retries",
    "timeout": "the archive went silent in spite of retries",
    "short_body": "the archive's answer ended early in spite of retries",
    "changed": "the file changed while it was read",
    "refused_to_wait": "the archive asked for a longer wait than is sensible",
    "empty": "the file has no bytes",
    "not_warc": "the file is of another kind than WARC; the detail says which",
    "wrong_size": "the file has another size than the archive states",
    "error": "an error nobody foresaw; the detail names it",
}

# Why a readable record is none of a table's: nothing is wrong with it.
PASSED = {
    "other_record": "a record of another kind (warcinfo, request, metadata, …)",
    "not_ok": "the server did not answer with 200",
    "not_html": "no HTML page",
    "revisit": "a capture that only says that nothing has changed since an earlier one",
    "robots_txt": "a robots.txt, no page",
    "no_graph_host": "a page whose host has no place in a web graph (an IP address, an invalid name)",
    "front_page": "the front page of a site",
    "listing": "a page that lists others: a section, a topic, an author, search results",
    "too_little_text": "too little text for an article",
}
