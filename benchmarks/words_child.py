"""One job of benchmarks/words_job.py in a process of its own: it prints its stages and counts as JSON."""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from typing import Any


def main() -> None:
    """Do the steps in order; each is a stage."""
    parser = argparse.ArgumentParser()
    parser.add_argument("steps", nargs="+")
    parser.add_argument("--paths", required=True)
    parser.add_argument("--began", type=float, required=True)
    asked = parser.parse_args()
    stages: dict[str, float] = {}
    clock = asked.began
    result = None
    for step in asked.steps:
        _start(step)
        stages["start-up"] = stages.get("start-up", 0.0) + time.time() - clock
        clock = time.time()
        result = _step(step, asked.paths)
        stages["landing" if step == "land" else "counting"] = time.time() - clock
        clock = time.time()
    with tempfile.TemporaryDirectory() as folder:
        result.save(folder)
    stages["saving"] = time.time() - clock
    counts = {"tf": sum(result.table["tf"].to_pylist()), "types": result.table.num_rows}
    print(json.dumps({"stages": stages, **counts}))


def _start(step: str) -> None:
    """Import what the step needs; start Spark."""
    if step == "land":
        pass
    else:
        from analysis.engines import engine

        engine(step)
        if step.startswith("spark"):
            from analysis.engines.spark.session import session

            session()


def _step(step: str, paths: str) -> Any:
    """Land the files, or count the words of the lake."""
    from conf.settings import load

    settings = load()
    if step != "land":
        from analysis import run

        return run("words", settings=settings, engine=step, tokenizer="cc-pyspark")
    from conf.places import place
    from flows.landing.run import land_all
    from flows.sources.common_crawl import Selection
    from flows.sources.wet import wet

    archive = place(settings.archives.commoncrawl, settings)
    land_all("wet", wet.inputs(Selection(paths=paths), archive, settings), settings)
    return None


if __name__ == "__main__":
    main()
