import re
import unicodedata
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.engines import Job, engine
from analysis.kernels.keywords.context import CUT, HIT_CAP, RUN_CAP, after, before, hit, reach
from analysis.kernels.keywords.query import QueryError, parse
from analysis.kernels.keywords.search import Search
from analysis.kernels.keywords.text import fold, may_change, nfc, token
from analysis.kernels.text import tokens
from analysis.lake import dataset
from analysis.text.keywords import Keywords, find, finish, keywords, notes
from conf.places import place
from conf.settings import load
from schemas import web

WHEN = datetime(2024, 5, 18, 12, 30, tzinfo=UTC)
COLUMNS = keywords.columns(Keywords(("x",)))


def hits(query, *texts, case=False):
    """The hits in each text, as they stand in the text in form C."""
    found = {row: (text, spans[0]) for row, text, spans in Search([query], case).find(large(texts))}
    return [[found[i][0][a:b] for a, b in found[i][1]] if i in found else [] for i in range(len(texts))]


def large(texts):
    return pa.array(list(texts), pa.large_string())


def pages(texts, *, first=0, language="eng", crawl="CC-MAIN-2024-22"):
    rows = [
        {
            "source_file": f"file-{crawl}.wet.gz",
            "record_offset": first + number,
            "url": f"https://example.org/{first + number}",
            "registered_domain": "example.org",
            "crawl": crawl,
            "captured_at": WHEN,
            "language": language,
            "text": text,
        }
        for number, text in enumerate(texts)
    ]
    schema = pa.schema([web.pages.column(name).field for name in COLUMNS])
    return pa.RecordBatch.from_pylist(rows, schema=schema)


def searched(options, *parts):
    """Result and notes of a search in parts, each a list of batches."""
    rows = [b for part in parts for b in find(part, options)]
    gathered = pa.Table.from_batches(rows, keywords.partial(options))
    return finish(gathered, options), notes(gathered, options)


# What a query says


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("migration", "Migration, migrations; emigration\nMIGRATION.", ["Migration", "MIGRATION"]),
        ("migra*", "The migrants' Migration; emigration (migra)", ["migrants", "Migration", "migra"]),
        ("*gration", "Migration emigration gration migrations", ["Migration", "emigration", "gration"]),
        ("*gra*", "emigrants Gras grin", ["emigrants", "Gras"]),
        (
            '"climate change"',
            "climate\n\n  change; climate, Change! climates change",
            ["climate\n\n  change", "climate, Change"],
        ),
        ("climate change", "climate change", ["climate change"]),
        (
            "climat* polic*",
            "Climatic policies, climate of policy, climate-policy",
            ["Climatic policies", "climate-policy"],
        ),
        ("*ing *ing", "going being done", ["going being"]),
        ("a a", "a a a", ["a a", "a a"]),
        ("post-war", "post-war, post war, postwar", ["post-war", "post war"]),
        ("don't", "Don’t don't dont", ["Don’t", "don't"]),
        ("“climate change”", "climate change", ["climate change"]),
        ("/migra(tion|nts?)/", "emigration Migrants migrate", ["migration", "Migrants"]),
        (r"/\bmigra(nt|nts)\b/", "migrants emigrant migrant", ["migrants", "migrant"]),
        (r"/climate\s+change/", "climate\n change", ["climate\n change"]),
        (r"/a\ba?\ba?\ba?\b/", "a", ["a"]),
        ("/etc/passwd", "see /etc/passwd", ["etc/passwd"]),
    ],
)
def test_what_a_query_finds(query, text, expected):
    assert hits(query, text) == [expected]


def test_case_may_matter():
    assert hits("Migra*", "Migration migration", case=True) == [["Migration"]]
    assert hits("/Migra/", "Migration migration", case=True) == [["Migra"]]
    assert hits("K", "k \u212a", case=True) == [["K"]], "the Kelvin sign's form C is K"


