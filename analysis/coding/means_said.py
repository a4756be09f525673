"""What corrected means rest on, how they were made and why they differ, for manifests and methods sections."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.coding.estimators import CONFIDENCE, ESTIMATORS
from analysis.coding.folder import Sample
from analysis.coding.means_prepared import Prepared
from analysis.coding.score_sums import UNIT

SAID: Mapping[str, str] = {
    "counted": "Counted: the mean of all scores as they are; the interval knows of no error of the scorer, and is "
    "narrow around a number that may be wrong.",
    "adjusted": "Adjusted: the counted mean put right by the regression of scores on codes in all coded texts, turned "
    "round; wrong where the scorer errs differently from group to group or period to period.",
    "ppi": "Prediction-powered inference (ppi; Angelopoulos et al. 2023): the scores of all texts, corrected by their "
    "mean error in the coded texts of the group and period, weighted by inclusion probability; it needs no assumption "
    "on how the scorer errs, and uses scores only as far as they help (tuned weight), so that it is seldom wider than "
    "the coded texts alone.",
    "dsl": "Design-based supervised learning (dsl; Egami et al. 2023): the same with scores trusted in full.",
    "coded_only": "Coded only: the coded texts, without scores.",
}
"""What each estimate is, and why it differs from the others."""


def facts(prepared: Prepared) -> Mapping[str, Any]:
    """What the estimates rest on."""
    plan = prepared.sums.plan
    return {
        "scorer": {"name": plan.scorer.name} | dict(plan.scorer.facts()),
        "gates": plan.gates.facts(),
        "codes": dict(prepared.values),
        "scale": prepared.scale.sentence,
        "unit_of_sums": UNIT,
        "texts_coded": prepared.labels.num_rows,
        "strata": prepared.frame.num_rows,
        "sample": dict(prepared.told),
        "confidence": CONFIDENCE,
    }


def counted(totals: pa.Table, coded: pa.Table) -> Mapping[str, Any]:
    """What only the scores know.

    Args:
        totals: Sums by group and period.
        coded: Coded texts with `code` and `score`, on one scale.
    """
    code, score = (coded[name].to_numpy() for name in ("code", "score"))
    varies = min(np.ptp(code), np.ptp(score)) > 0
    return {
        "texts_scored": pc.sum(totals["items"]).as_py(),
        "texts_with_nothing_to_score": pc.sum(totals["unscored"]).as_py(),
        "texts_cut_at_the_ends": pc.sum(totals["cut"]).as_py(),
        "correlation_in_coded_texts": float(np.corrcoef(code, score)[0, 1]) if varies else None,
    }


def methods(prepared: Prepared) -> str:
    """What was estimated, how, and why the estimates differ, for a methods section."""
    options, plan = prepared.options, prepared.sums.plan
    told = plan.scorer.facts()
    scorer = f"VADER ({told['rules']})" if plan.scorer.name == "vader" else f"the scorer {plan.scorer.name}"
    lexicon = f" with the lexicon {told['lexicon']}" if "lexicon" in told else ""
    how = (
        "as a whole"
        if plan.whole
        else "sentence by sentence, a text's score being the mean over its sentences"
    )
    split = [name for name in (options.group, options.by) if name != "all"]
    codes = ", ".join(f"{name} = {value:g}" for name, value in prepared.values.items())
    texts = pc.sum(prepared.frame["stratum_items"]).as_py()
    return " ".join(
        [
            f"{scorer[:1].upper()}{scorer[1:]}{lexicon} scored {texts:,} texts, {how}; a text with nothing to score "
            f"counts as 0. {prepared.labels.num_rows:,} of them, drawn with known probabilities from "
            f"{prepared.frame.num_rows:,} strata, were coded by hand ({codes}); {prepared.scale.sentence}. Mean scores"
            f"{' by ' + ' and '.join(split) if split else ''} are estimated side by side.",
            *(SAID[name] for name in ESTIMATORS if name in options.estimators),
            "Where the count lies outside the interval of a corrected estimate, the scorer is biased there; where they "
            "agree, it is not visibly so. Intervals (95 %) are of stratified sampling without replacement with finite "
            "population correction (Cochran 1977) and Student's t; they are for these texts, and take the codes as "
            "right and the steps between them as equal.",
            prepared.methods,
        ]
    ).strip()


def of_sample(sample: Sample) -> Mapping[str, Any]:
    """What names the sample in a manifest."""
    return {name: sample.manifest[name] for name in ("sample_sha256", "frame_sha256", "asked")}


def methods_of(sample: Sample) -> str:
    """How the sample was drawn and coded, in the words of its own records."""
    reading = sample.folder / "reading.json"
    said = json.loads(reading.read_text("utf-8"))["methods"] if reading.exists() else ""
    return f"{sample.manifest['methods']} {said}".strip()
