"""A square table of numbers, kept small: the field type of travel matrices."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from homeserve_dispatch.errors import InputError, Issue

UNREACHABLE = 2**31 - 1
"""What a table holds where there is no way from one place to the other."""

_LARGEST = 1_000_000_000


class SquareTable:
    """Immutable square table of whole numbers >= 0, 4 bytes each, row by row.

    Parameters
    ----------
    values : array of int32, size * size entries
        Row = origin, column = destination, in thousandths of the unit that the field is given
        in (``scale`` 1000) or in that unit (``scale`` 1).
    size : int
        Number of rows.
    scale : int
        Stored number per unit.
    """

    __slots__ = ("scale", "size", "values")
    unit_scale = 1

    def __init__(self, values: array[int], size: int, scale: int) -> None:
        self.values, self.size, self.scale = values, size, scale

    def at(self, row: int, column: int) -> int:
        """The stored number, ``UNREACHABLE`` where there is no way."""
        return self.values[row * self.size + column]

    def rows(self) -> list[list[float | None]]:
        """The table as nested lists in the unit it was given in; ``None``: no way."""
        size, scale = self.size, self.scale
        return [
            [
                None if value == UNREACHABLE else (value / scale if value % scale else value // scale)
                for value in self.values[row * size : (row + 1) * size]
            ]
            for row in range(size)
        ]

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, SquareTable)
            and self.scale == other.scale
            and self.values == other.values
        )

    def __hash__(self) -> int:
        return hash((self.size, self.scale, self.values.tobytes()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.size} x {self.size})"

    @classmethod
    def from_rows(cls, rows: Any) -> SquareTable:
        """From nested sequences or a 2-D array of numbers, every faulty entry named.

        Raises
        ------
        InputError
            Not square, or entries that are not numbers, NaN, negative or too large.
        """
        if isinstance(rows, SquareTable):
            return rows
        if hasattr(rows, "tolist"):
            rows = rows.tolist()
        if not isinstance(rows, list | tuple):
            raise ValueError("it must be a list of rows of numbers")
        size, scale = len(rows), cls.unit_scale
        values: array[int] = array("i")
        faults: list[Issue] = []
        for at, row in enumerate(rows):
            if not isinstance(row, list | tuple) or len(row) != size:
                got = len(row) if isinstance(row, list | tuple) else repr(row)
                faults.append(
                    Issue(
                        "MATRIX_SHAPE",
                        f"matrix row {at}",
                        f"it has {got} entries and the matrix {size} rows",
                        "make it square: one row and one column a place",
                    )
                )
                continue
            values.extend(_whole(row, at, scale, faults))
        if faults:
            raise InputError(faults)
        return cls(values, size, scale)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.from_rows,
            serialization=core_schema.plain_serializer_function_ser_schema(lambda t: t.rows()),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        entry = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "null"}]}
        return {"type": "array", "items": {"type": "array", "items": entry}}


class Milliseconds(SquareTable):
    """Given in seconds, kept in milliseconds (rounded)."""

    unit_scale = 1000


class Metres(SquareTable):
    """Given in metres, kept in whole metres (rounded)."""


def _whole(row: Iterable[Any], at: int, scale: int, faults: list[Issue]) -> list[int]:
    result: list[int] = []
    for column, value in enumerate(row):
        if value is None:
            result.append(UNREACHABLE)
            continue
        if isinstance(value, int | float) and not isinstance(value, bool):
            if math.isfinite(value) and 0 <= value * scale <= _LARGEST:
                result.append(round(value * scale))
                continue
        faults.append(
            Issue(
                "MATRIX_VALUE",
                f"matrix row {at}, column {column}",
                f"{value!r} is not a number from 0 to {_LARGEST // scale}",
                "give a number, or null where there is no way",
            )
        )
        result.append(0)
    return result
