"""A solver in a process of its own: whatever happens there, the run goes on."""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import signal
import sys
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from peer.adapter import MODULES, Adapter, Answer, Task

_STARTING_S = 900.0
"""For imports, and for compiling where nothing is compiled yet."""
_AT_LEAST_S = 15.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came back.

    Attributes
    ----------
    answer : Answer, optional
        None where it failed.
    wall_seconds : float
        Of the adapter's ``solve``.
    failure : str
        Why there is no answer.
    """

    answer: Answer | None
    wall_seconds: float
    failure: str = ""


def run(solver: str, task: Task) -> Outcome:
    """Run a solver; it is ended at three times its seconds."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(solver, theirs, task), daemon=False)
    process.start()
    theirs.close()
    began = time.perf_counter()
    try:
        _receive(ours, _STARTING_S)
        began = time.perf_counter()
        answer, wall = _receive(ours, max(_AT_LEAST_S, 3.0 * task.seconds))
        return Outcome(answer, wall)
    except EOFError:
        process.join(5.0)
        return Outcome(
            None, time.perf_counter() - began, f"failed: it ended with {process.exitcode}"
        )
    except (TimeoutError, RuntimeError) as error:
        return Outcome(None, time.perf_counter() - began, str(error))
    finally:
        _end(process)
        ours.close()


def _receive(pipe: Connection, seconds: float) -> tuple[Answer, float]:
    if not pipe.poll(seconds):
        raise TimeoutError(f"failed: it was still running after {seconds:.0f} s")
    kind, found = pipe.recv()
    if kind == "failed":
        raise RuntimeError(found)
    return found


def _work(solver: str, pipe: Connection, task: Task) -> None:
    if hasattr(os, "setsid"):
        # A group of its own, so that whatever the solver starts is ended with it.
        os.setsid()
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123
        # Some solvers write to the terminal from within.
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
        try:
            adapter: Adapter = importlib.import_module(MODULES[solver])
            if lacking := task.rules - adapter.CAN:
                pipe.send(("failed", f"cannot express: {', '.join(sorted(lacking))}"))
                return
            adapter.prepare(task.threads)
            pipe.send(("ready", None))
            began = time.perf_counter()
            answer = adapter.solve(task)
            pipe.send(("done", (answer, time.perf_counter() - began)))
        except Exception as error:  # noqa: BLE001
            said = " ".join(str(error).split())[:200]
            with contextlib.suppress(OSError):  # nobody waits for it any more
                pipe.send(("failed", f"failed: {type(error).__name__}: {said}"))


def _end(process: BaseProcess) -> None:
    process.join(0.2)
    if process.pid is not None and hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    if process.is_alive():
        process.kill()
    process.join()
