"""Codes from sheets: every row is a code, an empty label, or a problem named with its file and line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from analysis.coding.codebook import Codebook
from analysis.coding.sheets import Line, lines, shown
from analysis.coding.spreadsheet import same_text
from schemas import coding as out


@dataclass(frozen=True)
class Problem:
    """Something in a sheet that cannot be taken as it is."""

    file: str
    """The sheet."""
    line: int
    """Line of the sheet; 0 where something is missing from it."""
    item_id: str
    """The text meant."""
    kind: str
    """`bad_label`, `unknown_item`, `duplicate`, `changed_text`, `not_allotted` or `missing_row`."""
    what: str
    """In words, with what was done about it."""


@dataclass
class Reading:
    """What is read so far, of one coder."""

    coder: str
    problems: list[Problem] = field(default_factory=list)
    found: dict[str, dict[str, Any]] = field(default_factory=dict)
    seen: dict[str, Line] = field(default_factory=dict)

    def problem(self, line: Line, item: str, kind: str, what: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(line.file, line.line, item, kind, what))


def read(
    sheets: Mapping[str, tuple[str, bytes]], sample: pa.Table, book: Codebook, characters: int
) -> tuple[pa.Table, list[Problem]]:
    """Codes of all coders, and all problems.

    Args:
        sheets: Coder to name and content of the sheet.
        sample: Rows of `out__coding__sample`.
        book: The codebook.
        characters: Where texts were cut in the sheets.

    Returns:
        Rows of `out__coding__codes`, also for texts left without a label, sorted by key; problems by file and line.

    Raises:
        CodingError: A file is no sheet.
    """
    items = {row["item_id"]: row for row in sample.select(["item_id", "allotted_to", "text"]).to_pylist()}
    rows: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for coder, (name, content) in sorted(sheets.items()):
        reading = Reading(coder)
        for line in lines(name, content):
            _take(line, reading, items, book, characters)
        _missing(name, reading, items)
        rows += reading.found.values()
        problems += reading.problems
    made = pa.Table.from_pylist(rows, schema=out.codes.schema())
    order = [(column.name, "ascending") for column in out.codes.key]
    return made.sort_by(order), sorted(problems, key=lambda p: (p.file, p.line, p.item_id))


def _take(line: Line, reading: Reading, items: Mapping[str, Any], book: Codebook, characters: int) -> None:
    item, written = line.cells["item_id"].strip(), line.cells["label"].strip()
    label = book.find(written) if written else None
    known = items.get(item)
    if known is None:
        reading.problem(line, item, "unknown_item", f"the sample has no item '{item}'; the row is left out")
        return
    if item in reading.seen:
        _again(line, reading, item, label)
        return
    reading.seen[item] = line
    if written and label is None:
        reading.problem(line, item, "bad_label", f"{book.refusal(written)}; it counts as no label")
    if not same_text(line.cells["text"], shown(known["text"], characters)):
        label = None
        reading.problem(
            line, item, "changed_text",
            f"the text of item '{item}' is not the one drawn (was one column sorted alone?); its code counts as none",
        )  # fmt: skip
    if reading.coder not in known["allotted_to"].split():
        reading.problem(
            line, item, "not_allotted", f"item '{item}' was not given to {reading.coder}; its code counts"
        )
    reading.found[item] = {
        "item_id": item, "coder": reading.coder, "label": label,
        "note": line.cells.get("note", "").strip() or None, "sheet": line.file, "sheet_line": line.line,
    }  # fmt: skip


def _again(line: Line, reading: Reading, item: str, label: str | None) -> None:
    first = reading.found[item]
    where = f"item '{item}' stands on line {reading.seen[item].line} already"
    if label in (first["label"], None):
        reading.problem(line, item, "duplicate", f"{where}; this row is left out")
    else:
        first["label"] = None
        reading.problem(line, item, "duplicate", f"{where}, with another label; neither counts")


def _missing(file: str, reading: Reading, items: Mapping[str, Any]) -> None:
    for item, row in items.items():
        if reading.coder in row["allotted_to"].split() and item not in reading.seen:
            reading.problem(
                Line(file, 0, {}),
                item,
                "missing_row",
                f"the row of item '{item}' is gone; it counts as no label",
            )


def resolved(name: str, content: bytes, book: Codebook) -> tuple[dict[str, str], list[Problem]]:
    """Labels that coders agreed on after talking, from the column `resolved` of a list of disagreements."""
    found: dict[str, str] = {}
    problems = []
    for line in lines(name, content, ("item_id", "resolved")):
        written, item = line.cells["resolved"].strip(), line.cells["item_id"].strip()
        label = book.find(written) if written else None
        if label:
            found[item] = label
        elif written:
            problems.append(Problem(name, line.line, item, "bad_label", book.refusal(written)))
    return found, problems


def labels(codes: pa.Table, sample: pa.Table, talked_over: Mapping[str, str]) -> pa.Table:
    """One label a text: the only or agreed one, that of more than half the coders, or what was agreed in talk.

    Returns:
        Rows of `out__coding__labels` of all texts with a code, sorted by key; `label` is empty where unresolved.
    """
    given: dict[str, list[str]] = {}
    for row in codes.to_pylist():
        if row["label"] is not None:
            given.setdefault(row["item_id"], []).append(row["label"])
    places = {row["item_id"]: row for row in sample.drop_columns(["text", "allotted_to"]).to_pylist()}
    rows = []
    for item in sorted(given):
        label, rule = _one(given[item], talked_over.get(item))
        rows.append({**places[item], "label": label, "label_rule": rule, "codes_given": len(given[item])})
    return pa.Table.from_pylist(rows, schema=out.labels.schema())


def _one(given: Sequence[str], talked_over: str | None) -> tuple[str | None, str]:
    if len(set(given)) == 1:
        return given[0], "single" if len(given) == 1 else "agreed"
    if talked_over:
        return talked_over, "resolved"
    label, number = Counter(given).most_common(1)[0]
    return (label, "majority") if 2 * number > len(given) else (None, "unresolved")


def disagreements(
    codes: pa.Table, sample: pa.Table, talked_over: Mapping[str, str], characters: int
) -> tuple[list[str], Iterable[list[str]]]:
    """Texts with different codes, to talk over: names of columns, and rows with each coder's label and note."""
    coders = sorted(set(codes["coder"].to_pylist()))
    given: dict[str, dict[str, Any]] = {}
    for row in codes.to_pylist():
        given.setdefault(row["item_id"], {})[row["coder"]] = row
    texts = dict(zip(sample["item_id"].to_pylist(), sample["text"].to_pylist(), strict=True))
    rows = []
    for item, by in sorted(given.items()):
        told = {coder: by[coder]["label"] or "" for coder in coders if coder in by}
        if len({label for label in told.values() if label}) < 2:
            continue
        notes = "; ".join(
            f"{coder}: {by[coder]['note']}" for coder in coders if coder in by and by[coder]["note"]
        )
        row = [item, talked_over.get(item, ""), *(told.get(coder, "") for coder in coders), notes]
        rows.append([*row, shown(texts[item], characters)])
    return ["item_id", "resolved", *coders, "notes", "text"], rows
