"""Random plans that need not make any sense, for the checker to take apart."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import strategies as st

from homeserve_dispatch import BreakTaken, Plan, Problem, RestockCall, Route, Unassigned, Visit
from homeserve_dispatch.model import PARTS
from homeserve_dispatch.plan import Cost, Status
from strategies import BERLIN, DAY, few_of, minutes, sometimes

BASE = datetime(2026, 5, 4)


@st.composite
def broken_plans(draw: st.DrawFn, problem: Problem, *, parts: bool = False) -> Plan:
    """Any plan at all: unknown ids, times in disorder and of both kinds, figures out of the air.

    Visits have roles and occurrences only where ``parts`` are asked for.
    """
    order = st.sampled_from([*(order.id for order in problem.orders), "nobody's"])
    worker = st.sampled_from([*(worker.id for worker in problem.workers), "nobody"])
    naive = st.integers(0, 2 * DAY).map(lambda minute: BASE + timedelta(minutes=minute))
    aware = naive.map(lambda moment: moment.replace(tzinfo=BERLIN))
    far = st.sampled_from((datetime.min, datetime.max, datetime(1, 1, 2, tzinfo=BERLIN)))
    moment = st.one_of(naive, aware) if draw(st.integers(0, 9)) else st.one_of(naive, aware, far)
    way = {"travel_time": minutes(0, 60), "distance_m": st.integers(0, 10_000)}
    figures = {"setup": minutes(0, 60), "lateness": minutes(0, 60), "sla_lateness": minutes(0, 60)}
    which = {"role": st.integers(0, 2), "occurrence": st.integers(0, 2)} if parts else {}
    times = st.fixed_dictionaries({"arrival": moment, "start": moment, "finish": moment})
    stops = st.tuples(st.integers(0, 3), times, few_of(way, 2))
    visits = st.lists(
        st.tuples(order, times, few_of(way | figures, 2), st.fixed_dictionaries(which)).map(
            lambda of: Visit(order=of[0], **of[1], **of[2], **of[3])
        ),
        max_size=3,
    )
    breaks = st.lists(
        st.tuples(st.integers(0, 2), stops).map(
            lambda of: BreakTaken(number=of[0], after=of[1][0], **of[1][1], **of[1][2])
        ),
        max_size=2,
    )
    calls = stops.map(lambda of: RestockCall(after=of[0], **of[1], **of[2]))
    routes = st.lists(
        st.tuples(
            worker, st.integers(0, 2), moment, moment, visits, sometimes(breaks), sometimes(calls)
        ).map(
            lambda of: Route(
                worker=of[0],
                shift=of[1],
                departure=of[2],
                end=of[3],
                visits=of[4],
                breaks=of[5] or (),
                restock=of[6],
            )
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
