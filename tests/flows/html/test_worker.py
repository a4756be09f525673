"""Extraction kept apart: pages that loop, wait, crash or ask for too much cost themselves and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from conf.settings import load
from flows.sources.html import kept_apart
from flows.sources.html.extractors import EXTRACTORS, extractor
from flows.sources.html.kept_apart import Worker, WorkerError
from flows.sources.html.pages import Captured
from flows.sources.members import Fault

ROOT = Path(__file__).parent.parent.parent.parent
CAPS = load(environ={}).extract
TOY = """
import ctypes, os, re, time

def extract(tree, html):
    if "spin" in html:
        re.match("(a+)+$", "a" * 60 + "b")  # one call into native code, which holds the interpreter for years
    if "wait" in html:
        time.sleep(3600)
    if "segfault" in html:
        ctypes.string_at(0)
    if "leave" in html:
        os._exit(3)
    if "raise" in html:
        raise KeyError("oh")
    if "hungry" in html:
        return "x" * (64 << 30)
    if "surrogate" in html:
        return "a\\ud800\\x00b"
    return tree.body.text
"""
REGISTER = (
    "from flows.sources.html.extractors import EXTRACTORS; "
    "EXTRACTORS['toy'] = ('toy_text:extract', 'resiliparse'); "
)


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """A third extractor, which is one line; it does what the page says."""
    (tmp_path / "toy_text.py").write_text(TOY)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(
        kept_apart, "BEGIN", kept_apart.BEGIN.replace("from flows", REGISTER + "from flows", 1)
    )

    def worker(**caps) -> Worker:
        return Worker("toy", CAPS.model_copy(update=caps))

    return worker


def captured(html: str) -> Captured:
    return Captured(html.encode(), b"text/html; charset=utf-8", "http://a.org/b/c")


def text(worker: Worker, html: str) -> bytes:
    return worker.page(captured(html)).text


@pytest.mark.parametrize(
    ("word", "reason", "detail"),
    [
        ("spin", "over_time", "more than 0.2 s of CPU time"),
        ("segfault", "crashed", "SIGSEGV"),
        ("leave", "crashed", "exit status 3"),
        ("raise", "not_extracted", "KeyError: 'oh'"),
        ("hungry", "not_extracted", "MemoryError"),
    ],
)
def test_a_page_costs_itself_and_nothing_else(toy, word, reason, detail, capfd):
    with toy(page_cpu_s=0.2) as worker:
        assert text(worker, "before") == b"before"
        with pytest.raises(Fault) as caught:
            worker.page(captured(word))
        assert caught.value.reason == reason
        assert detail in caught.value.detail
        assert text(worker, "after") == b"after"


def test_a_page_that_waits_is_ended_by_the_clock(toy):
    with toy(page_wall_s=0.2) as worker, pytest.raises(Fault, match=r"no answer within 0\.2 s"):
        worker.page(captured("wait"))


def test_a_hostile_page_is_ended_within_its_time():
    """A tag with 100,000 attributes takes the parser, which is native, a quarter of a minute."""
    html = "<div " + " ".join(f"a{i}=1" for i in range(100_000)) + ">x"
    with Worker("resiliparse", CAPS.model_copy(update={"page_cpu_s": 0.3})) as worker:
        with pytest.raises(Fault) as caught:
            worker.page(captured(html))
        assert caught.value.reason == "over_time"
        assert worker.page(captured("<title>a</title>")).title == "a"


def test_what_no_text_may_hold_is_taken_out(toy):
    with toy() as worker:
        assert text(worker, "surrogate") == b"ab"


def test_a_worker_ends_with_its_context(toy):
    with toy() as worker:
        text(worker, "x")
        process = worker._process
    assert process.poll() == -signal.SIGKILL


def test_a_looping_worker_ends_although_its_parent_was_killed(toy, tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(
        "import sys\nfrom conf.settings import load\nfrom flows.sources.html import kept_apart\n"
        "from flows.sources.html.pages import Captured\n"
        f"kept_apart.BEGIN = {kept_apart.BEGIN!r}\n"
        "worker = kept_apart.Worker('toy', load(environ={}, extract={'page_cpu_s': 0.5}).extract)\n"
        "worker.page(Captured(b'x', None, ''))\nprint(worker._process.pid, flush=True)\n"
        "worker.page(Captured(b'spin', None, ''))\n"
    )
    env = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"}
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, env=env) as parent:
        assert int(parent.stdout.readline()) > 0
        parent.kill()
        assert parent.stdout.read() == b""  # the end of the pipe: nobody is left who holds it


def test_a_worker_that_cannot_begin_is_no_pages_fault(monkeypatch, capfd):
    monkeypatch.setattr(kept_apart, "BEGIN", "raise SystemExit(7)")
    with Worker("resiliparse", CAPS) as worker, pytest.raises(WorkerError, match="ended at once with 7"):
        worker.page(captured("x"))


@pytest.mark.parametrize("name", sorted(EXTRACTORS))
def test_elements_too_deep_are_named_and_flat_ones_are_not(name):
    caps = CAPS.model_copy(update={"depth_cap": 100})
    with Worker(name, caps) as worker:
        for deep in ("<div>" * 200 + "x", "<div>" * 200 + "</div>" * 200, "<b><div>" * 60):
            with pytest.raises(Fault) as caught:
                worker.page(captured(deep))
            assert caught.value.reason == "over_depth"
        for flat in (
            "<br>word " * 300,
            "<p>word " * 300,
            "<div>" * 60 + "x",
            "</div>" * 300 + "<i>word</i>",
            "",
        ):
            assert worker.page(captured(flat)).charset == "utf-8"


def test_an_unknown_extractor_is_answered_with_the_known():
    with pytest.raises(LookupError, match="choose from resiliparse, trafilatura"):
        extractor("bs4")
