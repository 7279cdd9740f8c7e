"""Who may not do an order: each worker counts for the least mendable of what is against them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from homeserve_dispatch import Location, Objective, Order, Problem, Reason, Shift, Skill, Worker
from homeserve_dispatch._reasons_who import named, nobody

DAY = Shift(start=datetime(2026, 5, 4, 8), end=datetime(2026, 5, 4, 16))
OLD = Skill(valid_until=date(2026, 5, 3))


def _nobody(asked: dict[str, Any], *workers: Worker) -> tuple[tuple[Reason, ...], str]:
    order = Order(id="A", location=Location(lat=48, lon=11), duration=timedelta(hours=1), **asked)
    objective = Objective(preference="hard")
    everyone = (*workers, Worker(id="Zoe", skills={"roof": 1}, shifts=[DAY]))
    problem = Problem(orders=[order], workers=everyone, objective=objective)
    return nobody(problem, order, problem.effective(order).skills)


@pytest.mark.parametrize(
    ("asked", "held", "reason"),
    [
        ({"skills": {"gas": 1, "roof": 9}}, {}, Reason.SKILL),
        ({"skills": {"gas": 2, "roof": 9}}, {"skills": {"gas": 1, "roof": 9}}, Reason.SKILL_LEVEL),
        ({"skills": {"gas": 1}}, {"skills": {"gas": OLD}}, Reason.SKILL_EXPIRED),
        ({"required_tags": ["van"]}, {}, Reason.TAG),
        ({"forbidden_tags": ["van"]}, {"tags": ["van"]}, Reason.TAG),
        ({"area": "north"}, {"areas": ["south"]}, Reason.AREA),
        ({"required_workers": ["Zoe"]}, {}, Reason.REQUIRED_WORKER),
        ({"forbidden_workers": ["Ana"]}, {}, Reason.FORBIDDEN_WORKER),
        ({"preferred_workers": ["Zoe"]}, {}, Reason.PREFERENCE),
        ({"preferred_tags": ["van"]}, {}, Reason.PREFERENCE),
        ({"area": "north"}, {"preferred_areas": ["south"]}, Reason.PREFERENCE),
        ({}, {}, Reason.TIME_WINDOW),
    ],
)
def test_what_keeps_an_order_from_a_worker(
    asked: dict[str, Any], held: dict[str, Any], reason: Reason
) -> None:
    twice = [Worker(id=name, shifts=[DAY], **held) for name in ("Ana", "Ben")]
    if "forbidden_workers" in asked:
        asked = {"forbidden_workers": ["Ana", "Ben"]}
    reasons, words = _nobody(asked, *twice)
    assert reasons[0] is reason
    assert words.startswith(("2 workers: ", "3 workers: "))


def test_workers_without_a_shift_are_not_counted() -> None:
    assert _nobody({"skills": {"gas": 1}}, Worker(id="Ida")) == (
        (Reason.SKILL,),
        "1 worker: a skill is lacking",
    )


def test_a_few_names_stand_for_many() -> None:
    assert named(["a"]) == "'a'"
    assert named(["a", "b", "c", "d", "e"]) == "'a', 'b', 'c' and 2 more"
