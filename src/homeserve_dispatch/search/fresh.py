"""Compiled code on disk belongs to the sources as they are.

Numba compares only the file of the function itself: after a change elsewhere in the kernel it would
go on with code of before.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
from pathlib import Path

from homeserve_dispatch import instance

_STAMP = "kernel.sources"


@functools.cache
def fingerprint() -> str:
    """Of all sources that compiled code is made of."""
    digest = hashlib.blake2b(digest_size=16)
    for source in (*sorted(Path(__file__).parent.rglob("*.py")), Path(instance.__file__)):
        digest.update(source.read_bytes())
    return digest.hexdigest()


@functools.cache
def forget_outdated(folder: Path) -> None:
    """Remove what numba has kept in its folder for this package, if it is of other sources."""
    stamp = folder / _STAMP
    with contextlib.suppress(OSError):  # a folder that cannot be written to is left as it is
        if stamp.exists() and stamp.read_text() == fingerprint():
            return
        for kept in (*folder.glob("*.nbi"), *folder.glob("*.nbc")):
            kept.unlink(missing_ok=True)
        folder.mkdir(parents=True, exist_ok=True)
        stamp.write_text(fingerprint())
