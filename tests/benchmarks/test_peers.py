import sys
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest

from homeserve_dispatch import (
    Location,
    ModeMatrix,
    Objective,
    Order,
    Problem,
    Shift,
    TimeWindow,
    TravelMatrix,
    Worker,
)
from homeserve_dispatch.datasets import generate_day

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

from peer import apart, days, table
from peer.adapter import MODULES, Task
from peer.judge import judge
from peer.neutral import HELD, MODES, OVERTIME, SEVERAL, SKIPS, WHO, WINDOWS, neutral, rules_of

IMPORTS = {
    "pyvrp": "pyvrp",
    "vroom": "vroom",
    "ortools": "ortools",
    "vrp-cli": "vrp_cli",
    "nextroute": "nextroute",
}
DAY = datetime(2026, 5, 4)
HOUR = timedelta(hours=1)


def at(hour):
    return DAY + hour * HOUR


@pytest.fixture
def small():
    """Two workers of different modes, two orders: one for either, one for Ben in two windows."""
    names = ("home", "near", "far")
    home, near, far = (Location(id=n, lat=54.7, lon=2.3 + k / 100) for k, n in enumerate(names))
    car = [[0, 100, 200], [100, 0, 150], [200, 150, 0]]
    foot = [[0, 1000, 2000], [1000, 0, 1500], [2000, 1500, 0]]
    shift = Shift(start=at(8), end=at(16), start_location=home, end_location=home)
    windows = [
        TimeWindow(earliest=at(9), latest=at(10)),
        TimeWindow(earliest=at(13), latest=at(14)),
    ]
    return Problem(
        orders=[
            Order(id="A", location=near, duration=HOUR, priority=10),
            Order(id="B", location=far, duration=HOUR, skills={"care": 2}, time_windows=windows),
        ],
        workers=[
            Worker(id="Ana", shifts=[shift], mode="car", skills={"care": 1}),
            Worker(id="Ben", shifts=[shift], mode="foot", skills={"care": 2}),
        ],
        travel=TravelMatrix(
            places=names,
            tables={
                "car": ModeMatrix(travel_time_s=car),
                "foot": ModeMatrix(travel_time_s=foot),
            },
        ),
        objective=Objective(
            travel_time=3600, travel_distance=0, waiting=0, overtime=0, unassigned=3600
        ),
    )


def test_the_neutral_form_says_all_of_a_small_problem(small):
    day = neutral(small)
    assert [(job.place, job.duration, job.skip_cost) for job in day.jobs] == [
        (1, 3600, 7200),
        (2, 3600, 3600),
    ]
    assert [job.allowed for job in day.jobs] == [(0, 1), (1,)]
    assert day.jobs[0].windows == ((0, 16 * 3600),)
    assert day.jobs[1].windows == ((9 * 3600, 10 * 3600), (13 * 3600, 14 * 3600))
    assert [(v.worker, v.home, v.start, v.end) for v in day.vehicles] == [
        ("Ana", 0, 8 * 3600, 16 * 3600),
        ("Ben", 0, 8 * 3600, 16 * 3600),
    ]
    assert [day.travel[vehicle.mode][0, 2] for vehicle in day.vehicles] == [200, 2000]
    assert day.may().tolist() == [[True, True], [False, True]]


def test_rules_are_named(small):
    assert rules_of(small) == {WHO, WINDOWS, SEVERAL, MODES, SKIPS}


def test_the_neutral_form_refuses_what_it_does_not_hold():
    problem = generate_day(50, seed=1)
    assert OVERTIME in rules_of(problem)
    with pytest.raises(ValueError, match="overtime"):
        neutral(problem)


@pytest.mark.parametrize("kind", ["tight", "loose"])
def test_plain_days_use_only_what_all_can_state(kind):
    for seed in range(3):
        assert rules_of(days.plain(60, kind, seed)) <= HELD


def test_plain_days_take_whole_seconds_and_no_detour_is_shorter():
    travel = neutral(days.plain(40, "tight", 1)).travel
    for mode in travel:
        assert (mode == mode.T).all()
        assert (mode[:, None, :] <= mode[:, :, None] + mode[None, :, :]).all()


