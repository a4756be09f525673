"""Columns about links between hosts."""

from __future__ import annotations

import pyarrow as pa

from schemas.table import Column

# Links between hosts
source_host_reversed = Column(
    "source_host_reversed",
    pa.string(),
    "Host of the linking pages, labels in reverse order, e.g. org.archive.",
)
target_host_reversed = Column(
    "target_host_reversed",
    pa.string(),
    "Host the links lead to, labels in reverse order; the source itself where they lead to no other host.",
)
kind = Column(
    "kind", pa.string(), "Kind of the links: anchor, image, script, canonical, redirect and others."
)
pages = Column(
    "pages",
    pa.int64(),
    "Captured pages with such a link; added up over kinds, a page counts once for each kind it has.",
)
links = Column("links", pa.int64(), "Links.")
nofollow_links = Column("nofollow_links", pa.int64(), "Those of them marked rel=nofollow.")
read_from = Column("read_from", pa.string(), "Kind of file the links were taken from: `wat` or `warc`.")
www = Column(
    "www",
    pa.string(),
    "Whether a leading www. of a host was `kept`, or `folded` (left out, if two labels follow).",
)
captures = Column(
    "captures",
    pa.string(),
    "Whose links: `pages` (answers with status 200), or `all` (redirects and robots.txt too).",
)
