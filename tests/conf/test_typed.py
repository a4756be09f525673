"""Options from names and values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pytest

from conf.typed import OptionError, build, sentences


@dataclass(frozen=True)
class Options:
    """Some."""

    colour: Literal["red", "blue"] = "red"
    """Which colour
    it is."""
    count: int = 1
    """How many."""
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError(f"{self.count} is less than none; give 0 or more")


def test_values_are_typed():
    assert build(Options, {"count": 3, "names": ["a", "b"]}, "it") == Options(count=3, names=("a", "b"))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"color": "red"}, "it has no option 'color'; the nearest is 'colour'"),
        ({"colour": "green"}, "option 'colour': .*'red' or 'blue'"),
        ({"count": "many"}, "option 'count'"),
        ({"count": -1}, "it: -1 is less than none; give 0 or more"),
    ],
)
def test_errors_name_the_option_and_the_cure(values, said):
    with pytest.raises(OptionError, match=said):
        build(Options, values, "it")


def test_sentences_are_read_from_the_source():
    assert sentences(Options) == {"colour": "Which colour it is.", "count": "How many."}
