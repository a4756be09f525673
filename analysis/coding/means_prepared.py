"""What is read of a coded sample before the scores of all texts are added up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from analysis.coding import score_sums
from analysis.coding.means_options import Means
from analysis.coding.whole import Scale


@dataclass(frozen=True)
class Prepared:
    """The options, and what was read of the sample."""

    options: Means
    """As asked."""
    sums: score_sums.Sums
    """What the kernel does."""
    labels: pa.Table
    """Coded texts: `item_id`, `stratum` and `code`."""
    frame: pa.Table
    """Rows of `out__coding__frame`."""
    values: Mapping[str, float]
    """Number of each label."""
    told: Mapping[str, Any]
    """What the manifest says of the sample."""
    methods: str
    """How the sample was drawn and coded, in the words of its own records."""

    @property
    def scale(self) -> Scale:
        """The scale of the codes."""
        return self.sums.scale
