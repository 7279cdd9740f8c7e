"""Solving under scrutiny: the search's own word against the checker's and the score's."""

from __future__ import annotations

import logging

import pytest

from homeserve_dispatch import Iterations, Plan, Problem, score, solve


class _Collected(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def solve_strictly(
    problem: Problem,
    iterations: int = 200,
    seed: int = 1,
    threads: int = 1,
    start: Plan | None = None,
) -> Plan:
    """Solve; fail where ``solve`` had to mend what the search found, or where costs differ.

    ``solve`` leaves out what its own check faults and logs an error, so that nobody gets a bad
    plan; here that is a failure. The last cost in the history is the search's own.
    """
    collected, logger = _Collected(), logging.getLogger("homeserve_dispatch")
    logger.addHandler(collected)
    try:
        plan = solve(problem, stop=Iterations(iterations), seed=seed, threads=threads, start=start)
    finally:
        logger.removeHandler(collected)
    assert collected.messages == []
    assert plan.history[-1].cost == pytest.approx(score(problem, plan).total, rel=1e-6, abs=1e-6)
    return plan
