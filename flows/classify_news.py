"""Prefect flow `classify-news`: classes of a month's articles by a model of hand-coded ones, corrected by these."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, Self

from prefect import flow, get_run_logger, task
from pydantic import BaseModel, ConfigDict, model_validator

from conf.places import place
from conf.settings import load
from flows.ingest_news import EXTRACTOR, Month
from flows.results import Engine, publish_results, run_analysis, write_report


@task
def learn_model(codes: str, options: dict[str, Any], profile: str | None, out: str) -> str:
    """Learn from the codes and save the model with its card; returns the folder."""
    from analysis.learning.learn import learn
    from analysis.learning.options import Learn
    from conf.typed import build

    settings = load(profile)
    return learn(build(Learn, options | {"codes": codes}, "learn"), settings).save(out, settings)


class Coding(BaseModel):
    """Whence the classes come: texts coded by hand, a model learnt from them, or both."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    codes: str = ""
    """What `fieldwork annotate read` has filled, or a file of codes; learnt from unless a model is given."""
    model: str = ""
    """Folder of a model, as `fieldwork learn` saves it."""
    learn: dict[str, Any] = {}
    """Options of `fieldwork learn`."""
    languages: tuple[str, ...] = ()
    """Only articles in these languages, ISO 639-3; all where none is given."""
    by: Literal["outlet", "language", "period"] = "outlet"
    """What shares are split by."""

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.codes and not self.model:
            raise ValueError(
                "neither codes nor model is given; name a coded sample to learn from, or a learnt model"
            )
        return self


@flow(name="classify-news", flow_run_name="classify-{month}")
def classify_news(
    month: Month, out: str, coding: Coding, engine: Engine = "dask", profile: str | None = None
) -> str:
    """Classify the articles of a month that has landed, and publish counts, shares and the model's card.

    Results land in `out`/YYYY-MM: the model where one is learnt, a class for each article (`classes`), their counts
    (`counts`), and, where the codes are a sample drawn from just these articles, the shares of classes as it corrects
    them (`shares`). Counts that no sample corrects carry the model's errors.

    Args:
        month: Month of capture, or `previous`.
        out: Folder for the results, here or on S3.
        coding: Codes and model.
        engine: Who computes.
        profile: Name or path of a profile of settings.

    Returns:
        The folder of the results.
    """
    from flows.sources.cc_news import Selection

    (month,) = Selection(month=(month,)).months
    folder = f"{out}/{month}"
    model = coding.model or learn_model(coding.codes, coding.learn, profile, f"{folder}/model")
    where: dict[str, list[str]] = {"archive_month": [month], "extractor": [EXTRACTOR]}
    asked = {"model": model, "languages": coding.languages}
    classes = run_analysis("classify", asked, where, engine, profile, f"{folder}/classes")
    shown = [run_analysis("classify-counts", asked, where, engine, profile, f"{folder}/counts")]
    if drawn_from(classes, coding, profile):
        corrected = {"predictions": classes, "coded": coding.codes, "by": (coding.by,)}
        shown.insert(0, run_analysis("shares", corrected, {}, "dask", profile, f"{folder}/shares"))
    else:
        log = get_run_logger()
        log.warning(
            "no sample of the articles of %s corrects their counts, which carry the model's errors", month
        )
    publish_results(shown, write_report([*shown, classes, model], folder, profile), profile, prefix="news-")
    _publish(model, profile)
    return folder


def drawn_from(classes: str, coding: Coding, profile: str | None) -> bool:
    """Whether codes are a sample on this machine, with labels, of just the articles whose classes a folder holds.

    They are where the frame has as many texts as there are classes, and each drawn text has one.
    """
    import pyarrow.compute as pc

    from analysis.coding import folder
    from analysis.result import open_result

    settings = load(profile)
    if not coding.codes or not (home := place(coding.codes, settings)).is_local:
        return False
    if not (home / "labels.parquet").exists():
        return False
    sample, predicted = folder.read(Path(coding.codes)), open_result(classes, settings).table
    where = ["source_file", "record_offset"]
    met = predicted.select(where).join(sample.sample.select(where), where, join_type="right semi")
    of_frame = pc.sum(sample.frame["stratum_items"]).as_py()
    return bool(of_frame == predicted.num_rows and met.num_rows == sample.sample.num_rows)


def _publish(model: str, profile: str | None) -> None:
    """The model's card."""
    from flows import publish

    card = (place(model, load(profile)) / "card.md").read_bytes().decode()
    publish.markdown("classify-news-model", card, "The model: how it was made and how good it is")
