"""Orders and workers from CSV files, the plan into files: what a nightly script does."""

import tempfile
from pathlib import Path

from homeserve_dispatch import TimeLimit, read_problem, solve, write_plan

DAY = Path(__file__).parent / "data" / "doggerhaven-120"

problem = read_problem(sorted(DAY.iterdir()))
print(f"{problem.name}: {len(problem.orders)} orders, {len(problem.workers)} workers")

plan = solve(problem, stop=TimeLimit(3))
print(f"{len(plan.unassigned)} orders are left out; the plan costs {plan.cost.total:.2f}")
for part, cost in plan.cost.parts.items():
    if cost:
        print(f"  {part.replace('_', ' '):16} {plan.cost.amounts[part]:9.2f} {cost:10.2f}")

with tempfile.TemporaryDirectory() as folder:
    for name in ("plan.json", "plan.csv"):
        write_plan(plan, Path(folder, name), problem=problem)
    written = sorted(path for path in Path(folder).iterdir())
    print("written:", *(path.name for path in written))
