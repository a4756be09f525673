"""Coded texts with planted words, and copies whose label a model can only know by having seen one of them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

FILLER = [f"w{n}" for n in range(40)]


def planted(texts: int = 180, seed: int = 0) -> pa.Table:
    """Texts whose class is told by two words of each, with some noise; six texts an outlet."""
    rng = np.random.default_rng(seed)
    rows = []
    for n in range(texts):
        label = ("burden", "neutral", "welcome")[n % 3]
        said = {"burden": ["threat", "burdens"], "neutral": [], "welcome": ["hope", "welcomed"]}[label]
        words = [*rng.choice(FILLER, 12), *said]
        rng.shuffle(words)
        outlet = f"outlet{n // 6}.org"
        rows.append({"text": " ".join(words), "label": label, "outlet": outlet, "language": "eng"})
    return pa.Table.from_pylist(rows)


def copies(stories: int = 60, each: int = 4, seed: int = 0) -> pa.Table:
    """Stories of words of their own, each carried by several outlets, their classes drawn without regard to words."""
    rng = np.random.default_rng(seed)
    rows = []
    for story in range(stories):
        label = str(rng.choice(["yes", "no"]))
        body = [f"s{story}x{n}" for n in range(15)] + list(rng.choice(FILLER, 15))
        for copy in range(each):
            rows.append({"text": " ".join([*body, f"by{copy}"]), "label": label, "outlet": f"o{copy}.org"})
    return pa.Table.from_pylist(rows)
