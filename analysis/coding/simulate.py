"""Coders whose errors are known: sheets filled from a planted truth, to try the whole road and to test it.

A coder gives the true label but for a share of texts, its error, of which each gets one of the other labels by
chance. The coefficient that such coders should reach is known (`expected_alpha`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from analysis.coding import sheets
from analysis.coding.alpha import Floats, Level, of_coincidences
from analysis.coding.errors import CodingError
from analysis.coding.folder import DISAGREEMENTS, Sample
from analysis.coding.sheets import lines

PLACE = ("source_file", "record_offset")
Labels = Mapping[str, str]


def truth_of(sample: Sample, truth: pa.Table) -> dict[str, str]:
    """True label of each drawn text, by item.

    Args:
        sample: The sample.
        truth: Columns `source_file`, `record_offset` and `label`.

    Raises:
        CodingError: A drawn text is not in the truth, or a true label is not in the codebook.
    """
    places = zip(*(truth[name].to_pylist() for name in PLACE), strict=True)
    known = dict(zip(places, truth["label"].to_pylist(), strict=True))
    found = {}
    for row in sample.sample.to_pylist():
        place = tuple(row[name] for name in PLACE)
        if place not in known:
            where = f"{place[0]}, offset {place[1]}"
            raise CodingError(
                f"the truth has no text at {where}: it is not of what {sample.folder} was drawn from"
            )
        if known[place] not in sample.book.names:
            names = ", ".join(sample.book.names)
            raise CodingError(
                f"the true label '{known[place]}' is not in the codebook, which has {names}; only the topics and "
                "the tone of the sample archive are planted: draw with its topics.toml or tone.toml, or code by hand"
            )
        found[row["item_id"]] = known[place]
    return found


def fill(sample: Sample, truth: Labels, errors: Sequence[float], seed: int = 0) -> list[Path]:
    """Fill the sheet of each coder; returns the sheets.

    Args:
        sample: The sample.
        truth: True labels by item.
        errors: Of each coder the share of texts given a wrong label, 0 to 1; one for all, or one a coder.
        seed: Seed of who errs where.

    Raises:
        CodingError: Errors do not fit the coders, or a sheet has codes already.
    """
    shares = rates(sample, errors)
    paths = [sample.folder / "sheets" / f"{coder}.csv" for coder in sample.options.coders]
    for path in paths:
        _empty(path)
    for path, share, number in zip(paths, shares, range(len(paths)), strict=True):
        rng = np.random.default_rng([seed, number])
        given = {item: _said(label, sample.book.names, share, rng) for item, label in sorted(truth.items())}
        path.write_bytes(sheets.sheet(sample.sample, path.stem, sample.options, given))
    return paths


def rates(sample: Sample, errors: Sequence[float]) -> list[float]:
    """Error of each coder.

    Raises:
        CodingError: There is neither one for all nor one each, or one is no share.
    """
    coders = sample.options.coders
    found = list(errors) * len(coders) if len(errors) == 1 else list(errors)
    if len(found) != len(coders) or not all(0 <= one <= 1 for one in found):
        given = ", ".join(f"{one:g}" for one in errors)
        raise CodingError(
            f"errors are {given}; give a share of 0 to 1, for all or for each of {', '.join(coders)}"
        )
    return found


def _empty(path: Path) -> None:
    if path.exists() and any(line.cells["label"].strip() for line in lines(path.name, path.read_bytes())):
        raise CodingError(f"{path} has codes already, which would be lost; draw another sample")


def _said(label: str, names: Sequence[str], error: float, rng: np.random.Generator) -> str:
    others = [name for name in names if name != label]
    errs, which = rng.random() < error, int(rng.integers(len(others)))
    return others[which] if errs else label


def talk(sample: Sample, truth: Labels) -> int:
    """Fill the column `resolved` of the disagreements with the truth, as coders who find it in talk; how many.

    Raises:
        CodingError: The codes were not read yet.
    """
    path = sample.folder / DISAGREEMENTS
    if not path.exists():
        raise CodingError(f"no {path}; read the codes first: fieldwork annotate read {sample.folder}")
    found = list(lines(path.name, path.read_bytes(), ("item_id", "resolved")))
    if not found:
        return 0
    names = list(found[0].cells)
    rows = [{**line.cells, "resolved": truth[line.cells["item_id"]]} for line in found]
    path.write_bytes(sheets.written(names, [[row[name] for name in names] for row in rows]))
    return len(rows)


def expected_alpha(
    sample: Sample, truth: Labels, errors: Sequence[float], level: Level | None = None
) -> float | None:
    """Krippendorff's alpha of the coincidences that such coders are expected to make; None where all code alone.

    Of a text with label t, the coders i and j of its m coders add P_i(c | t) P_j(k | t) / (m - 1) to the expected
    coincidence of c and k.
    """
    names, coders = sample.book.names, sample.options.coders
    chance = {
        coder: np.where(np.eye(len(names), dtype=bool), 1 - error, error / (len(names) - 1))
        for coder, error in zip(coders, rates(sample, errors), strict=True)
    }
    pairs = np.zeros((len(names), len(names)))
    for row in sample.sample.select(["item_id", "allotted_to"]).to_pylist():
        given = [chance[one][names.index(truth[row["item_id"]])] for one in row["allotted_to"].split()]
        if len(given) > 1:
            pairs += _pairs(given)
    if not pairs.any():
        return None
    values = np.array(sample.book.values)
    return float(of_coincidences(pairs[None], level or sample.book.level, values)[0])


def _pairs(given: Sequence[Floats]) -> Floats:
    """Expected coincidences of one text; [labels, labels]."""
    every = np.sum(given, axis=0)
    alike = np.sum([np.outer(one, one) for one in given], axis=0)
    made: Floats = (np.outer(every, every) - alike) / (len(given) - 1)
    return made
