"""The truth in words: what its numbers are, what is odd, what is damaged."""

from __future__ import annotations

MEANING = {
    "pixels": "all pixels of the scene's grid; of an area: pixels of the grid whose centre lies in it",
    "fill": "QA_PIXEL bit 0: rim and scan-line gaps",
    "dilated_cloud": "QA_PIXEL bit 1",
    "cirrus": "QA_PIXEL bit 2",
    "cloud": "QA_PIXEL bit 3",
    "cloud_shadow": "QA_PIXEL bit 4",
    "snow": "QA_PIXEL bit 5",
    "clear_bit": "QA_PIXEL bit 6; it is set on shadow and snow too",
    "water": "QA_PIXEL bit 7",
    "saturated": "QA_RADSAT says red or near infrared, whatever else is the matter",
    "zero_sr": "red or near infrared is 0 though QA_PIXEL does not say fill",
    "clear_water": "(QA_PIXEL & 0x3F) == 0, with bit 7",
    "usable": "(QA_PIXEL & 0x3F) == 0, no water, not saturated, red and near infrared not 0",
    "ndvi_mean": "mean NDVI of the usable pixels as this sensor sees them, not harmonised, from the digital numbers",
    "ndvi_sd": "their standard deviation (divided by n)",
    "planned_ndvi": "baseline, season and greening of the area on that day, as OLI would see it",
    "surface_ndvi": "the same and the day's own anomaly: what every pixel of the area has before the pixels' noise",
    "seen_ndvi": "surface_ndvi as this scene's sensor sees it: through the inverse of Roy's line for TM and ETM+",
}
"""What each count and measure is; bits are counted each for itself, so that a pixel may be in several."""

QUIRKS = {
    "older": "an earlier processing of a scene that is there with a later one: near infrared is 0.03 too bright; "
    "a good reader uses the later one and says so",
    "shifted": "tier 2: the picture lies five pixels to the north-west of where it should be",
    "biased": "real time, not final: red is 0.02 too bright",
}
"""What is the matter with the scenes that are not preferred."""
KINDS = {
    "missing": "the file is not there; the scene's description lists it",
    "cut_header": "the file ends after 100 bytes; it cannot be opened",
    "cut_within": "the file ends inside a block; it opens, and the blocks before that can be read",
    "block_zeroed": "the bytes of one block are zeros; all others can be read",
}
"""What was done to damaged files."""
HOLDS = (
    "Every pixel that an area's shape touches has surface_ndvi, so that it is the mean by exact coverage as well as by "
    "centres; it holds for pixels of land only (09 is partly lake, 11 partly under snow in spring, 10 partly outside)."
)
