"""Proofs of the least cost: on tiny instances they agree with trying every plan."""

from __future__ import annotations

import json
import random
import sys
from functools import cache
from itertools import combinations, pairwise, permutations, product
from pathlib import Path
from typing import Any

import pytest

from homeserve_dispatch import Iterations, check, read_problem, score, solve

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import proof
from proving.bound import Bound
from proving.pool import pooled
from proving.routes import listed
from proving.visits import Visits, read


def tiny(seed: int) -> dict[str, Any]:
    """Five patients, one of them with two visits at the same time, and three workers."""
    rng = random.Random(seed)
    points = [(rng.randrange(40), rng.randrange(40)) for _ in range(6)]
    patients = []
    for at in range(1, 6):
        opens = rng.randrange(0, 150)
        services = [{"service": f"s{rng.randrange(2)}", "duration": rng.randrange(10, 30)}]
        patient: dict[str, Any] = {
            "id": f"p{at}",
            "distance_matrix_index": at,
            "time_windows": [{"start": opens, "end": opens + 90}],
        }
        if at == 1:
            services = [{"service": f"s{it}", "duration": rng.randrange(10, 30)} for it in range(2)]
            patient["synchronization"] = {"type": "simultaneous"}
        patients.append(patient | {"required_services": services})
    return {
        "metadata": {
            "name": "tiny",
            "origin": "bazirha",
            "horizon": 1000,
            "time_window_met": "at_service_end",
            "cost_components": {
                "travel_time": 1,
                "total_tardiness": "HARD",
                "total_extra_time": "HARD",
            },
        },
        "terminal_points": [{"id": "d1", "distance_matrix_index": 0}],
        "caregivers": [
            {
                "id": f"c{at}",
                "abilities": abilities,
                "departing_point": "d1",
                "arrival_point": "d1",
                "working_shift": {"start": 0, "end": 300},
            }
            for at, abilities in enumerate((["s0", "s1"], ["s0", "s1"], ["s1"]))
        ],
        "patients": patients,
        "services": [{"id": "s0", "type": "s0"}, {"id": "s1", "type": "s1"}],
        "distances": [[round(abs(a - c) + abs(b - d)) for c, d in points] for a, b in points],
    }  # fmt: skip


@cache
def least_of_all(seed: int) -> int | None:
    """The least cost of any plan, by trying every sequence of visits in every shift."""
    visits = read(tiny(seed))
    shifts = [it for it in visits.shifts for _ in range(it.number)]
    n, (a, b) = len(visits.lasts), visits.pairs[0]
    groups = [group for size in range(n) for group in combinations(range(n), size)]
    # The cheapest for each time between which the visit of the pair can begin.
    cheap = [
        {
            group: {
                span: cost
                for cost, span in sorted(ways(visits, shift, group, (a, b)), reverse=True)
            }
            for group in groups
            if shift.may[list(group)].all() and not {a, b} <= set(group)
        }
        for shift in shifts
    ]
    best = None
    for whose in product(range(len(shifts)), repeat=n):
        mine = [tuple(v for v in range(n) if whose[v] == s) for s in range(len(shifts))]
        if not all(group in of for group, of in zip(mine, cheap, strict=True)):
            continue
        choices = [of[group].items() for group, of in zip(mine, cheap, strict=True)]
        for chosen in product(*choices):
            cost = sum(it for _, it in chosen)
            low, high = max(span[0] for span, _ in chosen), min(span[1] for span, _ in chosen)
            if low <= high and (best is None or cost < best):
                best = cost
    return best


