"""How every kernel function is compiled: one place, so that they all agree.

``_nrt=False`` leaves out reference counting: the kernel allocates nothing, and counting every
array of two wide tuples at each call made it fifteen times slower. Only entry points get the
wrapper that Python calls; it takes longer to compile than most functions.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

from homeserve_dispatch.search.fresh import forget_outdated

_njit = cast("Any", numba.njit)  # its annotations know only some of its options
_F = TypeVar("_F", bound=Callable[..., Any])
_COMMON = {"nogil": True, "error_model": "numpy", "_nrt": False, "no_cfunc_wrapper": True}


def entry(function: _F) -> _F:
    """For what Python calls: compiled on first call and kept on disk."""
    return _kept(_njit(cache=True, **_COMMON)(function))


def apart(function: _F) -> _F:
    """As ``kernel``, but kept on disk, too: compiled by a process of its own (see ``halves``)."""
    return _kept(_njit(cache=True, no_cpython_wrapper=True, **_COMMON)(function))


def _kept(dispatcher: Any) -> Any:
    """It, and nothing of other sources on disk."""
    if hasattr(dispatcher, "stats"):  # else nothing is compiled
        forget_outdated(Path(dispatcher.stats.cache_path))
    return dispatcher


def kernel(function: _F) -> _F:
    """For what only kernel functions call."""
    return cast("_F", _njit(no_cpython_wrapper=True, **_COMMON)(function))


def inlined(function: _F) -> _F:
    """The same for what is called so often that a call would cost more than its work."""
    return cast("_F", _njit(no_cpython_wrapper=True, forceinline=True, **_COMMON)(function))


def folded(function: _F) -> _F:
    """For a few lines: copied into the caller before it is typed, and not compiled by itself."""
    return cast("_F", _njit(inline="always", no_cpython_wrapper=True, **_COMMON)(function))
