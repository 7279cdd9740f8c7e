"""Chance that falls the same way in every process and with every version of Python."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

Item = TypeVar("Item")


class Dice:
    """Random choices that a seed and a topic fix for good.

    Only ``Random.random`` is promised to stay as it is between versions of Python, so everything
    is made from it. Each topic has a stream of its own: one more draw in one of them changes
    nothing in the others.

    Parameters
    ----------
    seed : int
        Any whole number.
    topic : str
        Name of the stream.
    """

    __slots__ = ("_random",)

    def __init__(self, seed: int, topic: str) -> None:
        self._random = random.Random(f"{seed}/{topic}").random  # noqa: S311 - not for secrets

    def chance(self, probability: float) -> bool:
        """True with that probability."""
        return self._random() < probability

    def between(self, low: float, high: float) -> float:
        """Evenly from ``[low, high)``."""
        return low + (high - low) * self._random()

    def whole(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int((high - low + 1) * self._random())

    def bell(self) -> float:
        """About normal with mean 0 and deviation 1, never beyond 3.5: a sum of four draws."""
        draw = self._random
        return (draw() + draw() + draw() + draw() - 2.0) * 1.7320508075688772

    def pick(self, items: Sequence[Item]) -> Item:
        """One of the items, each as likely."""
        return items[int(len(items) * self._random())]

    def weighed(self, weights: Mapping[Item, float]) -> Item:
        """One of the keys, as likely as its weight says."""
        left = self._random() * sum(weights.values())
        for item, weight in weights.items():
            left -= weight
            if left < 0.0:
                return item
        return next(reversed(list(weights)))

    def among(self, items: Sequence[Item], sums: Sequence[float]) -> Item:
        """One of many items; ``sums`` are their weights, each added to all before it."""
        return items[bisect_right(sums, sums[-1] * self._random(), 0, len(sums) - 1)]

    def some(self, items: Sequence[Item], count: int) -> list[Item]:
        """That many different items (all of them if there are fewer), in random order."""
        pool = list(items)
        count = min(count, len(pool))
        for at in range(count):
            other = at + int((len(pool) - at) * self._random())
            pool[at], pool[other] = pool[other], pool[at]
        return pool[:count]

    def shuffled(self, items: Iterable[Item]) -> list[Item]:
        """All items in random order."""
        pool = list(items)
        return self.some(pool, len(pool))


def apportion(shares: Mapping[Item, float], seats: int) -> dict[Item, int]:
    """Whole numbers in proportion to the shares that add up to ``seats`` (largest remainders)."""
    total = sum(shares.values())
    if total <= 0.0:
        shares = dict.fromkeys(shares, 1.0)
        total = float(len(shares))
    exact = {item: seats * share / total for item, share in shares.items()}
    given = {item: int(value) for item, value in exact.items()}
    by_remainder = sorted(exact, key=lambda item: given[item] - exact[item])
    for item in by_remainder[: seats - sum(given.values())]:
        given[item] += 1
    return given
