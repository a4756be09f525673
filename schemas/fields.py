"""Every column of every table, once: name, type, meaning. Tables list these."""

from __future__ import annotations

import pyarrow as pa

from schemas.table import Column

text_type = pa.large_string()
utc = pa.timestamp("us", tz="UTC")

# Where a record was found
url = Column("url", pa.string(), "Address of the captured page.")
host = Column(
    "host", pa.string(), "Host of the address: lower case, without port, user or trailing dot.", True
)
registered_domain = Column(
    "registered_domain",
    pa.string(),
    "Host's part below its public suffix (ICANN section), e.g. bbc.co.uk.",
    True,
)
crawl = Column("crawl", pa.string(), "Common Crawl's name of the crawl, e.g. CC-MAIN-2024-22.")
captured_at = Column("captured_at", utc, "When the page was captured (WARC-Date), UTC.")
month = Column("month", pa.string(), "Month of capture, YYYY-MM, UTC.")
source_file = Column("source_file", pa.string(), "Key of the archive's file the record comes from.")
record_offset = Column(
    "record_offset", pa.int64(), "Where the record begins in that file, in bytes as stored."
)

# What it says
language = Column("language", pa.string(), "Main language, ISO 639-3; `und` where none could be told.", False)
language_source = Column(
    "language_source", pa.string(), "Who told the language: `header` (the archive) or `cld2` (detected here)."
)
text = Column("text", text_type, "The page's text as the archive extracted it.")
text_bytes = Column("text_bytes", pa.int64(), "Length of the text in UTF-8 bytes.")
record_id = Column("record_id", pa.string(), "WARC-Record-ID of the record, without brackets.")
digest = Column(
    "digest", pa.string(), "Digest of the record's block as the archive states it, e.g. sha1:….", True
)

# What a page says of itself
title = Column("title", pa.string(), "The page's title, white space as single blanks.", True)
canonical_url = Column(
    "canonical_url", pa.string(), "Address the page itself states as its proper one (rel=canonical).", True
)
extractor = Column(
    "extractor",
    pa.string(),
    "Who made the text of the page: `wet` (Common Crawl itself), `resiliparse`, `trafilatura`; with its version "
    "where no other column has it.",
)
extractor_version = Column(
    "extractor_version", pa.string(), "Version of the extractor; empty where the archive made the text.", True
)
http_status = Column("http_status", pa.int16(), "Status of the server's answer; empty for WET.", True)
mime = Column(
    "mime", pa.string(), "Type of the page: text/html or application/xhtml+xml; empty for WET.", True
)
charset = Column(
    "charset",
    pa.string(),
    "Encoding the page was read in, by its WHATWG name in lower case; empty for WET.",
    True,
)

# News
outlet = Column("outlet", pa.string(), "Who published it: the registered domain, e.g. bbc.co.uk.", True)
archive_month = Column(
    "archive_month", pa.string(), "Month of CC-NEWS in which the archive files it (by capture), YYYY-MM."
)
section = Column("section", pa.string(), "Section of the outlet as the article states it.", True)
published_at = Column("published_at", utc, "When it was published, UTC; see published_source.")
published_source = Column(
    "published_source",
    pa.string(),
    "Where published_at stands: `json-ld`, `meta`, `time`, `url`, or `capture` (nowhere: captured_at is taken).",
)
published_confidence = Column(
    "published_confidence",
    pa.string(),
    "How far published_at can be trusted: `high` (stated as the article's date of publication), `medium` "
    "(a date in a place meant for it, or the address), `low` (some date on the page, or the capture).",
)
published_resolution = Column(
    "published_resolution",
    pa.string(),
    "How exactly it is stated: `time`, `local` (a time of day without a zone, read as UTC), `day` (00:00 UTC).",
)
content_digest = Column(
    "content_digest",
    pa.string(),
    "BLAKE2b-128 in hex of the text in lower case with runs of white space as one blank; equal for equal texts.",
)
archive_file = Column("archive_file", pa.string(), "Key of a file of the archive.")
begun_at = Column("begun_at", utc, "When the archive began to write it, from its name, UTC.")
day = Column("day", pa.date32(), "Day, UTC.")
story_id = Column("story_id", pa.string(), "Least content_digest of the story's articles.")
story_articles = Column("story_articles", pa.int64(), "Articles of the story, copies included.")
story_outlets = Column("story_outlets", pa.int64(), "Outlets that carry the story.")
jaccard = Column(
    "jaccard",
    pa.float64(),
    "Likeness to the article that gives the story its id: shared shingles as a share of all, 0 to 1.",
)
files_listed = Column("files_listed", pa.int64(), "Files the archive lists that begin on the day.")
files_usual = Column("files_usual", pa.float64(), "Median of files_listed over the neighbouring days.", True)
share_of_usual = Column(
    "share_of_usual", pa.float64(), "The day's files as a share of files_usual; empty where that is 0.", True
)
gap = Column(
    "gap",
    pa.string(),
    "`none` (the archive has no file of the day), `few` (far fewer than usual); empty where there is no gap.",
    True,
)
files_landed = Column("files_landed", pa.int64(), "Files of the day that are in the lake.")
files_not_landed = Column("files_not_landed", pa.int64(), "Files of the day that are not.")
articles = Column("articles", pa.int64(), "Articles that the lake has from files of the day.")

