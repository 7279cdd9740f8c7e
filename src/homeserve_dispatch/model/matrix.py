"""A square table of numbers, kept small: the field type of travel matrices."""

from __future__ import annotations

import reprlib
from array import array
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from homeserve_dispatch.errors import InputError, Issue

UNREACHABLE = 2**31 - 1
"""What a table holds where there is no way from one place to the other."""

_LARGEST = 1_000_000_000
_NAMED = 100_000
"""Faulty entries that are named one by one; a big table of them would fill the memory."""


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
                None
                if value == UNREACHABLE
                else (value / scale if value % scale else value // scale)
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
        unnamed = 0
        for at, row in enumerate(rows):
            if not isinstance(row, list | tuple) or len(row) != size:
                faults.append(_misshapen(row, at, size))
            elif (whole := _quickly(row, scale)) is not None:
                values.extend(whole)
            elif len(faults) < _NAMED:
                values.extend(_whole(row, at, scale, faults))
            else:
                unnamed += 1
        if unnamed:
            rest = f"{unnamed} more of its rows have faulty entries"
            faults.append(Issue("MATRIX_VALUE", "matrix", rest, "mend those that are named first"))
        if faults:
            raise InputError(faults)
        return cls(values, size, scale)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
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


def _misshapen(row: Any, at: int, size: int) -> Issue:
    got = f"{len(row)} entries" if isinstance(row, list | tuple) else f"{reprlib.repr(row)} in it"
    return Issue(
        "MATRIX_SHAPE",
        f"matrix row {at}",
        f"it has {got} and the matrix {size} rows",
        "make it square: one row and one column a place",
    )


def _quickly(row: Sequence[Any], scale: int) -> Iterable[int] | None:
    """Convert a row that has no faults and no nulls; None if it has any."""
    kinds = set(map(type, row))
    if not kinds <= {int, float} or not row:
        return None
    if min(row) < 0 or max(row) > _LARGEST / scale:
        return None
    if float in kinds:
        # min and max may pass over a NaN, and then over anything; each makes the sum odd.
        try:
            if not 0 <= sum(row) <= _LARGEST / scale * len(row):
                return None
        except OverflowError:
            return None
    if float in kinds:
        return map(round, [value * scale for value in row])
    return row if scale == 1 else [value * scale for value in row]


def _whole(row: Iterable[Any], at: int, scale: int, faults: list[Issue]) -> list[int]:
    result: list[int] = []
    for column, value in enumerate(row):
        if value is None:
            result.append(UNREACHABLE)
            continue
        # Compared before multiplied: a huge int does not fit a float, and NaN compares false.
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number and 0 <= value <= _LARGEST / scale:
            result.append(round(value * scale))
            continue
        faults.append(
            Issue(
                "MATRIX_VALUE",
                f"matrix row {at}, column {column}",
                f"{reprlib.repr(value)} is not a number from 0 to {_LARGEST // scale}",
                "give a number, or null where there is no way",
            )
        )
        result.append(0)
    return result
