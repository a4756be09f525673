"""What is true of the Landsat sample: landsat-truth.json and the tables in truth/."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.sources.sample.landsat import areas as a
from flows.sources.sample.landsat.facts import AREAS, facts, panel, scene
from flows.sources.sample.landsat.plan import Scale
from flows.sources.sample.landsat.scene import Made
from flows.sources.sample.truth import SampleError

if TYPE_CHECKING:
    import pyarrow as pa

FACTS = "landsat-truth.json"
PANEL, SCENES = "truth/landsat-areas.parquet", "truth/landsat-scenes.parquet"
"""The files of the truth, below the folder."""


@dataclass(frozen=True)
class LandsatTruth:
    """The truth of the Landsat sample in a folder."""

    root: Path
    """The folder; it is the root of the archive too."""
    facts: dict[str, Any]
    """Everything in landsat-truth.json."""

    @property
    def damaged(self) -> list[dict[str, Any]]:
        """Files a good reader must report: key, product_id, band, kind, reason, detail, blocks_lost, blocks."""
        return list(self.facts["damaged"])

    def panel(self) -> pa.Table:
        """One row an area and scene; columns as in `facts["meaning"]`."""
        import pyarrow.parquet as pq

        return pq.read_table(self.root / PANEL)

    def scenes(self) -> pa.Table:
        """One row a scene."""
        import pyarrow.parquet as pq

        return pq.read_table(self.root / SCENES)


def read_landsat(root: Path) -> LandsatTruth:
    """The truth of the Landsat sample in a folder.

    Raises:
        SampleError: The folder has no complete one.
    """
    path = root / FACTS
    if not path.is_file():
        raise SampleError(
            f"{root} holds no complete Landsat sample (no {FACTS}); make one: fieldwork sample {root}"
        )
    return LandsatTruth(root, json.loads(path.read_text("utf-8")))


def write_truth(
    root: Path, recipe: dict[str, Any], made: list[Made], scale: Scale, seed: int
) -> LandsatTruth:
    """Write areas.geojson, the tables and, last, landsat-truth.json.

    Args:
        root: Root of the archive.
        recipe: How it was made.
        made: All its scenes.
        scale: Its size.
        seed: Its seed.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    (root / "truth").mkdir(parents=True, exist_ok=True)
    (root / AREAS).write_text(json.dumps(a.geojson(scale), indent=1) + "\n", "utf-8")
    pq.write_table(pa.Table.from_pylist(list(panel(made, scale, seed))), root / PANEL)
    pq.write_table(pa.Table.from_pylist([scene(one) for one in made]), root / SCENES)
    told = {**recipe, **facts(made, scale)}
    unfinished = root / f".{FACTS}.unfinished"
    unfinished.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
    unfinished.replace(root / FACTS)
    return LandsatTruth(root, told)
