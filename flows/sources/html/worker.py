"""The process that extracts: native code that loops or crashes ends with it, not with the run.

Before each page it arms a timer of its own CPU time whose signal it does not handle: when the time is over the kernel
ends the process, whatever native code holds the interpreter. Without such a page that costs two system calls a page.
It ends by itself when the process that began it is gone.
"""

from __future__ import annotations

import resource
import signal
from multiprocessing.connection import Connection

from flows.sources.html.extractors import Extract, extractor
from flows.sources.html.pages import Captured, Page, page
from flows.sources.members import Fault


def serve(handle: int, name: str, depth_cap: int, page_cpu_s: float, memory_bytes: int) -> None:
    """Answer each page (`Captured`) with a `Page`, or with the reason and detail why there is none.

    Args:
        handle: Descriptor of the connection.
        name: Name of the extractor.
        depth_cap: Deepest nesting of elements.
        page_cpu_s: CPU time for one page, in seconds.
        memory_bytes: Address space the process may use.
    """
    connection = Connection(handle)
    _end_alone()
    extract = extractor(name)
    connection.send(None)  # ready
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    while True:
        try:
            captured = connection.recv()
        except (EOFError, OSError):
            return
        signal.setitimer(signal.ITIMER_PROF, page_cpu_s)
        answer = _answer(captured, extract, depth_cap)
        signal.setitimer(signal.ITIMER_PROF, 0)
        connection.send(answer)


def _answer(captured: Captured, extract: Extract, depth_cap: int) -> Page | tuple[str, str]:
    try:
        return page(captured, extract, depth_cap)
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
