"""Links between hosts: what leads where, how often, by which kind of link."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from schemas import fields as f
from schemas.table import Check, Table

# Kinds of links that lead somewhere, each with its meaning.
LINK_KINDS = {
    "anchor": "a and area elements",
    "image": "img, input, posters of videos, backgrounds, icons of menus",
    "media": "video, audio, source, track",
    "embed": "object, embed, applet",
    "frame": "iframe, frame",
    "script": "script elements with an address",
    "form": "where a form, or one of its buttons, sends what was filled in",
    "citation": "cite of quotations and changes, longdesc",
    "data": "data-href and data-uri of any element",
    "onclick": "addresses a script opens on a click",
    "style": "url() and @import in style elements",
    "canonical": "link rel=canonical: the page's own preferred address",
    "stylesheet": "link rel=stylesheet",
    "alternate": "link rel=alternate: other languages (hreflang), feeds, mobile pages",
    "icon": "link rel=icon and its variants",
    "hint": "link rel=preconnect, dns-prefetch, preload, prefetch, modulepreload, prerender",
    "relation": "any other link element",
    "meta": "meta elements whose content is an address (og:image, twitter:url, …)",
    "meta_refresh": "meta http-equiv=refresh",
    "http_link": "headers Link and Content-Location of the HTTP answer",
    "redirect": "header Location of an HTTP redirect",
    "sitemap": "Sitemap lines of robots.txt",
}
# What leads to no other host by its nature; its rows have the source as their target.
OWN_KINDS = {
    "page": "the host's captured pages, and all links found on them",
    "same_page": "links to the page itself: empty, or a fragment",
    "other_scheme": "links that are not http or https: mailto, javascript, data, …",
    "ip_address": "links to IP addresses",
    "invalid_host": "links to what can be no host name",
    "unknown_suffix": "links to hosts below no public suffix",
}
KINDS = (*LINK_KINDS, *OWN_KINDS)


def _counts_agree(rows: pa.Table) -> bool:
    is_page = pc.equal(rows["kind"], "page")
    enough = pc.or_(is_page, pc.less_equal(rows["pages"], rows["links"]))
    rest = pc.and_(pc.greater_equal(rows["pages"], 1), pc.less_equal(rows["nofollow_links"], rows["links"]))
    return bool(pc.all(pc.and_(enough, rest)).as_py())


def _own_rows_stay(rows: pa.Table) -> bool:
    own = pc.is_in(rows["kind"], pa.array(list(OWN_KINDS)))
    loop = pc.equal(rows["source_host_reversed"], rows["target_host_reversed"])
    return bool(pc.all(pc.or_(pc.invert(own), loop)).as_py())


links = Table(
    "core__commoncrawl__links",
    "Links of one kind from a host to a host, in one input; where source and target are the same, what led to no "
    "other host.",
    key=(f.source_file, f.source_host_reversed, f.target_host_reversed, f.kind),
    values=(f.pages, f.links, f.nofollow_links),
    partitions=(f.crawl, f.read_from, f.www, f.captures),
    apart=(f.read_from, f.www, f.captures),
    checks=(
        Check("counts", "each page has at least one of the links it is counted for", _counts_agree),
        Check("own rows", "what leads to no other host has its source as target", _own_rows_stay),
    ),
)

edges = Table(
    "out__links__edges",
    "An edge from a host to another, its links added up over inputs and kinds.",
    key=(f.source_host_reversed, f.target_host_reversed),
    values=(f.pages, f.links, f.nofollow_links),
    groups=(f.crawl, f.kind),
)
