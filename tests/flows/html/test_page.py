"""What is got out of a page: main text, title, canonical address, language."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.sources.html.extractors import EXTRACTORS, extractor
from flows.sources.html.pages import Captured, page

MAIN = (
    "The harvest of the northern valleys was larger than in any year since records began, the ministry said. "
    "Farmers had feared a drought after a dry spring, but rain in June restored most of the fields."
)
ARTICLE = (
    "<html><head><title> A good \n harvest</title><link rel='canonical' href='/harvest'><meta charset=utf-8></head>"
    "<body><nav><ul><li><a href=/>Home</a><li><a href=/s>Sports</a></ul></nav><script>var a = 'script';</script>"
    f"<article><h1>A good harvest</h1><p>{MAIN}</p><p>{MAIN}</p><img alt='picture' src=x></article>"
    "<footer>Imprint and cookies</footer></body></html>"
)


def read(html: str, name: str = "resiliparse", url: str = "http://a.org/x/y"):
    return page(Captured(html.encode(), None, url), extractor(name), 2000)


@pytest.mark.parametrize("name", sorted(EXTRACTORS))
def test_the_main_text_and_no_more(name):
    found = read(ARTICLE, name)
    text = found.text.decode()
    assert MAIN in text
    assert not any(word in text for word in ("Sports", "script", "cookies", "picture"))
    assert (found.title, found.canonical_url, found.language) == (
        "A good harvest",
        "http://a.org/harvest",
        "eng",
    )
    assert "\n" in text  # paragraphs stay apart


def test_tables_come_without_markdown():
    table = "<table><tr><td>maize</td><td>12 | 13</td></tr><tr><td>rye</td><td></td></tr></table>"
    html = f"<html><body><article><p>{MAIN * 2}</p>{table}<p>{MAIN}</p></article></body></html>"
    text = read(html, "trafilatura").text.decode()
    assert "maize\t12 | 13\n" in text
    assert "|" not in text.replace("12 | 13", "")


@pytest.mark.parametrize(
    ("head", "found"),
    [
        ('<link rel="canonical" href="https://b.org/a?b=c#d">', "https://b.org/a?b=c#d"),
        ('<link href=" z " rel="shortlink CANONICAL">', "http://a.org/x/z"),
        ('<base href="http://c.org/d/"><link rel=canonical href=e>', "http://c.org/d/e"),
        ('<link rel=canonical href="//d.org/">', "http://d.org/"),
        ('<link rel=canonical href="">', None),
        ("<link rel=canonical>", None),
        ('<link rel=canonical href="javascript:alert(1)">', None),
        ('<link rel=canonical href="http://[broken/">', None),
        ('<link rel=canonical href="http:///path">', "http://a.org/path"),
        ('<link rel=canonical href="http://a.org/a b">', None),
        (f'<link rel=canonical href="http://a.org/{"a" * 3000}">', None),
        ('<link rel=alternate href="http://a.org/">', None),
    ],
)
def test_canonical_addresses(head, found):
    assert read(f"<head>{head}</head>").canonical_url == found


@pytest.mark.parametrize(
    ("head", "found"),
    [("<title>&lt;b&gt; a\t b</title>", "<b> a b"), ("<title> </title>", None), ("", None),
     (f"<title>{'x' * 5000}</title>", "x" * 1000), ("<title>a\0b</title>", "a\ufffdb")],
)  # fmt: skip
def test_titles(head, found):
    assert read(head).title == found


@pytest.mark.parametrize("name", sorted(EXTRACTORS))
@pytest.mark.parametrize(
    "html", ["", " ", "<", "<!--", "<html", "\0\0", "<svg><title>a</title></svg>", "&#xd800;"]
)
def test_pages_that_are_hardly_any(name, html):
    found = read(html, name)
    assert found.text.decode() == found.text.decode().strip()


@given(st.text(alphabet="<>/abp \"'=!-&;#x0\0\udfffé中", max_size=200))
@settings(deadline=None, max_examples=60)
def test_any_markup_gives_a_page_in_utf8(html):
    body = html.encode("utf-8", "surrogatepass")
    found = page(Captured(body, b"text/html", "http://a.org/"), extractor("resiliparse"), 2000)
    found.text.decode()
