"""Sentiment: series over time, the same outlet by outlet, and sentences at both ends."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from schemas import fields as f
from schemas import fields_sentiment as s
from schemas.table import Check, Table


def _within(rows: pa.Table) -> bool:
    """Whether each value lies within its interval, where it has one."""
    low = pc.less_equal(rows[s.sentiment_low.name], rows[s.sentiment.name])
    high = pc.less_equal(rows[s.sentiment.name], rows[s.sentiment_high.name])
    return pc.all(pc.and_(low, high)).as_py() is not False


series = Table(
    "out__sentiment__series",
    "A period of a sentiment series: one reading of copies, one weighting of outlets; a week is named by its Monday.",
    key=(f.period, s.reading, s.weighting),
    values=(
        s.sentiment,
        s.sentiment_low,
        s.sentiment_high,
        s.articles_scored,
        s.outlets_scored,
        s.stories_scored,
        s.dated_by_capture,
        s.gap_days,
    ),
    checks=(Check("interval", "a value lies within its interval", _within),),
    panels=(s.weighting,),
)

outlets = Table(
    "out__sentiment__outlets",
    "An outlet in a period and the sentiment of its articles; a week is named by its Monday.",
    key=(f.period, f.outlet, s.reading),
    values=(
        s.sentiment,
        s.sentiment_sd,
        s.articles_scored,
        s.stories_scored,
        s.sentences_scored,
        s.matched_share,
        s.dated_by_capture,
        s.gap_days,
    ),
    panels=(f.outlet,),
)

sentences = Table(
    "out__sentiment__sentences",
    "A sentence among the most positive or most negative, with what makes its score; each wording once.",
    key=(s.tone, s.place),
    values=(
        s.sentence,
        s.sentence_score,
        s.explanation,
        f.outlet,
        s.dated_at,
        f.url,
        f.source_file,
        f.record_offset,
        s.sentence_begin,
    ),
)