@pytest.mark.parametrize(
    ("query", "text", "count"),
    [
        ("café", "cafe\u0301 CAFE\u0301 caf\u00e9 cafe", 3),
        ("cafe\u0301", "caf\u00e9", 1),
        ("kraft", "\u212araft", 1),
        ("i\u0307stanbul", "İstanbul I\u0307STANBUL istanbul", 2),
        ("İ\u200ds", "İ\u200ds", 1),
        ("i*", "İstanbul I\u0307zmir", 2),
        ("is*", "İstanbul", 0),
        ("οδός", "ΟΔΌΣ οδόσ", 2),
        ("\u01f0x", "J\u030cx", 1),
        ("ὐx", "Υ\u0313x", 1),
        ("한국", "\u1112\u1161\u11ab\u1100\u116e\u11a8", 1),
        ("मंत्री", "मंत्री ने मंत्रीजी मन्त्री", 1),
        ("मं*", "मंत्री मत", 1),
        ("म", "मंत्री", 0),
        ("abc", "\u0301abc", 1),
        ("bc", "q\u0301bc", 0),
        ("می\u200cخواهم", "می\u200cخواهم می خواهم", 1),
        ("移民", "移民 中国移民政策。移民", 2),
        ("*移民*", "移民 中国移民政策。移民", 3),
        ("/移民/", "移民 中国移民政策移民", 3),
        ("straße", "STRASSE Straße STRAẞE", 2),
    ],
)
def test_scripts_and_spellings(query, text, count):
    assert len(hits(query, text)[0]) == count


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "no word"),
        ("  ", "no word"),
        ("…!", "no word"),
        ("*", "asterisk"),
        ("**", "asterisk"),
        ("-*", "asterisk"),
        ("a * b", "asterisk"),
        ("mi*tion", "asterisk"),
        ("//", "empty regular expression"),
        ("/(a/", r"missing \)"),
        ("/(?=a)b/", "no look-around"),
        (r"/(a)\1/", "no back-references"),
        ("/a*/", "empty text"),
        (r"/\b\w*/", "empty text"),
        (r"/a\B/", r"\\B has no counterpart"),
        (r"/[\W]/", r"inside a set"),
        (r"/\b[[:^alpha:]]/", "narrow it"),
    ],
)
def test_an_unreadable_query_is_named_with_the_valid_forms(query, says):
    with pytest.raises(QueryError, match=says) as caught:
        Keywords((query,))
    assert f"query '{query}'" in str(caught.value)


@pytest.mark.parametrize(
    ("given_", "says"),
    [
        ({"queries": ()}, "give one or more"),
        ({"queries": "migra*"}, "in a tuple"),
        ({"queries": ("a", "a")}, "more than once"),
        ({"context": -1}, "0 to 100"),
        ({"context": 101}, "0 to 100"),
        ({"sample": -1}, "0 .* or more"),
        ({"languages": ("en",)}, "ISO 639-3"),
        ({"by": ("outlet",)}, "choose from"),
    ],
)
def test_options_that_do_not_fit(given_, says):
    with pytest.raises(ValueError, match=says):
        Keywords(**{"queries": ("a",)} | given_)


# Sorting out and then looking finds what looking at every word finds

LETTERS = [
    *"aAjJkKsS_1",
    *"iIİı\u0307",
    *"ςσΣ",
    *"éÉe\u0301\u0323\u030c",
    "\u212a",
    "\u212b",
    "å",
    "ſ",
    "ß",
    "ẞ",
]
LETTERS += [
    "ǰ",
    "Ǆ",
    "ǅ",
    "\u0345",
    "ᾳ",
    "ᾼ",
    "क",
    "़",
    "ि",
    "\u0958",
    "한",
    "\u1112",
    "\u1161",
    "\u11ab",
    "移",
    "\ufdd0",
]
LETTERS += ["\u200d", "\u200c"]
BREAKS = [" ", " ", "\n", ".", "-", "\u00ad"]
text_of = st.lists(st.sampled_from(LETTERS + BREAKS * 3), max_size=24).map("".join)
word_of = st.lists(st.sampled_from(LETTERS), min_size=1, max_size=3).map("".join)
query_of = st.lists(st.tuples(st.booleans(), word_of, st.booleans()), min_size=1, max_size=3)


def reference(query, text, case):
    """Hits by the tokenizer's own definition, one word after the other."""
    written, places = unicodedata.normalize("NFC", text), []
    kind = tokens.classes("default")
    for at, char in enumerate(written):
        if places and places[-1][1] == at and kind[ord(char)]:
            places[-1][1] = at + 1
        elif kind[ord(char)] == 1:
            places.append([at, at + 1])
    same = (lambda word: word) if case else fold
    found = [same(written[a:b]) for a, b in places]
    size = len(query.words)
    starts = range(len(found) - size + 1)
    fits = [i for i in starts if all(map(_fits, query.words, found[i : i + size]))]
    return [written[places[i][0] : places[i + size - 1][1]] for i in fits]


