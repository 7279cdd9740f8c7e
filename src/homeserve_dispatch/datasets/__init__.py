"""Invented days of an imaginary company, for trying things out, for tests and for benchmarks."""

from homeserve_dispatch.datasets.day import RATIOS, generate_day

__all__ = ["RATIOS", "generate_day"]
