"""Dates as pages write them: read where they are sure, refused where they are not, never an error."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.sources.news.dates import in_path, parse

times = st.datetimes(datetime(1991, 1, 1), datetime(2090, 1, 1)).map(lambda t: t.replace(microsecond=0))
zones = st.integers(-12 * 4, 14 * 4).map(lambda quarters: timedelta(minutes=15 * quarters))


@pytest.mark.parametrize(
    ("text", "iso", "resolution"),
    [
        ("2024-05-12T10:00:00+02:00", "2024-05-12T08:00", "time"),
        ("2024-05-12T10:00:00.123456+0530", "2024-05-12T04:30", "time"),
        ("2024-05-12T10:00:00.000Z[Europe/Berlin]", "2024-05-12T10:00", "time"),
        ("2024-05-12 10:00", "2024-05-12T10:00", "local"),
        ("2024-05-12T10:00 CEST", "2024-05-12T10:00", "local"),
        ("2024-05-12", "2024-05-12T00:00", "day"),
        ("  2024-5-2\n", "2024-05-02T00:00", "day"),
        ("20240512", "2024-05-12T00:00", "day"),
        ("20240512T101500Z", "2024-05-12T10:15", "time"),
        ("2024/05/12 08:15", "2024-05-12T08:15", "local"),
        ("Sun, 12 May 2024 10:00:00 GMT", "2024-05-12T10:00", "time"),
        ("Sun, 12 May 2024 10:00:00 −0500", "2024-05-12T15:00", "time"),
        ("12-May-2024", "2024-05-12T00:00", "day"),
        ("May 12, 2024 3:05 PM EDT", "2024-05-12T19:05", "time"),
        ("Sunday, September 1st, 2024 at 12:30 a.m.", "2024-09-01T00:30", "local"),
        ("1715500000", "2024-05-12T07:46:40", "time"),
        ("1715500000000", "2024-05-12T07:46:40", "time"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59", "time"),
    ],
)
def test_forms_that_are_sure(text, iso, resolution):
    stated = parse(text)
    assert stated is not None
    assert stated.at == datetime.fromisoformat(iso).replace(tzinfo=UTC)
    assert stated.resolution == resolution


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2024",
        "2024-05",
        "05/12/2024",
        "12.05.2024",
        "2024-13-01",
        "2024-02-30",
        "2024-05-123",
        "2024-05-12T24:00",
        "2024-05-12T10:60",
        "2024-05-12T10:00:00+25:00",
        "May 12, 2024 13:05 PM",
        "0001-01-01T00:00:00+14:00",
        "yesterday at noon",
        "٢٠٢٤-٠٥-١٢",
        "9" * 10_000,
        "2024-05-12" + " " * 60 + "and a long story",
    ],
)
def test_forms_that_are_not(text):
    assert parse(text) is None or text.startswith("2024-05-12 ")


@given(times, zones)
@settings(deadline=None, max_examples=150)
def test_what_is_written_by_the_rules_is_read_back(time, zone):
    sign, minutes = "-" if zone < timedelta() else "+", abs(int(zone.total_seconds())) // 60
    stated = parse(f"{time.isoformat()}{sign}{minutes // 60:02}:{minutes % 60:02}")
    assert stated is not None
    assert (stated.at, stated.resolution) == (time.replace(tzinfo=UTC) - zone, "time")
    mail = parse(format_datetime(time.replace(tzinfo=UTC)))
    assert mail is not None
    assert mail.at == time.replace(tzinfo=UTC)
    assert [d.at.date() for d in in_path(f"/news/{time:%Y/%m/%d}/a-title")] == [time.date()]


@given(st.text(st.sampled_from("0123456789-/:.TZ +,maypmjanoctE[]\u2212\u0665"), max_size=60))
@settings(deadline=None, max_examples=400)
def test_no_text_is_an_error(text):
    parse(text)
    list(in_path(text))


@pytest.mark.parametrize(
    ("path", "days"),
    [
        ("/2024/05/12/a-title", ["2024-05-12"]),
        ("/2024/5/2/", ["2024-05-02"]),
        ("/news/2024-05-12-a-title.html", ["2024-05-12"]),
        ("/world/2024/may/12/a-title", ["2024-05-12"]),
        ("/a/20240512/b", ["2024-05-12"]),
        ("/2019/01/01/again-2024-05-12", ["2024-05-12", "2019-01-01"]),
        ("/2024/13/12/", []),
        ("/id-2024051212", []),
        ("/12024/05/12", []),
        ("/2024/05-12/", []),
        ("", []),
    ],
)
def test_days_in_an_address(path, days):
    assert [d.at.date().isoformat() for d in in_path(path)] == days
