"""All scorers, by the name that chooses one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from analysis.kernels.sentiment.custom import custom
from analysis.kernels.sentiment.dictionary import afinn, dictionary
from analysis.kernels.sentiment.scorer import Scorer
from analysis.kernels.sentiment.vader.scorer import vader

SCORERS: Mapping[str, Callable[[str], Scorer]] = {
    "vader": vader,
    "dictionary": dictionary,
    "afinn": afinn,
    "python": custom,
}
"""Makes a scorer from what stands after the colon: a file, or module:function."""


def scorer(chosen: str) -> Scorer:
    """The scorer of this name.

    Args:
        chosen: `vader`, `vader:FILE`, `dictionary:FILE.csv`, `afinn:FILE.txt` or `python:module:function`.

    Raises:
        OSError: The file cannot be read.
        ValueError: An unknown name, or the file or function is not as it must be.
        ModuleNotFoundError: VADER's package is missing, or in another version.
    """
    name, _, argument = chosen.partition(":")
    if name not in SCORERS:
        raise ValueError(
            f"scorer is '{chosen}'; choose from {', '.join(SCORERS)} (a file after a colon: vader:FILE)"
        )
    return SCORERS[name](argument)
