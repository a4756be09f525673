"""Columns of counted words and of keywords in context."""

from __future__ import annotations

import pyarrow as pa

from schemas.table import Column

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
