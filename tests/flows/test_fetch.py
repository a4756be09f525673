import asyncio
import logging
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conf.places import place
from conf.settings import Http, load
from flows.sources.answer import Facts, Span, take
from flows.sources.fetch import FetchError, blocks, read_all, size
from flows.sources.retry import Clock, retried
from flows.sources.trouble import Trouble
from tests.servers.faulty import Fault

DATA = bytes(range(256)) * 40  # 10,240 bytes: ten blocks of 1 KiB
PATH = "/bucket/crawl-data/a.warc.gz"


class Time:
    """A clock that only sleeping moves."""

    def __init__(self, folder):
        self.at, self.slept = 1_000_000.0, []
        self.clock = Clock(now=lambda: self.at, sleep=self.sleep, draw=lambda low, high: high, turns=folder)

    def sleep(self, seconds):
        assert seconds >= 0
        self.at += seconds
        self.slept.append(seconds)


@pytest.fixture
def time(tmp_path):
    return Time(tmp_path)


@pytest.fixture(params=["http", "s3"])
def archive(request, faulty):
    """A file on the faulty server: its place and its settings."""
    faulty.put(PATH, DATA)
    conf = faulty.settings(http={"block_bytes": 1024})
    url = faulty.address + PATH if request.param == "http" else "s3:/" + PATH
    return place(url, conf), conf.http


def ranges(server):
    return [r.range for r in server.asked(PATH) if r.method == "GET"]


# --- the plain way ---


def test_every_block_is_asked_for_once_and_in_order(archive, faulty, time):
    got = list(blocks(*archive, clock=time.clock))
    assert b"".join(got) == DATA
    assert [len(b) for b in got] == [1024] * 10
    assert ranges(faulty) == [f"bytes={i}-{i + 1023}" for i in range(0, 10240, 1024)]
    assert time.slept == []


def test_the_server_learns_who_reads(archive, faulty):
    read_all(*archive)
    assert all(Http().user_agent in r.headers["user-agent"] for r in faulty.requests)


def test_size_reads_nothing(archive, faulty):
    assert size(*archive) == len(DATA)
    assert [r.method for r in faulty.requests] == ["HEAD"]


def test_an_empty_file_is_no_error(archive, faulty):
    faulty.put(PATH, b"")
    assert read_all(*archive) == b""
    assert size(*archive) == 0


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=5000), block=st.integers(1024, 6000))
def test_a_local_file_comes_whole_in_blocks_of_any_size(data, block, tmp_path):
    (tmp_path / "file").write_bytes(data)
    got = list(blocks(place(str(tmp_path / "file"), load(environ={})), Http(block_bytes=block), len(data)))
    assert b"".join(got) == data
    assert all(len(b) == block for b in got[:-1])


def test_one_block_is_fetched_ahead_and_no_more(archive, faulty):
    reading = blocks(*archive)
    assert next(reading) + next(reading) == DATA[:2048]
    reading.close()
    assert len(ranges(faulty)) <= 3


def test_a_place_is_read_in_a_spawned_process(archive):
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert pool.submit(read_all, *archive).result() == DATA


# --- faults that pass ---


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", 503),
        Fault("status", 500),
        Fault("status", 502),
        Fault("status", 504),
        Fault("status", 429),
        Fault("reset"),
        Fault("short"),
        Fault("overlong"),
        Fault("refuse"),
    ],
    ids=lambda f: f"{f.kind}-{f.status}",
)
def test_a_passing_fault_costs_one_more_request(archive, faulty, time, fault):
    place_, http = archive
    reading = blocks(place_, http, clock=time.clock)
    first = next(reading)
    faulty.fail(PATH, *[fault] * 2)  # two at once: the one ahead may be under way already
    assert first + b"".join(reading) == DATA
    assert 11 <= len(ranges(faulty)) <= 13
    assert 1 <= len(time.slept) <= 2


def test_silence_ends_a_try(faulty, time):
    faulty.put(PATH, DATA)
    conf = faulty.settings(http={"timeout_s": 0.3, "tries": 2})
    for url in (faulty.address + PATH, "s3:/" + PATH):
        faulty.fail(PATH, Fault("stall"))
        assert read_all(place(url, conf), conf.http, time.clock) == DATA
        faulty.fail(PATH, Fault("stall"), Fault("stall", after=0))
        with pytest.raises(FetchError, match=r"^timeout: .*2 tries") as caught:
            read_all(place(url, conf), conf.http, time.clock)
        assert caught.value.reason == "timeout"


