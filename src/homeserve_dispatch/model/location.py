"""Where things are."""

from __future__ import annotations

from typing import Annotated, Self, TypeAlias

from pydantic import Field, model_validator

from homeserve_dispatch.model.base import Model, Name

PlaceKey: TypeAlias = str | tuple[float, float]


class Location(Model):
    """A place: a named one, a point on the globe, or both.

    Two locations are the same place when they have the same ``id``, or, where neither has one,
    the same coordinates. Where ways are worked out from coordinates, one id has one pair of them
    throughout a problem.

    Attributes
    ----------
    id : str, optional
        Name of the place; what a :class:`TravelMatrix` knows it by.
    lat, lon : float, optional
        Degrees, WGS 84; latitude in [-90, 90], longitude in [-180, 180]. Both or neither.

    Raises
    ------
    InputError
        Neither an id nor coordinates, only one of the two coordinates, or off the globe.

    Examples
    --------
    >>> Location(lat=48.137, lon=11.575).key
    (48.137, 11.575)
    """

    id: Name | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        if (self.lat is None) != (self.lon is None):
            raise ValueError("lat and lon go together, and one is missing")
        if self.id is None and self.lat is None:
            raise ValueError("a location needs an id or lat and lon")
        return self

    @property
    def key(self) -> PlaceKey:
        """What tells two places apart: the id, else ``(lat, lon)``."""
        if self.id is not None:
            return self.id
        assert self.lat is not None and self.lon is not None
        return (self.lat, self.lon)
