import gzip
import hashlib
import re
import unicodedata
import zlib
from base64 import b32encode
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from flows.sources import sample
from flows.sources.sample import crawls, tokens, words
from flows.sources.sample.language import BLANKS
from flows.sources.sample.trends import TRENDS

KEY = re.compile(
    r"crawl-data/(CC-MAIN-\d{4}-\d{2})/segments/\d{13}\.\d{2}/wet/CC-MAIN-\d{14}-\d{14}-\d{5}\.warc\.wet\.gz"
)


@pytest.fixture(scope="module")
def truth(tmp_path_factory):
    return sample.write(
        tmp_path_factory.mktemp("sample") / "archive", "small", 7, text_bytes=1_000_000, also=()
    )


def damaged(truth):
    return {d["key"]: d for d in truth.damaged}


def members(data):
    """(offset, unpacked) of every member; (offset, None) where unpacking fails, then on to the next one."""
    at = 0
    while at < len(data):
        unpack = zlib.decompressobj(wbits=31)
        try:
            raw = unpack.decompress(data[at:])
        except zlib.error:
            raw = None
        if raw is None or not unpack.eof:
            yield at, None
            at = data.find(b"\x1f\x8b\x08", at + 1)
            if at < 0:
                return
        else:
            yield at, raw
            at = len(data) - len(unpack.unused_data)


def parsed(raw):
    head, _, rest = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    return first, dict(line.split(": ", 1) for line in lines), rest


def readable(truth):
    """(crawl, key, header, body) of every page that can be read, by nothing but gzip and UTF-8."""
    for key in (file["key"] for file in truth.facts["files"]):
        for _, raw in members((truth.root / key).read_bytes()):
            if raw is None or len(raw) > 32 << 20:
                continue
            first, header, rest = parsed(raw)
            body = rest.removesuffix(b"\r\n\r\n")
            if first != "WARC/1.0" or header["WARC-Type"] != "conversion":
                continue
            if len(body) != int(header["Content-Length"]) or len(rest) != len(body) + 4:
                continue
            try:
                text = body.decode()
            except UnicodeDecodeError:
                continue
            yield key.split("/")[1], key, header, text


def planted_language(truth, crawl, header, text):
    """Stated language; in the crawl that states none, the one that is detected."""
    stated = header.get("WARC-Identified-Content-Language")
    if stated is not None:
        return stated.split(",")[0]
    assert crawl in truth.facts["crawls_without_stated_language"]
    pycld2 = pytest.importorskip("pycld2")
    langcodes = pytest.importorskip("langcodes")
    reliable, _, found = pycld2.detect(text.encode())
    assert reliable, text[:200]
    return langcodes.Language.get(found[0][1]).to_alpha3()


def marks_and_words(text, tokenizer):
    """Character by character: another road to the same terms."""
    runs, run = [], []
    if tokenizer == "default":
        text = unicodedata.normalize("NFC", text)
    for c in text + " ":
        goes_on = tokenizer == "default" and (unicodedata.category(c).startswith("M") or c in "\u200c\u200d")
        if c.isalnum() or c == "_" or (run and goes_on):
            run.append(c)
        elif run:
            runs.append("".join(run).lower())
            run = []
    return runs


def test_truth_is_what_a_slow_count_of_the_readable_pages_finds(truth):
    tf, df = defaultdict(Counter), defaultdict(Counter)
    documents, domains, texts = Counter(), Counter(), Counter()
    for crawl, _, header, text in readable(truth):
        language = planted_language(truth, crawl, header, text)
        group = (crawl, header["WARC-Date"][:7], language)
        documents[group] += 1
        domains[crawl] += 1
        texts[text] += 1
        for tokenizer in tokens.TOKENIZERS:
            found = marks_and_words(text, tokenizer)
            tf[tokenizer, *group].update(found)
            df[tokenizer, *group].update(set(found))
    for tokenizer in tokens.TOKENIZERS:
        table = truth.words(tokenizer).to_pydict()
        groups = list(zip(*(table[c] for c in ("crawl", "month", "language")), strict=True))
        planted = {
            (*g, t): (a, b)
            for g, t, a, b in zip(groups, table["term"], table["tf"], table["df"], strict=True)
        }
        slow = {(*g, t): (n, df[tokenizer, *g][t]) for g in documents for t, n in tf[tokenizer, *g].items()}
        assert planted == slow
        assert len(table["term"]) == len(planted)
        rows = truth.groups(tokenizer).to_pylist()
        assert {(r["crawl"], r["month"], r["language"]): r["documents"] for r in rows} == documents
        assert {(r["crawl"], r["month"], r["language"]): r["tokens"] for r in rows} == {
            g: tf[tokenizer, *g].total() for g in documents
        }
        by_crawl = Counter()
        for row in truth.domains(tokenizer).to_pylist():
            by_crawl[row["crawl"]] += row["documents"]
        assert by_crawl == domains
    totals = truth.facts["totals"]
    assert totals["documents"] == documents.total() == texts.total()
    assert totals["duplicates"] == texts.total() - len(texts) > 5
    assert totals["text_bytes"] == sum(len(t.encode()) * n for t, n in texts.items())