def test_the_tries_are_counted_and_nobody_else_retries(archive, faulty, time):
    faulty.always[PATH] = Fault("status", 503)
    with pytest.raises(FetchError, match="given up after 6 tries") as caught:
        read_all(*archive, time.clock)
    assert caught.value.reason == "unavailable"
    assert len(faulty.requests) == 6
    assert len(time.slept) == 5


def test_size_is_retried_too(archive, faulty, time):
    faulty.fail(PATH, Fault("status", 503))
    assert size(*archive, time.clock) == len(DATA)
    assert len(faulty.requests) == 2


def test_a_server_without_ranges_is_asked_once(archive, faulty):
    faulty.always[PATH] = Fault("whole")
    got = list(blocks(*archive))
    assert b"".join(got) == DATA
    assert len(got) == 10
    assert len(faulty.requests) == 1


def test_a_whole_body_that_is_cut_is_read_again(faulty, time):
    url = faulty.put(PATH, DATA)
    conf = faulty.settings(http={"block_bytes": 1024})
    faulty.fail(PATH, Fault("whole_short"))
    faulty.always[PATH] = Fault("whole")
    assert read_all(place(url, conf), conf.http, time.clock) == DATA
    assert len(faulty.requests) == 2


# --- faults that stay ---


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault("status", 403), "forbidden"),
        (Fault("status", 404), "missing"),
        (Fault("status", 400), "unavailable"),
    ],
)
def test_a_refusal_is_final(archive, faulty, time, fault, reason):
    faulty.fail(PATH, fault)
    for read in (read_all, size):
        faulty.requests.clear()
        faulty.always[PATH] = fault
        with pytest.raises(FetchError, match=f"^{reason}: ") as caught:
            read(*archive, time.clock)
        assert caught.value.reason == reason
        assert len(faulty.asked(PATH)) == 1
    assert time.slept == []


def test_a_block_by_the_server_says_to_stop(faulty):
    url = faulty.put(PATH, DATA)
    faulty.fail(PATH, Fault("status", 403))
    conf = faulty.settings()
    with pytest.raises(FetchError, match=r"stop all reading: .*Common Crawl"):
        read_all(place(url, conf), conf.http)


def test_another_version_is_an_error(archive, faulty, time):
    reading = blocks(*archive, clock=time.clock)
    next(reading)
    faulty.always[PATH] = Fault("etag")
    with pytest.raises(FetchError, match="changed while it was read"):
        list(reading)


@pytest.mark.parametrize("other", [DATA[:3000], DATA[:500], DATA + b"x"])
def test_another_size_is_an_error(archive, faulty, time, other):
    reading = blocks(*archive, clock=time.clock)
    next(reading)
    faulty.put(PATH, other)
    with pytest.raises(FetchError) as caught:
        list(reading)
    assert caught.value.reason == "changed"


def test_the_expected_size_is_checked_first(archive, faulty):
    with pytest.raises(FetchError, match="10240 bytes, not the 10239 expected"):
        next(blocks(*archive, expected=10239))
    assert len(faulty.requests) == 1


