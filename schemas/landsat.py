"""Landsat Collection 2 Level-2: scenes, and their pixels in tiles of one grid."""

from __future__ import annotations

from schemas import fields as f
from schemas.table import Table

# Bands of reflectance by their common names, in the order of wavelength.
BANDS = (f.blue, f.green, f.red, f.nir, f.swir1, f.swir2)
QUALITY = (f.qa_pixel, f.qa_radsat)

# What says where a tile lies: tiles of all dates with equal values show the same pixels of the ground.
TILE = (f.epsg, f.tile_row, f.tile_column, f.x_m, f.y_m, f.pixel_width_m, f.pixel_height_m)

scenes = Table(
    "core__landsat__scenes",
    "A scene: when, where, by which sensor, and its files.",
    key=(f.product_id,),
    values=(
        f.source_file,
        f.satellite,
        f.wrs_path,
        f.wrs_row,
        f.acquired_on,
        f.acquired_at,
        f.processed_on,
        f.tier,
        f.cloud_share,
        f.sun_elevation_deg,
        f.epsg,
        f.width_px,
        f.height_px,
        f.footprint,
        f.asset_keys,
        f.asset_bytes,
    ),
    partitions=(f.sensor, f.year),
)

tiles = Table(
    "core__landsat__tiles",
    "A block of 256 × 256 pixels of a scene, on the grid that all scenes of a projection share.",
    key=(f.product_id, f.epsg, f.tile_row, f.tile_column),
    values=(
        f.source_file,
        f.satellite,
        f.wrs_path,
        f.wrs_row,
        f.acquired_on,
        f.x_m,
        f.y_m,
        f.pixel_width_m,
        f.pixel_height_m,
        *BANDS,
        *QUALITY,
        f.failed_bands,
    ),
    partitions=(f.sensor, f.year),
)