def test_tokenizers_of_the_truth():
    assert tokens.terms("Don't हिन्दी_1", "cc-pyspark") == ["don", "t", "ह", "न", "द", "_1"]
    assert tokens.terms("Don't हिन्दी_1", "default") == ["don", "t", "हिन्दी_1"]
    assert tokens.terms("सद्\u200cभाव \u0301a \u200d", "default") == ["सद्\u200cभाव", "a"]
    assert tokens.terms("İ", "default") == ["i\u0307"]
    decomposed = unicodedata.normalize("NFD", "SÉCHERESSE ΛΌΓΟΣ")
    assert tokens.terms(decomposed, "cc-pyspark") == ["se", "cheresse", "λο", "γος"]
    assert tokens.terms(decomposed, "default") == ["sécheresse", "λόγος"]


def test_the_small_one_is_what_is_promised(truth):
    groups = truth.groups("default").to_pylist()
    assert len({g["crawl"] for g in groups}) == 6
    assert len({g["month"] for g in groups}) >= 8
    languages = Counter()
    for group in groups:
        languages[group["language"]] += group["documents"]
    assert {"eng", "deu", "fra", "spa", "rus", "ell", "hin", "ara", "zho", "tha"} <= set(languages)
    assert min(languages.values()) >= 4
    assert abs(truth.facts["totals"]["text_bytes"] / 1_000_000 - 1) < 0.25
    assert None in truth.domains("default")["registered_domain"].to_pylist()


def test_frequencies_fall_as_zipf_says(truth):
    tf = Counter()
    for row in truth.words("default").to_pylist():
        if row["language"] == "eng" and row["crawl"] != "CC-MAIN-2023-06":
            tf[row["term"]] += row["tf"]
    ranked = [n for _, n in tf.most_common()]
    assert tf.most_common(1)[0][0] == "the"
    # 1 / (rank + 2.7) ** 1.05: rank 1 to rank 100 is 28 to 1, rank 10 to rank 100 is 7.7 to 1.
    assert 15 < ranked[0] / ranked[99] < 45
    assert 5 < ranked[9] / ranked[99] < 12
    assert sum(n == 1 for n in ranked) > len(ranked) / 8


def test_keys_and_paths_files(truth):
    listed = []
    for crawl in truth.facts["crawls"]:
        packed = (truth.root / "crawl-data" / crawl / "wet.paths.gz").read_bytes()
        assert packed[4:8] == bytes(4)
        lines = gzip.decompress(packed).decode().splitlines()
        assert all(KEY.fullmatch(line)[1] == crawl for line in lines)
        listed += lines
    assert len(listed) == len(set(listed)) == truth.facts["totals"]["inputs"]
    there = {str(p.relative_to(truth.root)) for p in truth.root.rglob("*.warc.wet.gz")}
    assert set(listed) - there == {d["key"] for d in truth.damaged if d["reason"] == "missing"}
    assert there == {file["key"] for file in truth.facts["files"]}
    assert not list(truth.root.rglob("*.unfinished"))


def test_keys_look_as_common_crawl_s():
    plan = crawls.plans(crawls.SCALES["small"], 10)[-1]
    begin, end = re.search(r"CC-MAIN-(\d{14})-(\d{14})", plan.key).groups()
    assert int(end) - int(begin) == 30000
    assert begin == f"{plan.begin:%Y%m%d%H%M%S}"
    segment = int(plan.key.split("/")[3].split(".")[0]) / 1000
    assert 0 < plan.begin.timestamp() - segment < 86400


