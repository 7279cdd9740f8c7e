"""How the search cools: from hot to cold, never back, slowly while skip costs are decided on."""

from itertools import pairwise

import pytest

from homeserve_dispatch.search.settings import DEFAULT, LATENESS, RULES, Settings


@pytest.mark.parametrize("settings", [DEFAULT, RULES, LATENESS])
@pytest.mark.parametrize("tightness", [0.0, 0.05, 1.0])
@pytest.mark.parametrize("stops", [0.0, 7.0, 35.0])
def test_the_temperature_only_falls_and_without_a_leap(
    settings: Settings, tightness: float, stops: float
) -> None:
    course = [settings.temperature(step / 1000, tightness, stops) for step in range(1001)]
    long = min(1.0, settings.long / max(1.0, stops))
    assert course[0] == pytest.approx(settings.hot * (1 + settings.tight * tightness) * long)
    assert course[-1] == pytest.approx(settings.cold)
    assert all(0.7 * before < after < before for before, after in pairwise(course))


def test_where_much_is_left_out_it_stays_warm_until_the_last_part() -> None:
    late = 1.0 - DEFAULT.quench
    assert DEFAULT.temperature(late, 1.0) == pytest.approx(DEFAULT.cold * (1 + DEFAULT.warm))
    assert DEFAULT.temperature(late, 0.0) < 2 * DEFAULT.cold


@pytest.mark.parametrize("tightness", [0.0, 1.0])
def test_with_the_longest_routes_it_does_not_rise(tightness: float) -> None:
    course = [DEFAULT.temperature(step / 1000, tightness, 5000.0) for step in range(1001)]
    assert all(after <= before * (1 + 1e-12) for before, after in pairwise(course))


def test_after_each_plan_put_together_it_falls_anew_and_ends_cold() -> None:
    each = 1.0 / DEFAULT.together
    for at in range(DEFAULT.together):
        course = [DEFAULT.settling((at + part / 100) * each + 1e-9) for part in range(100)]
        assert course[0] == pytest.approx(DEFAULT.cold * DEFAULT.settled_hot)
        assert all(after < before for before, after in pairwise(course))
    assert DEFAULT.settling(1.0) == pytest.approx(DEFAULT.cold)
