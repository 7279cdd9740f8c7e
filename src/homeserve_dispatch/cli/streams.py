"""Standard output and standard error: what goes where, in any encoding."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from homeserve_dispatch.errors import DispatchError

if TYPE_CHECKING:
    from rich.console import Console

PLAIN_WIDTH = 100
"""Columns of tables that go to a file or a pipe."""
_BAD_INPUT, _INTERRUPTED = 2, 130


def never_choke() -> None:
    """Show what a console's encoding lacks as a question mark, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if (reconfigure := getattr(stream, "reconfigure", None)) is not None:
            reconfigure(errors="replace")


def console(*, err: bool = False) -> Console:
    """The console that tables go to: standard output, or standard error."""
    from rich.console import Console

    made = Console(stderr=err, highlight=False, emoji=False, markup=False)
    if not made.is_terminal:
        made.width = PLAIN_WIDTH
    return made


def write_bytes(data: bytes) -> None:
    """Write data to standard output as it is: no recoding, no other line ends."""
    sys.stdout.flush()
    if (raw := getattr(sys.stdout, "buffer", None)) is not None:
        raw.write(data)
        raw.flush()
    else:
        sys.stdout.write(data.decode())


@contextmanager
def faults_told() -> Iterator[None]:
    """Say what is wrong in a few lines on standard error and leave with code 2."""
    try:
        yield
    except DispatchError as error:
        _tell(str(error), _BAD_INPUT, error)
    except BrokenPipeError:
        # Whoever read the output has seen enough; typer ends the command without a word.
        raise
    except OSError as error:
        _tell(_os_words(error), _BAD_INPUT, error)
    except KeyboardInterrupt as error:
        _tell("interrupted", _INTERRUPTED, error)


def _tell(words: str, code: int, cause: BaseException) -> None:
    typer.echo(f"homeserve-dispatch: {words}", err=True)
    raise typer.Exit(code) from cause


def _os_words(error: OSError) -> str:
    what = (error.strerror or str(error)).lower()
    return f"{error.filename}: {what}" if error.filename else what
