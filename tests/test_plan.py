"""What comes back: it is looked up, written and read without loss."""

from __future__ import annotations

import pytest

from a_day import ANA, BEN, PLAN, PROBLEM, at
from homeserve_dispatch import InputError, Plan, Reason, Route, Status, Unassigned, Visit, score
from homeserve_dispatch.schedule import build_plan


def test_the_route_of_an_order_is_found() -> None:
    assert PLAN.route_of("C") is ANA
    assert PLAN.route_of("D") is BEN


def test_an_order_that_is_left_out_or_unknown_has_no_route() -> None:
    assert PLAN.route_of("E") is None
    assert PLAN.route_of("X") is None


def test_a_plan_comes_back_from_json_as_it_was() -> None:
    full = build_plan(PROBLEM, {("Ana", 0): ["A", "B", "C"], ("Ben", 1): ["D"]})
    full = full.model_copy(update={"cost": score(PROBLEM, full), "status": Status.PARTIAL})
    assert Plan.model_validate_json(full.model_dump_json()) == full


def test_a_plan_that_states_little_comes_back_as_little() -> None:
    text = PLAN.model_dump_json(exclude_unset=True)
    again = Plan.model_validate_json(text)
    assert again == PLAN
    assert "lateness" not in again.routes[0].visits[0].model_fields_set


def test_reasons_and_status_are_read_from_their_names() -> None:
    left = Unassigned.model_validate({"order": "E", "reasons": ["SKILL", "NO_ROOM"]})
    assert left.reasons == (Reason.SKILL, Reason.NO_ROOM)
    assert Plan.model_validate({"status": "empty"}).status is Status.EMPTY


def test_a_fault_in_a_visit_names_the_route_and_the_visit() -> None:
    route = BEN.model_dump() | {"visits": [BEN.visits[0].model_dump() | {"start": "soon"}]}
    with pytest.raises(InputError, match="route 'Ben', visit 'D', field start"):
        Plan.model_validate({"routes": [route]})


def test_times_are_kept_to_the_millisecond() -> None:
    moment = at("8:30").replace(microsecond=123_999)
    visit = Visit(order="D", arrival=moment, start=moment, finish=moment)
    assert visit.start.microsecond == 123_000


def test_a_plan_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        PLAN.routes = ()  # type: ignore[misc]


def test_a_shift_before_the_first_does_not_exist() -> None:
    with pytest.raises(InputError, match=r"field shift.*greater than or equal to 0"):
        Route(worker="Ben", shift=-1, departure=at("8:00"), end=at("9:00"), visits=[])
