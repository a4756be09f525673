"""Types that several columns share."""

from __future__ import annotations

import pyarrow as pa

text_type = pa.large_string()
utc = pa.timestamp("us", tz="UTC")
