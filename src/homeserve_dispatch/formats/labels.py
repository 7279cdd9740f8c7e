"""From the model's words for a place (``order 'A17', field duration``) to those of a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from homeserve_dispatch.errors import Issue

_INNER = re.compile(r", (role|break|time window) ")
"""How the model's faults go on where they are of a record within a record."""


_SEVERAL = re.compile(r"relations number ([0-9]+(?:, [0-9]+)*) and ([0-9]+)")


class Label(NamedTuple):
    """What a file calls a record: its words for it, and the kind that fields are looked up by."""

    words: str
    kind: str


class Labels:
    """Where the records of a problem stand in the files that it was read from.

    Parameters
    ----------
    fields : mapping of (kind, field) to str
        What the file calls a field of the model; others keep their name.
    """

    def __init__(self, fields: Mapping[tuple[str, str], str]) -> None:
        self._fields = fields
        self._labels: dict[str, Label] = {}
        self._faulty: set[tuple[str, str]] = set()

    def add(self, record: str, words: str, kind: str) -> None:
        """Give a record of the model the file's words; of two records alike the first counts."""
        self._labels.setdefault(record, Label(words, kind))

    def words(self, record: str) -> str | None:
        """Return the words given to a record, if any were."""
        label = self._labels.get(record)
        return label and label.words

    def spoil(self, record: str, field: str) -> None:
        """Remember that a field could not be read: what the model says of it is no news."""
        self._faulty.add((record, field))

    def translate(self, issues: Iterable[Issue]) -> list[Issue]:
        """Put the model's faults into the file's words, those of spoilt fields left out."""
        return [said for issue in issues if (said := self._translated(issue))]

    def _translated(self, issue: Issue) -> Issue | None:
        if several := _SEVERAL.fullmatch(issue.where):
            records = [f"relation number {n}" for n in (*several[1].split(", "), several[2])]
            said = [self.words(record) or record for record in records]
            where = f"{'; '.join(said[:-1])} and {said[-1]}"
            return Issue(issue.code, where, issue.problem, issue.action)
        record, rest = self._split(issue.where)
        between, found, path = rest.rpartition("field ")
        if not found:
            between, path = rest, ""
        field, _, deeper = path.partition(".")
        if (record, field) in self._faulty:
            return None
        words, kind = self._labels.get(record, Label(record, ""))
        inner = _INNER.match(between)
        if inner and (kind, inner[1]) in self._fields:
            path = self._fields[kind, inner[1]]
        elif (kind, path) in self._fields:
            path = self._fields[kind, path]
        elif (kind, field) in self._fields:
            path = self._fields[kind, field] + (deeper and f".{deeper}")
        where = words + between.rstrip(", ")
        if found:
            where += f"{', ' if where else ''}field {path}"
        return Issue(issue.code, where, issue.problem, issue.action)

    def _split(self, where: str) -> tuple[str, str]:
        """Split into the longest record that has a label and what follows it.

        An id may itself hold ``, field``, so nothing but a known record ends it.
        """
        end = len(where)
        while end > 0:
            if where[:end] in self._labels:
                return where[:end], where[end:]
            end = where.rfind(", ", 0, end)
        return "", where
