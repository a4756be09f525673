"""Columns of the sentiment tables; what they share with others stands in `schemas.fields`."""

from __future__ import annotations

import pyarrow as pa

from schemas.table import Column

reading = Column(
    "reading",
    pa.string(),
    "`every_copy` (each copy counts by itself) or `one_per_story` (a story counts as one article, its copies share).",
)
weighting = Column(
    "weighting",
    pa.string(),
    "`pooled` (each article alike), `outlets` (means of outlets, each alike) or `adjusted` (outlet effects removed).",
)
sentiment = Column(
    "sentiment", pa.float64(), "Mean sentiment of articles, on the scorer's scale (VADER: -1 to 1).", True
)
sentiment_low = Column(
    "sentiment_low",
    pa.float64(),
    "Lower end of its 95 % interval, bootstrapped by outlet and story; empty where one outlet is all there is.",
    True,
)
sentiment_high = Column("sentiment_high", pa.float64(), "Upper end of that interval.", True)
sentiment_sd = Column(
    "sentiment_sd",
    pa.float64(),
    "Standard deviation of the articles' sentiment; empty for one article.",
    True,
)
articles_scored = Column("articles_scored", pa.int64(), "Articles (or pages) scored, copies included.")
outlets_scored = Column("outlets_scored", pa.int64(), "Outlets they are from.")
stories_scored = Column(
    "stories_scored", pa.int64(), "Stories they tell; as many as articles where no stories were given."
)
sentences_scored = Column("sentences_scored", pa.int64(), "Sentences scored in them.")
matched_share = Column(
    "matched_share",
    pa.float64(),
    "Words and phrases found in the lexicon as a share of all words, 0 to 1; empty where the scorer does not tell.",
    True,
)
dated_by_capture = Column(
    "dated_by_capture",
    pa.int64(),
    "Those of the articles dated by their capture, as no date of publication was trusted.",
)
gap_days = Column(
    "gap_days",
    pa.int64(),
    "Days of the period of which the archive itself has few files or none; empty where no list of gaps was given.",
    True,
)

# A sentence of the most positive or negative
tone = Column("tone", pa.string(), "`positive` or `negative`.")
place = Column("place", pa.int64(), "Place among the most positive (negative), from 1.")
sentence = Column(
    "sentence", pa.large_string(), "The sentence as it was scored (quotes and dashes made plain)."
)
sentence_begin = Column(
    "sentence_begin", pa.int64(), "Where it begins in the article's text as scored, in UTF-8 bytes."
)
sentence_score = Column("sentence_score", pa.float64(), "Its score, on the scorer's scale.")
explanation = Column(
    "explanation",
    pa.string(),
    "Words that make the score: each with its value in the lexicon, the rules that changed it, and what it adds.",
    True,
)
dated_at = Column(
    "dated_at",
    pa.timestamp("us", tz="UTC"),
    "Date of the article in the series: of publication where trusted, else of capture, UTC.",
)
