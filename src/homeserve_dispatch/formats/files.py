"""Files in and out: read once, decoded, parsed; every failure as an InputError that names it."""

from __future__ import annotations

import gc
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from pydantic_core import from_json

from homeserve_dispatch.errors import InputError, Issue
from homeserve_dispatch.model.faults import nearest

PathLike: TypeAlias = str | os.PathLike[str]

LARGEST_FILE = 1 << 30
"""Bytes; a bigger file is refused before it fills the memory."""

_NESTED = frozenset({dict, list})
_AT = re.compile(r" at line (\d+) column (\d+)$")


class Source:
    """One input file.

    Parameters
    ----------
    path : str or path-like
        A file. Nothing is read before it is asked for, and nothing twice.

    Raises
    ------
    InputError
        By each property: it cannot be read, is too large, empty, not UTF-8, not JSON.
    """

    def __init__(self, path: PathLike) -> None:
        self.path = Path(path)

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.path.name or str(self.path)

    @cached_property
    def data(self) -> bytes:
        """The bytes."""
        try:
            with self.path.open("rb") as file:
                data = file.read(LARGEST_FILE + 1)
        except FileNotFoundError:
            raise InputError([_missing(self.path)]) from None
        except IsADirectoryError:
            raise InputError(
                [Issue("IS_FOLDER", str(self.path), "it is a folder", "name a file in it")]
            ) from None
        except (OSError, ValueError) as error:
            raise InputError([_unreadable(self.path, error)]) from None
        if len(data) > LARGEST_FILE:
            problem = f"it is larger than {LARGEST_FILE >> 20} MiB"
            raise InputError([Issue("TOO_LARGE", self.name, problem, "split the day")])
        return data

    @cached_property
    def text(self) -> str:
        """The text, without a byte order mark, line ends as they are."""
        data = self.data
        if not data.strip(b"\xef\xbb\xbf \t\r\n\0"):
            raise InputError(
                [Issue("EMPTY_FILE", self.name, "the file is empty", "is it the right file?")]
            )
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise InputError(
                [Issue("BAD_ENCODING", self.name, "it is in UTF-16", "save it as UTF-8")]
            )
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            problem = f"byte {data[error.start]:#04x} is not UTF-8; a Windows or Latin-1 file?"
            raise InputError(
                [Issue("BAD_ENCODING", f"{self.name} line {line}", problem, "save it as UTF-8")]
            ) from None

    @cached_property
    def json(self) -> Any:
        """What the JSON in it says; NaN and infinities are not JSON."""
        text = self.text
        try:
            return from_json(text, allow_inf_nan=False)
        except ValueError as error:
            message = str(error)
            where = self.name
            if found := _AT.search(message):
                where += f" line {found[1]} column {found[2]}"
                message = message[: found.start()]
            raise InputError(
                [Issue("BAD_JSON", where, message, "mend the JSON at that place")]
            ) from None


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Keep Python from looking for garbage among records that are all in use.

    While hundreds of thousands of them are made, that takes as long as making them.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def is_folder(path: PathLike) -> bool:
    """Tell whether it is a folder; a path that cannot be is none."""
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False


def named(error: InputError, name: str) -> InputError:
    """Put the file's name before each place that the error names."""
    return InputError(
        Issue(issue.code, f"{name}, {issue.where}", issue.problem, issue.action)
        for issue in error.issues
    )


def write_text(path: PathLike, text: str, encoding: str = "utf-8") -> None:
    """Write a whole file or nothing: a reader never sees half of it.

    Raises
    ------
    InputError
        The folder does not exist or the file cannot be written.
    """
    target = Path(path)
    spare: Path | None = None
    try:
        data = text.encode(encoding)
        if target.exists() and not target.is_file():
            # A pipe or a terminal cannot be replaced.
            target.write_bytes(data)
            return
        target = target.resolve()
        spare = target.with_name(f".{target.name[:100]}.{os.getpid()}.part")
        spare.write_bytes(data)
        spare.replace(target)
    except (OSError, ValueError) as error:
        if spare is not None:
            spare.unlink(missing_ok=True)
        raise InputError([_unwritable(Path(path), error)]) from None


def json_text(value: Any) -> str:
    """JSON for people: indented, but lists of plain values on one line each."""
    return _lines(value, "") + "\n"


def _lines(value: Any, indent: str) -> str:
    inner = indent + "  "
    if isinstance(value, dict) and value:
        rows = (f"{inner}{_plain(str(key))}: {_lines(item, inner)}" for key, item in value.items())
        return "{\n" + ",\n".join(rows) + f"\n{indent}}}"
    if isinstance(value, list) and not _NESTED.isdisjoint(map(type, value)):
        return "[\n" + ",\n".join(inner + _lines(v, inner) for v in value) + f"\n{indent}]"
    return _plain(value)


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _missing(path: Path) -> Issue:
    folder = path.parent
    try:
        there = sorted(entry.name for entry in folder.iterdir())
    except OSError:
        return Issue("MISSING_FILE", str(path), "there is no such folder", "check the path")
    close = nearest(path.name, there)
    hint = f"did you mean {close!r}?" if close else "check the path"
    return Issue("MISSING_FILE", str(path), "there is no such file", hint)


def _unreadable(path: Path, error: Exception) -> Issue:
    why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Issue("UNREADABLE", str(path), f"it cannot be read: {why}", "check the path and rights")


def _unwritable(path: Path, error: Exception) -> Issue:
    why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    problem = f"it cannot be written: {why}"
    return Issue("UNWRITABLE", str(path), problem, "check the folder and rights")
