"""Encodings of pages: mark, HTTP, meta, detection, in this order; what is stated wrongly is looked at anew."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.sources.html.charset import text_of

SAMPLES = {
    "windows-1251": "Это русский текст о погоде и новостях. ",
    "koi8-r": "Это русский текст о погоде и новостях. ",
    "gb18030": "这是中文的网页，新闻和天气。",
    "shift_jis": "これは日本語のページです。天気とニュース。",
    "euc-jp": "これは日本語のページです。天気とニュース。",
    "big5": "這是中文的網頁，新聞和天氣。",
    "euc-kr": "이것은 한국어 페이지입니다. 날씨와 뉴스.",
    "iso-8859-2": "Příliš žluťoučký kůň úpěl ďábelské ódy. ",
    "windows-1252": "Größe und Übermut tun selten gut, älter. ",
    "windows-1256": "هذا نص عربي عن الطقس والأخبار. ",
    "utf-8": "Größe, déjà vu, 날씨. ",
}


@pytest.mark.parametrize("encoding", sorted(SAMPLES))
def test_an_encoding_that_nobody_states_is_detected(encoding):
    text = SAMPLES[encoding] * 20
    assert text_of(text.encode(encoding), None) == (text, encoding)


@pytest.mark.parametrize("encoding", sorted(SAMPLES))
def test_http_states_it(encoding):
    text = "<p>" + SAMPLES[encoding]
    assert text_of(text.encode(encoding), f"text/html; charset={encoding}".encode()) == (text, encoding)


@pytest.mark.parametrize(
    "meta",
    [
        '<meta charset="koi8-r">',
        "<META CHARSET=KOI8-R>",
        '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">',
        "<!-- <meta charset=utf-8> --><meta name=a><meta charset='koi'>",
        '<?xml version="1.0" encoding="koi8-r"?>',
    ],
)
def test_the_page_states_it(meta):
    text = f"{meta}<p>Это"
    assert text_of(text.encode("koi8-r"), b"text/html") == (text, "koi8-r")


def test_the_order_of_precedence():
    page = '<meta charset="koi8-r">Größe'
    assert text_of(page.encode("iso-8859-1"), b"text/html; charset=latin1")[1] == "windows-1252"
    assert text_of(b"\xef\xbb\xbf" + page.encode(), b"text/html; charset=latin1") == (page, "utf-8")
    assert text_of(b"\xff\xfe" + page.encode("utf-16-le"), None) == (page, "utf-16le")


@pytest.mark.parametrize(
    ("label", "name"),
    [("latin1", "windows-1252"), ("us-ascii", "windows-1252"), ("GB2312", "gbk"), ("x-sjis", "shift_jis"),
     ("ks_c_5601-1987", "euc-kr"), ("tis-620", "windows-874"), ("macintosh", "macintosh"), ("866", "ibm866")],
)  # fmt: skip
def test_labels_mean_what_they_mean_on_the_web(label, name):
    assert text_of(b"abc", f"text/html; charset={label}".encode()) == ("abc", name)


@pytest.mark.parametrize("label", ["nonsense", "utf-7", "x-user-defined", "\x00"])
def test_an_unknown_label_is_passed_over(label):
    assert text_of("Größe".encode(), f"text/html; charset={label}".encode()) == ("Größe", "utf-8")


def test_a_wrong_statement_is_looked_at_anew():
    text = SAMPLES["windows-1251"] * 20
    assert text_of(text.encode("windows-1251"), b"text/html; charset=utf-8") == (text, "windows-1251")
    assert (
        text_of("日本".encode("cp932") + "①".encode("cp932"), b"text/html; charset=shift_jis")[0] == "日本①"
    )


def test_a_meta_that_says_utf_16_cannot_be_right():
    assert text_of('<meta charset="utf-16">ä'.encode(), None) == ('<meta charset="utf-16">ä', "utf-8")


@given(
    st.binary(max_size=300),
    st.sampled_from([None, b"text/html; charset=utf-8", b"charset=gbk", b"charset=big5"]),
)
@settings(deadline=None)
def test_any_bytes_can_be_read(junk, stated):
    text, name = text_of(junk, stated)
    assert isinstance(text, str)
    assert name == name.lower()
