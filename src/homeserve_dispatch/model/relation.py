"""Bonds between orders."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from homeserve_dispatch.model.base import Duration, Model, Name

Orders = Annotated[tuple[Name, ...], Field(min_length=2)]


class Sequence(Model):
    """The second order is done after the first.

    It binds only where both are assigned; with :class:`AllOrNone` none is done alone. Of an order
    with a crew the first role counts.

    Attributes
    ----------
    first, second : str
        Ids of orders.
    min_gap, max_gap : timedelta
        From the first to the second, both included; no maximum where it is ``None``.
    between : {"end-start", "start-start"}
        Whether the gap is measured from the finish of the first or from its start; always to the
        start of the second.
    """

    kind: Literal["sequence"] = "sequence"
    first: Name
    second: Name
    min_gap: Duration = timedelta(0)
    max_gap: Duration | None = None
    between: Literal["end-start", "start-start"] = "end-start"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.max_gap is not None and self.max_gap < self.min_gap:
            raise ValueError("max_gap is less than min_gap")
        return self

    @property
    def orders(self) -> tuple[Name, Name]:
        """The first and the second, as other relations name theirs."""
        return (self.first, self.second)


class SameTime(Model):
    """Those that are assigned start at the same moment (the first roles of crews)."""

    kind: Literal["same_time"] = "same_time"
    orders: Orders


class SameWorker(Model):
    """One worker does those that are assigned (the first roles of crews)."""

    kind: Literal["same_worker"] = "same_worker"
    orders: Orders


class DifferentWorkers(Model):
    """No worker does two of them (the first roles of crews)."""

    kind: Literal["different_workers"] = "different_workers"
    orders: Orders


class SameDay(Model):
    """Those that are assigned are done in shifts that start on the same day."""

    kind: Literal["same_day"] = "same_day"
    orders: Orders


class AllOrNone(Model):
    """All of them are assigned, or none."""

    kind: Literal["all_or_none"] = "all_or_none"
    orders: Orders


Relation = Annotated[
    Sequence | SameTime | SameWorker | DifferentWorkers | SameDay | AllOrNone,
    Field(discriminator="kind"),
]
