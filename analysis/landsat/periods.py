"""Periods of time as numbers that can be added up, and back as text."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

Period = Literal["day", "month", "season", "quarter", "year"]
PERIODS: tuple[str, ...] = get_args(Period)
SLOTS = {"day": 12, "month": 12, "season": 4, "quarter": 4, "year": 1}
"""How many kinds of period a year has, of each of which there is one in every year (a day's kind is its month)."""
Integers = NDArray[np.int64]


def numbers(days: NDArray[np.datetime64], by: Period) -> Integers:
    """The period of each day: days since 1970, or for months, seasons and quarters the number of their first month
    since the year 0, or the year."""  # noqa: D205, D209
    if by == "day":
        return days.astype("datetime64[D]").astype(np.int64)
    months = days.astype("datetime64[M]").astype(np.int64) + 1970 * 12
    if by == "year":
        return months // 12
    if by == "season":  # December to February, March to May, …
        return (months + 1) // 3 * 3 - 1
    return months // 3 * 3 if by == "quarter" else months


def texts(found: Integers, by: Period) -> list[str]:
    """Each period as text that sorts by time: YYYY-MM-DD, YYYY-MM (of a season or quarter its first), or YYYY."""
    if by == "year":
        return [f"{n:04}" for n in found.tolist()]
    kind = "D" if by == "day" else "M"
    since = found if by == "day" else found - 1970 * 12
    return [str(t) for t in np.datetime_as_string(since.astype(f"datetime64[{kind}]"))]


def years(found: Integers, by: Period) -> Integers:
    """Year of each period; a winter belongs to the year of its January."""
    if by == "year":
        return found
    return (_months(found, by) + (by == "season")) // 12


def slots(found: Integers, by: Period) -> Integers:
    """Which of the year's kinds of period each is, from 0: the month (of a day too), the season or the quarter."""
    if by == "year":
        return np.zeros_like(found)
    month = _months(found, by) % 12
    return month if by in ("day", "month") else (month + (by == "season")) // 3 % 4


def _months(found: Integers, by: Period) -> Integers:
    return (
        found.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
        if by == "day"
        else found
    )