# Links between hosts
source_host_reversed = Column(
    "source_host_reversed",
    pa.string(),
    "Host of the linking pages, labels in reverse order, e.g. org.archive.",
)
target_host_reversed = Column(
    "target_host_reversed",
    pa.string(),
    "Host the links lead to, labels in reverse order; the source itself where they lead to no other host.",
)
kind = Column("kind", pa.string(), "Kind of the links: anchor, image, script, canonical, redirect and others.")
pages = Column(
    "pages",
    pa.int64(),
    "Captured pages with such a link; added up over kinds, a page counts once for each kind it has.",
)
links = Column("links", pa.int64(), "Links.")
nofollow_links = Column("nofollow_links", pa.int64(), "Those of them marked rel=nofollow.")
read_from = Column("read_from", pa.string(), "Kind of file the links were taken from: `wat` or `warc`.")
www = Column(
    "www",
    pa.string(),
    "Whether a leading www. of a host was `kept`, or `folded` (left out, if two labels follow).",
)
captures = Column(
    "captures",
    pa.string(),
    "Whose links: `pages` (answers with status 200), or `all` (redirects and robots.txt too).",
)

# Words
term = Column("term", pa.string(), "Word or n-gram (its words joined by one blank).")
n = Column("n", pa.int8(), "Number of words in the term.", False)
tf = Column("tf", pa.int64(), "Term frequency: occurrences.")
df = Column("df", pa.int64(), "Document frequency: documents with at least one occurrence.")
tokens = Column("tokens", pa.int64(), "Denominator of tf: all terms of this n in the group.")
documents = Column("documents", pa.int64(), "Denominator of df: documents in the group.")
per_million = Column("per_million", pa.float64(), "Relative frequency: tf per million tokens of the group.")
per_million_low = Column(
    "per_million_low", pa.float64(), "Lower end of the 95 % interval of per_million.", True
)
per_million_high = Column(
    "per_million_high", pa.float64(), "Upper end of the 95 % interval of per_million.", True
)
document_share = Column(
    "document_share", pa.float64(), "Share of the group's documents that have the term, 0 to 1."
)
document_share_low = Column("document_share_low", pa.float64(), "Lower end of its 95 % interval.", True)
document_share_high = Column("document_share_high", pa.float64(), "Upper end of its 95 % interval.", True)

# Keywords in context
query = Column("query", pa.string(), "The query as given.")
before = Column("before", pa.string(), "Words before the hit.")
hit = Column("hit", pa.string(), "The words that matched, as written.")
after = Column("after", pa.string(), "Words after the hit.")
hit_number = Column("hit_number", pa.int32(), "Number of the hit within its document, from 0.")
hits = Column("hits", pa.int64(), "Hits of the query in the document.")

# How it came in
table_name = Column("table_name", pa.string(), "Table the input was landed in.")
source = Column("source", pa.string(), "Name of the source that read the input.")
part = Column("part", pa.string(), "File of the lake made from the input, relative to the lake.")
status = Column(
    "status",
    pa.string(),
    "`complete`, `damaged` (some of it could not be read) or `failed` (nothing was landed).",
)
reason = Column("reason", pa.string(), "Why, in one word of a fixed list.", True)
detail = Column("detail", pa.string(), "What exactly was seen.", True)
bytes_expected = Column(
    "bytes_expected", pa.int64(), "Size of the input as the archive states it, in bytes.", True
)
bytes_read = Column("bytes_read", pa.int64(), "Bytes of the input that were read.")
input_sha256 = Column("input_sha256", pa.string(), "SHA-256 of the bytes read, in hex.", True)
records_seen = Column("records_seen", pa.int64(), "Records found in the input.")
records_kept = Column("records_kept", pa.int64(), "Records that became a row of the table.")
records_repaired = Column(
    "records_repaired",
    pa.int64(),
    "Records kept although their stated length was wrong (ingest.wrong_lengths).",
)
records_passed = Column(
    "records_passed", pa.int64(), "Records that are none of this table's (e.g. warcinfo)."
)
passed_by_reason = Column(
    "passed_by_reason", pa.map_(pa.string(), pa.int64()), "Records passed, by reason, where one is told."
)
records_set_aside = Column("records_set_aside", pa.int64(), "Records that went to the quarantine.")
set_aside_by_reason = Column(
    "set_aside_by_reason", pa.map_(pa.string(), pa.int64()), "Records set aside, by reason."
)
duration_s = Column("duration_s", pa.float64(), "Wall time of landing the input, in seconds.")
finished_at = Column("finished_at", utc, "When the input was landed, UTC.")
version = Column("version", pa.string(), "Version of Fieldwork that landed it.")
raw_head = Column("raw_head", pa.large_binary(), "First bytes of the record as found, for a look.")

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
