"""Freezing what a plan has already begun."""

from __future__ import annotations

from datetime import datetime

from homeserve_dispatch.model.problem import Problem
from homeserve_dispatch.plan import Plan


def freeze(problem: Problem, plan: Plan, until: datetime) -> Problem:
    """To be written."""
    raise NotImplementedError
