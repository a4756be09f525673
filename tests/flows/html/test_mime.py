"""What counts as a page: the archive's word, else the server's and the first bytes."""

from __future__ import annotations

import pytest

from flows.sources.html.mime import HTML, XHTML, may_be_page, page_type

PAGE = b"<!DOCTYPE html><title>x"


@pytest.mark.parametrize(
    ("identified", "stated", "body", "found"),
    [
        (b"text/html", b"image/png", PAGE, HTML),
        (b"application/xhtml+xml", b"text/html", PAGE, XHTML),
        (b"application/pdf", b"text/html", PAGE, None),
        (None, b"text/html; charset=utf-8", PAGE, HTML),
        (None, b"TEXT/HTML", b"no tag at all", HTML),
        (None, b"text/html", b"", HTML),
        (None, b"text/html", b"%PDF-1.4", None),
        (None, b"text/html", b"\x89PNG\r\n\x1a\n", None),
        (None, b"text/html, text/html; charset=x", PAGE, HTML),
        (None, b"application/xhtml+xml", PAGE, XHTML),
        (None, None, PAGE, HTML),
        (None, None, b"\xef\xbb\xbf  <HTML>", HTML),
        (None, b"application/octet-stream", b"<html>", HTML),
        (None, None, b"just a text", None),
        (None, b"text/plain", PAGE, HTML),
        (None, b"text/plain", b"<p>a text with tags", None),
        (None, b"text/xml", b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">', XHTML),
        (None, b"text/xml", b'<?xml version="1.0"?><rss>', None),
        (None, b"image/png", PAGE, None),
        (None, b"application/json", b"<html>", None),
    ],
)
def test_pages_and_others(identified, stated, body, found):
    assert page_type(identified, stated, body) == found
    assert may_be_page(identified, stated) or found is None


def test_comments_without_end_cost_no_time():
    """A pattern that tries every way to read them would not end before the sun."""
    assert page_type(None, b"text/plain", b"<!---->" * 200) is None
    assert page_type(None, b"text/xml", b"<?xml?>" + b"<!---->" * 200) is None
    assert page_type(None, b"text/plain", b"<!-- a --> <!---->\n<html>") == HTML
