"""Where links lead: against urllib where it follows the same rules, else by examples of the standard."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from publicsuffixlist import PublicSuffixList

from flows.sources.hosts import flaw, folded, host_in, host_of, reverse
from flows.sources.links.address import way

KNOWN = PublicSuffixList(only_icann=True, accept_unknown=False)
labels = st.from_regex(r"[a-z0-9]([a-z0-9_-]{0,8}[a-z0-9])?", fullmatch=True)
hosts = st.lists(labels, min_size=1, max_size=4).map(".".join)
users = st.sampled_from(["", "u@", "u:p@", "@", "a@b@"])
ports = st.sampled_from(["", ":", ":80", ":8443"])
tails = st.sampled_from(["", "/", "/x", "?q=//y", "#f", "/x//y", "/a:b", "/@x", "?@x"])
paths = st.sampled_from(["x", "x/y.html", "/", "/x", "?q", "?q=http://z.com/", "./x", "../x", "x;y", "%41"])


@given(st.sampled_from(["http", "https", "HTTP", "hTTps"]), users, hosts, ports, tails)
@settings(deadline=None)
def test_addresses_with_a_host_name_it_as_urllib_does(scheme, user, host, port, tail):
    url = f"{scheme}://{user}{host}{port}{tail}"
    found = way(url, "http")
    assert (found.lead, found.scheme) == ("host", scheme.lower())
    assert host_in(found.authority) == host_of(url) == urlsplit(url).hostname


@given(st.sampled_from(["http", "https"]), hosts, st.one_of(paths, hosts.map("//{}/x".format)))
@settings(deadline=None)
def test_links_lead_where_urllib_joins_them(scheme, host, link):
    joined = urlsplit(urljoin(f"{scheme}://{host}/d/e.html", link))
    found = way(link, scheme)
    if found.lead == "relative":
        assert joined.hostname == host
    else:
        assert (found.lead, found.scheme) == ("host", joined.scheme)
        assert host_in(found.authority) == joined.hostname


@pytest.mark.parametrize(
    ("link", "lead", "host"),
    [
        ("\\\\b.com\\x", "host", "b.com"),
        ("/\\b.com", "host", "b.com"),
        ("///b.com/x", "host", "b.com"),
        ("http:\\\\b.com", "host", "b.com"),
        ("http:////b.com", "host", "b.com"),
        ("https:b.com/x", "host", "b.com"),
        ("https:/b.com/x", "host", "b.com"),
        ("http:b.com/x", "relative", None),
        ("http:/b.com/x", "relative", None),
        ("  http://b.com  ", "host", "b.com"),
        ("ht\ntp://b\t.com", "host", "b.com"),
        ("/\t/b.com", "host", "b.com"),
        ("http://b.com\\@c.com/", "host", "b.com"),
        ("http://b.com#@c.com/", "host", "b.com"),
        ("http://b%2Ecom/", "host", "b.com"),
        ("http://ｂ.com/", "host", "b.com"),
        ("http://bücher。de/", "host", "xn--bcher-kva.de"),
        ("http://faß.de/", "host", "xn--fa-hia.de"),
        ("c:\\windows", "other_scheme", None),
        ("b.com:80/x", "other_scheme", None),
        ("data:text/html,<a>", "other_scheme", None),
        ("1x:y", "relative", None),
        (":x", "relative", None),
        ("\x00#x", "same_page", None),
    ],
)
def test_repairs_of_the_url_standard(link, lead, host):
    found = way(link, "http")
    assert found.lead == lead
    assert (host_in(found.authority) if lead == "host" else None) == host


@given(st.text())
@example("http://")
@example("//" + "a" * 100_000)
@example("http://" + "xn--" * 50)
@example("http://\ud800.com")
@example("http://[v1.x]/")
@settings(deadline=None)
def test_any_text_leads_somewhere(text):
    found = way(text, "https")
    host = host_in(found.authority)
    if flaw(host) is None:
        assert found.lead == "host"
        assert host == host.lower()
        assert host.isascii()
        assert 1 < len(host) <= 253
        assert reverse(reverse(host)) == host
        assert flaw(folded(host)) is None


@pytest.mark.parametrize(
    ("host", "what"),
    [
        ("b.com", None),
        ("gov.uk", None),
        ("b.co.za", None),
        ("b.za", "unknown_suffix"),
        ("under_score.b.com", None),
        ("xn--d1abbgf6aiiy.xn--p1ai", None),
        ("com", "invalid_host"),
        ("b..com", "invalid_host"),
        (f"{'a' * 63}.com", None),
        (f"{'a' * 64}.com", "invalid_host"),
        (".".join(["a" * 49] * 5) + ".com", None),
        (".".join(["a" * 49] * 5) + ".comm", "invalid_host"),
        ("a-.com", "invalid_host"),
        ("1.2.3.4", "ip_address"),
        ("www.1.2.3.4", "ip_address"),
        ("999.999.999.999", "ip_address"),
        ("2001:db8::1", "ip_address"),
        ("0x7f.1", "ip_address"),
        ("b.local", "unknown_suffix"),
        (None, "invalid_host"),
        ("", "invalid_host"),
    ],
)
def test_hosts_of_a_web_graph(host, what):
    assert flaw(host) == what


@pytest.mark.parametrize("top", ["com", "uk", "jp", "za", "ck", "xn--p1ai"])
@given(st.lists(labels, min_size=1, max_size=3))
@settings(deadline=None)
def test_suffixes_are_those_of_the_list(top, given_labels):
    host = ".".join([*given_labels, top])
    assert (flaw(host) is None) == (KNOWN.publicsuffix(host) is not None)
