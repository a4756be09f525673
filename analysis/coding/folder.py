"""A sample's folder: what a drawing writes, and what reading the codes adds; files as `schemas.coding` names them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from analysis.coding import codebook, codes, reliability, sheets
from analysis.coding.codebook import Codebook
from analysis.coding.codes import Problem
from analysis.coding.draw import Drawn
from analysis.coding.errors import CodingError
from analysis.coding.options import Draw
from conf.typed import build
from schemas import coding as out

MANIFEST = "manifest.json"
DISAGREEMENTS = "disagreements.csv"
KEPT = ("frame.parquet", "sample.parquet", "codebook.toml")
"""Files that must stay as they were drawn."""


@dataclass(frozen=True)
class Sample:
    """A sample as its folder holds it."""

    folder: Path
    """Where it is."""
    options: Draw
    """What was asked of the drawing."""
    book: Codebook
    """The codebook."""
    frame: pa.Table
    """Rows of `out__coding__frame`."""
    sample: pa.Table
    """Rows of `out__coding__sample`."""
    manifest: dict[str, Any]
    """The record of the drawing."""


@dataclass(frozen=True)
class Coded:
    """What was read back."""

    codes: pa.Table
    """Rows of `out__coding__codes`."""
    labels: pa.Table
    """Rows of `out__coding__labels`."""
    agreement: pa.Table
    """Rows of `out__coding__agreement`."""
    problems: tuple[Problem, ...]
    """What could not be taken as it was."""
    disagreements: int
    """Texts on which coders differ."""


def check_free(folder: Path) -> None:
    """Refuse a folder that holds a sample, whose sheets may have codes in them.

    Raises:
        CodingError: It does.
    """
    if (folder / MANIFEST).exists():
        raise CodingError(f"'{folder}' holds a sample or a result already; give another folder with --out")


def write(drawn: Drawn, toml: str, folder: Path) -> list[Path]:
    """Write a drawing with its codebook and sheets; returns the sheets.

    Raises:
        CodingError: The codebook cannot be read, or the folder holds a sample already.
    """
    book = codebook.read(toml)
    check_free(folder)
    (folder / "sheets").mkdir(parents=True, exist_ok=True)
    for name, rows in (("frame", drawn.frame), ("sample", drawn.sample)):
        pq.write_table(rows, folder / f"{name}.parquet", compression="zstd")
    (folder / "codebook.toml").write_text(toml, "utf-8")
    (folder / "codebook.md").write_text(codebook.markdown(book), "utf-8")
    made = []
    for coder in drawn.options.coders:
        path = folder / "sheets" / f"{coder}.csv"
        path.write_bytes(sheets.sheet(drawn.sample, coder, drawn.options))
        made.append(path)
    digests = {f"{Path(name).stem}_sha256": _sha256(folder / name) for name in KEPT}
    manifest = drawn.manifest | digests
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return made


def read(folder: Path) -> Sample:
    """The sample of a folder.

    Raises:
        CodingError: It holds none, or its frame or sample was changed since it was drawn.
    """
    if not (folder / MANIFEST).exists():
        what = "holds a model" if (folder / "card.json").exists() else f"has no {MANIFEST}"
        raise CodingError(
            f"no sample in '{folder}': it {what}; name the folder of a drawn one "
            "(fieldwork annotate draw --codebook FILE --out FOLDER)"
        )
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    if "sample_sha256" not in manifest:
        raise CodingError(
            f"'{folder}' holds a result of {manifest.get('analysis')}, no sample; name a sample's folder"
        )
    for name in KEPT:
        if _sha256(folder / name) != manifest[f"{Path(name).stem}_sha256"]:
            raise CodingError(
                f"{folder}/{name} was changed since the sample was drawn; restore it, or draw anew"
            )
    book = codebook.read((folder / "codebook.toml").read_text("utf-8"), "codebook.toml")
    frame, sample = (
        pq.read_table(folder / f"{name}.parquet").cast(table.schema())
        for table, name in ((out.frame, "frame"), (out.sample, "sample"))
    )
    return Sample(folder, build(Draw, manifest["asked"], "the sample"), book, frame, sample, manifest)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_codes(sample: Sample, given: Mapping[str, Path] | None = None, seed: int = 0) -> Coded:
    """Read the sheets, and write codes, labels, agreement, disagreements and problems beside them.

    Args:
        sample: The sample.
        given: Coder to sheet; all of the folder's where None.
        seed: Seed of the bootstrap of agreement.

    Raises:
        CodingError: There is no sheet, or a file is none.
    """
    folder, book, characters = sample.folder, sample.book, sample.options.characters
    paths = given or _sheets(sample)
    if not paths:
        raise CodingError(f"no sheet in {folder}/sheets; put the coders' CSV files there")
    contents = {coder: (path.name, path.read_bytes()) for coder, path in paths.items()}
    found, problems = codes.read(contents, sample.sample, book, characters)
    talked_over: dict[str, str] = {}
    if (folder / DISAGREEMENTS).exists():
        talked_over, more = codes.resolved(DISAGREEMENTS, (folder / DISAGREEMENTS).read_bytes(), book)
        problems += more
    labels = codes.labels(found, sample.sample, talked_over)
    agreement = reliability.agreement(found, book, seed=seed)
    names, differ = codes.disagreements(found, sample.sample, talked_over, characters)
    differ = list(differ)
    for table, rows in ((out.codes, found), (out.labels, labels), (out.agreement, agreement)):
        table.check(rows)
        pq.write_table(rows, folder / f"{table.name.split('__')[-1]}.parquet", compression="zstd")
    (folder / DISAGREEMENTS).write_bytes(sheets.written(names, differ))
    told = [list(asdict(problem).values()) for problem in problems]
    (folder / "problems.csv").write_bytes(
        sheets.written(["file", "line", "item_id", "kind", "problem"], told)
    )
    coded = Coded(found, labels, agreement, tuple(problems), len(differ))
    _record(sample, coded, {name: content for name, content in contents.values()}, seed)
    return coded


def _sheets(sample: Sample) -> dict[str, Path]:
    """The sheets in the folder, by coder; a copy (`anna (1).csv`) would count as a coder more."""
    found = {path.stem: path for path in sorted((sample.folder / "sheets").glob("*.csv"))}
    for coder, path in found.items():
        if coder not in sample.options.coders:
            raise CodingError(
                f"{path} is the sheet of no coder; they are {', '.join(sample.options.coders)}: take it away, or name "
                f"all sheets with --sheet NAME=FILE"
            )
    return found


def _record(sample: Sample, coded: Coded, contents: Mapping[str, bytes], seed: int) -> None:
    """What the codes rest on, for a reviewer: `reading.json`."""
    rules = coded.labels["label_rule"].value_counts().to_pylist()
    record = {
        "sheets_sha256": {
            name: hashlib.sha256(content).hexdigest() for name, content in sorted(contents.items())
        },
        "sample_sha256": sample.manifest["sample_sha256"],
        "texts_drawn": sample.sample.num_rows,
        "texts_with_codes": coded.labels.num_rows,
        "labels_by_rule": {
            one["values"]: one["counts"] for one in sorted(rules, key=lambda one: str(one["values"]))
        },
        "problems": len(coded.problems),
        "disagreements": coded.disagreements,
        "seed": seed,
        "methods": methods(sample, coded),
    }
    path = sample.folder / "reading.json"
    path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", "utf-8")


def methods(sample: Sample, coded: Coded) -> str:
    """How texts were coded and how far coders agreed, for a methods section."""
    rows = {row["coefficient"]: row for row in coded.agreement.to_pylist() if row["unit"] == "all"}
    one = rows[f"alpha_{sample.book.level}"]
    if one["reliability"] is None:
        told = "Agreement could not be measured, as no text, or only one label, was given by two coders. "
    else:
        ends = f", 95 % interval {one['reliability_low']:.2f} to {one['reliability_high']:.2f}"
        told = (
            f"Krippendorff's alpha ({sample.book.level}) over {one['items_compared']:,} texts with several codes is "
            f"{one['reliability']:.2f}{ends if one['reliability_low'] is not None else ''} (bootstrap over texts, "
            f"{reliability.DRAWS:,} draws). "
        )
    return (
        f"{coded.labels.num_rows:,} of {sample.sample.num_rows:,} texts drawn were coded by hand. {told}A text's label "
        "is that of its one coder, that on which its coders agree, the one they agreed on in talk, or that of more "
        "than half of them; a text with none of these has no label and is left out as missing at random in its stratum."
    )
