"""Random plans that need not make any sense, for the checker to take apart."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import strategies as st

from homeserve_dispatch import Plan, Problem, Route, Unassigned, Visit
from homeserve_dispatch.model import PARTS
from homeserve_dispatch.plan import Cost, Status
from strategies import BERLIN, DAY, few_of, minutes, sometimes


@st.composite
def broken_plans(draw: st.DrawFn, problem: Problem) -> Plan:
    """Any plan at all: unknown ids, times in disorder and of both kinds, figures out of the air."""
    order = st.sampled_from([*(order.id for order in problem.orders), "nobody's"])
    worker = st.sampled_from([*(worker.id for worker in problem.workers), "nobody"])
    day = datetime(2026, 5, 4)
    naive = st.integers(0, 2 * DAY).map(lambda minute: day + timedelta(minutes=minute))
    aware = naive.map(lambda moment: moment.replace(tzinfo=BERLIN))
    far = st.sampled_from((datetime.min, datetime.max, datetime(1, 1, 2, tzinfo=BERLIN)))
    moment = st.one_of(naive, aware) if draw(st.integers(0, 9)) else st.one_of(naive, aware, far)
    figures = {
        "travel_time": minutes(0, 60),
        "distance_m": st.integers(0, 10_000),
        "setup": minutes(0, 60),
        "lateness": minutes(0, 60),
        "sla_lateness": minutes(0, 60),
    }
    visits = st.lists(
        st.tuples(order, moment, moment, moment, few_of(figures, 2)).map(
            lambda of: Visit(order=of[0], arrival=of[1], start=of[2], finish=of[3], **of[4])
        ),
        max_size=3,
    )
    routes = st.lists(
        st.tuples(worker, st.integers(0, 2), moment, moment, visits).map(
            lambda of: Route(worker=of[0], shift=of[1], departure=of[2], end=of[3], visits=of[4])
        ),
        max_size=3,
    )
    amounts = st.dictionaries(st.sampled_from((*PARTS, "bribes")), st.floats(0, 99), max_size=3)
    cost = st.builds(Cost, total=st.floats(-9, 999), parts=amounts, amounts=amounts)
    return Plan(
        routes=draw(routes),
        unassigned=[Unassigned(order=one) for one in draw(st.lists(order, max_size=3))],
        cost=draw(sometimes(cost)),
        status=draw(sometimes(st.sampled_from(tuple(Status)))),
    )