def test_records_are_as_in_a_real_wet_file(truth):
    whole = next(
        f["key"] for f in truth.facts["files"] if f["status"] == "complete" and "2023-50" in f["key"]
    )
    found = [parsed(raw) for _, raw in members((truth.root / whole).read_bytes())]
    first, *pages = found
    assert first[1]["WARC-Type"] == "warcinfo"
    assert first[1]["WARC-Filename"] == whole.rsplit("/", 1)[1]
    names = {header["WARC-Record-ID"] for _, header, _ in found}
    assert len(names) == len(found)
    assert all(re.fullmatch(r"<urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}>", name) for name in names)
    for version, header, rest in pages:
        assert version == "WARC/1.0"
        assert rest.endswith(b"\r\n\r\n")
        digest = b32encode(hashlib.sha1(rest[:-4]).digest()).decode()
        assert header["WARC-Block-Digest"] == f"sha1:{digest}"
        assert list(header) == [
            "WARC-Type", "WARC-Target-URI", "WARC-Date", "WARC-Record-ID", "WARC-Refers-To",
            "WARC-Block-Digest", "WARC-Identified-Content-Language", "Content-Type", "Content-Length",
        ]  # fmt: skip


def test_languages_are_stated_now_and_then_two_in_one_crawl_not_at_all(truth):
    stated = defaultdict(list)
    for crawl, _, header, _ in readable(truth):
        stated[crawl].append(header.get("WARC-Identified-Content-Language"))
    assert truth.facts["crawls_without_stated_language"] == ["CC-MAIN-2023-06"]
    assert set(stated.pop("CC-MAIN-2023-06")) == {None}
    all_others = [languages for found in stated.values() for languages in found]
    assert all(re.fullmatch("[a-z]{3}(,[a-z]{3})?", languages) for languages in all_others)
    assert 0 < sum("," in languages for languages in all_others) < len(all_others) / 4


def test_nothing_between_words_is_part_of_a_word():
    for language in words.LANGUAGES:
        between = "".join((*language.separators, *language.stops, *BLANKS))
        assert not tokens.terms(between, "default")
        assert unicodedata.is_normalized("NFC", between)


def harm(truth, reason):
    found = [d for d in truth.damaged if d["reason"] == reason]
    assert found, reason
    return found


def test_one_damage_of_each_kind_and_no_other(truth):
    reasons = Counter(d["reason"] for d in truth.damaged)
    assert reasons == {
        "truncated": 1, "corrupt_gzip": 1, "bad_length": 2, "not_utf8": 1,
        "over_cap": 1, "bad_header": 1, "missing": 1,
    }  # fmt: skip
    assert len({d["key"].split("/")[1] for d in truth.damaged}) >= 5
    stated = {f["key"]: f["reason"] for f in truth.facts["files"]}
    assert {k: r for k, r in stated.items() if r} == {
        k: d["reason"] for k, d in damaged(truth).items() if d["reason"] != "missing"
    }
    pages = Counter(key for _, key, _, _ in readable(truth))
    for file in truth.facts["files"]:
        assert (truth.root / file["key"]).stat().st_size == file["bytes"]
        assert pages[file["key"]] == file["documents"] == file["records"] - 1 - bool(file["reason"])


@pytest.mark.parametrize("reason", ["truncated", "corrupt_gzip"])
def test_what_cannot_be_inflated_is_the_one_record(truth, reason):
    (what,) = harm(truth, reason)
    found = list(members((truth.root / what["key"]).read_bytes()))
    lost = [offset for offset, raw in found if raw is None]
    assert lost == [what["offset"]]
    assert (found[-1][0] == what["offset"]) == (reason == "truncated")


def record_at(truth, what):
    data = (truth.root / what["key"]).read_bytes()
    first, header, rest = parsed(zlib.decompressobj(wbits=31).decompress(data[what["offset"] :]))
    assert header["WARC-Target-URI"] == what["url"]
    assert header["WARC-Record-ID"] == f"<{what['record_id']}>"
    return first, header, rest[:-4]


def test_wrong_lengths_in_both_directions(truth):
    differences = []
    for what in harm(truth, "bad_length"):
        _, header, body = record_at(truth, what)
        differences.append(int(header["Content-Length"]) - len(body))
    assert min(differences) < 0 < max(differences)


def test_the_other_damaged_records(truth):
    (what,) = harm(truth, "not_utf8")
    with pytest.raises(UnicodeDecodeError):
        record_at(truth, what)[2].decode()
    (what,) = harm(truth, "over_cap")
    assert len(record_at(truth, what)[2]) > 32 << 20
    assert (truth.root / what["key"]).stat().st_size < 1 << 20
    (what,) = harm(truth, "bad_header")
    assert not record_at(truth, what)[0].startswith("WARC/")


