"""The kernel compiled by two processes at once: numba compiles one function after another.

One process compiles the first half, which is kept on disk, while the other compiles the second;
then that one compiles the entry, which finds both. A function missing here costs time, no more.
"""

from __future__ import annotations

from typing import Any, cast

import numba
from numba.core import types

from homeserve_dispatch.search import change, insertion, kernel, ruin, swaps, tails, timing
from homeserve_dispatch.search.engine import Engine, PlainEngine
from homeserve_dispatch.search.reference import Reference
from homeserve_dispatch.search.rules import insertion as ruled_insertion
from homeserve_dispatch.search.rules import kernel as ruled_kernel
from homeserve_dispatch.search.rules import price, times, together
from homeserve_dispatch.search.rules import ruin as ruled_ruin
from homeserve_dispatch.search.rules import swaps as ruled_swaps
from homeserve_dispatch.search.rules import tails as ruled_tails

_N, _X, _B = types.int64, types.float64, types.boolean

# Functions with the types of their arguments, without the tuples that come first in all of them.
_INTS = types.Array(types.int64, 1, "C")
_PLAIN: tuple[tuple[tuple[Any, tuple[Any, ...]], ...], ...] = (
    (
        (timing.retime, (_N, _N, _N)),
        (change.touch, (_N,)),
        (change.insert, (_N, _N, _N)),
        (change.take_back, ()),
        (ruin.ruin, (_X, _X, _X, _X)),
        (tails.exchange_tails, (_X,)),
        (change.load, (_INTS,)),
    ),
    (
        (insertion.gaps_for, (_N, _X, _B)),
        (insertion.cheapest_of, (_N, _N, _X)),
        (kernel.add_absent, (_N, _B)),
        (kernel.sort, (_N,)),
        (kernel.place, (_N, _INTS)),
        (swaps.swap_in, ()),
    ),
)
_RULES: tuple[tuple[tuple[Any, tuple[Any, ...]], ...], ...] = (
    (
        (times.propagate, (_N, _N, _X)),
        (times.write_times, ()),
        (ruled_insertion.gap_cost, (_N, _N, _N, _X)),
        (ruled_insertion.insert, (_N, _N, _N)),
        (ruled_insertion.best_gap, (_N, _X, _X, _N)),
        (together.insert_with_call, (_N, _X, _B)),
        (together.insert_recurring, (_N, _X, _B)),
    ),
    (
        (price.priced, (_X, _X)),
        (ruled_tails.exchange_tails, ()),
        (ruled_swaps.make_room, ()),
        (ruled_ruin.ruin, (_X,) * 6),
        (ruled_kernel.load, (_INTS,)),
        (ruled_ruin.move_call, (_N,)),
        (ruled_kernel.settle, ()),
        (together.insert_crew, (_N, _X, _X, _B)),
        (ruled_kernel.follow, (_INTS,)),
        (ruled_kernel.place, (_N, _X, _X, _B, _B)),
    ),
)


def compile_half(which: int, engine: Engine) -> None:
    """Compile one half, 0 or 1, of the kernel of this engine."""
    tuples = engine.tuples(engine.new_state(0, 0))
    references = tuple(Reference(cast("Any", numba).typeof(it)) for it in tuples)
    for function, others in (_PLAIN if isinstance(engine, PlainEngine) else _RULES)[which]:
        cast("Any", function).compile(references + others)
