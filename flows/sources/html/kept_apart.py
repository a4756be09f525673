"""Pages through a worker process: begun when needed, ended when it hangs, begun anew after it died."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any

from conf.settings import Extract
from flows.sources.html.pages import Captured, Page
from flows.sources.members import Fault

# A process of its own instead of one of multiprocessing: it does not run the caller's main module.
BEGIN = (
    "import json, sys; told = json.loads(sys.argv[1]); sys.path[:] = told.pop('path'); "
    "from flows.sources.html.worker import serve; serve(**told)"
)
START_S = 60.0  # for a process to begin on a busy machine


class WorkerError(RuntimeError):
    """The worker cannot be begun at all; no page is to blame."""


class Worker:
    """Extracts pages in another process; a context, which ends it."""

    def __init__(self, name: str, caps: Extract) -> None:
        """`name` is an extractor's, or `module:function` of what else is made of a page (see `worker.Work`)."""
        self._name, self._caps = name, caps
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def page(self, captured: Captured) -> Page:
        """Text and title of a page; errors as for `ask`."""
        found: Page = self.ask(captured)
        return found

    def ask(self, captured: Captured) -> Any:
        """What the worker makes of a page; never a tuple, which stands for a fault.

        Raises:
            Fault: It exceeds a cap, or the extractor failed or died on it.
            WorkerError: No worker can be begun.
        """
        connection = self._connection or self._begin()
        try:
            connection.send(captured)
            answered = connection.poll(self._caps.page_wall_s)
            answer = connection.recv() if answered else None
        except (EOFError, OSError):
            raise self._died() from None
        if not answered:
            self._end()
            raise Fault("over_time", f"no answer within {self._caps.page_wall_s:g} s")
        if isinstance(answer, tuple):
            raise Fault(*answer)
        return answer

    def _begin(self) -> Connection:
        mine, its = Pipe()
        told = {
            "path": sys.path,
            "handle": its.fileno(),
            "name": self._name,
            "depth_cap": self._caps.depth_cap,
            "page_cpu_s": self._caps.page_cpu_s,
            "memory_bytes": self._caps.memory_bytes,
        }
        command = [sys.executable, "-c", BEGIN, json.dumps(told)]
        self._process = subprocess.Popen(
            command, pass_fds=[its.fileno()], stdin=subprocess.DEVNULL, process_group=0
        )
        its.close()
        self._connection = mine
        try:
            if mine.poll(START_S):
                mine.recv()
                return mine
            told_why = f"was not ready within {START_S:g} s"
        except (EOFError, OSError):
            told_why = f"ended at once with {self._process.wait()}"
        self._end()
        raise WorkerError(f"the process for {self._name} {told_why}; its error is above")

    def _died(self) -> Fault:
        assert self._process is not None
        code = self._process.wait()
        self._end()
        if code == -signal.SIGPROF:
            return Fault("over_time", f"more than {self._caps.page_cpu_s:g} s of CPU time")
        how = signal.Signals(-code).name if code < 0 else f"exit status {code}"
        return Fault("crashed", f"the process of {self._name} ended with {how}")

    def _end(self) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._connection = None
