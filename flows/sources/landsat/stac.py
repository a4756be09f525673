"""Search of a STAC API: only ids come from it, the files come from the archive's own keys."""

from __future__ import annotations

import json
import logging
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urljoin, urlsplit

from conf.settings import Http, Settings
from flows.sources.landsat.areas import Outlines
from flows.sources.landsat.products import ProductError, parse
from flows.sources.landsat.select import Selection
from flows.sources.landsat.wrs2 import outline
from flows.sources.retry import retried
from flows.sources.source import SelectionError
from flows.sources.trouble import FetchError, Trouble, line, lower, of_status

COLLECTIONS = ("landsat-c2l2-sr", "landsat-c2-l2")
"""What USGS, and what Earth Search and the Planetary Computer, call Collection 2 Level-2."""
PAGE = 250
PAGES = 4000
"""A search that goes on longer than this is one that does not end."""

log = logging.getLogger(__name__)


def search(selection: Selection, outlines: Outlines | None, settings: Settings) -> list[str]:
    """Product ids of the scenes that a search finds, each once, in no order.

    Catalogues disagree about which scenes there are; how many were found is logged.

    Raises:
        SelectionError: The address is no STAC API, or does not answer.
    """
    ids: set[str] = set()
    for box in _boxes(selection, outlines):
        first, last = selection.days
        asked = {
            "collections": list(COLLECTIONS),
            "bbox": list(box),
            "datetime": f"{first}T00:00:00Z/{last}T23:59:59Z",
            "limit": PAGE,
        }
        ids |= _pages(f"{selection.stac.rstrip('/')}/search", asked, settings.http)
    log.info("%s: %d products found", selection.stac, len(ids))
    return sorted(ids)


def _boxes(selection: Selection, outlines: Outlines | None) -> list[tuple[float, float, float, float]]:
    """Where to search: around the areas, or around the paths and rows."""
    if outlines is not None:
        return [outlines.bounds]
    if not selection.places:
        raise SelectionError("a search needs a place: --areas FILE or --path-row 044/033")
    boxes = []
    for place in selection.places:
        xs, ys = zip(*outline(*place), strict=True)
        boxes.append((max(min(xs), -180), max(min(ys), -90), min(max(xs), 180), min(max(ys), 90)))
    return boxes


def _pages(url: str, asked: dict[str, Any], http: Http) -> set[str]:
    """Ids of all pages of an answer, by the links `next` that a page has."""
    ids: set[str] = set()
    body: dict[str, Any] | None = asked
    for _ in range(PAGES):
        page = _ask(url, body, http)
        for feature in page.get("features", []):
            found = _product(str(feature.get("id", "")))
            ids |= {found} if found else set()
        following = next((x for x in page.get("links", []) if x.get("rel") == "next"), None)
        if following is None:
            return ids
        again = urljoin(url, str(following["href"]))
        if urlsplit(again).netloc != urlsplit(url).netloc:
            raise SelectionError(f"{url} sends its search on to another server, {urlsplit(again).netloc}")
        url = again
        more = following.get("body") or {}
        body = None if following.get("method", "GET") == "GET" else ({**asked, **more})
    raise SelectionError(f"{url}: the search does not end; ask for fewer days or a smaller place")


def _product(item: str) -> str | None:
    """The product an item is of: USGS ends ids with the kind of item (`_SR`, `_ST`)."""
    try:
        return parse(item.removesuffix("_SR").removesuffix("_ST")).id
    except ProductError:
        return None


def _ask(url: str, body: dict[str, Any] | None, http: Http) -> dict[str, Any]:
    if urlsplit(url).scheme not in ("http", "https"):
        raise SelectionError(f"'{url}' is no address of a STAC API; it begins with https://")
    data = None if body is None else json.dumps(body).encode()
    headers = {
        "User-Agent": http.user_agent,
        "Content-Type": "application/json",
        "Accept": "application/json",
    }

    def once() -> bytes:
        request = urllib.request.Request(url, data, headers)  # scheme checked above
        try:
            with urllib.request.urlopen(request, timeout=http.timeout_s) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            raise of_status(error.code, lower(dict(error.headers))) from None
        except OSError as error:
            raise Trouble("unavailable", line("no answer", error), again=True) from None

    try:
        page = json.loads(retried(once, url, urlsplit(url).netloc, http))
    except FetchError as error:
        raise SelectionError(f"the STAC search failed: {error}") from None
    except ValueError as error:
        raise SelectionError(f"{url} is no STAC API: {error}") from None
    if not isinstance(page, dict) or "features" not in page:
        raise SelectionError(f"{url} is no STAC API: its answer has no features")
    return page
