"""Colours of an index: from low to high, or about zero; both are read without red and green told apart."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analysis.report.landsat.quicklook import SCALE

# Brewer's BrBG (Harrower and Brewer 2003), safe for the colour-blind: browner, as it was, greener.
DIVERGING = ((140, 81, 10), (216, 179, 101), (246, 232, 195), (240, 240, 240), (199, 234, 229), (90, 180, 172),
             (1, 102, 94))  # fmt: skip
RISE, FALL, NEITHER = "#01665e", "#8c510a", "#6e7781"


@dataclass(frozen=True)
class Scale:
    """Which colour stands for which value."""

    low: float
    """Value of the first colour."""
    high: float
    """Value of the last."""
    colours: tuple[tuple[int, int, int], ...]
    """Red, green and blue, evenly spaced."""

    def colour(self, value: float) -> str:
        """The colour of a value, as `#rrggbb`; beyond the ends that of the end."""
        place = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        steps = np.linspace(0, 1, len(self.colours))
        bands = (round(float(np.interp(place, steps, band))) for band in zip(*self.colours, strict=True))
        return "#" + "".join(f"{band:02x}" for band in bands)


def about_zero(values: list[float]) -> Scale:
    """A scale with zero in its middle that reaches as far as the values do."""
    end = rounded(max((abs(v) for v in values), default=0) or 0.01)
    return Scale(-end, end, DIVERGING)


def from_low_to_high(values: list[float]) -> Scale:
    """A scale over the range of the values, to tenths or twentieths."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    step = 0.1 if high - low > 0.3 else 0.05
    low, high = np.floor(low / step + 1e-9) * step, np.ceil(high / step - 1e-9) * step
    return Scale(float(low), float(high if high > low else low + step), SCALE)


def rounded(value: float) -> float:
    """The value, rounded up to 1, 1.5, 2, 3, 4, 5, 6, 8 or 10 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(value))
    ends = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)
    return float(power * next(e for e in ends if value / power <= e * (1 + 1e-9)))


def is_light(colour: str) -> bool:
    """Whether dark ink is read on a colour (relative luminance by ITU-R BT.709, without gamma)."""
    digits = colour.removeprefix("#")
    bands = [int(digits[i:j], 16) for i, j in pairwise((0, 2, 4, 6))]
    return 0.2126 * bands[0] + 0.7152 * bands[1] + 0.0722 * bands[2] > 140
