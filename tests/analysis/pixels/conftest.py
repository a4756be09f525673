"""A small lake of tiles, made from arrays, and areas drawn on them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from pyproj import Transformer

from conf.settings import Settings, load
from schemas import landsat

SIZE = 256
BANDS = [c.name for c in (*landsat.BANDS, *landsat.QUALITY)]
CLEAR, CLEAR_TM = 21824, 5440


def dn(reflectance):
    """Digital numbers of reflectances."""
    return np.rint((np.asarray(reflectance) + 0.2) / 0.0000275).astype(np.uint16)


def full(value) -> np.ndarray:
    return np.broadcast_to(np.asarray(value, np.uint16), (SIZE, SIZE))


def tile(product_id: str, x_m: float, y_m: float, epsg: int = 32632, pixel=(30.0, 30.0), **bands) -> dict:
    """A row of the table of tiles; `bands` are arrays of digital numbers, others are not there."""
    _, _, where, day, *_ = product_id.split("_")
    row = {
        "product_id": product_id,
        "epsg": epsg,
        "tile_row": 0,
        "tile_column": 0,
        "source_file": product_id,
        "satellite": int(product_id[2:4]),
        "wrs_path": int(where[:3]),
        "wrs_row": int(where[3:]),
        "acquired_on": date(int(day[:4]), int(day[4:6]), int(day[6:])),
        "x_m": x_m,
        "y_m": y_m,
        "pixel_width_m": pixel[0],
        "pixel_height_m": pixel[1],
        "failed_bands": None,
    }
    bands = {"qa_pixel": full(CLEAR), "qa_radsat": full(0), **bands}
    return row | {n: None if bands.get(n) is None else full(bands[n]).astype("<u2").tobytes() for n in BANDS}


@pytest.fixture
def tiles(tmp_path) -> Callable[..., Settings]:
    """Lands rows of tiles, a part a scene; gives back settings with that lake."""

    def land(rows: list[dict]) -> Settings:
        sensors = {4: "tm", 5: "tm", 7: "etm", 8: "oli-tirs", 9: "oli-tirs"}
        for product in {row["product_id"] for row in rows}:
            some = [row for row in rows if row["product_id"] == product]
            partition = {"sensor": sensors[some[0]["satellite"]], "year": str(some[0]["acquired_on"].year)}
            path = tmp_path / "lake" / landsat.tiles.folder(partition) / f"{product}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            rows_there = pa.Table.from_pylist(some, schema=landsat.tiles.schema())
            pq.write_table(rows_there, path, compression="lz4", row_group_size=2, use_dictionary=False)
        return load(environ={}, lake=str(tmp_path / "lake"))

    return land


@pytest.fixture
def areas(tmp_path) -> Callable[..., str]:
    """Writes shapes given in metres of a projection as GeoJSON, straight there; gives back the path."""

    def write(shapes: dict[str, shapely.Geometry], epsg: int = 32632) -> str:
        back = Transformer.from_crs(epsg, 4326, always_xy=True)
        features = [
            {
                "type": "Feature",
                "properties": {"id": name},
                "geometry": json.loads(
                    shapely.to_geojson(shapely.transform(fine, back.transform, interleaved=False))
                ),
            }
            for name, fine in ((n, shapely.segmentize(s, 50)) for n, s in shapes.items())
        ]
        path = Path(tmp_path / "areas.geojson")
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
        return str(path)

    return write
