"""Predictions of everything read once, in bounded memory: added up, and looked up for the coded texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analysis.coding.errors import CodingError
from analysis.coding.totals import cells, totals_of
from analysis.elsewhere import files
from conf.places import Place

PLACE = ["source_file", "record_offset"]
HELD_OUT = "held_out.parquet"
BATCH_ROWS = 1 << 16


def predictions(root: Place) -> Iterator[pa.RecordBatch]:
    """Rows of the Parquet files of predictions at an address (a file, or a folder such as that of a result).

    Raises:
        CodingError: There is none.
    """
    found = False
    for file in files(root):
        if not file.path.endswith(".parquet") or file.path.endswith(f"/{HELD_OUT}"):
            continue
        with file.fs.open(file.path, "rb") as handle:
            opened = pq.ParquetFile(handle)
            if {*PLACE, "predicted"} <= set(opened.schema_arrow.names):
                found = True
                yield from opened.iter_batches(BATCH_ROWS)
    if not found:
        raise CodingError(
            f"'{root.url}' has no Parquet file with {', '.join(PLACE)} and predicted; name the folder of a result of "
            "`fieldwork classify --model MODEL --out FOLDER`"
        )


def counts(root: Place) -> pa.Table | None:
    """Rows of `out__coding__classes` (predictions added up, `fieldwork classify-counts`) at an address, or None."""
    found = []
    for file in files(root):
        if file.path.endswith(".parquet"):
            with file.fs.open(file.path, "rb") as handle:
                opened = pq.ParquetFile(handle)
                names = set(opened.schema_arrow.names)
                if {"predicted", "items"} <= names and not set(PLACE) & names:
                    found.append(opened.read())
    return pa.concat_tables(found) if found else None


def of_counts(
    rows: pa.Table, labels: pa.Table, held_out: pa.Table, group: str | None, period: str | None
) -> tuple[pa.Table, pa.Table]:
    """As `joined` and `with_held_out`, of predictions that were added up already.

    Raises:
        CodingError: A text with a label has no held-out prediction.
    """
    added = pa.table({**cells(rows, group, period), "predicted": rows["predicted"], "items": rows["items"]})
    sums = added.group_by(["group", "period", "predicted"], use_threads=False).aggregate([("items", "sum")])
    totals = sums.rename_columns(["group", "period", "predicted", "items"])
    kept = {name: labels[name] for name in ("item_id", "stratum", "label")}
    blank = pa.nulls(labels.num_rows, pa.string())
    coded = pa.table({**cells(labels, group, period), **kept, "predicted": blank})
    return totals, with_held_out(coded, held_out)


def joined(
    rows: Iterable[pa.RecordBatch], labels: pa.Table, group: str | None, period: str | None
) -> tuple[pa.Table, pa.Table]:
    """Totals of all predictions, and the coded texts with what is predicted for them.

    Args:
        rows: Rows of `out__coding__predictions`.
        labels: Rows of `out__coding__labels`.
        group: Column that groups texts; all are one group where None.
        period: Column of their periods; all are one period where None.

    Returns:
        `totals` and `coded` as `whole.shares` takes them; group and period are those of the predictions.

    Raises:
        CodingError: A coded text has no prediction, or two.
    """
    keys = labels.select([*PLACE, "item_id", "stratum", "label"])
    met: list[pa.Table] = []

    def seen() -> Iterator[pa.RecordBatch]:
        for batch in rows:
            yield batch
            there = pa.table(
                {**{name: batch[name] for name in (*PLACE, "predicted")}, **cells(batch, group, period)}
            )
            there = there.filter(pc.is_in(there["source_file"], keys["source_file"].combine_chunks()))
            if there.num_rows:
                met.append(there.join(keys, PLACE, join_type="inner", use_threads=False))

    totals = totals_of(seen(), group, period)
    coded = pa.concat_tables(met) if met else None
    number = coded.num_rows if coded else 0
    if coded is None or number != labels.num_rows or len(pc.unique(coded["item_id"])) != number:
        raise CodingError(
            f"{labels.num_rows:,} texts are coded and {number:,} predictions were found for them; each needs one: "
            "predict the same lake that the sample was drawn from"
        )
    return totals, coded.sort_by("item_id")


def with_held_out(coded: pa.Table, held_out: pa.Table, *, complete: bool = True) -> pa.Table:
    """Coded texts, predictions replaced by those of models that did not learn from the text (item_id, predicted).

    Args:
        coded: Rows with item_id, label and predicted.
        held_out: Held-out predictions.
        complete: Whether there must be one for every text with a label. Not where it is known that the model learnt
            from no other text than these: then what it predicts for others is held out as it is.

    Raises:
        CodingError: A text with a label has none.
    """
    place = pc.index_in(coded["item_id"], held_out["item_id"].combine_chunks())
    lacking = pc.sum(pc.and_(pc.is_null(place), pc.is_valid(coded["label"])).cast(pa.int64())).as_py()
    if lacking and complete:
        raise CodingError(
            f"{lacking:,} texts with a label have no held-out prediction; cross-validate all of them"
        )
    replaced = pc.coalesce(held_out["predicted"].take(place), coded["predicted"])
    return coded.set_column(coded.column_names.index("predicted"), "predicted", replaced)


def unlearnt(totals: pa.Table, learnt: pa.Table, held_out: pa.Table) -> pa.Table:
    """Totals of predictions in which coded texts stand with what is predicted by models that did not learn from them.

    The correction that the coded texts give is that of such predictions. Were the others added up, which have learnt
    the labels by heart, corrected estimates would be off by the share of texts that are coded.

    Args:
        totals: Predictions added up, `group`, `period`, `predicted` and `items`.
        learnt: The coded texts as they are in them: `group`, `period` and `predicted`.
        held_out: The same texts in the same order, with held-out predictions.
    """
    keys = ["group", "period", "predicted"]

    def counted(rows: pa.Table, sign: int) -> pa.Table:
        return rows.select(keys).append_column("items", pa.array([sign] * rows.num_rows, pa.int64()))

    parts = [totals.select([*keys, "items"]), counted(learnt, -1), counted(held_out, 1)]
    added = pa.concat_tables(parts).group_by(keys, use_threads=False).aggregate([("items", "sum")])
    made = added.rename_columns([*keys, "items"]).sort_by([(key, "ascending") for key in keys])
    return made.filter(pc.greater(made["items"], 0))
