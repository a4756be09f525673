"""Write what lies beside a scene's bands: its STAC item and its MTL file in both forms."""

from __future__ import annotations

import json
from pathlib import Path

from flows.sources.sample.landsat.about import cloud_percent
from flows.sources.sample.landsat.item import item
from flows.sources.sample.landsat.mtl import mtl, odl, texts
from flows.sources.sample.landsat.plan import Product
from flows.sources.sample.landsat.tally import Tally


def write(
    root: Path, product: Product, endings: dict[str, str], sums: dict[str, str], total: Tally
) -> list[str]:
    """Write the three files; their keys.

    Args:
        root: Root of the archive.
        product: The scene.
        endings: How the keys of its rasters end, by band.
        sums: Their checksums, before any damage.
        total: Counts of its pixels.
    """
    groups = mtl(product, endings, cloud_percent(total))
    told = {
        "SR_stac.json": json.dumps(item(product, endings, sums, cloud_percent(total)), indent=2) + "\n",
        "MTL.json": json.dumps({"LANDSAT_METADATA_FILE": texts(groups)}, indent=2) + "\n",
        "MTL.txt": odl(groups),
    }
    for ending, text in told.items():
        (root / product.key(ending)).write_text(text, "utf-8", newline="\n")
    return [product.key(ending) for ending in told]
