"""What goes wrong, said in a way that tells the user what to mend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SHOWN = 20
"""How many faults the text of an :class:`InputError` spells out."""


class DispatchError(Exception):
    """Base of every error that this library raises on purpose."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One fault in the input.

    Attributes
    ----------
    code : str
        A stable name of the kind of fault, in capitals: ``DUPLICATE_ID``, ``BAD_VALUE``.
    where : str
        The record and field: ``order 'A17', field duration``; for files also file and line.
    problem : str
        What is wrong, with the value that is.
    action : str
        What the user can do about it.
    """

    code: str
    where: str
    problem: str
    action: str

    def __str__(self) -> str:
        return f"{self.where}: {self.problem} [{self.code}] -> {self.action}"


class InputError(DispatchError, ValueError):
    """The input has faults; all of them are listed.

    Parameters
    ----------
    issues : iterable of Issue
        At least one fault. The text shows the first 20 and the count; ``issues`` holds all.

    Examples
    --------
    >>> error = InputError([Issue("EMPTY", "orders.csv", "the file is empty", "write a header")])
    >>> print(error)
    1 fault in the input:
      orders.csv: the file is empty [EMPTY] -> write a header
    """

    def __init__(self, issues: Iterable[Issue]) -> None:
        self.issues: tuple[Issue, ...] = tuple(issues)
        if not self.issues:
            raise TypeError("an InputError needs at least one Issue")
        super().__init__(self._text())

    def _text(self) -> str:
        count = len(self.issues)
        lines = [f"{count} fault{'s' if count > 1 else ''} in the input:"]
        lines += [f"  {issue}" for issue in self.issues[:SHOWN]]
        if count > SHOWN:
            lines.append(f"  … and {count - SHOWN} more")
        return "\n".join(lines)

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Issue, ...]]]:
        return (type(self), (self.issues,))
