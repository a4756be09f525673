"""The codebook: what is asked, which labels there are, how to decide; read from TOML, shown as Markdown.

question = "What tone does the article take towards migration?"
level = "ordinal"                       # nominal, ordinal (labels in order) or interval (each with its value)
instructions = "Judge the whole article, not its title."

[[labels]]
name = "negative"
value = -1
description = "Migration appears as a burden or a threat."
examples = ["… a wave that our schools cannot bear"]
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from analysis.coding.alpha import LEVELS, Level
from analysis.coding.errors import CodingError
from analysis.coding.spreadsheet import is_formula

KEYS = ("title", "question", "level", "instructions", "labels")
# What spreadsheets take for a number, a date or a time, and of that what they leave as it is.
CHANGED, KEPT = re.compile(r"[\d\s.,:/%eE-]*\d[\d\s.,:/%eE-]*"), re.compile(r"0|[1-9]\d{0,9}")
LABEL_KEYS = ("name", "value", "description", "examples")


@dataclass(frozen=True)
class Label:
    """One class that texts may be given."""

    name: str
    """What coders write."""
    value: float
    """Its number: its place where none is stated."""
    description: str = ""
    """When it applies."""
    examples: tuple[str, ...] = ()
    """Passages it applies to."""
    stated: bool = False
    """Whether the codebook states its number."""


@dataclass(frozen=True)
class Codebook:
    """What coders are asked."""

    question: str
    """What is asked of each text."""
    labels: tuple[Label, ...]
    """The classes; of an ordinal codebook in order."""
    level: Level = "nominal"
    """Level of measurement."""
    title: str = ""
    """Name of the study."""
    instructions: str = ""
    """How to decide."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the labels."""
        return tuple(label.name for label in self.labels)

    @property
    def values(self) -> tuple[float, ...]:
        """Numbers of the labels."""
        return tuple(label.value for label in self.labels)

    def find(self, written: str) -> str | None:
        """The label that was written, capitals and blanks around it aside; None where it is none."""
        plain = " ".join(written.split()).casefold()
        return next((name for name in self.names if name.casefold() == plain), None)

    def refusal(self, written: str) -> str:
        """Why it is no label, with the nearest."""
        near = get_close_matches(written.strip(), self.names, n=1, cutoff=0.6)
        meant = f"; perhaps '{near[0]}'" if near else ""
        return f"'{written}' is no label{meant}: the labels are {', '.join(self.names)}"


def opened(path: Path) -> str:
    """The text of a codebook, which is one.

    Raises:
        CodingError: It is not UTF-8, or no codebook; see `read`.
    """
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        raise CodingError(f"{path} is no text in UTF-8; write the codebook as plain text in TOML") from None
    read(text, str(path))
    return text


def read(text: str, file: str = "the codebook") -> Codebook:
    """A codebook from TOML.

    Raises:
        CodingError: It is no TOML, lacks something, or two labels look the same to a reader.
    """
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CodingError(f"{file} is no TOML: {error}") from None
    _known(given, KEYS, file)
    if not str(given.get("question", "")).strip():
        raise CodingError(f"{file} has no question; say in `question` what is asked of each text")
    level = given.get("level", "nominal")
    if level not in LEVELS:
        raise CodingError(f"{file}: level is '{level}'; choose from {', '.join(LEVELS)}")
    tables = given.get("labels", [])
    if not isinstance(tables, list) or len(tables) < 2:
        raise CodingError(f"{file} needs two labels or more, each as a table [[labels]] with a name")
    labels = tuple(_label(one, number, level, file) for number, one in enumerate(tables))
    _distinct([label.name for label in labels], file)
    text_of = {key: str(given.get(key, "")).strip() for key in ("question", "title", "instructions")}
    return Codebook(labels=labels, level=level, **text_of)


def _known(given: dict[str, Any], keys: tuple[str, ...], where: str) -> None:
    for key in given:
        if key not in keys:
            near = get_close_matches(key, keys, n=1, cutoff=0.0)[0]
            raise CodingError(f"{where} has '{key}', which is unknown; the nearest is '{near}'")


def _label(given: Any, number: int, level: str, file: str) -> Label:
    where = f"{file}, label {number + 1}"
    if not isinstance(given, dict):
        raise CodingError(f'{where} is no table; write [[labels]] and below it name = "…"')
    _known(given, LABEL_KEYS, where)
    name = " ".join(str(given.get("name", "")).split())
    if not name or is_formula(name):
        raise CodingError(
            f"{where}: name is '{name}'; give a word that does not begin with = + - @ or a quote"
        )
    if CHANGED.fullmatch(name) and not KEPT.fullmatch(name):
        raise CodingError(
            f"{where}: a spreadsheet would take '{name}' for a number or a date and change it; use a word"
        )
    value = given.get("value", number)
    if level == "interval" and "value" not in given:
        raise CodingError(f"{where} ('{name}') has no value, which the level interval needs")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CodingError(f"{where} ('{name}'): value is {value!r}; give a number")
    examples = given.get("examples", [])
    shown = tuple(str(one) for one in (examples if isinstance(examples, list) else [examples]))
    return Label(name, float(value), str(given.get("description", "")).strip(), shown, "value" in given)


def _distinct(names: list[str], file: str) -> None:
    folded = [name.casefold() for name in names]
    for name in names:
        if folded.count(name.casefold()) > 1:
            raise CodingError(f"{file} has the label '{name}' more than once (capitals do not count)")


def markdown(book: Codebook) -> str:
    """The codebook for coders."""
    lines = [f"# {book.title or book.question}", "", *([book.question, ""] if book.title else [])]
    if book.instructions:
        lines += [book.instructions, ""]
    ordered = " They are in order." if book.level != "nominal" else ""
    lines += [f"Write one of these labels into the column `label`, as spelt here.{ordered}", ""]
    lines += ["| label | when it applies |", "|---|---|"]
    lines += [f"| `{label.name}` | {_cell(label.description)} |" for label in book.labels]
    for label in (one for one in book.labels if one.examples):
        lines += ["", f"Examples of `{label.name}`:", "", *(f"- {_cell(one)}" for one in label.examples)]
    lines += [
        "", "Leave `label` empty where you cannot decide, and say why in `note`. Change no other column. Code by",
        "yourself: how far coders agree is measured. Save the sheet as CSV in UTF-8.", "",
    ]  # fmt: skip
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
