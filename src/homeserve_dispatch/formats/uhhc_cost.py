"""The cost components of ``uhhc`` as an objective."""

from __future__ import annotations

from typing import Any

from homeserve_dispatch.errors import Issue
from homeserve_dispatch.formats.hhcrsp_shared import PER_HOUR, SKIP_COST
from homeserve_dispatch.formats.vroom_fields import Fields, is_number
from homeserve_dispatch.model import Problem
from homeserve_dispatch.model.faults import brief

HARD = "HARD"
HEAVIEST = 1e5
"""The largest weight of a component: with SKIP_COST it stays clear of what is prohibitive."""

TIMES = {
    "travel_time": "travel_time",
    "total_tardiness": "lateness",
    "highest_tardiness": "worst_lateness",
    "total_waiting_time": "waiting",
    "total_extra_time": "overtime",
    "max_idle_time": "max_idle",
    "workload_balance": "workload_balance",
}
"""Components that weigh minutes, and the parts of the objective that they are."""

CASES = {"caregiver_preferences": "preference", "missed_lunch_break": "missed_break"}
"""Components that weigh cases."""

_MAY_BE_HARD = {
    "total_tardiness",
    "highest_tardiness",
    "total_extra_time",
    "caregiver_preferences",
    "optional_patients",
    "missed_lunch_break",
}
_ALWAYS_HARD = ("incompabilities", "qualification")
# A skip cost this many times the heaviest minute outweighs days of anything.
_MINUTES_OUTWEIGHED = 1e4


class Components:
    """What a file weighs.

    Parameters
    ----------
    metadata : Fields
        The file's metadata; components that cannot be expressed are faults.
    """

    def __init__(self, metadata: Fields) -> None:
        where = f"{metadata.where}, field cost_components"
        data = metadata.data.get("cost_components", {})
        self._fields = Fields(where, data, metadata.faults)
        self._weights = {
            name: weight
            for name, given in self._fields.data.items()
            if given is not None and (weight := self._weight(name, given)) is not None
        }

    def _weight(self, name: str, given: Any) -> float | None:
        """Return the weight, infinite where the component is hard; None: it has no effect."""
        if name in _ALWAYS_HARD:
            if given != HARD:
                self._refuse(name, "abilities and incompatible caregivers are hard here")
            return None
        if name not in TIMES | CASES and name != "optional_patients":
            if given == HARD or given != 0:
                self._refuse(name, "there is no such part of the cost here")
            return None
        if given == HARD:
            if name in _MAY_BE_HARD:
                return float("inf")
            self._refuse(name, "it can be weighed here, and not be forbidden")
        elif not is_number(given, 0, HEAVIEST):
            problem = f'{brief(given)} is no number from 0 to {HEAVIEST:g} and not "{HARD}"'
            self._fields.fault(name[:80], problem)
        else:
            return float(given)
        return None

    def _refuse(self, name: str, why: str) -> None:
        self._fields.unsupported(name[:80], why, "leave it out")

    def has(self, name: str) -> bool:
        """Tell whether the component is weighed or hard."""
        return name in self._weights

    def hard(self, name: str) -> bool:
        """Tell whether the component must be 0."""
        return self._weights.get(name) == float("inf")

    def weight(self, name: str) -> float:
        """Return the weight; 0 where there is none, or where the component is hard."""
        return 0.0 if self.hard(name) else self._weights.get(name, 0.0)

    def objective(self) -> dict[str, Any]:
        """Return the objective as raw input; every part is stated."""
        parts: dict[str, Any] = {
            part: self.weight(name) * PER_HOUR for name, part in TIMES.items()
        } | {part: self.weight(name) for name, part in CASES.items()}
        if self.hard("total_tardiness") or self.hard("highest_tardiness"):
            parts |= {"lateness": "hard", "worst_lateness": 0.0}
        if self.hard("total_extra_time"):
            parts["overtime"] = "hard"
        heaviest = max((self.weight(name) for name in TIMES | CASES), default=0.0)
        rest = {"travel_distance", "sla_lateness", "unassigned_by_priority", "response_time"}
        return {
            **parts,
            **dict.fromkeys(rest, 0.0),
            "unassigned": max(SKIP_COST, _MINUTES_OUTWEIGHED * heaviest),
        }


def components_of(problem: Problem) -> dict[str, Any]:
    """Return the components of a problem's objective; those of patients and shifts come later."""
    objective = problem.objective
    found: dict[str, Any] = {}
    for name, part in TIMES.items():
        weight = getattr(objective, part)
        found[name] = HARD if weight == "hard" else _plain(weight / PER_HOUR)
    for name, part in CASES.items():
        weight = getattr(objective, part)
        found[name] = HARD if weight == "hard" else _plain(weight)
    return found


def _plain(weight: float) -> float:
    weight = round(weight, 9)
    return int(weight) if weight == int(weight) else weight


def unsupported_origin(metadata: Fields, components: Components) -> Issue | None:
    """Return the fault that waiting is weighed where routes begin at the shift's start."""
    if metadata.data.get("origin") not in ("bazirha", "bazirha-caie"):
        return None
    if not components.weight("total_waiting_time"):
        return None
    why = "waiting before the first visit, which this origin counts, is none here"
    return Issue("UNSUPPORTED", f"{metadata.where}, field origin", why, "weigh no waiting")