def test_a_local_file_that_changes_is_an_error(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(DATA)
    reading = blocks(place(str(file), load(environ={})), Http(block_bytes=1024))
    next(reading)
    file.write_bytes(DATA[:5000])
    with pytest.raises(FetchError, match="changed"):
        list(reading)


def test_a_local_file_that_is_not_there_is_missing(tmp_path):
    nowhere = place(str(tmp_path / "none"), load(environ={}))
    for read in (read_all, size):
        with pytest.raises(FetchError, match=r"^missing: .*none"):
            read(nowhere, Http())


def test_nobody_listens(time, faulty):
    conf = faulty.settings(http={"tries": 3}, s3={"endpoint_url": "http://127.0.0.1:9"})
    for url in ("http://127.0.0.1:9/a", "s3://bucket/a"):
        with pytest.raises(FetchError, match="3 tries") as caught:
            read_all(place(url, conf), conf.http, time.clock)
        assert caught.value.reason == "unavailable"


# --- one answer ---


async def chunks(*parts):
    for part in parts:
        yield part


@pytest.mark.parametrize(
    ("status", "headers", "body", "reason"),
    [
        (206, {"content-range": "bytes 5-9/10"}, b"1234", "short_body"),
        (206, {"content-range": "bytes 5-9/10"}, b"123456", "short_body"),
        (206, {"content-range": "bytes 4-8/10"}, b"12345", "short_body"),
        (206, {"content-range": "bytes 5-9/*"}, b"12345", "short_body"),
        (206, {}, b"12345", "short_body"),
        (200, {"content-length": "10"}, b"123456789", "short_body"),
        (200, {"content-length": "10"}, b"12345678901", "short_body"),
        (200, {}, b"1234567890", "unavailable"),
        (416, {}, b"", "changed"),
        (412, {}, b"", "changed"),
        (410, {}, b"", "missing"),
        (401, {}, b"", "forbidden"),
        (418, {}, b"", "unavailable"),
    ],
)
def test_an_answer_that_contradicts_itself_is_not_taken(status, headers, body, reason):
    with pytest.raises(Trouble) as caught:
        asyncio.run(take(status, headers, chunks(body[:2], body[2:]), Span(5, 8)))
    assert caught.value.reason == reason
    assert caught.value.again == (reason == "short_body")


@settings(deadline=None, max_examples=50)
@given(data=st.binary(min_size=1, max_size=300), start=st.integers(0, 299), length=st.integers(1, 100))
def test_an_answer_that_fits_is_taken(data, start, length):
    start %= len(data)
    body = data[start : start + length]
    said = {"content-range": f"bytes {start}-{start + len(body) - 1}/{len(data)}", "last-modified": "today"}
    answer = asyncio.run(take(206, said, chunks(body), Span(start, length)))
    assert (answer.body, answer.facts) == (body, Facts(len(data), "today"))
    answer = asyncio.run(take(200, {"content-length": str(len(data))}, chunks(data), Span(start, length)))
    with answer.whole as whole:
        whole.seek(0)
        assert whole.read() == data


# --- S3 ---


def test_who_does_not_pay_is_refused_and_told_how_to(faulty):
    faulty.put(PATH, DATA)
    faulty.requester_pays = True
    conf = faulty.settings()
    with pytest.raises(FetchError, match=r"^forbidden: .*s3\.requester_pays"):
        read_all(place("s3:/" + PATH, conf), conf.http)
    conf = faulty.settings(s3={"requester_pays": True})
    assert read_all(place("s3:/" + PATH, conf), conf.http) == DATA
    assert size(place("s3:/" + PATH, conf), conf.http) == len(DATA)


@pytest.mark.s3
def test_a_real_s3_server_gives_blocks_and_refuses_wrong_keys(s3, caplog):
    conf = s3.settings(http={"block_bytes": 4096})
    file = place(s3.url("fetch/a b/é.gz"), conf)
    file.write_bytes(DATA)
    assert [len(b) for b in blocks(file, conf.http)] == [4096, 4096, 2048]
    assert read_all(file, conf.http) == DATA
    (empty := place(s3.url("fetch/empty"), conf)).write_bytes(b"")
    assert read_all(empty, conf.http) == b""
    with pytest.raises(FetchError, match=r"^missing: "):
        read_all(place(s3.url("fetch/none"), conf), conf.http)
    for over, said in (
        ({"secret": "a-wrong-one"}, "SignatureDoesNotMatch"),
        ({"key": "who"}, "InvalidAccessKeyId"),
    ):
        wrong = s3.settings(s3=over)
        with (
            caplog.at_level(logging.DEBUG),
            pytest.raises(FetchError, match=f"^forbidden: .*{said}") as caught,
        ):
            read_all(place(file.url, wrong), wrong.http)
        shown = str(caught.value) + repr(caught.value) + caplog.text
        assert s3.secret not in shown
        assert "a-wrong-one" not in shown


# --- when to try again ---


def failing(times, **trouble):
    """A try that fails some times, then says how often it was called."""
    calls = []

    def once():
        calls.append(1)
        if len(calls) <= times:
            raise Trouble("unavailable", "status 503", **{"again": True} | trouble)
        return len(calls)

    return once


@settings(deadline=None)
@given(low=st.floats(0, 5), span=st.floats(0.01, 100), tries=st.integers(2, 20), chance=st.floats(0, 1))
def test_waits_stay_between_the_limits_and_do_not_shrink(low, span, tries, chance):
    slept = []
    http = Http(wait_min_s=low, wait_max_s=low + span, tries=tries)
    draw = lambda a, b: a + chance * (b - a)  # noqa: E731
    clock = Clock(now=lambda: 0.0, sleep=slept.append, draw=draw)
    assert retried(failing(tries - 1), "x", "", http, clock) == tries
    assert len(slept) == tries - 1
    assert all(low <= s <= low + span + 1e-9 for s in slept)
    assert slept == sorted(slept)


def test_the_widest_wait_doubles_up_to_the_limit(time):
    retried(failing(8), "x", "", Http(tries=9), time.clock)
    assert time.slept == [2, 4, 8, 16, 32, 60, 60, 60]


def test_a_server_is_not_retried_twice_in_a_second_by_any_process(tmp_path):
    moments = []
    one, other = Time(tmp_path), Time(tmp_path)  # two processes share the folder
    http = Http(wait_min_s=0, wait_max_s=0.001, tries=4)
    for process in (one, other):
        times = failing(3)

        def once(process=process, times=times):
            moments.append(process.at)
            return times()

        retried(once, "x", "data.commoncrawl.org", http, process.clock)
    retries = sorted(moments[1:4] + moments[5:])
    assert all(b - a >= 0.999 for a, b in pairwise(retries))
    another = Time(tmp_path)
    retried(failing(1), "x", "another.server", http, another.clock)
    assert sum(another.slept) < 0.01


def test_a_turn_from_the_future_does_not_block(tmp_path):
    ahead, now = Time(tmp_path), Time(tmp_path)
    ahead.at += 1e6
    for clock in (ahead.clock, now.clock):
        retried(failing(1), "x", "server", Http(wait_min_s=0, wait_max_s=0.001), clock)
    assert sum(now.slept) < 1


def test_where_turns_cannot_be_kept_the_gap_is_waited(tmp_path):
    time = Time(tmp_path / "none")
    retried(failing(1), "x", "server", Http(wait_min_s=0, wait_max_s=0.001), time.clock)
    assert time.slept[-1] == 1.0


@pytest.mark.parametrize(
    "header", ["30", " 30 ", format_datetime(datetime.fromtimestamp(1_000_030, UTC), True)]
)
def test_retry_after_is_honoured(time, header):
    retried(failing(1, retry_after=header), "x", "", Http(), time.clock)
    assert time.slept == [30]


@pytest.mark.parametrize(
    "header", ["0", "soon", "-5", "", "Wed, 99 Foo 2020", "١٢", "Fri, 02 Jan 1970 00:00:00 GMT"]
)
def test_a_retry_after_of_nothing_leaves_the_usual_wait(time, header):
    retried(failing(1, retry_after=header), "x", "", Http(), time.clock)
    assert time.slept == [2]


def test_a_retry_after_beyond_patience_ends_the_read(archive, faulty, time):
    place_, _ = archive
    faulty.fail(PATH, Fault("status", 503, retry_after="11"))
    with pytest.raises(FetchError, match=r"asks to wait 11 s, more than 10 s") as caught:
        read_all(place_, Http(wait_max_s=1, wait_min_s=0), time.clock)
    assert caught.value.reason == "refused_to_wait"
    assert (len(faulty.requests), time.slept) == (1, [])
    faulty.fail(PATH, Fault("status", 503, retry_after="9"))
    assert read_all(place_, Http(wait_max_s=1, wait_min_s=0), time.clock) == DATA
    assert time.slept == [9]


def test_an_error_survives_the_way_between_processes():
    error = pickle.loads(pickle.dumps(FetchError("timeout", "https://a/b: no answer")))
    assert (error.reason, error.detail, str(error)) == (
        "timeout",
        "https://a/b: no answer",
        "timeout: https://a/b: no answer",
    )
