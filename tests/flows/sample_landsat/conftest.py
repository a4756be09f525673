import json
from pathlib import Path

import numpy as np
import pytest


@pytest.fixture(scope="package")
def truth(tmp_path_factory):
    pytest.importorskip("rasterio")
    from flows.sources.sample import write_landsat

    return write_landsat(tmp_path_factory.mktemp("landsat") / "archive", "small", 3)


@pytest.fixture(scope="package")
def scenes(truth):
    """The scenes' rows of the truth by product id."""
    return {scene["product_id"]: scene for scene in truth.facts["scenes"]}


@pytest.fixture(scope="package")
def arrays(truth, scenes):
    """Red, near infrared, QA_PIXEL and QA_RADSAT of a scene as rasterio reads them."""
    import rasterio

    found = {}

    def of(product_id):
        if product_id not in found:
            red, nir = (4, 5) if product_id[:4] in ("LC08", "LC09") else (3, 4)
            folder = truth.root / scenes[product_id]["folder"]
            names = (f"SR_B{red}", f"SR_B{nir}", "QA_PIXEL", "QA_RADSAT")
            read = []
            for name in names:
                with rasterio.open(folder / f"{product_id}_{name}.TIF") as file:
                    read.append(file.read(1))
            found[product_id] = read
        return found[product_id]

    return of


@pytest.fixture(scope="package")
def whole(truth, scenes):
    """Ids of the scenes all of whose files can be read."""
    harmed = {damage["product_id"] for damage in truth.damaged}
    return [name for name in scenes if name not in harmed]


@pytest.fixture(scope="package")
def inside(truth, scenes):
    """Which pixels of a scene have their centre in an area: even and odd crossings, by NumPy alone."""
    from rasterio.warp import transform

    features = json.loads((truth.root / "areas.geojson").read_text("utf-8"))["features"]
    shapes = {f["properties"]["area_id"]: f["geometry"] for f in features}
    epsg = {area["area_id"]: area["epsg"] for area in truth.facts["areas"]}
    found = {}

    def crossings(ring, scene):
        lon, lat = zip(*ring, strict=True)
        xs, ys = (np.array(v) for v in transform("EPSG:4326", f"EPSG:{scene['epsg']}", lon, lat))
        columns = (xs - scene["x_m"]) / 30 - 0.5
        rows = (scene["y_m"] - ys) / 30 - 0.5
        odd = np.zeros((scene["height_px"], scene["width_px"]), bool)
        r, c = np.arange(scene["height_px"])[:, None], np.arange(scene["width_px"])[None, :]
        for i in range(len(ring) - 1):
            if rows[i] == rows[i + 1]:
                continue
            spans = (rows[i] > r) != (rows[i + 1] > r)
            at = columns[i] + (r - rows[i]) * (columns[i + 1] - columns[i]) / (rows[i + 1] - rows[i])
            odd ^= spans & (c < at)
        return odd

    def of(area_id, product_id):
        scene = scenes[product_id]
        key = area_id, scene["epsg"], scene["x_m"], scene["y_m"]
        if key not in found:
            shape = shapes[area_id]
            parts = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
            rings = [ring for part in parts for ring in part]
            here = epsg[area_id] == scene["epsg"]
            empty = np.zeros((scene["height_px"], scene["width_px"]), bool)
            found[key] = np.logical_xor.reduce([crossings(ring, scene) for ring in rings]) if here else empty
        return found[key]

    return of


@pytest.fixture
def tiny(monkeypatch):
    """Makes `small` a quarter of its size."""
    from flows.sources.sample.landsat import plan

    monkeypatch.setitem(plan.SCALES, "small", plan.Scale(300, 300, ("red", "nir"), True))


@pytest.fixture
def files():
    def of(root: Path):
        return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}

    return of
