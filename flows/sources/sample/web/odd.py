"""Captures that trip readers: which there are, and where."""

from __future__ import annotations

from collections.abc import Callable

from flows.sources.sample.web import odd_answers as answers
from flows.sources.sample.web import odd_bodies as bodies
from flows.sources.sample.web.capture import Capture
from flows.sources.sample.web.odd_page import Moment

ODD = {
    "script_in_title": "the title is the text of a script element; a title element holds text, so it is kept as it is",
    "unclosed_tags": "no element is closed, quotes are missing; a page all the same",
    "nested_divs": "100,000 div elements, one in another: set aside, though WAT has its links",
    "gzip_bomb": "a body of 64 KB that unpacks to 64 MB",
    "long_line": "a page with one line of 100 MB",
    "still_coded": "the body still is in chunks, and packed with gzip, as the headers say; a page",
    "broken_chunks": "the body is in chunks, and ends within the second one",
    "no_http": "the record has no HTTP head, but the page at once",
    "xhtml": "application/xhtml+xml; a page",
    "pdf_as_html": "the server says text/html, the crawler found a PDF",
    "pdf": "a PDF",
    "plain_text": "text/plain",
    "not_found": "status 404",
    "server_error": "status 500",
    "redirect": "status 301, with the address in Location",
    "redirect_relative": "status 302, Location is relative",
    "redirect_to_ip": "status 307, to an IP address",
    "redirect_nowhere": "status 303, Location is no address of the web",
    "unchanged": "a revisit record with status 304",
    "copy": "a revisit record of the same content",
    "robots": "a robots.txt with Sitemap lines",
}
"""Everything odd that is planted, and what it is."""
Make = Callable[[int, Moment], Capture]
EVERY: tuple[Make, ...] = (answers.not_found, answers.redirect, bodies.pdf, bodies.plain_text, answers.copy)
"""In the first file of every crawl."""
BY_CRAWL: dict[int, tuple[Make, ...]] = {
    0: (bodies.script_in_title, bodies.pdf_as_html),
    1: (bodies.unclosed_tags, bodies.xhtml),
    2: (bodies.nested_divs,),
    3: (bodies.gzip_bomb, bodies.still_coded),
    4: (bodies.long_line,),
    5: (bodies.broken_chunks, bodies.no_http),
}
"""Besides, in the first file of each crawl, by its place among them."""
DIAGNOSTICS: tuple[Make, ...] = (
    answers.not_found,
    answers.server_error,
    answers.redirect,
    answers.redirect_relative,
    answers.redirect_to_ip,
    answers.redirect_nowhere,
    answers.unchanged,
)
"""In crawldiagnostics."""
ROBOTS: tuple[Make, ...] = (answers.robots, answers.robots)
"""In robotstxt."""
