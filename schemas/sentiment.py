"""Sentiment: series over time, the same outlet by outlet, and sentences at both ends."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from schemas import fields as f
from schemas.table import Check, Table


def _within(rows: pa.Table) -> bool:
    """Whether each value lies within its interval, where it has one."""
    low = pc.less_equal(rows[f.sentiment_low.name], rows[f.sentiment.name])
    high = pc.less_equal(rows[f.sentiment.name], rows[f.sentiment_high.name])
    return pc.all(pc.and_(low, high)).as_py() is not False


series = Table(
    "out__sentiment__series",
    "A period of a sentiment series: one reading of copies, one weighting of outlets; a week is named by its Monday.",
    key=(f.period, f.reading, f.weighting),
    values=(
        f.sentiment,
        f.sentiment_low,
        f.sentiment_high,
        f.articles_scored,
        f.outlets_scored,
        f.stories_scored,
        f.dated_by_capture,
        f.gap_days,
    ),
    checks=(Check("interval", "a value lies within its interval", _within),),
    panels=(f.weighting,),
)

outlets = Table(
    "out__sentiment__outlets",
    "An outlet in a period and the sentiment of its articles; a week is named by its Monday.",
    key=(f.period, f.outlet, f.reading),
    values=(
        f.sentiment,
        f.sentiment_sd,
        f.articles_scored,
        f.stories_scored,
        f.sentences_scored,
        f.matched_share,
        f.dated_by_capture,
        f.gap_days,
    ),
    panels=(f.outlet,),
)

sentences = Table(
    "out__sentiment__sentences",
    "A sentence among the most positive or most negative, with what makes its score; each wording once.",
    key=(f.tone, f.place),
    values=(
        f.sentence,
        f.sentence_score,
        f.explanation,
        f.outlet,
        f.dated_at,
        f.url,
        f.source_file,
        f.record_offset,
        f.sentence_begin,
    ),
)
