"""Articles with a known share of positive and negative sentences, by outlet and month, in a lake."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from schemas import news

NEUTRAL = ("The council met in the town hall.", "The train left the station.", "Rain fell on the valley.")
POSITIVE = ("It was a wonderful day in the town.", "They said the wonderful plan began.")
NEGATIVE = ("It was a horrible day in the town.", "They said the horrible plan began.")
EACH = {1: 0.5719, -1: -0.5423, 0: 0.0}
"""What VADER gives a sentence of each kind."""
FILES = 3


@dataclass
class Newsroom:
    """Writes articles."""

    seed: int = 0
    rows: list[dict] = field(default_factory=list)

    def __post_init__(self):
        self.draw = random.Random(self.seed)

    def text(self, positive: int, negative: int, neutral: int) -> str:
        kinds = [POSITIVE] * positive + [NEGATIVE] * negative + [NEUTRAL] * neutral
        said = [self.draw.choice(kind) for kind in kinds]
        self.draw.shuffle(said)
        return " ".join(said)

    def article(self, outlet: str | None, at: datetime, text: str, **over) -> dict:
        number = len(self.rows)
        row = {
            "source_file": f"f{number % FILES}",
            "record_offset": number // FILES,
            "url": f"https://{outlet}/{number}",
            "outlet": outlet,
            "published_at": at,
            "published_source": "meta",
            "published_confidence": "high",
            "published_resolution": "time",
            "captured_at": at + timedelta(hours=5),
            "language": "eng",
            "language_source": "cld2",
            "record_id": f"urn:{number}",
            "content_digest": hashlib.blake2b(text.encode(), digest_size=16).hexdigest(),
            "text": text,
        } | over
        self.rows.append(row | {"text_bytes": len(row["text"].encode())})
        return row

    def month(self, outlet: str, month: int, articles: int, level: float) -> None:
        """Articles of ten sentences whose levels vary about the given one, -0.5 to 0.5."""
        for _ in range(articles):
            lean = round(10 * level + self.draw.choice((-2, -1, 0, 0, 1, 2)))
            lean = max(-9, min(9, lean))
            at = datetime(2024, month, self.draw.randint(1, 28), self.draw.randint(0, 18), tzinfo=UTC)
            self.article(outlet, at, self.text(max(lean, 0), max(-lean, 0), 10 - abs(lean)))

    def lake(self, folder: Path) -> Path:
        from flows.landing.parts import write_rows

        schema = news.articles.schema()
        for file in range(FILES):
            path = (
                folder
                / f"core/ccnews/articles/archive_month=2024-05/extractor=resiliparse/part-{file}.parquet"
            )
            path.parent.mkdir(parents=True, exist_ok=True)
            mine = [row for row in self.rows if row["source_file"] == f"f{file}"]
            batch = pa.RecordBatch.from_pylist([dict.fromkeys(schema.names) | row for row in mine], schema)
            write_rows(path, news.articles, [batch], 1 << 20)
        return folder


LEVELS = {"bright.com": 0.4, "calm.org": 0.1, "even.net": 0.2, "dark.com": -0.4}
RISE = 0.04
"""By how much each outlet's level rises a month."""


def newsroom(seed: int = 0) -> Newsroom:
    """Six months: each outlet's level rises, but the dark one publishes ever more, so that the mean of all falls."""
    made = Newsroom(seed)
    for month in range(6):
        for outlet, level in LEVELS.items():
            count = 4 + 10 * month if outlet == "dark.com" else 24 - 4 * month
            if not (outlet == "bright.com" and month in (0, 5)):  # one that is not always there
                made.month(outlet, month + 1, count, level + RISE * month)
    return made
