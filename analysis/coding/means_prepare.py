"""What is known before texts are scored: the sample, its codes as numbers, the scale, the scorer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.coding import folder, marks, score_sums
from analysis.coding import means_said as say
from analysis.coding.errors import CodingError
from analysis.coding.means_options import Means
from analysis.coding.means_prepared import Prepared
from analysis.coding.numbers import numbers, scale_of
from analysis.coding.scored import predictor
from analysis.coding.strata import TABLES
from analysis.lake import Dataset

NAMES = {"articles": "sentiment-corrected", "pages": "sentiment-corrected-pages"}
"""The analysis of each table that samples are drawn from."""


def opened(options: Means, table: str) -> folder.Sample:
    """The sample.

    Raises:
        CodingError: There is none, or it was drawn from another table.
    """
    sample = folder.read(Path(options.coded))
    if sample.options.table != table:
        raise CodingError(
            f"the sample in {options.coded} was drawn from {sample.options.table}, and this reads {table}: "
            f"fieldwork {NAMES[sample.options.table]} {options.coded}"
        )
    return sample


def partitions(options: Means, table: str) -> Mapping[str, Sequence[str]]:
    """Partitions of the lake that the sample was drawn from: what was landed since is not of its frame."""
    found: Mapping[str, Sequence[str]] = opened(options, table).manifest["coverage"]["partitions"]
    return found


def prepare(options: Means, data: Dataset) -> Prepared:
    """Read the sample, its codes, and the scorer's lexicon.

    Raises:
        CodingError: The sample has no codes, or none that are numbers.
        ValueError: No such scorer.
        OSError: A file cannot be read.
    """
    import pyarrow.parquet as pq

    table = next(name for name, known in TABLES.items() if known.name == data.table.name)
    sample = opened(options, table)
    path = sample.folder / "labels.parquet"
    if not path.exists():
        raise CodingError(
            f"'{options.coded}' has no codes yet; read them: fieldwork annotate read {options.coded}"
        )
    values = numbers(sample.book)
    scale = scale_of(values, options.scale_low, options.scale_high, options.score_end)
    rows = pq.read_table(path)
    rows = rows.filter(pc.is_valid(rows["label"]))
    if not rows.num_rows:
        raise CodingError(f"no text of '{options.coded}' has a label; code some, and read them anew")
    place = pc.index_in(rows["label"], pa.array(sample.book.names, pa.string()))
    codes = pa.array([values[name] for name in sample.book.names], pa.float64()).take(place.combine_chunks())
    ids = marks.marks(rows, rows["item_id"].to_pylist(), np.arange(rows.num_rows))
    plan = predictor(
        sample.options, options.scorer, whole=options.unit == "article", typography=options.typography,
        entities=options.entities,
    )  # fmt: skip
    sums = score_sums.Sums(sample.options, plan, scale, ids, options.by, options.group)
    labels = pa.table({"item_id": rows["item_id"], "stratum": rows["stratum"], "code": codes})
    return Prepared(
        options, sums, labels, sample.frame, values, say.of_sample(sample), say.methods_of(sample)
    )
