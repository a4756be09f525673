"""Days as a user writes them, and the periods they lie in."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Literal

Period = Literal["month", "season", "year", "all"]
SEASONS = ("DJF", "MAM", "JJA", "SON")


def span(text: str) -> tuple[date, date]:
    """First and last day of FROM..TO; a year, a month or a day each, both ends included, either left out or both.

    Raises:
        ValueError: An end that is no day, or an end before the beginning.
    """
    low, dots, high = text.partition("..")
    high = high if dots else low
    first = _day(low, last=False) if low else date.min
    last = _day(high, last=True) if high else date.max
    if last < first:
        raise ValueError(f"dates {text} end before they begin")
    return first, last


def _day(text: str, *, last: bool) -> date:
    """The first or last day of a year, a month or a day."""
    found = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", text.strip())
    try:
        if found:
            year, month = int(found[1]), int(found[2] or (12 if last else 1))
            return date(year, month, int(found[3] or (monthrange(year, month)[1] if last else 1)))
    except ValueError:
        pass
    raise ValueError(
        f"'{text}' is no day; give dates like 2019..2021, 2020-04..2020-09 or 2020-04-01..2020-04-30"
    )


def period_of(day: date, period: Period) -> str:
    """Name of the period a day lies in; December belongs to the next year's winter."""
    if period == "season":
        return f"{day.year + day.month // 12}-{SEASONS[day.month % 12 // 3]}"
    return {"month": f"{day:%Y-%m}", "year": f"{day:%Y}", "all": "all"}[period]
