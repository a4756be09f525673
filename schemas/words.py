"""Words: results of counting, measures with their denominators."""

from __future__ import annotations

from schemas import fields as f
from schemas.table import Table

# Anything a text can be grouped by, in this order in every result.
text_groups = (f.crawl, f.month, f.language, f.registered_domain)

counts = Table(
    "out__words__counts",
    "A term in a group of documents: how often, in how many.",
    key=(f.n, f.term),
    values=(f.tf, f.df, f.tokens, f.documents, f.per_million, f.document_share),
    groups=text_groups,
)

trends = Table(
    "out__words__trends",
    "A chosen term in a group of documents, with intervals; documents are the sampling unit.",
    key=(f.term,),
    values=(
        f.tf,
        f.df,
        f.tokens,
        f.documents,
        f.per_million,
        f.per_million_low,
        f.per_million_high,
        f.document_share,
        f.document_share_low,
        f.document_share_high,
    ),
    groups=text_groups,
)

keyword_hits = Table(
    "out__keywords__hits",
    "A hit of a query in its context.",
    key=(f.source_file, f.record_offset, f.query, f.hit_number),
    values=(
        f.before,
        f.hit,
        f.after,
        f.hits,
        f.url,
        f.registered_domain,
        f.crawl,
        f.captured_at,
        f.language,
    ),
)