def test_planted_words_rise_as_planned(truth):
    df = defaultdict(int)
    for row in truth.words("default").to_pylist():
        df[row["crawl"], row["month"], row["language"], row["term"]] = row["df"]
    assert len(truth.facts["trends"]) == len(TRENDS)
    for trend in truth.facts["trends"]:
        for group in trend["groups"]:
            name = (group["crawl"], group["month"], trend["language"], trend["term"])
            assert group["default"]["df"] == df[name]
        planned = sum(g["planned_share"] * g["documents"] for g in trend["groups"])
        found = sum(g["default"]["df"] for g in trend["groups"])
        # Each file rounds to whole documents, repeats and lost pages move a few more.
        assert abs(planned - found) < 3 + 0.35 * planned, trend["term"]
    migration = next(t for t in truth.facts["trends"] if t["term"] == "migration")["groups"]
    shares = [sum(g["default"]["df"] for g in part) / sum(g["documents"] for g in part)
              for part in (migration[: len(migration) // 2], migration[len(migration) // 2 :])]  # fmt: skip
    assert shares[0] + 0.1 < shares[1]


def test_the_hostile_page_is_there(truth):
    (hostile,) = truth.facts["hostile_pages"]
    (text,) = (t for _, _, h, t in readable(truth) if h["WARC-Target-URI"] == hostile["url"])
    assert text.startswith("<script>alert(1)</script>")
    assert "=HYPERLINK(" in text
    assert "<script>" in hostile["url"]


def test_peers_read_the_same_records(truth):
    archiveiterator = pytest.importorskip("warcio.archiveiterator")
    fastwarc = pytest.importorskip("fastwarc")
    for file in truth.facts["files"][-3:]:
        path = truth.root / file["key"]
        ours = [h["WARC-Record-ID"] for _, key, h, _ in readable(truth) if key == file["key"]]
        with path.open("rb") as stream:
            warcio = [
                (r.rec_headers["WARC-Record-ID"], r.content_stream().read())
                for r in archiveiterator.ArchiveIterator(stream)
            ]
        with path.open("rb") as stream:
            fast = [
                (r.headers["WARC-Record-ID"], r.reader.read(), r.verify_block_digest())
                for r in fastwarc.ArchiveIterator(stream, parse_http=False)
            ]
        assert [name for name, _ in warcio][1:] == ours
        assert [(name, body) for name, body, _ in fast] == warcio
        assert len(warcio) == file["records"]


def hashes(root: Path):
    return {
        str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in root.rglob("*")
        if p.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_another_gives_others(truth, tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        sample.write(tmp_path / name, seed=seed, text_bytes=60_000)
    one, same, other = (hashes(tmp_path / name) for name in "abc")
    assert one == same
    assert set(one) == set(other)
    assert all(one[name] != other[name] for name in one if name.endswith(".wet.gz"))


def test_two_processes_make_what_one_makes(tmp_path):
    sample.write(tmp_path / "one", text_bytes=60_000)
    sample.write(tmp_path / "two", text_bytes=60_000, processes=2)
    assert hashes(tmp_path / "one") == hashes(tmp_path / "two")


def test_progress_and_a_second_call(tmp_path):
    told = []
    first = sample.write(tmp_path / "s", text_bytes=60_000, also=(), progress=lambda *now: told.append(now))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (60_000, 60_000)
    told.clear()
    again = sample.write(tmp_path / "s", text_bytes=60_000, also=(), progress=lambda *now: told.append(now))
    assert again.facts == first.facts
    assert told == []
    before = hashes(tmp_path / "s")
    (tmp_path / "s" / first.facts["files"][2]["key"]).unlink()
    sample.write(tmp_path / "s", text_bytes=60_000, also=())
    assert hashes(tmp_path / "s") == before


def test_refusals_name_the_cure(tmp_path):
    sample.write(tmp_path / "s", text_bytes=60_000, also=())
    with pytest.raises(sample.SampleError, match="another sample"):
        sample.write(tmp_path / "s", seed=1, text_bytes=60_000, also=())
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("")
    with pytest.raises(sample.SampleError, match="not empty"):
        sample.write(tmp_path / "mine")
    with pytest.raises(sample.SampleError, match="small, medium, large"):
        sample.write(tmp_path / "t", "tiny")
    with pytest.raises(sample.SampleError, match="negative"):
        sample.write(tmp_path / "t", seed=-1)
    with pytest.raises(sample.SampleError, match="fieldwork sample"):
        sample.read(tmp_path / "t")
