"""Every table, in the order of the data's way; one line here puts a new one into the codebook."""

from __future__ import annotations

from schemas import core, ops, out

LAKE = (core.pages,)
OPS = (ops.ledger, ops.quarantine)
RESULTS = (out.counts, out.trends, out.keyword_hits)
TABLES = (*LAKE, *OPS, *RESULTS)