def _fits(word, found):
    pattern = ".*" * word.open_left + re.escape(word.core) + ".*" * word.open_right
    return re.fullmatch(pattern, found, re.DOTALL) is not None


@settings(deadline=None, max_examples=400)
@given(st.lists(text_of, min_size=1, max_size=4), query_of, st.booleans(), st.data())
def test_as_a_search_word_by_word(texts, words, case, data):
    own = sorted({w for t in texts for w in token().findall(nfc(t))})
    if own and data.draw(st.booleans(), "query from the texts"):
        chosen = data.draw(st.lists(st.sampled_from(own), min_size=1, max_size=2))
        cut = data.draw(st.integers(0, 3))
        words = [
            (False, w if case else data.draw(st.sampled_from([w, w.upper(), w.lower()])), False)
            for w in chosen
        ]
        words[-1] = (False, words[-1][1][: cut or None], cut > 0)
    given_ = " ".join("*" * left + word + "*" * right for left, word, right in words)
    try:
        query = parse(given_, case)
    except QueryError:
        return
    if query.regex:
        return
    assert hits(given_, *texts, case=case) == [reference(query, text, case) for text in texts]


@settings(deadline=None, max_examples=300)
@given(text_of)
def test_words_are_the_tokenizers(text):
    found = [unicodedata.normalize("NFC", w.lower()) for w in token().findall(nfc(text))]
    assert found == tokens.words(text, "default")


def test_every_character_that_form_c_changes_is_doubted():
    every = [chr(p) for p in range(0x110000) if not 0xD800 <= p < 0xE000]
    doubted = Search(["/x/"], False)  # compiles the class once
    assert doubted
    changed = [c for c in every if unicodedata.normalize("NFC", c) != c]
    second = [(a, b) for c in every if len(d := unicodedata.normalize("NFD", c)) == 2 for a, b in [d]]
    texts = (
        changed
        + [a + b for a, b in second]
        + ["\u1100\u1161", "\uac00\u11a8", "a\u0301\u0323", "\u05d0\u05b1\u05b0"]
    )
    found = pc.match_substring_regex(large(texts), may_change())
    assert [t for t, yes in zip(texts, found.to_pylist(), strict=True) if not yes] == []
    assert len(changed) > 1000


ATOMS = [
    "a",
    "b",
    "é",
    "Ж",
    r"\w",
    r"\d",
    r"\s",
    r"\W",
    "[ab]",
    "[^a]",
    "[^-a]",
    "[]a]",
    r"[\wb]",
    ".",
    r"\S",
    "-",
    "(?:a|bé)",
]
regex_of = st.lists(
    st.tuples(
        st.sampled_from(ATOMS),
        st.sampled_from(["", "", "", "+", "?", "*", "+?"]),
        st.sampled_from(["", "", r"\b"]),
    ),
    min_size=1,
    max_size=4,
)


@settings(deadline=None, max_examples=250)
@given(regex_of, st.booleans(), st.text(alphabet="abéÉЖж1_- ]\n", max_size=20))
def test_regular_expressions_know_all_letters(pieces, edge, text):
    """As Python's `re`, whose `\\w` and `\\b` do, where it and RE2 agree (no marks, no empty match)."""
    pattern = r"\b" * edge + "".join(atom + times + end for atom, times, end in pieces)
    if re.search(pattern, "") or any(m[0] == "" for m in re.finditer(pattern, text)):
        return
    try:
        found = hits(f"/{pattern}/", text)
    except QueryError as error:
        assert "empty text" in str(error)
        return
    assert found == [[m[0] for m in re.finditer(pattern, text, re.IGNORECASE)]]


def test_regular_expressions_see_form_c():
    assert hits(r"/caf.\b/", "cafe\u0301s cafe\u0301") == [["caf\u00e9"]]
    assert hits(r"/\bमंत्री\b/", "मंत्री मंत्रीजी") == [["मंत्री"]]
    assert hits(r"/(?s)\bfoo\b.\bbar$/", "foo\nbar") == [["foo\nbar"]]


def test_signs_of_ours_in_a_page_are_harmless():
    text = "\ufdd1\ufdd2\ufdd0foo\ufdd2 \ufdd0foo"
    assert hits(r"/\bfoo\b/", text) == [["foo", "foo"]]
    assert hits("foo", text) == [["foo", "foo"]]


