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
from schemas import fields_coding as c
from schemas.table import Check, Table


def _probable(rows: pa.Table) -> bool:
    values = rows[c.inclusion_probability.name]
    return bool(pc.min(values).as_py() > 0 and pc.max(values).as_py() <= 1)


PROBABLE = Check("probability", "an inclusion probability lies above 0 and is 1 at most", _probable)

frame = Table(
    "out__coding__frame",
    "A stratum of the texts a sample was drawn from: how many texts, how many drawn.",
    key=(c.stratum,),
    values=(c.stratum_items, c.stratum_drawn, c.inclusion_probability),
)

sample = Table(
    "out__coding__sample",
    "A text drawn to be coded by hand, with its chance of being drawn.",
    key=(c.item_id,),
    values=(
        f.source_file,
        f.record_offset,
        f.url,
        f.outlet,
        f.period,
        f.language,
        c.stratum,
        c.inclusion_probability,
        c.allotted_to,
        f.text,
    ),
    checks=(PROBABLE,),
)

codes = Table(
    "out__coding__codes",
    "A code that a coder gave to a text.",
    key=(c.item_id, c.coder),
    values=(c.label, c.note, c.sheet, c.sheet_line),
)

labels = Table(
    "out__coding__labels",
    "A coded text with the one label that counts, and how it came about.",
    key=(c.item_id,),
    values=(
        c.label,
        c.label_rule,
        c.codes_given,
        f.source_file,
        f.record_offset,
        f.url,
        f.outlet,
        f.period,
        f.language,
        c.stratum,
        c.inclusion_probability,
    ),
    checks=(PROBABLE,),
)

agreement = Table(
    "out__coding__agreement",
    "How far coders agree, by one coefficient, all of them or a pair.",
    key=(c.coefficient, c.unit),
    values=(c.reliability, c.reliability_low, c.reliability_high, c.items_compared),
)

predictions = Table(
    "out__coding__predictions",
    "A text with the class a model predicts for it.",
    key=(f.source_file, f.record_offset),
    values=(f.outlet, f.period, f.language, c.predicted, c.predicted_probability),
)

classes = Table(
    "out__coding__classes",
    "Texts of an outlet, month and language for which a model predicts a class, counted.",
    key=(f.outlet, f.period, f.language, c.predicted),
    values=(c.items, c.mean_probability),
)

shares = Table(
    "out__coding__shares",
    "A class's share of the texts of a group in a period, by one estimator.",
    key=(c.label_class, c.group, f.period, c.estimator),
    values=(c.share, c.share_low, c.share_high, c.items_coded, c.items_all),
    panels=(c.label_class, c.group),
)

means = Table(
    "out__coding__means",
    "The mean score of the texts of a group in a period, by one estimator.",
    key=(c.group, f.period, c.estimator),
    values=(c.mean_score, c.mean_score_low, c.mean_score_high, c.items_coded, c.items_all),
    panels=(c.group,),
)