def test_a_plan_of_a_plain_day_costs_its_travel_seconds_and_what_is_left_out(small):
    verdict = judge(small, [[0], []])
    assert verdict.feasible
    assert verdict.travel_seconds == pytest.approx(200)
    assert verdict.cost == pytest.approx(200 + 3600)
    assert (verdict.unassigned, verdict.priority_left_out) == (1, 0)
    verdict = judge(small, [[], [1]])
    assert verdict.cost == pytest.approx(4000 + 7200)
    assert verdict.priority_left_out == 10


def test_with_priority_first_a_point_of_it_outweighs_a_hundred_orders():
    jobs = neutral(days.plain(20, "tight", 1, priority_first=True)).jobs
    assert len({job.priority for job in jobs}) > 1
    assert [job.skip_cost for job in jobs] == [36_000 * (1 + 100 * job.priority) for job in jobs]


@pytest.mark.parametrize(("first", "plus"), [(True, 0), (False, 10)])
def test_vroom_gets_the_priority_itself_where_it_comes_first(first, plus):
    pytest.importorskip("vroom")
    day = neutral(days.plain(20, "tight", 1, priority_first=first))
    given = import_module(MODULES["vroom"])._priorities(day)
    assert given == [job.priority + plus for job in day.jobs]


def test_whoever_may_not_do_it_makes_the_plan_infeasible(small):
    verdict = judge(small, [[1], []])
    assert not verdict.feasible
    assert "care" in verdict.faults[0]


def test_routes_that_are_none_are_refused(small):
    with pytest.raises(ValueError, match="more than once: A"):
        judge(small, [[0], [0]])
    with pytest.raises(ValueError, match="1 routes for 2 shifts"):
        judge(small, [[0]])


def task(problem, seconds=1.0):
    return Task(problem, rules_of(problem), neutral(problem), seconds, seed=1, threads=1)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("solver", list(IMPORTS))
def test_a_peer_plans_a_small_day_well(solver, small):
    pytest.importorskip(IMPORTS[solver])
    adapter = import_module(MODULES[solver])
    assert adapter.CAN >= HELD
    verdict = judge(small, adapter.solve(task(small)).routes)
    assert verdict.feasible
    assert verdict.cost == pytest.approx(200 + 4000) or verdict.cost == pytest.approx(200 + 3600)
    problem = days.plain(20, "loose", 1)
    verdict = judge(problem, adapter.solve(task(problem)).routes)
    assert verdict.feasible
    assert verdict.unassigned <= 3


def test_a_solver_that_cannot_express_a_rule_says_so(small):
    asked = Task(small, frozenset({"moods"}), None, 1.0, seed=1, threads=1)
    outcome = apart.run("ours", asked)
    assert outcome.answer is None
    assert outcome.failure == "cannot express: moods"


def line(solver, cost, seed=1, **more):
    blank = dict.fromkeys(table.COLUMNS)
    instance = {"family": "plain", "kind": "tight", "orders": 50, "seconds": 10.0, "seed": seed}
    given = {"solver": solver, "version": "1", "cost": cost, "feasible": cost is not None}
    return blank | instance | given | {"unassigned": 2, "note": ""} | more


def test_the_table_has_medians_and_the_best_in_bold():
    rows = [
        *(line("ours", cost, seed) for seed, cost in enumerate((100.0, 200.0, 300.0))),
        *(line("other", cost, seed) for seed, cost in enumerate((110.0, 220.0, 330.0))),
        line("third", None, 0, note="failed: it ended with -11"),
    ]
    text = table.markdown(rows, 2)
    assert "| **200 (1.000; 2)** | 220 (1.100; 2) | – |" in text
    assert "- third: failed: it ended with -11 (plain tight 50 seed 0)" in text


def test_ratios_are_to_the_best_feasible_plan_of_the_day():
    rows = [line("a", 100.0), line("b", 150.0), line("c", 50.0, feasible=False), line("d", None)]
    assert [row["ratio"] for row in table.with_ratios(rows)] == [1.0, 1.5, None, None]


def test_rows_are_read_as_they_were_written(tmp_path):
    rows = [line("a", 100.0), line("b", None, note="failed")]
    table.write(tmp_path / "t.csv", rows[:1])
    table.append(tmp_path / "t.csv", rows[1])
    read = table.read(tmp_path / "t.csv")
    assert [(row["cost"], row["feasible"]) for row in read] == [(100.0, True), (None, False)]
    assert [table.key(row)[:6] for row in read] == [table.key(row)[:6] for row in rows]
