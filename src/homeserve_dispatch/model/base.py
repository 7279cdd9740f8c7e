"""The base of every model: frozen, keyword-only, no unknown fields, one error for all faults."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic._internal._model_construction import ModelMetaclass

from homeserve_dispatch.model.faults import input_error


class _RaisesInputError(ModelMetaclass):
    """Turns pydantic's error into ours where a user calls the class.

    Nested models are built inside pydantic's core and do not come through here, so the faults
    of a whole problem stay together.
    """

    def __call__(cls, *args: Any, **data: Any) -> Any:
        try:
            return super().__call__(*args, **data)
        except ValidationError as error:
            raise input_error(error, cls.__name__, data) from None


class Model(BaseModel, metaclass=_RaisesInputError):
    """Base class of all public data: immutable, and strict about field names."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        ser_json_timedelta="iso8601",
        validate_default=False,
    )

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """As pydantic's (``update`` is not validated); what was cached is worked out anew."""
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """As pydantic's, but faults come as one :class:`~homeserve_dispatch.InputError`."""
        try:
            return super().model_validate(obj, **options)
        except ValidationError as error:
            raise input_error(error, cls.__name__, obj) from None

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> Self:
        """As pydantic's, but faults come as one :class:`~homeserve_dispatch.InputError`."""
        try:
            return super().model_validate_json(json_data, **options)
        except ValidationError as error:
            raise input_error(error, cls.__name__, json_data) from None


_LONGEST = timedelta(days=3660)


def _to_millisecond(value: datetime) -> datetime:
    try:
        instant(value)
    except OverflowError:
        raise ValueError("the time is out of range in UTC") from None
    return value.replace(microsecond=value.microsecond // 1000 * 1000)


def _duration_to_millisecond(value: timedelta) -> timedelta:
    return value - timedelta(microseconds=value.microseconds % 1000)


def _in_range(value: timedelta) -> timedelta:
    if value < timedelta(0):
        raise ValueError("a duration cannot be negative")
    if value > _LONGEST:
        raise ValueError(f"a duration cannot be longer than {_LONGEST.days} days")
    return value


def instant(moment: datetime) -> datetime:
    """The same moment, fit for arithmetic and comparison.

    Two aware times of one zone compare and subtract as wall time, so aware ones go to UTC.
    """
    return moment if moment.tzinfo is None else moment.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(_to_millisecond)]
"""A point in time, aware or naive, kept to the millisecond (finer digits are dropped)."""

Duration = Annotated[timedelta, AfterValidator(_in_range), AfterValidator(_duration_to_millisecond)]
"""A length of time from 0 to 3660 days, kept to the millisecond.

Numbers are seconds; text is ISO 8601.
"""

Name = Annotated[str, Field(min_length=1, max_length=400)]
"""An id or a name: any text that is not empty."""

Names = tuple[Name, ...]
Amount = Annotated[float, Field(ge=0, le=1e15)]
"""A number from 0 to 1e15: beyond it sums of products would not stay finite."""
