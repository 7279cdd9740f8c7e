"""What a dispatcher has fixed."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from homeserve_dispatch.model.base import Model, Moment, Name


class Lock(Model):
    """A visit that the search may not move, as far as it is stated here.

    The dispatcher knows best: of a visit locked to a worker nobody asks for skills, tags, areas,
    or named workers (missed preferences cost), of one with a locked start nobody asks for hard
    time windows, release or hard deadlines (lateness past soft ones costs). A lock that
    cannot be kept leaves the order out, with that reason.

    Attributes
    ----------
    order : str
        Id of the order.
    role, occurrence : int
        Which of its visits, from 0.
    worker : str, optional
        Who does it.
    shift : int, optional
        In which of the worker's shifts, from 0; needs ``worker``.
    start : datetime, optional
        When service starts; not a moment earlier or later.
    position : int, optional
        Which visit of its route it is, from 0, breaks and restocking not counted; needs
        ``shift``. All visits before it must be locked to their positions, too.
    unassigned : bool
        The order is left out; nothing else is stated then.
    """

    order: Name
    role: Annotated[int, Field(ge=0)] = 0
    occurrence: Annotated[int, Field(ge=0)] = 0
    worker: Name | None = None
    shift: Annotated[int, Field(ge=0)] | None = None
    start: Moment | None = None
    position: Annotated[int, Field(ge=0)] | None = None
    unassigned: bool = False

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.shift is not None and self.worker is None:
            raise ValueError("a lock with a shift needs its worker")
        if self.position is not None and self.shift is None:
            raise ValueError("a lock with a position needs worker and shift")
        stated = (self.worker, self.start)
        if self.unassigned and any(value is not None for value in stated):
            raise ValueError("an order locked as unassigned has no worker and no start")
        if not self.unassigned and all(value is None for value in stated):
            raise ValueError("the lock fixes nothing: give worker, start or unassigned")
        return self
