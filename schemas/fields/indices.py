"""Columns of indices of satellite images: composites, panels of areas, trends."""

from __future__ import annotations

import pyarrow as pa

from schemas.table import Column

# Composites of satellite images
method = Column("method", pa.string(), "`mean`, `max` (the greenest pixel) or `median`.")
first_date = Column("first_date", pa.date32(), "Day of the first scene, UTC.")
last_date = Column("last_date", pa.date32(), "Day of the last scene, UTC.")
scenes_read = Column(
    "scenes_read", pa.int32(), "Scenes that show the tile in the period, usable there or not."
)
scenes_unread = Column(
    "scenes_unread", pa.int32(), "Further scenes that lack a band the index needs, as it could not be read."
)
observed_share = Column(
    "observed_share", pa.float64(), "Share of the tile's pixels with at least one usable observation, 0 to 1."
)
values = Column(
    "values",
    pa.binary(256 * 256 * 4),
    "256 × 256 values of the index, 32-bit floats, little-endian, row by row from the upper left; NaN where no "
    "observation was usable.",
)
observations = Column(
    "observations",
    pa.binary(256 * 256 * 2),
    "Usable observations behind each value, 256 × 256 unsigned 16-bit numbers, little-endian; adjacent rows of one "
    "overflight count once.",
)

# Landsat: an index by area
area_id = Column("area_id", pa.string(), "Id of the area as its file has it, as text (05 stays 05).")
period = Column(
    "period",
    pa.string(),
    "YYYY-MM-DD, YYYY-MM (of a season or quarter its first month; a winter is December to February), YYYY or `all`.",
)
index_name = Column("index_name", pa.string(), "Which index: ndvi, evi, savi, ndbi, mndwi or nbr.")
harmonisation = Column(
    "harmonisation",
    pa.string(),
    "How Landsat 4 to 7 were made like 8 and 9: `none`, `roy_ols` or `roy_rma` (Roy et al. 2016).",
)
mean = Column(
    "mean", pa.float64(), "Mean of the index over usable pixels, each by its share in the area.", True
)
mean_low = Column(
    "mean_low",
    pa.float64(),
    "Lower end of its 95 % interval; passes of a satellite are the sampling unit.",
    True,
)
mean_high = Column("mean_high", pa.float64(), "Upper end of that interval.", True)
median = Column("median", pa.float64(), "Median of the index over usable pixels, from a histogram.", True)
sd = Column("sd", pa.float64(), "Standard deviation of the index over usable pixels.", True)
p10 = Column("p10", pa.float64(), "Tenth percentile of the index over usable pixels, from a histogram.", True)
p90 = Column(
    "p90", pa.float64(), "Ninetieth percentile of the index over usable pixels, from a histogram.", True
)
anomaly = Column(
    "anomaly",
    pa.float64(),
    "Mean less the area's own mean in this kind of period (month, season) over the baseline years.",
    True,
)
baseline_years = Column("baseline_years", pa.int32(), "Years that the baseline of the anomaly rests on.")
scenes = Column("scenes", pa.int32(), "Scenes that show some of the area.")
passes = Column("passes", pa.int32(), "Passes of a satellite that show some of the area, each counted once.")
pixels = Column("pixels", pa.float64(), "Usable pixels, over all passes, each by its share in the area.")
pixels_touched = Column(
    "pixels_touched", pa.int64(), "Usable pixels that lie in the area with any part, over all passes."
)
clear_share = Column(
    "clear_share", pa.float64(), "Share of the area's pixels that was usable, over all passes."
)
lost_failed = Column("lost_failed", pa.float64(), "Share lost as the block could not be read.")
lost_fill = Column("lost_fill", pa.float64(), "Share lost outside the scenes, or in gaps of Landsat 7.")
lost_cloud = Column("lost_cloud", pa.float64(), "Share lost to cloud.")
lost_dilated_cloud = Column("lost_dilated_cloud", pa.float64(), "Share lost to the margin of clouds.")
lost_cirrus = Column("lost_cirrus", pa.float64(), "Share lost to cirrus (told on Landsat 8 and 9 only).")
lost_shadow = Column("lost_shadow", pa.float64(), "Share lost to shadow of clouds.")
lost_snow = Column("lost_snow", pa.float64(), "Share lost to snow and ice.")
lost_water = Column("lost_water", pa.float64(), "Share left out as water.")
lost_saturated = Column("lost_saturated", pa.float64(), "Share lost as a band was saturated.")
lost_out_of_range = Column(
    "lost_out_of_range", pa.float64(), "Share left out for a reflectance below 0 or above 1 (an option)."
)
lost_undefined = Column("lost_undefined", pa.float64(), "Share lost as the index cannot be computed there.")

# Landsat: an index by area, over time
slope = Column(
    "slope", pa.float64(), "Change of the index a year: the median of all slopes (Theil and Sen).", True
)
slope_low = Column("slope_low", pa.float64(), "Lower end of its 95 % interval (Sen).", True)
slope_high = Column("slope_high", pa.float64(), "Upper end of that interval.", True)
tau = Column("tau", pa.float64(), "Kendall's rank correlation of the index with time, -1 to 1.", True)
p_value = Column(
    "p_value",
    pa.float64(),
    "How likely a trend at least as clear would be by chance (Mann and Kendall).",
    True,
)
periods = Column("periods", pa.int32(), "Periods with a mean.")
years_covered = Column("years_covered", pa.int32(), "Years with at least one of them.")
first_period = Column("first_period", pa.string(), "First period with a mean.", True)
last_period = Column("last_period", pa.string(), "Last period with a mean.", True)
change = Column(
    "change", pa.float64(), "Mean after less mean before, each month (season) compared with itself.", True
)
change_low = Column("change_low", pa.float64(), "Lower end of its 95 % interval.", True)
change_high = Column("change_high", pa.float64(), "Upper end of that interval.", True)
mean_before = Column("mean_before", pa.float64(), "Mean of the index in the earlier years.", True)
mean_after = Column("mean_after", pa.float64(), "Mean of the index in the later years.", True)
years_before = Column("years_before", pa.string(), "The earlier years.")
years_after = Column("years_after", pa.string(), "The later years.")
compared = Column(
    "compared", pa.int32(), "Months (seasons, quarters) that both have, of which the change is the mean."
)
