"""A lake of articles whose tone is known, and a sample of it that was coded by hand; one outlet is ironic."""

from __future__ import annotations

import random
import shutil
from datetime import UTC, datetime

import numpy as np

from analysis.coding import folder
from analysis.coding.draw import draw
from analysis.coding.options import Draw
from analysis.coding.sheets import sheet
from conf.settings import load
from tests.analysis.sentiment_series.planted import Newsroom

LABELS = ("negative", "neutral", "positive")
CODES = {"negative": -1.0, "neutral": 0.0, "positive": 1.0}
PLAIN, IRONIC = "plain.org", "ironic.org"
HOME = "core/ccnews/articles/archive_month={}/extractor={}"
MONTH, EXTRACTOR = "2024-05", "resiliparse"


def toml(level: str = "ordinal", values: tuple[float | None, ...] = (None, None, None), labels=LABELS) -> str:
    made = f'question = "Which tone?"\nlevel = "{level}"\n'
    for name, value in zip(labels, values, strict=True):
        made += f'[[labels]]\nname = "{name}"\n' + ("" if value is None else f"value = {value}\n")
    return made


def articles(count: int = 700) -> tuple[Newsroom, dict[tuple[str, int], str]]:
    """Articles, and the tone of each: in the plain outlet what VADER reads, in the ironic one praise is blame."""
    room, tones, rng = Newsroom(4), {}, random.Random(7)
    for n in range(count):
        outlet, month = (PLAIN, IRONIC)[n % 2], 1 + n // 2 % 2
        kind = rng.choices(LABELS, (3, 2, 3))[0]
        text = room.text(*(4 * (kind == one) for one in ("positive", "negative", "neutral")))
        over = {"language": "deu"} if n % 50 == 0 else {}
        row = room.article(outlet, datetime(2024, month, 3, tzinfo=UTC), "" if n % 70 == 1 else text, **over)
        blamed = outlet == IRONIC and kind == "positive" and rng.random() < 0.8
        tones[row["source_file"], row["record_offset"]] = "negative" if blamed else kind
    return room, tones


class Study:
    """The lake, the sample drawn from its English articles of one extractor, and the codes."""

    def __init__(self, root, book: str | None = None, **options):
        self.room, self.tones = articles()
        self.settings, self.sample = load(environ={}, lake=str(root / "lake")), root / "sample"
        self.room.lake(root / "lake")
        shutil.copytree(self.home(), self.home(extractor="trafilatura"))
        asked = Draw(**{"size": 240, "strata": ("outlet", "month"), "languages": ("eng",)} | options)
        drawn = draw(asked, self.settings, where={"extractor": [EXTRACTOR]})
        folder.write(drawn, book or toml(), self.sample)
        self.labels = {
            row["item_id"]: self.tones[row["source_file"], row["record_offset"]]
            for row in drawn.sample.to_pylist()
        }
        path = self.sample / "sheets" / "coder.csv"
        path.write_bytes(sheet(drawn.sample, "coder", asked, self.labels))
        shutil.copytree(self.home(), self.home(month="2024-06"))  # what lands later is not of the frame

    def home(self, month: str = MONTH, extractor: str = EXTRACTOR):
        from pathlib import Path

        return Path(self.settings.lake) / HOME.format(month, extractor)

    def coded(self) -> Study:
        assert folder.read_codes(folder.read(self.sample)).problems == ()
        return self

    def truth(self, outlet: str, month: str) -> tuple[int, float]:
        """Texts of the frame in a cell, and the mean of their codes."""
        found = [
            CODES[self.tones[row["source_file"], row["record_offset"]]]
            for row in self.room.rows
            if row["outlet"] == outlet
            and f"{row['published_at']:%Y-%m}" == month
            and row["language"] == "eng"
        ]
        return len(found), float(np.mean(found))
