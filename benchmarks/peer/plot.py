"""Cost over time as one web page that needs no network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_HEIGHT = 480


class Line(NamedTuple):
    """What one solver did on one day.

    Attributes
    ----------
    curve : sequence of (float, float)
        Seconds and cost of each better plan, by its own word; empty where it tells nothing.
    wall_seconds, cost : float
        Of the plan that it gave back, by our clock and our score.
    """

    curve: Sequence[tuple[float, float]]
    wall_seconds: float
    cost: float


def write(path: Path, days: Mapping[str, Mapping[str, Line]]) -> None:
    """Write the page: a picture for each day, a line for each solver, marks where they ended."""
    import plotly.graph_objects as go

    parts: list[str] = []
    for title, lines in days.items():
        figure = go.Figure()
        for solver, line in lines.items():
            # The curve goes on to the end: without a better plan the cost stays.
            points = [*line.curve, (line.wall_seconds, line.cost)]
            figure.add_scatter(
                x=[seconds for seconds, _ in points],
                y=[cost for _, cost in points],
                name=solver,
                mode="lines" if line.curve else "markers",
                line_shape="hv",
            )
        figure.update_layout(title=title, xaxis_title="seconds", yaxis_title="cost", height=_HEIGHT)
        parts.append(figure.to_html(full_html=False, include_plotlyjs=not parts))
    head = '<!doctype html><html><head><meta charset="utf-8"><title>Cost over time</title></head>'
    path.write_text(f"{head}<body>{''.join(parts)}</body></html>\n", encoding="utf-8")