@pytest.mark.parametrize("query", ["/(a+)+$/", "/(a|a)*b/", r"/(\w+\s?)+x/", "*a*", "*a", "a* a* a*"])
def test_hostile_pages_take_linear_time(query):
    """With backtracking these would take ages; the test would not end."""
    hits(query, "a" * 30_000 + "!", "aaa " * 10_000, "\u0301\u0323" * 30_000 + "a", "a\u093f" * 20_000)


# Context


def test_context_is_as_written_with_white_space_collapsed():
    text = "One two\n three,  FOUR («migration») five\t\tsix  seven."
    at = text.index("migration")
    assert before(text, at, 2) == "three, FOUR («"
    assert after(text, at + 9, 2) == "») five six"
    assert before(text, at, 9) == "One two three, FOUR («"
    assert after(text, at + 9, 9) == "») five six seven."
    assert before(text, at, 0) == after(text, at + 9, 0) == ""


def test_context_shows_the_rest_of_a_word_that_the_hit_is_part_of():
    assert before("the emigrants left", 6, 1) == "the em"
    assert after("the emigrants left now", 11, 1) == "ts left"
    assert after("a मंत्री b c", 3, 1) == "\u0902त्री b"
    assert before("a मंत्री b c", 3, 1) == "a म"


def test_context_of_a_hostile_page_is_bounded():
    text = "x" * 5000 + " " + "y" * 1_000_000 + " hit " + "z" * 1_000_000 + " w" * 5000
    at = text.index("hit")
    assert before(text, at, 8) == CUT + CUT + "y" * RUN_CAP + " "
    assert after(text, at + 3, 8).startswith(" " + "z" * RUN_CAP + CUT)
    assert len(before("! " * 10_000, 20_000, 8)) <= reach(8) + 1
    assert hit("w" * 10**6, 0, 10**6).count("w") <= HIT_CAP


def test_signs_that_fool_a_reader_are_shown_or_taken_out():
    text = "a\u202e\u2066b \u00adso\u200bft\u200e mi\u200cx \x00\x1b[31m hit"
    shown = before(text, text.index("hit"), 50)
    assert shown == "a\ufffd\ufffdb soft mi\u200cx \ufffd\ufffd[31m "


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=40), st.integers(1, 4), st.data())
def test_before_hit_and_after_join_to_the_page(text, words, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    whole = before(text, start, 100) + hit(text, start, end) + after(text, end, 100)
    assert _seen(whole) == _seen(text)
    assert len(token().findall(before(text, start, words))) <= words + 1


def _seen(text):
    """Without what is never seen, and without what replaces it."""
    return "".join(
        c for c in text if not c.isspace() and c != "\ufffd" and unicodedata.category(c) not in ("Cc", "Cf")
    )


# The analysis

PLANTED = [
    "Migration to the city. The climate\nchange talks. Migrants came.",
    "nothing here",
    "climate change and climate change; migration",
]


def test_a_row_says_what_was_found_and_where():
    table, _ = searched(Keywords(("migra*", "climate change"), context=2), [pages(PLANTED)])
    assert table.schema.equals(keywords.writes.schema())
    keywords.writes.check(table)
    rows = table.to_pylist()
    assert [(r["record_offset"], r["query"], r["hit_number"], r["hits"], r["hit"]) for r in rows] == [
        (0, "climate change", 0, 1, "climate change"),
        (0, "migra*", 0, 2, "Migration"),
        (0, "migra*", 1, 2, "Migrants"),
        (2, "climate change", 0, 2, "climate change"),
        (2, "climate change", 1, 2, "climate change"),
        (2, "migra*", 0, 1, "migration"),
    ]
    first = rows[0]
    assert (first["before"], first["after"]) == ("city. The ", " talks. Migrants")
    assert first["url"] == "https://example.org/0"
    assert (first["registered_domain"], first["crawl"]) == ("example.org", "CC-MAIN-2024-22")
    assert (first["captured_at"], first["language"]) == (WHEN, "eng")


def test_totals_are_exact_however_few_hits_are_shown():
    options = Keywords(("migra*", "climate change", "absent"), sample=2, by=("language", "month"))
    table, said = searched(options, [pages(PLANTED)], [pages(PLANTED[:2], first=9, language="deu")])
    assert table.num_rows == said["hits_shown"] == 2
    assert said["hits_found"] == 9
    assert said["totals"] == [
        {"query": "migra*", "documents": 5, "documents_with_hit": 3, "hits": 5},
        {"query": "climate change", "documents": 5, "documents_with_hit": 3, "hits": 4},
        {"query": "absent", "documents": 5, "documents_with_hit": 0, "hits": 0},
    ]
    assert said["totals_by"] == ["language", "month"]
    assert said["totals_by_group"][0] == {
        "query": "migra*", "month": "2024-05", "language": "deu", "documents": 2, "documents_with_hit": 1, "hits": 2,
    }  # fmt: skip
    assert len(said["totals_by_group"]) == 6


def test_no_page_at_all():
    table, said = searched(Keywords(("migra*",)), [])
    assert table.num_rows == 0
    assert said["totals"] == [{"query": "migra*", "documents": 0, "documents_with_hit": 0, "hits": 0}]
    assert said["totals_by_group"] == []


def test_languages_narrow_what_is_searched():
    batches = [pages(PLANTED), pages(PLANTED, first=9, language="deu")]
    table, said = searched(Keywords(("migration",), languages=("deu",)), batches)
    assert set(table["language"].to_pylist()) == {"deu"}
    assert said["totals"] == [{"query": "migration", "documents": 3, "documents_with_hit": 2, "hits": 2}]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 40), max_size=4), st.integers(0, 30), st.integers(0, 3), st.booleans())
