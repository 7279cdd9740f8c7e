"""When a search ends, how to follow it, and how to go on from an earlier plan."""

from homeserve_dispatch import Iterations, NoImprovement, Progress, Target, TimeLimit, solve
from homeserve_dispatch.datasets import generate_day

problem = generate_day(60, seed=3)


told: list[float] = []


def tell(progress: Progress) -> None:
    """Say how it gets on; about ten times a second is too often for a log."""
    if not told or progress.seconds >= told[-1] + 1.0:
        told.append(progress.seconds)
        print(f"{progress.phase:10} {progress.fraction:4.0%} best {progress.best_cost:.2f}")


# The same plan each time: so many iterations, one seed, one number of threads.
again = [solve(problem, stop=Iterations(500), seed=7, threads=1) for _ in range(2)]
assert again[0].routes == again[1].routes
print(f"twice the same plan: {again[0].cost.total:.2f}")

# Whichever comes first: five seconds, or one second in which nothing got better.
longer = solve(
    problem, stop=TimeLimit(5) | NoImprovement(seconds=1), start=again[0], on_progress=tell
)
print(f"further from there: {longer.cost.total:.2f}, ended by {longer.stopped_by}")
assert longer.cost.total <= again[0].cost.total + 1e-6

# As soon as a plan is good enough.
enough = solve(problem, stop=Target(again[0].cost.total * 1.1) | TimeLimit(5), start=again[0])
print(f"good enough: {enough.cost.total:.2f}, ended by {enough.stopped_by}")
