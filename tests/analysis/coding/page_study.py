"""A lake of captured pages whose tone is known, and a sample of it that was coded by hand; one site is ironic."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from analysis.coding import folder
from analysis.coding.draw import draw
from analysis.coding.options import Draw
from analysis.coding.sheets import sheet
from conf.settings import load
from flows.landing.parts import write_rows
from schemas import web
from tests.analysis.coding.means_study import CODES, LABELS, toml
from tests.analysis.sentiment_series.planted import Newsroom

CRAWL, LATER = "CC-MAIN-2024-10", "CC-MAIN-2024-22"
SITES = ("plain.org", "ironic.org", None)
FILES = 3


def pages(count: int = 360) -> tuple[list[dict], dict[tuple[str, int], str]]:
    """Pages as rows, and the tone of each: on the ironic site praise is blame."""
    words, rng, rows, tones = Newsroom(5), random.Random(8), [], {}
    for n in range(count):
        site, kind = SITES[n % 3], rng.choice(LABELS)
        text = words.text(*(3 * (kind == one) for one in ("positive", "negative", "neutral")))
        row = {
            "source_file": f"f{n % FILES}", "record_offset": n, "url": f"https://{site or '10.0.0.1'}/{n}",
            "registered_domain": site, "captured_at": datetime(2024, 2 + n // 3 % 2, 3, tzinfo=UTC),
            "language": "eng", "language_source": "header", "record_id": f"urn:{n}", "text": text,
            "text_bytes": len(text.encode()),
        }  # fmt: skip
        rows.append(row)
        ironic = site == "ironic.org" and kind == "positive"
        tones[row["source_file"], n] = "negative" if ironic else kind
    return rows, tones


class PageStudy:
    """The lake, the sample drawn from one crawl's pages, and the codes."""

    def __init__(self, root: Path):
        self.rows, self.tones = pages()
        self.settings, self.sample = load(environ={}, lake=str(root / "lake")), root / "sample"
        self._write(root / "lake", CRAWL, "wet")
        self._write(root / "lake", CRAWL, "trafilatura")
        asked = Draw(size=90, table="pages", strata=("outlet",))
        drawn = draw(asked, self.settings, where={"extractor": ["wet"]})
        folder.write(drawn, toml(), self.sample)
        given = {
            r["item_id"]: self.tones[r["source_file"], r["record_offset"]] for r in drawn.sample.to_pylist()
        }
        (self.sample / "sheets" / "coder.csv").write_bytes(sheet(drawn.sample, "coder", asked, given))
        assert folder.read_codes(folder.read(self.sample)).problems == ()
        self._write(root / "lake", LATER, "wet")  # what lands later is not of the frame

    def _write(self, lake: Path, crawl: str, extractor: str) -> None:
        schema = web.pages.schema()
        for file in range(FILES):
            home = f"core/commoncrawl/pages/crawl={crawl}/extractor={extractor}/part-{file}.parquet"
            (lake / home).parent.mkdir(parents=True, exist_ok=True)
            mine = [
                dict.fromkeys(schema.names) | row for row in self.rows if row["source_file"] == f"f{file}"
            ]
            write_rows(lake / home, web.pages, [pa.RecordBatch.from_pylist(mine, schema)], 1 << 20)

    def truth(self) -> dict[str, float]:
        """Mean of the codes by site."""
        found = defaultdict(list)
        for row in self.rows:
            tone = self.tones[row["source_file"], row["record_offset"]]
            found[row["registered_domain"] or "(missing)"].append(CODES[tone])
        return {site: sum(codes) / len(codes) for site, codes in found.items()}
