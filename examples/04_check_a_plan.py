"""Judge a plan that somebody else made, or changed by hand."""

from datetime import timedelta

from homeserve_dispatch import TimeLimit, check, score, solve
from homeserve_dispatch.datasets import generate_day

problem = generate_day(40, seed=5)
plan = solve(problem, stop=TimeLimit(2))
assert check(problem, plan) == []
print(f"as planned: no fault, {score(problem, plan).total:.2f}")

# A dispatcher moves the last visit of the first route two hours later, and nothing else.
route = plan.routes[0]
last = route.visits[-1]
two_hours = timedelta(hours=2)
moved = last.model_copy(update={"start": last.start + two_hours, "finish": last.finish + two_hours})
changed = plan.model_copy(
    update={
        "routes": (
            route.model_copy(update={"visits": (*route.visits[:-1], moved)}),
            *plan.routes[1:],
        )
    }
)

print("after the change:")
for violation in check(problem, changed):
    print(f"  {'must not' if violation.hard else 'off'}: {violation}")
