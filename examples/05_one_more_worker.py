"""What another pair of hands would be worth: the same day, planned twice."""

from homeserve_dispatch import Problem, Reason, TimeLimit, solve
from homeserve_dispatch.datasets import generate_day

problem = generate_day(80, seed=11)
before = solve(problem, stop=TimeLimit(2))
print(f"as it is: {len(before.unassigned)} left out, cost {before.cost.total:.2f}")
for reason in Reason:
    count = sum(reason in left.reasons[:1] for left in before.unassigned)
    if count:
        print(f"  {reason}: {count}")

# A twin of somebody whose skills the most orders that are left out ask for.
missed = [problem.effective(problem.order(left.order)) for left in before.unassigned]


def useful(worker):
    """Count the orders left out whose skills this worker has."""
    return sum(
        all(
            name in worker.skills and worker.skills[name].level >= level
            for name, level in asked.skills.items()
        )
        for asked in missed
    )


model = max(problem.workers, key=useful)
twin = model.model_copy(update={"id": f"{model.id} (twin)"})
bigger = Problem(
    orders=problem.orders,
    workers=(*problem.workers, twin),
    services=problem.services,
    travel=problem.travel,
    objective=problem.objective,
)
after = solve(bigger, stop=TimeLimit(2), start=before)
print(f"with a twin of {model.id}: {len(after.unassigned)} left out, cost {after.cost.total:.2f}")
print(f"worth {before.cost.total - after.cost.total:.2f} on this day")
