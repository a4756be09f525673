"""What became of a pixel: usable, or lost to one cause, by a stated order of precedence.

Bits of QA_PIXEL and QA_RADSAT as in the Landsat 8-9 Collection 2 Level 2 Science Product Guide (LSDS-1619) and the
Landsat 4-7 guide (LSDS-1618). Bit 6 ("clear") is not used: it is set on shadow and on snow.
"""

from __future__ import annotations

SCALE, OFFSET = 0.0000275, -0.2
"""Surface reflectance is digital number × SCALE + OFFSET (LSDS-1619, table 6-1)."""
PHYSICAL = (7273, 43636)
"""Digital numbers whose reflectance lies between 0 and 1."""

CLOUD_BIT, DILATED_BIT, CIRRUS_BIT, SHADOW_BIT, SNOW_BIT, WATER_BIT = (1 << n for n in (3, 1, 2, 4, 5, 7))
FILL_BIT, CLEAR_BIT = 1, 1 << 6

# Which comes first wins where several hold; the numbers are codes of loops.classify.
FAILED, FILL, CLOUD, DILATED, CIRRUS, SHADOW, SNOW, WATER, SATURATED, OUT_OF_RANGE, UNDEFINED = range(11)

CAUSES = {
    "failed": "the block could not be read",
    "fill": "outside the scene, or in a gap of Landsat 7",
    "cloud": "cloud (QA_PIXEL bit 3)",
    "dilated_cloud": "within the margin of a cloud (bit 1)",
    "cirrus": "high-confidence cirrus (bit 2, Landsat 8 and 9 only)",
    "shadow": "cloud shadow (bit 4)",
    "snow": "snow or ice (bit 5)",
    "water": "water (bit 7)",
    "saturated": "a band of the index is saturated (QA_RADSAT)",
    "out_of_range": "a reflectance below 0 or above 1, where only physical ones are wanted",
    "undefined": "the index cannot be computed: its denominator is 0, or next to it",
}
"""Why a pixel is not usable, in order of precedence; place in the order is the code of a class."""

# A pixel's code: 0 below the histogram, 1 to BINS in it, BINS + 1 above it, then the causes, then not counted.
BINS = 200
"""Bins of the histogram of an index on [-1, 1]; each is 0.01 wide."""
BELOW, ABOVE = 0, BINS + 1
FIRST_CAUSE = BINS + 2
ELSEWHERE = FIRST_CAUSE + len(CAUSES)
"""Code of a pixel that another scene of the same pass gives; it is counted there."""
CODES = ELSEWHERE + 1
LARGEST = 1000.0
"""An index beyond this has a denominator next to 0, and counts as undefined."""
