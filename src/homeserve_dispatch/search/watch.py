"""What a run knows of itself: how long, how many iterations, how good, and whom to tell."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from homeserve_dispatch.plan import Improvement
from homeserve_dispatch.progress import OnProgress, Phase, Progress
from homeserve_dispatch.search.sharing import Plans
from homeserve_dispatch.stop import Budget, Standing, Stop


class Watch:
    """Of one run.

    Parameters
    ----------
    stop : Stop
        When to end.
    threads : int
        How many do each iteration that is counted.
    started : float
        ``time.perf_counter()`` from which the stop counts.
    on_progress : callable, optional
        Told how it goes.

    Attributes
    ----------
    reserve : float
        Seconds to leave for what comes after the search.
    iterations : int
        Of each thread; the mean, where some do more than others.
    history : list of Improvement
        Improvements of the best.
    """

    def __init__(
        self, stop: Stop, *, threads: int, started: float, on_progress: OnProgress | None
    ) -> None:
        self.stop, self.threads = stop, threads
        self._started, self._tell = started, on_progress
        self.reserve = 0.0
        self.iterations = 0
        self.history: list[Improvement] = []
        self._best = self._raw_best = math.inf
        self._improved_seconds, self._improved_iteration = 0.0, 0

    def standing(self) -> Standing:
        """By which the stop judges."""
        return Standing(
            seconds=time.perf_counter() - self._started + self.reserve,
            iterations=self.iterations,
            best_cost=self._best,
            improved_at_seconds=self._improved_seconds,
            improved_at_iteration=self._improved_iteration,
        )

    def used(self) -> float:
        """Which part of the run is over; 1 or more: it ends."""
        return self.stop.used(self.standing())

    def left(self) -> Budget:
        """Seconds and iterations."""
        return self.stop.left(self.standing())

    def reason(self) -> str:
        """Why it ends."""
        return self.stop.reason(self.standing())

    def together(self, pool: ThreadPoolExecutor, runs: Sequence[Callable[[], None]]) -> float:
        """Do these at once; returns the seconds it took."""
        before = time.perf_counter()
        if len(runs) == 1:
            runs[0]()
        else:
            for one in [pool.submit(run) for run in runs]:
                one.result()
        return time.perf_counter() - before

    def note(self, plans: Plans) -> None:
        """Write an improvement down, if there is one."""
        cost = plans.best()
        if cost < self._raw_best - 1e-9:
            self._raw_best = cost
            cost -= plans.excess()
            self._best = cost
            self._improved_seconds = self.standing().seconds
            self._improved_iteration = self.iterations
            self.history.append(
                Improvement(
                    seconds=time.perf_counter() - self._started,
                    iterations=self.iterations * self.threads,
                    cost=cost,
                )
            )

    def report(self, phase: Phase, fraction: float, plans: Plans) -> None:
        """Tell how it goes."""
        if self._tell is not None:
            self._tell(
                Progress(
                    phase=phase,
                    fraction=fraction,
                    seconds=time.perf_counter() - self._started,
                    iterations=self.iterations * self.threads,
                    best_cost=self._best,
                    unassigned=plans.unassigned(),
                )
            )
