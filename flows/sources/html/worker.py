"""The process that extracts: native code that loops or crashes ends with it, not with the run.

Before each page it arms a timer of its own CPU time whose signal it does not handle: when the time is over the kernel
ends the process, whatever native code holds the interpreter. Without such a page that costs two system calls a page.
It ends by itself when the process that began it is gone.
"""

from __future__ import annotations

import resource
import signal
from collections.abc import Callable
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

from flows.sources.html.extractors import extractor
from flows.sources.html.pages import Captured, page
from flows.sources.members import Fault

Work = Callable[[Captured, int], Any]
"""From a page and the deepest nesting of its elements to what is wanted of it, anything but a tuple."""


def serve(handle: int, name: str, depth_cap: int, page_cpu_s: float, memory_bytes: int) -> None:
    """Answer each page (`Captured`) with a `Page`, or what else is asked for, or with a reason and detail why not.

    Args:
        handle: Descriptor of the connection.
        name: Name of the extractor, or `module:function` of a `Work`.
        depth_cap: Deepest nesting of elements.
        page_cpu_s: CPU time for one page, in seconds.
        memory_bytes: Address space the process may use.
    """
    connection = Connection(handle)
    _end_alone()
    work = _work(name)
    connection.send(None)  # ready
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    while True:
        try:
            captured = connection.recv()
        except (EOFError, OSError):
            return
        signal.setitimer(signal.ITIMER_PROF, page_cpu_s)
        answer = _answer(captured, work, depth_cap)
        signal.setitimer(signal.ITIMER_PROF, 0)
        connection.send(answer)


def _work(name: str) -> Work:
    if ":" not in name:
        extract = extractor(name)
        return lambda captured, depth_cap: page(captured, extract, depth_cap)
    module, attribute = name.split(":")
    found: Work = getattr(import_module(module), attribute)
    return found


def _answer(captured: Captured, work: Work, depth_cap: int) -> Any:
    try:
        return work(captured, depth_cap)
    except Fault as fault:
        return fault.reason, fault.detail
    except MemoryError:
        return "not_extracted", "MemoryError: the page needs more than extract.memory_bytes"
    except Exception as error:  # an extractor may raise anything; it is named and counted
        return "not_extracted", f"{type(error).__name__}: {error}"[:500]


def _end_alone() -> None:
    """No Ctrl-C, which is for the process that began this one; no core dumps; the timer's signal ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
