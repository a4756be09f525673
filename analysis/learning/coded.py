"""Coded texts: a sample's folder or a file, with what must stay together in cross-validation."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from analysis.learning.errors import LearningError
from conf.places import Place, place
from conf.settings import Settings

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
GROUPS = ("outlet", "period", "language")
"""Columns that scores are told by."""
SAMPLED = ("item_id", "stratum", "inclusion_probability")
"""Columns of a drawn sample."""
PROBABILITY = "inclusion_probability"


@dataclass(frozen=True)
class Coded:
    """Texts with labels given by hand."""

    texts: NDArray[np.object_]
    """The texts; [texts]."""
    labels: NDArray[np.str_]
    """Their labels; [texts]."""
    together: Integers
    """Number of the group of each text; no group is parted by grouped cross-validation; [texts]."""
    groups: dict[str, NDArray[np.object_]]
    """Columns that scores are told by, where there are any: outlet, period, language; [texts] each."""
    sha256: str
    """Digest of what was read."""
    dropped: int = 0
    """Texts without a label, or without a word, which nothing can be learnt from."""
    items: NDArray[np.object_] | None = None
    """Their item_id, where they are of a drawn sample; [texts]."""
    weight: Floats | None = None
    """How many texts of the frame each stands for, where inclusion probabilities are known; [texts]."""
    reads: str = ""
    """Table that they were drawn from, where they are a drawn sample."""

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def classes(self) -> list[str]:
        """Labels there are, sorted."""
        return sorted(set(self.labels.tolist()))


def read(address: str, together: Sequence[str], settings: Settings) -> Coded:
    """Coded texts of a folder (`labels.parquet` with `sample.parquet`), or a CSV or Parquet file.

    Raises:
        LearningError: There is no text or label, a column is missing, or there is one class only.
    """
    from hashlib import sha256

    source = place(address, settings)
    if address.endswith((".csv", ".parquet")):
        content = source.read_bytes()
        return coded(_table(address, content), together, sha256(content).hexdigest())
    try:
        files = [(source / name).read_bytes() for name in ("labels.parquet", "sample.parquet")]
    except FileNotFoundError:
        raise uncoded(address, source) from None
    labels, sample = (pq.read_table(io.BytesIO(one)) for one in files)
    rows = labels.join(sample.select(["item_id", "text"]), "item_id", join_type="inner").sort_by("item_id")
    made = coded(rows, together, sha256(b"".join(files)).hexdigest(), sample)
    return replace(made, reads=drawn_from(source))


def drawn_from(folder: Place) -> str:
    """Table that the sample of a folder was drawn from; empty where it does not say."""
    record = folder / "manifest.json"
    return str(json.loads(record.read_bytes()).get("reads", "")) if record.exists() else ""


def uncoded(address: str, folder: Place) -> LearningError:
    """The error of a folder without labels."""
    if (folder / "sample.parquet").exists():
        return LearningError(f"'{address}' has no codes yet; read them: fieldwork annotate read {address}")
    return LearningError(
        f"'{address}' holds no coded sample; give the folder of one (fieldwork annotate draw, then read), or a CSV or "
        "Parquet file with the columns text and label"
    )


def _table(name: str, content: bytes) -> pa.Table:
    if name.endswith(".parquet"):
        return pq.read_table(io.BytesIO(content))
    from pyarrow import csv

    parse = csv.ParseOptions(newlines_in_values=True)
    return csv.read_csv(io.BytesIO(content), parse_options=parse, convert_options=as_written())


def as_written() -> Any:
    """How cells of a CSV file are read: texts as they are, an empty cell is none, and `NA` is a word as any other."""
    from pyarrow import csv

    kinds = dict.fromkeys(("text", "label", "group", *GROUPS, *SAMPLED), pa.string())
    return csv.ConvertOptions(
        column_types={**kinds, PROBABILITY: pa.float64()}, strings_can_be_null=True, null_values=[""]
    )


def coded(rows: pa.Table, together: Sequence[str], digest: str = "", drawn: pa.Table | None = None) -> Coded:
    """Coded texts of a table with the columns text and label, and those of `together` (story is found here).

    Args:
        rows: The table; item_id, stratum and inclusion_probability are used where it has them.
        together: What must stay together.
        digest: SHA-256 of what was read.
        drawn: All texts that were drawn to be coded, with their stratum; the same texts where None.

    Raises:
        LearningError: As `read`.
    """
    for name in ("text", "label", *(n for n in together if n == "group")):
        if name not in rows.column_names:
            raise lacking(name, rows)
    given = rows
    rows = usable(rows)
    labels = np.array(rows["label"].to_pylist(), dtype=str)
    classes = len(set(labels.tolist()))
    if classes < 2:
        raise LearningError(
            f"{rows.num_rows:,} texts have a label, of {classes} classes; two are needed: code more texts"
        )
    columns = [_numbers(rows[name]) for name in together if name != "story" and name in rows.column_names]
    if "story" in together:
        columns.append(stories(rows["text"].combine_chunks()))
    texts = np.array(rows["text"].to_pylist(), dtype=object)
    left_out = given.num_rows - len(texts)
    items = np.array(rows["item_id"].to_pylist(), dtype=object) if "item_id" in rows.column_names else None
    weight = weights(rows, given if drawn is None else drawn)
    return Coded(
        texts, labels, connected(columns, len(texts)), group_values(rows), digest, left_out, items, weight
    )


def lacking(name: str, rows: pa.Table) -> LearningError:
    """The error of a column that is not there."""
    return LearningError(f"the codes have no column '{name}'; they have {', '.join(rows.column_names)}")


def group_values(rows: pa.Table) -> dict[str, NDArray[np.object_]]:
    """Columns that scores are told by, those there are."""
    there = [name for name in GROUPS if name in rows.column_names]
    filled = {name: rows[name].cast(pa.string()).fill_null("(missing)") for name in there}
    return {name: np.array(column.to_pylist(), dtype=object) for name, column in filled.items()}


def usable(rows: pa.Table) -> pa.Table:
    """The rows that something can be learnt from: with a label, and a text that is not blank."""
    label = pc.utf8_trim_whitespace(rows["label"].cast(pa.string()))
    rows = rows.set_column(rows.column_names.index("label"), "label", label)
    said = pc.match_substring_regex(rows["text"], r"\S")
    return rows.filter(pc.and_(pc.fill_null(pc.greater(pc.utf8_length(label), 0), False), said))


def weights(rows: pa.Table, drawn: pa.Table) -> Floats | None:
    """How many texts of the frame each coded text stands for; None where no inclusion probability is known.

    1 / probability, in each stratum times drawn / labelled, as if those without a label were missing at random there.

    Raises:
        LearningError: A probability that is none.
    """
    if PROBABILITY not in rows.column_names:
        return None
    chance: Floats = rows[PROBABILITY].to_numpy(zero_copy_only=False).astype(np.float64)
    if not ((chance > 0) & (chance <= 1)).all():
        raise LearningError(
            f"an {PROBABILITY} is not above 0 and at most 1; give all of them, or no such column"
        )
    if "stratum" not in rows.column_names or "stratum" not in drawn.column_names:
        return np.reciprocal(chance)
    numbers = [dict(zip(*_counted(table["stratum"]), strict=True)) for table in (drawn, rows)]
    lost = {name: number / numbers[1].get(name, number) for name, number in numbers[0].items()}
    made: Floats = np.array([lost[name] for name in rows["stratum"].to_pylist()]) / chance
    return made


def _counted(column: pa.ChunkedArray) -> tuple[list[Any], list[int]]:
    found = pc.value_counts(column.combine_chunks())
    return found.field("values").to_pylist(), found.field("counts").to_pylist()


def stories(texts: pa.Array) -> Integers:
    """Number of the first copy of each text; as `fieldwork stories` finds them; [texts]."""
    from analysis.kernels.text.copies import group
    from analysis.kernels.text.shingles import Signer
    from analysis.news.stories import Stories

    asked = Stories()
    signed = Signer(asked.scheme, asked.tokenizer).sign(texts)
    return group(signed, asked.sketch, asked.threshold).first


def connected(columns: Sequence[Integers], texts: int) -> Integers:
    """Number of the component of each text, where texts with an equal number in any column are connected; [texts]."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    if not columns:
        return np.arange(texts, dtype=np.int64)
    width, rows, places = texts, [], []
    for column in columns:
        rows.append(np.arange(texts))
        places.append(width + column)
        width += int(column.max()) + 1
    ends = (np.concatenate(rows), np.concatenate(places))
    graph = coo_matrix((np.ones(len(ends[0]), np.int8), ends), shape=(width, width))
    _, component = connected_components(graph, directed=False)
    _, numbers = np.unique(component[:texts], return_inverse=True)
    return numbers.astype(np.int64)


def _numbers(column: pa.ChunkedArray) -> Integers:
    """Values as numbers; each empty one is alone."""
    encoded = column.combine_chunks().dictionary_encode()
    known = len(encoded.dictionary)
    alone = known + np.arange(len(column))
    found = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return np.where(found < 0, alone, found)
