"""Dates as pages write them, read strictly: what is not surely a date is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

Resolution = Literal["time", "local", "day"]

LONGEST = 64  # characters in which a date stands; what is longer is no date
MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
          "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12}  # fmt: skip
# Hours from UTC of the names that RFC 2822 (section 4.3) knows; all others are not sure to mean one zone.
ZONES = {"z": 0, "ut": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
         "pst": -8, "pdt": -7}  # fmt: skip

_TIME = (
    r"(?:[\sT,]\s{0,3}(?:at\s)?(?P<hour>\d{1,2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"(?:\s?(?P<half>[ap])\.?m\b\.?)?\s?(?P<zone>[+\-−]\d{2}:?(?:\d{2})?|[a-z]{1,4}\b)?)?"
)
_MONTH = rf"(?P<name>{'|'.join(MONTHS)})[a-z]{{0,6}}\.?"
_FORMS = [
    re.compile(form + _TIME + r"(?!\d)", re.IGNORECASE | re.ASCII)
    for form in (
        r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",  # ISO 8601, RFC 3339
        r"(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})",
        r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})",
        rf"(?:[a-z]{{3,9}},?\s)?(?P<day>\d{{1,2}})[\s-]{_MONTH},?[\s-](?P<year>\d{{4}})",  # RFC 2822
        rf"(?:[a-z]{{3,9}},?\s)?{_MONTH}\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<year>\d{{4}})",
    )
]
_EPOCH = re.compile(r"\d{9,10}(?:\d{3})?", re.ASCII)
_IN_PATH = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})(?:"
    r"(?P<sign>[/_-])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})|"
    rf"(?P<sign2>[/_-])(?P<name>{'|'.join(MONTHS)})[a-z]{{0,6}}(?P=sign2)(?P<day2>\d{{1,2}})|"
    r"(?P<month3>\d{2})(?P<day3>\d{2}))(?!\d)",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True)
class Stated:
    """A date as it was stated."""

    at: datetime
    """The time, UTC; 00:00 where no time of day is stated."""
    resolution: Resolution
    """`time`; `local` where the time of day has no time zone and is read as UTC; `day`."""


def parse(text: str) -> Stated | None:
    """A date with or without time of day and zone, in ISO 8601, RFC 2822, English words or seconds since 1970.

    None for all else, for times that cannot be, and for 05/12/2024, which is a day in May or in December.
    """
    text = " ".join(text[: 4 * LONGEST].split())
    if not 8 <= len(text) <= LONGEST:
        return None
    if _EPOCH.fullmatch(text) and not text.startswith(("19", "20")):
        seconds = int(text) // (1000 if len(text) > 10 else 1)
        return Stated(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds), "time")
    for form in _FORMS:
        if found := form.match(text):
            return _stated(found)
    return None


def in_path(path: str) -> Iterator[Stated]:
    """Days in the path of an address, as /2024/05/12/, /2024-05-12-, /2024/may/12/ or /20240512/, the last first."""
    for found in reversed(list(_IN_PATH.finditer(path[:2000]))):
        parts = found.groupdict()
        month = parts["month"] or parts["month3"] or MONTHS[parts["name"].lower()]
        day = parts["day"] or parts["day2"] or parts["day3"]
        try:
            yield Stated(datetime(int(parts["year"]), int(month), int(day), tzinfo=UTC), "day")
        except ValueError:  # 2024/13/40
            continue


def _stated(found: re.Match[str]) -> Stated | None:
    parts = found.groupdict()
    month = int(parts["month"]) if parts.get("month") else MONTHS[parts["name"].lower()]
    try:
        date = datetime(int(parts["year"]), month, int(parts["day"]), tzinfo=UTC)
        if parts["hour"] is None:
            return Stated(date, "day")
        time = timedelta(
            hours=_hour(int(parts["hour"]), parts["half"]),
            minutes=_below(60, parts["minute"]),
            seconds=min(_below(61, parts["second"] or "0"), 59),  # a leap second is the one before it
        )
        zone = _zone(parts["zone"])
        at = date + time - (zone or timedelta())
    except (ValueError, OverflowError):
        return None
    return Stated(at, "local" if zone is None else "time")


def _hour(hour: int, half: str | None) -> int:
    """The hour of 0 to 23; 12 am is 0, 12 pm is 12."""
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(f"hour {hour} {half}m")
        return hour % 12 + (12 if half.lower() == "p" else 0)
    return _below(24, str(hour))


def _below(limit: int, digits: str) -> int:
    if int(digits) >= limit:
        raise ValueError(f"{digits} is not below {limit}")
    return int(digits)


def _zone(text: str | None) -> timedelta | None:
    """Distance from UTC; None where none is stated, or by a name that may mean several.

    Raises:
        ValueError: No zone is so far from UTC.
    """
    if text is None or text[0].isalpha():
        hours = ZONES.get((text or "").lower())
        return None if hours is None else timedelta(hours=hours)
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=_below(60, digits[2:]))
    if offset > timedelta(hours=14):  # Line Islands
        raise ValueError(f"time zone {text}")
    return offset if text[0] == "+" else -offset