def ways(
    visits: Visits, shift: Any, group: tuple[int, ...], pair: tuple[int, int]
) -> list[tuple[int, tuple[int, int]]]:
    """Cost of each sequence that can be kept, and when its visit of the pair can begin."""
    found = []
    for way in permutations(group):
        if not way:
            return [(0, (0, 10**6))]
        legs = [int(visits.travel[i, j]) for i, j in pairwise(way)]
        cost = int(shift.away[way[0]]) + sum(legs) + int(shift.home[way[-1]])
        bound = [at for at, v in enumerate(way) if v in pair]
        span = [0, 10**6]
        if bound:
            first = int(visits.earliest[way[bound[0]]]), int(visits.latest[way[bound[0]]])
            kept = [
                t for t in range(first[0], first[1] + 1) if keeps(visits, shift, way, bound[0], t)
            ]
            if not kept:
                continue
            assert kept == list(range(kept[0], kept[-1] + 1))
            span = [kept[0], kept[-1]]
        elif not keeps(visits, shift, way, None, 0):
            continue
        found.append((cost, (span[0], span[1])))
    return found


def keeps(visits: Visits, shift: Any, way: tuple[int, ...], at: int | None, start: int) -> bool:
    """Whether all windows hold if the visit at a position begins at a time."""
    t = shift.start + int(shift.away[way[0]])
    for step, v in enumerate(way):
        t = max(t, int(visits.earliest[v]))
        if step == at:
            if t > start:
                return False
            t = start
        if t > visits.latest[v]:
            return False
        t += int(visits.lasts[v])
        t += int(visits.travel[v, way[step + 1]] if step + 1 < len(way) else shift.home[v])
    return t <= shift.end


@pytest.mark.parametrize("seed", range(8))
def test_a_proof_agrees_with_trying_every_plan(seed: int) -> None:
    visits = read(tiny(seed))
    least = least_of_all(seed)
    if least is None:
        assert proof.below_value(visits, 1000, few=0) is None
        return
    assert proof.below_value(visits, least) is None
    found = proof.below_value(visits, least + 30)
    assert found is not None
    assert found.cost == least
    assert sorted(v for route in found.routes for v in route.visits) == list(
        range(len(visits.lasts))
    )


@pytest.mark.parametrize("seed", range(8))
def test_no_bound_is_above_the_least_cost(seed: int) -> None:
    visits = read(tiny(seed))
    least = least_of_all(seed)
    if least is None:
        return
    first, routes = listed(visits, least + 40)
    bound = Bound(visits, pooled(visits, routes), least + 40)
    assert first <= least + 1e-6
    for period in (1000, 30, 4, 1):
        bound.tighten(period)
        assert first - 1e-6 <= bound.best <= least + 1e-6
        bound.find_subsets()


def test_visits_need_not_be_in_pairs() -> None:
    instance = tiny(0)
    del instance["patients"][0]["synchronization"]
    visits = read(instance)
    assert visits.pairs == []
    together = least_of_all(0)
    assert together is not None
    found = proof.below_value(visits, together + 1)
    assert found is not None
    assert found.cost <= together
    assert proof.below_value(visits, found.cost) is None


def test_where_no_plan_is_possible_none_is_found() -> None:
    instance = tiny(0)
    for worker in instance["caregivers"]:
        worker["working_shift"]["end"] = 5
    assert proof.below_value(read(instance), 1000) is None


def test_our_plan_of_it_costs_the_least(tmp_path: Path) -> None:
    compared = 0
    for seed in range(8):
        least = least_of_all(seed)
        if least is None:
            continue
        file = tmp_path / f"{seed}.json"
        file.write_text(json.dumps(tiny(seed)), encoding="utf-8")
        problem = read_problem(file, format="uhhc")
        plan = solve(problem, stop=Iterations(2000), threads=1)
        assert check(problem, plan) == []
        assert score(problem, plan).total == least
        compared += 1
    assert compared >= 4


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda it: it["metadata"]["cost_components"].update(total_waiting_time=1), "only travel"),
        (lambda it: it["metadata"].update(time_window_met="at_service_start"), "whole service"),
        (lambda it: it["patients"][0].update(optional=True), "p1 has optional"),
        (lambda it: it["patients"][1].update(time_windows=[]), "p2: not one window"),
        (
            lambda it: it["patients"][0].update(synchronization={"type": "sequential"}),
            "p1: visits that are sequential",
        ),
    ],
)
def test_what_a_proof_does_not_know_is_refused(change: Any, said: str) -> None:
    instance = tiny(0)
    change(instance)
    with pytest.raises(ValueError, match=said):
        read(instance)
