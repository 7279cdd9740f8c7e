"""Draws the pictures of these pages into ``pictures/``: ``python docs/rules/draw.py``.

Routes are timed by the library itself, so that no picture shows what the schedule rule does not
give. Every picture has a light background of its own and is legible on dark pages, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from html import escape
from pathlib import Path
from typing import Any

from homeserve_dispatch import (
    Break,
    Location,
    ModeMatrix,
    Objective,
    Order,
    Problem,
    Restock,
    Role,
    Route,
    SameTime,
    Shift,
    Skill,
    TimeWindow,
    TrafficPeriod,
    TravelMatrix,
    Worker,
    freeze,
)
from homeserve_dispatch import Sequence as InSequence
from homeserve_dispatch.model import VisitKey
from homeserve_dispatch.schedule import BreakStep, RestockStep, Step, build_plan

HERE = Path(__file__).parent / "pictures"
WIDTH = 720
LEFT = 96
RIGHT = 688
TOP = 62
ROW = 62
BAR = 26
CHARACTER = 6.7
"""Pixels that a character takes at most, at the size of the labels."""

INK = "#1f2933"
FAINT = "#5a6672"
KINDS = {
    "service": ("#3a6ea5", "#ffffff", "service"),
    "setup": ("#1d3f66", "#ffffff", "setup"),
    "travel": ("#8a94a0", INK, "travel"),
    "waiting": ("url(#waiting)", INK, "waiting"),
    "idle": ("url(#idle)", INK, "idle"),
    "break": ("#e5b04b", INK, "break"),
    "depot": ("#76569f", "#ffffff", "call at the depot"),
    "route": ("#3a6ea5", "#ffffff", "route"),
}
MARK = "#2c8158"
WRONG = "#b03a2e"
HOUR = timedelta(hours=1)


def at(hour: float, day: int = 4) -> datetime:
    """A time of day in May 2026; the 4th is a Monday."""
    return datetime(2026, 5, day, tzinfo=UTC) + hour * HOUR


def minutes(count: float) -> timedelta:
    """So many minutes."""
    return timedelta(minutes=count)


@dataclass
class Picture:
    """A timeline: rows of bars over hours of a day.

    ``first`` and ``last`` are the hours at its edges, ``rows`` the names of the rows.
    """

    name: str
    title: str
    first: float
    last: float
    rows: Sequence[str]
    step: float = 1.0
    parts: list[str] = field(default_factory=list)
    used: dict[str, None] = field(default_factory=dict)
    foot: int = 0

    def x(self, hour: float) -> float:
        """Where an hour is."""
        return LEFT + (hour - self.first) / (self.last - self.first) * (RIGHT - LEFT)

    def y(self, row: int) -> float:
        """Upper edge of the bars of a row."""
        return TOP + row * ROW + 16

    def add(self, tag: str, text: str | None = None, **attributes: Any) -> None:
        """Add an element; of attribute names ``_`` stands for ``-``."""
        self.parts.append(element(tag, text, **attributes))

    def words(self, x: float, y: float, text: str, **more: Any) -> None:
        """Write a line of text."""
        self.add("text", text, x=x, y=y, **({"font_size": 12, "fill": INK} | more))

    def band(self, row: int, begin: float, end: float, fill: str = "#e9edf1") -> None:
        """Shade a stretch of a row: the shift, its overtime."""
        left, right = self.x(max(begin, self.first)), self.x(min(end, self.last))
        self.add("rect", x=left, y=self.y(row) - 5, width=right - left, height=BAR + 10, fill=fill)

    def bar(self, row: int, begin: float, end: float, kind: str, label: str = "") -> None:
        """Draw something that lasts."""
        if end - begin < 1e-9:
            return
        fill, ink, _ = KINDS[kind]
        self.used.setdefault(kind)
        left, wide, y = self.x(begin), self.x(end) - self.x(begin), self.y(row)
        thin = kind == "travel"
        high = 8 if thin else BAR
        self.add(
            "rect",
            x=left,
            y=y + (BAR - high) / 2,
            width=wide,
            height=high,
            rx=0 if thin else 3,
            fill=fill,
            stroke=None if thin or not fill.startswith("url") else "#9aa5b1",
        )
        if label:
            inside = len(label) * CHARACTER <= wide
            self.words(
                left + wide / 2,
                y + BAR / 2 + 4 if inside else y - 8,
                label,
                text_anchor="middle",
                fill=ink if inside else INK,
            )

    def span(self, row: int, begin: float, end: float, label: str, **more: Any) -> None:
        """Mark a stretch under the bars of a row, ``lower`` lines further down.

        The label is beside it, or ``under`` it.
        """
        colour = more.get("colour", MARK)
        y = self.y(row) + BAR + 10 + 17 * more.get("lower", 0)
        left, right = self.x(begin), self.x(end)
        self.add(
            "path",
            d=f"M{left:.1f} {y - 4:.1f}v8M{left:.1f} {y:.1f}H{right:.1f}M{right:.1f} {y - 4:.1f}v8",
            stroke=colour,
            stroke_width=2,
            fill="none",
        )
        wide = len(label) * CHARACTER
        if more.get("under"):
            self.words((left + right) / 2, y + 15, label, text_anchor="middle", fill=colour)
        elif right + 6 + wide < WIDTH - 8:
            self.words(right + 6, y + 4, label, fill=colour)
        else:
            self.words(left - 6, y + 4, label, fill=colour, text_anchor="end")

    def line(self, hour: float, label: str, colour: str = WRONG) -> None:
        """Draw a moment through all rows."""
        x, bottom = self.x(hour), TOP + len(self.rows) * ROW
        self.add(
            "path",
            d=f"M{x:.1f} {TOP - 4}V{bottom}",
            stroke=colour,
            stroke_width=2,
            stroke_dasharray="5 4",
        )
        self.words(x - 5, TOP + 4, label, fill=colour, text_anchor="end")

    def bond(self, row: int, begin: float, other: int, end: float, label: str) -> None:
        """Draw an arrow from a moment in one row to one in another, below it."""
        colour = MARK
        x, to = self.x(begin), self.x(end)
        y, bottom = self.y(row) + BAR, self.y(other)
        middle = y + 16
        path = f"M{x:.1f} {y:.1f}V{middle:.1f}H{to:.1f}V{bottom - 2:.1f}"
        self.add(
            "path", d=path, stroke=colour, stroke_width=2, fill="none", marker_end="url(#arrow)"
        )
        self.words(max(x, to) + 7, middle + 4, label, fill=colour)

    def route(self, row: int, route: Route, shift: Shift, **labels: str) -> None:
        """Draw all that a worker does; ``labels`` replace the ids of orders."""
        day = shift.start.replace(hour=0, minute=0)

        def hour(moment: datetime) -> float:
            return (moment - day) / HOUR

        self.band(row, hour(shift.start), hour(shift.end))
        if shift.overtime_until is not None:
            self.band(row, hour(shift.end), hour(shift.overtime_until), "#f9ddd3")
        halts: list[tuple[datetime, str, str, Any]] = [
            (visit.start, "service", labels.get(visit.order, visit.order), visit)
            for visit in route.visits
        ]
        halts += [(rest.start, "break", "break", rest) for rest in route.breaks]
        if route.restock is not None:
            halts.append((route.restock.start, "depot", "depot", route.restock))
        halts.sort(key=lambda halt: halt[0])
        for start, kind, label, halt in halts:
            early = kind == "break" and halt.finish <= route.departure
            if not early:
                self.bar(row, hour(halt.arrival - halt.travel_time), hour(halt.arrival), "travel")
                self.bar(row, hour(halt.arrival), hour(start), "waiting")
            setup = getattr(halt, "setup", timedelta(0))
            self.bar(row, hour(start), hour(start + setup), "setup")
            self.bar(row, hour(start + setup), hour(halt.finish), kind, label)
        last = max(halt.finish for _, _, _, halt in halts)
        self.bar(row, hour(last), hour(route.end), "travel")

    def write(self) -> None:
        """Write the file."""
        body = self.parts
        self.parts = []
        bottom = TOP + len(self.rows) * ROW + self.foot
        self.words(16, 24, self.title, font_size=14, font_weight=600)
        hours = int((self.last - self.first) / self.step + 1e-9)
        for number in range(hours + 1):
            hour = self.first + number * self.step
            x = self.x(hour)
            self.add("path", d=f"M{x:.1f} {TOP - 6}V{bottom - self.foot}", stroke="#d5dbe1")
            clock = f"{int(hour) % 24:02}:{round(hour % 1 * 60):02}"
            self.words(x, TOP - 12, clock, text_anchor="middle", fill=FAINT, font_size=11)
        for row, label in enumerate(self.rows):
            self.words(16, self.y(row) + BAR / 2 + 4, label, font_weight=600)
        save(self.name, self.title, [*self.parts, *body, *legend(self.used, bottom)], bottom + 34)


def element(tag: str, text: str | None = None, **attributes: Any) -> str:
    """One element of SVG."""
    stated = "".join(
        f' {name.replace("_", "-")}="{plain(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{stated}/>" if text is None else f"<{tag}{stated}>{escape(text)}</{tag}>"


def plain(value: Any) -> str:
    """A number as short as it goes."""
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else escape(str(value))


def legend(used: Mapping[str, None], y: float) -> list[str]:
    """What the colours stand for."""
    found, x = [], 16.0
    for kind in (name for name in KINDS if name in used):
        fill, _, label = KINDS[kind]
        high = 6 if kind == "travel" else 12
        found.append(
            element(
                "rect",
                x=x,
                y=y + 8 + (12 - high) / 2,
                width=18,
                height=high,
                fill=fill,
                stroke="#9aa5b1" if fill.startswith("url") else None,
            )
        )
        found.append(element("text", label, x=x + 24, y=y + 18, font_size=11, fill=FAINT))
        x += 44 + len(label) * CHARACTER
    return found


def save(name: str, title: str, parts: Sequence[str], height: float) -> None:
    """Write an SVG with its background."""
    hatch = (
        '<pattern id="{0}" width="7" height="7" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate({1})"><rect width="7" height="7" fill="{2}"/>'
        '<path d="M0 0V7" stroke="{3}" stroke-width="3"/></pattern>'
    )
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {plain(float(height))}" '
        f'width="{WIDTH}" role="img" font-family="system-ui, \'DejaVu Sans\', sans-serif">'
    )
    arrow = (
        '<marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="5" markerHeight="5" '
        f'orient="auto"><path d="M0 0L8 4L0 8z" fill="{MARK}"/></marker>'
    )
    paper: dict[str, Any] = {
        "width": WIDTH - 1,
        "height": height - 1,
        "fill": "#fdfdfb",
        "stroke": "#cfd6dd",
    }
    lines = [
        head,
        f"<title>{escape(title)}</title>",
        "<defs>",
        hatch.format("waiting", 45, "#f4f6f8", "#c3cad2"),
        hatch.format("idle", 0, "#ffffff", "#dfe4e9"),
        arrow,
        "</defs>",
        element("rect", x=0.5, y=0.5, rx=6, **paper),
        *parts,
        "</svg>",
    ]
    (HERE / f"{name}.svg").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


# ------------------------------------------------------------------ days to draw

PLACES = ("home", "a", "b", "c", "depot")
MINUTES = (
    (0, 20, 30, 40, 25),
    (20, 0, 20, 30, 15),
    (30, 20, 0, 20, 15),
    (40, 30, 20, 0, 30),
    (25, 15, 15, 30, 0),
)
TRAVEL = TravelMatrix(
    places=PLACES,
    tables={
        "car": ModeMatrix(
            travel_time_s=[[60 * way for way in row] for row in MINUTES],
            distance_m=[[500 * way for way in row] for row in MINUTES],
        )
    },
)


def order(name: str, place: str, length: float, **more: Any) -> Order:
    """An order at a place, so many minutes long."""
    return Order(id=name, location=Location(id=place), duration=minutes(length), **more)


def shift(start: float = 8, end: float = 13, **more: Any) -> Shift:
    """A shift from home, and back home."""
    home = Location(id="home")
    ends = {"start_location": home, "end_location": home}
    return Shift(**({"start": at(start), "end": at(end)} | ends | more))


def worker(name: str, *shifts: Shift, **more: Any) -> Worker:
    """A worker with these shifts, or an ordinary one."""
    return Worker(id=name, shifts=shifts or (shift(),), **more)


Steps = Mapping[tuple[str, int], Sequence[Step]]


def draw(picture: Picture, problem: Problem, steps: Steps, **labels: str) -> list[Route]:
    """Time these steps and draw the routes, one a row."""
    routes = list(build_plan(problem, steps).routes)
    for row, route in enumerate(routes):
        picture.route(row, route, problem.worker(route.worker).shifts[route.shift], **labels)
    return routes


def crews() -> None:
    """A helper who comes a little after the first role, and holds it up."""
    crew = [Role(), Role(duration=minutes(45), earliest_offset=minutes(15), latest_offset=HOUR / 2)]
    problem = Problem(
        orders=[order("boiler", "b", 90, crew=crew), order("tap", "a", 60)],
        workers=[worker("Ana"), worker("Ben")],
        travel=TRAVEL,
    )
    picture = Picture(
        "crews",
        "A crew of two: the helper starts 15 to 30 min after the first role",
        8,
        12.5,
        ("Ana", "Ben"),
        0.5,
    )
    steps: Steps = {("Ana", 0): ["boiler"], ("Ben", 0): ["tap", VisitKey("boiler", 1)]}
    ana, ben = draw(picture, problem, steps)
    first, second = hours(ana.visits[0].start), hours(ben.visits[1].start)
    picture.bond(0, first, 1, second, f"{round((second - first) * 60)} min")
    picture.write()


def hours(moment: datetime) -> float:
    """Hours since midnight of the Monday."""
    return (moment - at(0)) / HOUR


def relations() -> None:
    """One after the other, with time to dry, and two that begin together."""
    problem = Problem(
        orders=[order("plaster", "a", 60), order("paint", "a", 60), order("key", "a", 30)],
        workers=[worker("Ana"), worker("Ben")],
        travel=TRAVEL,
        relations=[
            InSequence(first="plaster", second="paint", min_gap=1.5 * HOUR),
            SameTime(orders=["paint", "key"]),
        ],
    )
    picture = Picture(
        "relations", "Sequence with min_gap of 1 h 30 min, and SameTime", 8, 13, ("Ana", "Ben")
    )
    ana, ben = draw(picture, problem, {("Ana", 0): ["plaster", "paint"], ("Ben", 0): ["key"]})
    finish, start = hours(ana.visits[0].finish), hours(ana.visits[1].start)
    picture.span(0, finish, start, "min_gap", under=True)
    picture.bond(0, start, 1, hours(ben.visits[0].start), "same start")
    picture.write()


def breaks() -> None:
    """Between two visits, before the departure, and at a place."""
    noon = {"duration": minutes(30), "earliest": at(10), "latest": at(11)}
    early = Break(duration=minutes(30), earliest=at(8), latest=at(9))
    days = {
        "Ana": shift(breaks=[Break(**noon)]),
        "Ben": shift(breaks=[early]),
        "Cem": shift(breaks=[Break(**noon, location=Location(id="depot"))]),
    }
    orders = [
        order(f"{name}{number}", place, 60)
        for name in days
        for number, place in ((1, "a"), (2, "b"))
    ]
    problem = Problem(
        orders=orders,
        workers=[worker(name, day) for name, day in days.items()],
        travel=TRAVEL,
    )
    picture = Picture(
        "breaks",
        "Without a place between visits; before the departure; at a place",
        8,
        13,
        ("Ana", "Ben", "Cem"),
    )
    steps: Steps = {
        ("Ana", 0): ["Ana1", BreakStep(0), "Ana2"],
        ("Ben", 0): [BreakStep(0), "Ben1", "Ben2"],
        ("Cem", 0): ["Cem1", BreakStep(0), "Cem2"],
    }
    draw(picture, problem, steps, **{each.id: each.id[-1] for each in orders})
    picture.span(0, 10, 11, "earliest to latest")
    picture.span(1, 8, 9, "earliest to latest")
    picture.span(2, 10, 11, "earliest to latest")
    picture.write()


def paid() -> None:
    """What is paid, what is overtime, what the shift allows."""
    day = shift(8, 11, overtime_until=at(12))
    problem = Problem(
        orders=[order("late start", "a", 60, time_windows=window(9, 9.5)), order("long", "b", 55)],
        workers=[worker("Ana", day)],
        travel=TRAVEL,
        objective=Objective(paid_time=20),
    )
    picture = Picture(
        "hours", "Paid time, overtime and the latest end of a route", 8, 12.5, ("Ana",), 0.5
    )
    (ana,) = draw(picture, problem, {("Ana", 0): ["late start", "long"]})
    picture.foot = 40
    end = hours(ana.end)
    picture.span(0, hours(ana.departure), end, "paid from departure")
    picture.span(0, 8, end, "or shift_start", lower=1, colour="#76569f")
    picture.span(0, 11, end, "overtime", lower=2, colour=WRONG)
    picture.line(12, "overtime_until")
    picture.line(11, "end", FAINT)
    picture.write()


def window(opens: float, closes: float, **more: Any) -> list[TimeWindow]:
    """One time window."""
    return [TimeWindow(earliest=at(opens), latest=at(closes), **more)]


def rest() -> None:
    """From the end of a route to the next shift with a visit."""
    picture = Picture(
        "rest", "min_rest of 11 h: kept on Tuesday, not on Wednesday", 0, 60, ("Ana",), 6
    )
    for begin, end, label in ((8, 18, "Mon"), (32, 45, "Tue"), (54, 60, "Wed")):
        picture.bar(0, begin, end, "route", label)
    picture.span(0, 18, 32, "14 h of rest", under=True)
    picture.span(0, 45, 54, "9 h: REST", under=True, colour=WRONG)
    picture.foot = 10
    picture.write()


def costs() -> None:
    """Where the soft costs of a route arise."""
    day = shift(8, 14)
    problem = Problem(
        orders=[
            order("first", "a", 60, time_windows=window(9, 9.5)),
            order("second", "b", 60, time_windows=window(9.5, 10, soft=True)),
            order("third", "c", 60, time_windows=window(12, 13)),
        ],
        workers=[worker("Ana", day)],
        travel=TRAVEL,
    )
    picture = Picture(
        "costs", "Waiting, lateness and idle time (waiting is idle, too)", 8, 14.5, ("Ana",), 0.5
    )
    (ana,) = draw(picture, problem, {("Ana", 0): ["first", "second", "third"]})
    second = ana.visits[1]
    picture.bar(0, 8, hours(ana.departure), "idle")
    picture.bar(0, hours(ana.end), 14, "idle")
    picture.span(0, 9.5, 10, "")
    picture.words(
        picture.x(9.5) - 6, picture.y(0) + BAR + 14, "soft window", fill=MARK, text_anchor="end"
    )
    picture.span(0, 10, hours(second.start), "lateness", colour=WRONG)
    picture.write()


def balance() -> None:
    """Work of three workers against its mean."""
    loads = (("Ana", 3.0, 4.5), ("Ben", 0.0, 4.0), ("Cem", 0.0, 3.5))
    mean = sum(before + now for _, before, now in loads) / len(loads)
    parts = [
        element(
            "text",
            "workload_balance: hours off the mean",
            x=16,
            y=24,
            font_size=14,
            font_weight=600,
            fill=INK,
        )
    ]
    scale, top = 64.0, 44
    for row, (name, before, now) in enumerate(loads):
        y, x = top + row * 38, float(LEFT)
        parts.append(element("text", name, x=16, y=y + 17, font_size=12, font_weight=600, fill=INK))
        for length, fill in ((before, "#9db7d4"), (now, KINDS["service"][0])):
            if length:
                parts.append(element("rect", x=x, y=y, width=length * scale, height=24, fill=fill))
                x += length * scale
        off = before + now - mean
        words = f"{before + now:g} h: {abs(off):g} h {'over' if off > 0 else 'under'}"
        x = max(x, LEFT + mean * scale) + 8
        parts.append(element("text", words, x=x, y=y + 16, font_size=12, fill=INK))
    x, bottom = LEFT + mean * scale, top + 38 * len(loads)
    parts.append(
        element(
            "path",
            d=f"M{x:.1f} {top - 6}V{bottom}",
            stroke=MARK,
            stroke_width=2,
            stroke_dasharray="5 4",
        )
    )
    parts.append(
        element("text", f"mean {mean:g} h", x=x + 6, y=bottom + 4, font_size=12, fill=MARK)
    )
    for place, fill, label in (
        (16, "#9db7d4", "worked already"),
        (150, KINDS["service"][0], "work in the plan"),
    ):
        parts.append(element("rect", x=place, y=bottom + 18, width=18, height=12, fill=fill))
        parts.append(element("text", label, x=place + 24, y=bottom + 28, font_size=11, fill=FAINT))
    save("balance", "workload_balance: hours off the mean", parts, bottom + 44)


def days() -> None:
    """Three times in a week, and days of a pattern."""
    names = ("Mon 4", "Tue 5", "Wed 6", "Thu 7", "Fri 8", "Sat 9")
    rows = (
        ("gaps of 2 to 3 days", (0, 2, 5), "#2c8158", "kept: 2 and 3 days"),
        ("gaps of 2 to 3 days", (0, 1, 5), WRONG, "RECURRENCE: 1 and 4 days"),
        ("pattern Mon, Wed, Fri", (0, 2, 4), "#2c8158", "kept"),
    )
    title = "Three times on different days: gaps, or one of the patterns"
    parts = [element("text", title, x=16, y=24, font_size=14, font_weight=600, fill=INK)]
    left, wide = 168, 56
    for column, name in enumerate(names):
        x = left + column * wide
        parts.append(
            element(
                "text", name, x=x + wide / 2, y=50, font_size=11, fill=FAINT, text_anchor="middle"
            )
        )
    for row, (label, chosen, colour, words) in enumerate(rows):
        y = 60 + row * 38
        parts.append(element("text", label, x=16, y=y + 19, font_size=12, fill=INK))
        for column in range(len(names)):
            x = left + column * wide
            number = chosen.index(column) if column in chosen else -1
            fill = "#eef1f4" if number < 0 else KINDS["service"][0]
            parts.append(element("rect", x=x + 2, y=y, width=wide - 4, height=28, rx=3, fill=fill))
            if number >= 0:
                parts.append(
                    element(
                        "text",
                        str(number),
                        x=x + wide / 2,
                        y=y + 19,
                        font_size=13,
                        fill="#ffffff",
                        text_anchor="middle",
                    )
                )
        x = left + len(names) * wide + 8
        parts.append(element("text", words, x=x, y=y + 19, font_size=12, fill=colour))
    foot = "The number is the occurrence: times are numbered by day, from 0."
    parts.append(element("text", foot, x=16, y=60 + 38 * len(rows) + 14, font_size=11, fill=FAINT))
    save("days", title, parts, 60 + 38 * len(rows) + 28)


def restocking() -> None:
    """A call at the depot, and how many filters are on board."""
    depot = Restock(location=Location(id="depot"), duration=minutes(15), amounts={"filter": 4})
    day = shift(8, 13.5, capacity={"filter": 3}, restock=depot)
    visits = (("two", "a", 2), ("one", "b", 1), ("three", "a", 3))
    problem = Problem(
        orders=[order(name, place, 45, demand={"filter": need}) for name, place, need in visits],
        workers=[worker("Ana", day)],
        travel=TRAVEL,
    )
    picture = Picture(
        "parts",
        "Filters on board: 3 from home, filled up to 4 at the depot",
        8,
        13,
        ("Ana", "on board"),
    )
    (ana,) = build_plan(problem, {("Ana", 0): ["two", "one", RestockStep(), "three"]}).routes
    depot_at = max(hours(call.start) for call in (ana.restock,) if call)
    picture.route(0, ana, day, two="takes 2", one="takes 1", three="takes 3")
    level = 3
    path: list[str] = []
    changes = [
        (hours(visit.start), -need)
        for visit, (_, _, need) in zip(ana.visits[:2], visits[:2], strict=True)
    ]
    changes += [(depot_at, 4), (hours(ana.visits[2].start), -3)]
    base, unit, before = picture.y(1) + BAR + 8, 10, 8.0
    for hour, change in [*changes, (hours(ana.end), 0)]:
        y = base - unit * level
        path.append(
            f"{'M' if not path else 'L'}{picture.x(before):.1f} {y:.1f}"
            f"L{picture.x(hour):.1f} {y:.1f}"
        )
        picture.words(picture.x((before + hour) / 2), y - 4, str(level), text_anchor="middle")
        level, before = 4 if hour == depot_at else level + change, hour
    picture.add("path", d="".join(path), stroke=KINDS["depot"][0], stroke_width=2.5, fill="none")
    picture.add("path", d=f"M{LEFT} {base}H{RIGHT}", stroke="#9aa5b1")
    picture.write()


def locks() -> None:
    """A morning as planned, and what may still change at half past nine."""
    orders = [order("one", "a", 60), order("two", "b", 60), order("three", "c", 45)]
    problem = Problem(
        orders=[*orders, order("new", "a", 30)],
        workers=[worker("Ana", shift(8, 14))],
        travel=TRAVEL,
    )
    plan = build_plan(problem, {("Ana", 0): ["one", "two", "three"]})
    later = freeze(problem, plan, at(9.6))
    held = {lock.order for lock in later.locks}
    picture = Picture(
        "locks", "freeze at 09:36: what has begun is locked", 8, 14, ("as planned", "anew")
    )
    day = problem.worker("Ana").shifts[0]
    picture.route(0, plan.routes[0], day)
    anew = build_plan(later, {("Ana", 0): ["one", "two", "new", "three"]}).routes[0]
    picture.route(1, anew, day, **{name: f"{name} (locked)" for name in held})
    picture.line(9.6, "freeze_until")
    picture.write()


def traffic() -> None:
    """The same way, begun at several times of a rush hour."""
    starts = (7.0, 7.75, 8.25, 9.0)
    names = [f"at {int(start):02}:{round(start % 1 * 60):02}" for start in starts]
    problem = Problem(
        orders=[order(name, "c", 15) for name in names],
        workers=[
            worker(name, shift(start, 12, end_location=None))
            for name, start in zip(names, starts, strict=True)
        ],
        travel=TRAVEL,
        traffic=[TrafficPeriod(start=time(8), end=time(9), factor=2)],
    )
    picture = Picture(
        "traffic", "A leg of 40 min begun at four times; factor 2 from 8 to 9", 7, 10.5, names, 0.5
    )
    for row in range(len(names)):
        picture.add(
            "rect",
            x=picture.x(8),
            y=TOP + row * ROW,
            height=ROW,
            fill="#fbe9cf",
            width=picture.x(9) - picture.x(8),
        )
    routes = build_plan(problem, {(name, 0): [name] for name in names}).routes
    for row, route in enumerate(routes):
        visit = route.visits[0]
        begin, end = hours(route.departure), hours(visit.arrival)
        picture.bar(row, begin, end, "travel")
        picture.bar(row, end, hours(visit.finish), "service")
        picture.words(
            picture.x(begin), picture.y(row) + 2, f"{round((end - begin) * 600) / 10:g} min"
        )
    picture.write()


def service() -> None:
    """Who is faster serves less long; setup is paid once for visits in a row at one place."""
    orders = [
        order(f"{name}{number}", "a", 60, setup=minutes(15), skills={"tiles": 1})
        for name in ("Ana", "Ben")
        for number in (1, 2)
    ]
    pause = [Break(duration=minutes(15), earliest=at(8), latest=at(12))]
    problem = Problem(
        orders=orders,
        workers=[
            worker("Ana", shift(breaks=pause), skills={"tiles": Skill()}),
            worker("Ben", shift(breaks=pause), skills={"tiles": Skill(efficiency=1.5)}),
        ],
        travel=TRAVEL,
    )
    picture = Picture(
        "service",
        "Two orders of 60 min and 15 min of setup at one place",
        8,
        12,
        ("Ana: 1.0", "Ben: 1.5"),
        0.5,
    )
    steps: Steps = {(name, 0): [f"{name}1", BreakStep(0), f"{name}2"] for name in ("Ana", "Ben")}
    labels = {each.id: f"{60 if each.id < 'B' else 40} min" for each in orders}
    draw(picture, problem, steps, **labels)
    picture.write()


PICTURES: tuple[Callable[[], None], ...] = (
    crews,
    relations,
    breaks,
    paid,
    rest,
    costs,
    balance,
    days,
    restocking,
    locks,
    traffic,
    service,
)


def main() -> None:
    """Draw all of them."""
    HERE.mkdir(exist_ok=True)
    for each in PICTURES:
        each()


if __name__ == "__main__":
    main()