def test_the_sample_does_not_depend_on_how_the_pages_are_cut(cuts, size, seed, turned):
    texts = [f"migration number {i} and migrants " * (i % 4) for i in range(40)]
    options = Keywords(("migra*", "/number/"), sample=size, seed=seed)
    whole = searched(options, [pages(texts)])
    edges = [0, *sorted(cuts), 40]
    parts = [[pages(texts[a:b], first=a)] for a, b in pairwise(edges)]
    again = searched(options, *(parts[::-1] if turned else parts))
    assert again[0].equals(whole[0])
    assert again[1] == whole[1]
    assert whole[0].num_rows == size


def test_the_seed_draws_another_sample_that_leans_nowhere():
    texts = ["x"] * 2000
    drawn = [
        set(searched(Keywords(("x",), sample=200, seed=seed), [pages(texts)])[0]["record_offset"].to_pylist())
        for seed in range(6)
    ]
    assert len(set(map(frozenset, drawn))) == 6
    mean = sum(map(sum, drawn)) / 1200
    assert abs(mean - 999.5) < 5 * 577 / 1200**0.5


def test_memory_is_bounded_by_the_sample():
    rows = list(find([pages(["x " * 50] * 100)] * 3, Keywords(("x",), sample=7)))
    assert sum(batch.num_rows for batch in rows) == 7 + 1


def test_through_an_engine(tmp_path):
    options = Keywords(("migra*", "climate change"), sample=5)
    parts = {"CC-MAIN-2024-22": PLANTED, "CC-MAIN-2024-26": PLANTED * 3}
    schema = web.pages.schema()
    for crawl, texts in parts.items():
        folder = tmp_path / web.pages.folder({"crawl": crawl, "extractor": "wet"})
        folder.mkdir(parents=True)
        rows = pages(texts, crawl=crawl).to_pylist()
        blank = {name: "" for name in ("host", "language_source", "record_id", "digest")}
        rows = [blank | row | {"text_bytes": len(row["text"].encode())} for row in rows]
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / "part.parquet")
    job = Job(
        dataset(place(str(tmp_path), load()), web.pages),
        keywords.columns(options),
        partial(keywords.kernel, options=options),
        keywords.partial(options),
        keywords.combine,
    )
    gathered = engine("dask")(job)
    expected = searched(options, *([pages(texts, crawl=crawl)] for crawl, texts in parts.items()))
    assert finish(gathered, options).equals(expected[0])
    assert notes(gathered, options) == expected[1]
    assert expected[1]["hits_found"] == 6 * 4


def test_methods_and_facts_say_how():
    options = Keywords(("migra*",), languages=("eng",), seed=3)
    said = keywords.methods(options)
    assert "“migra*”" in said
    assert "pages in eng" in said
    assert "seed 3" in said
    assert keywords.facts(options)["tokenizer"] == "default"
