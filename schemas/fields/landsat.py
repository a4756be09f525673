"""Columns about Landsat: scenes, and tiles of pixels."""

from __future__ import annotations

import pyarrow as pa

from schemas.fields.types import utc
from schemas.table import Column

# Landsat: the scene
product_id = Column(
    "product_id", pa.string(), "Landsat Product Identifier, e.g. LC08_L2SP_044033_20200114_20200824_02_T1."
)
sensor = Column(
    "sensor", pa.string(), "`oli-tirs` (Landsat 8, 9), `etm` (7) or `tm` (4, 5); in results also `all`."
)
satellite = Column("satellite", pa.int8(), "Number of the Landsat satellite, 4 to 9.")
year = Column("year", pa.string(), "Year of acquisition, YYYY, UTC.")
wrs_path = Column("wrs_path", pa.int16(), "Path of the World Reference System 2, 1 to 233.")
wrs_row = Column("wrs_row", pa.int16(), "Row of the World Reference System 2, 1 to 248.")
acquired_on = Column("acquired_on", pa.date32(), "Day of acquisition, UTC.")
acquired_at = Column("acquired_at", utc, "Time of acquisition at the scene's centre, UTC.", True)
processed_on = Column(
    "processed_on", pa.date32(), "Day the product was made; of duplicates the newest is used."
)
tier = Column("tier", pa.string(), "Geometric quality: `T1` (12 m or better), `T2`, or `RT` (not final).")
cloud_share = Column("cloud_share", pa.float64(), "Share of cloud the producer states, 0 to 1.", True)
sun_elevation_deg = Column("sun_elevation_deg", pa.float64(), "Elevation of the sun, in degrees.", True)
footprint = Column(
    "footprint", pa.binary(), "Outline of the scene, longitude and latitude (EPSG:4326), as WKB.", True
)
epsg = Column("epsg", pa.int32(), "EPSG code of the projection.")
width_px = Column("width_px", pa.int32(), "Pixels in a row of the scene.", True)
height_px = Column("height_px", pa.int32(), "Rows of pixels of the scene.", True)
asset_keys = Column(
    "asset_keys", pa.map_(pa.string(), pa.string()), "Key of the file of each band, below the archive's root."
)
asset_bytes = Column(
    "asset_bytes", pa.map_(pa.string(), pa.int64()), "Size of that file, where the archive tells it."
)

# Landsat: a tile of 256 × 256 pixels
tile_row = Column("tile_row", pa.int32(), "Row of the tile in its grid, counted southwards.")
tile_column = Column("tile_column", pa.int32(), "Column of the tile in its grid, counted eastwards.")
x_m = Column("x_m", pa.float64(), "Left edge of the tile in its projection, in metres.")
y_m = Column("y_m", pa.float64(), "Upper edge of the tile in its projection, in metres.")
pixel_width_m = Column(
    "pixel_width_m", pa.float64(), "Width of a pixel, in metres; 30 but in resampled scenes."
)
pixel_height_m = Column("pixel_height_m", pa.float64(), "Height of a pixel, in metres, as a positive number.")
tile_bytes = pa.binary(256 * 256 * 2)


def _band(name: str, what: str) -> Column:
    told = f"{what}, 256 × 256 unsigned 16-bit numbers as delivered, little-endian, row by row from the upper left"
    return Column(
        name, tile_bytes, f"{told}; empty where it was not asked for or could not be read.", True, "lz4"
    )


blue = _band("blue", "Surface reflectance, blue")
green = _band("green", "Surface reflectance, green")
red = _band("red", "Surface reflectance, red")
nir = _band("nir", "Surface reflectance, near infrared")
swir1 = _band("swir1", "Surface reflectance, short-wave infrared about 1.6 µm")
swir2 = _band("swir2", "Surface reflectance, short-wave infrared about 2.2 µm")
qa_pixel = _band("qa_pixel", "Quality bits: fill, cloud, shadow, snow, water")
qa_radsat = _band("qa_radsat", "Quality bits: bands that are saturated")
failed_bands = Column(
    "failed_bands", pa.string(), "Bands that were asked for but could not be read, joined by commas.", True
)
