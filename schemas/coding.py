"""Hand-coded samples: the frame, the draw, the codes, how far coders agree, and the whole measured with them.

Files of a sample's folder (`fieldwork annotate draw --out FOLDER`): `frame.parquet` (table `frame`),
`sample.parquet` (`sample`), `manifest.json`, `codebook.toml` (as given), `codebook.md` (for coders),
`sheets/NAME.csv`. `fieldwork annotate read FOLDER` adds `codes.parquet`, `labels.parquet`, `agreement.parquet`,
`disagreements.csv`, `problems.csv`, `reading.json`.

A model's predictions of everything (`predictions.parquet`, table `predictions`, in one file or many) may have beside
them `held_out.parquet`: `item_id` and `predicted` of each coded text, by a model that did not learn from it (out of
its fold). `fieldwork shares` reads both.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from schemas import fields as f
from schemas.table import Check, Table


def _probable(rows: pa.Table) -> bool:
    values = rows[f.inclusion_probability.name]
    return bool(pc.min(values).as_py() > 0 and pc.max(values).as_py() <= 1)


PROBABLE = Check("probability", "an inclusion probability lies above 0 and is 1 at most", _probable)

frame = Table(
    "out__coding__frame",
    "A stratum of the texts a sample was drawn from: how many texts, how many drawn.",
    key=(f.stratum,),
    values=(f.stratum_items, f.stratum_drawn, f.inclusion_probability),
)

sample = Table(
    "out__coding__sample",
    "A text drawn to be coded by hand, with its chance of being drawn.",
    key=(f.item_id,),
    values=(
        f.source_file,
        f.record_offset,
        f.url,
        f.outlet,
        f.period,
        f.language,
        f.stratum,
        f.inclusion_probability,
        f.allotted_to,
        f.text,
    ),
    checks=(PROBABLE,),
)

codes = Table(
    "out__coding__codes",
    "A code that a coder gave to a text.",
    key=(f.item_id, f.coder),
    values=(f.label, f.note, f.sheet, f.sheet_line),
)

labels = Table(
    "out__coding__labels",
    "A coded text with the one label that counts, and how it came about.",
    key=(f.item_id,),
    values=(
        f.label,
        f.label_rule,
        f.codes_given,
        f.source_file,
        f.record_offset,
        f.url,
        f.outlet,
        f.period,
        f.language,
        f.stratum,
        f.inclusion_probability,
    ),
    checks=(PROBABLE,),
)

agreement = Table(
    "out__coding__agreement",
    "How far coders agree, by one coefficient, all of them or a pair.",
    key=(f.coefficient, f.unit),
    values=(f.reliability, f.reliability_low, f.reliability_high, f.items_compared),
)

predictions = Table(
    "out__coding__predictions",
    "A text with the class a model predicts for it.",
    key=(f.source_file, f.record_offset),
    values=(f.outlet, f.period, f.language, f.predicted, f.predicted_probability),
)

classes = Table(
    "out__coding__classes",
    "Texts of an outlet, month and language for which a model predicts a class, counted.",
    key=(f.outlet, f.period, f.language, f.predicted),
    values=(f.items, f.mean_probability),
)

shares = Table(
    "out__coding__shares",
    "A class's share of the texts of a group in a period, by one estimator.",
    key=(f.label_class, f.group, f.period, f.estimator),
    values=(f.share, f.share_low, f.share_high, f.items_coded, f.items_all),
    panels=(f.label_class, f.group),
)

means = Table(
    "out__coding__means",
    "The mean score of the texts of a group in a period, by one estimator.",
    key=(f.group, f.period, f.estimator),
    values=(f.mean_score, f.mean_score_low, f.mean_score_high, f.items_coded, f.items_all),
    panels=(f.group,),
)
