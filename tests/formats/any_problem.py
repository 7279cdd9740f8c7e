"""Problems that use every field, with ids that are hard to write in a file."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from random import Random

from homeserve_dispatch.model import (
    GreatCircle,
    Location,
    ModeMatrix,
    Objective,
    Order,
    Problem,
    Rates,
    ServiceType,
    Shift,
    Skill,
    Streets,
    TimeWindow,
    TravelMatrix,
    Worker,
)

PLAIN_NAMES = (
    "=1+1 +1 -1 @x '=x ''=x (none) '(none) - ' '' a;b a:b a,b a\\b a\\;b \\ ; : , \" "
    "plain Straße 東京 1 01 1.0 true null nan #1 a|b ＝1"
)
BLANKS = (" a", "a ", " ", "' '", "' ", "a\nb", "a\r\nb", "\r", "\t", "a\u2028b", "\0")
HARD_NAMES = [*PLAIN_NAMES.split(" "), *BLANKS]


class AnyProblem:
    """Makes problems, one a seed."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        self.zone = self.dice.choice([None, UTC, timezone(timedelta(hours=-9, minutes=-30))])

    def pool(self, most=4):
        return self.dice.sample(HARD_NAMES, self.dice.randint(1, most))

    def maybe(self, make):
        return make() if self.dice.random() < 0.6 else None

    def some(self, pool, most=3):
        return self.dice.sample(pool, self.dice.randint(0, min(most, len(pool))))

    def amount(self):
        return self.dice.choice([0.0, 1.0, 2.5, 1e-7, 123456.789, self.dice.uniform(0, 1e6)])

    def duration(self):
        longest = self.dice.choice([1, 10**4, 10**8])
        return timedelta(milliseconds=self.dice.randint(0, longest))

    def moment(self):
        ms = self.dice.choice(
            [0, 60_000 * self.dice.randint(0, 10**6), self.dice.randint(0, 10**11)]
        )
        return datetime(2020, 1, 1, tzinfo=self.zone) + timedelta(milliseconds=ms)

    def windows(self):
        at, found = self.moment(), []
        bounds, soft = self.dice.choice(["start", "finish"]), self.dice.random() < 0.5
        for _ in range(self.dice.randint(0, 3)):
            end = at + self.duration()
            found.append(TimeWindow(earliest=at, latest=end, bounds=bounds, soft=soft))
            at = end + self.duration() + timedelta(milliseconds=1)
        self.dice.shuffle(found)
        return found

    def point(self, identity=None):
        lat, lon = self.dice.choice([(0.0, 0.0), (-90.0, 180.0), (48.1, 11.6), (-33.5, -70.25)])
        return Location(id=identity, lat=lat, lon=lon)

    def catalogue(self):
        return {
            "duration": self.duration(),
            "setup": self.maybe(self.duration),
            "skills": self.maybe(
                lambda: {s: self.dice.randint(1, 5) for s in self.some(self.skills)}
            ),
            "required_tags": self.maybe(lambda: self.some(self.tags)),
            "preferred_tags": self.maybe(lambda: self.some(self.tags)),
            "forbidden_tags": self.maybe(lambda: self.some(self.tags)),
            "priority": self.maybe(lambda: self.dice.randint(0, 100)),
            "skip_cost": self.maybe(self.amount),
            "demand": self.maybe(lambda: {name: self.amount() for name in self.some(self.goods)}),
        }

    def order(self, identity):
        return Order(
            id=identity,
            location=self.dice.choice(self.places),
            service=self.maybe(lambda: self.dice.choice(self.service_ids)),
            time_windows=self.windows(),
            release=self.maybe(self.moment),
            respond_by=self.maybe(self.moment),
            resolve_by=self.maybe(self.moment),
            hard_sla=self.dice.random() < 0.5,
            area=self.maybe(lambda: self.dice.choice(self.areas)),
            required_workers=self.some(self.worker_ids),
            preferred_workers=self.some(self.worker_ids),
            forbidden_workers=self.some(self.worker_ids),
            customer=self.maybe(lambda: self.dice.choice(HARD_NAMES)),
            **self.catalogue(),
        )

    def shifts(self):
        start, found = self.moment(), []
        for _ in range(self.dice.randint(0, 3)):
            end = start + self.duration() + timedelta(milliseconds=1)
            until = end + self.duration()
            found.append(
                Shift(
                    start=start,
                    end=end,
                    overtime_until=self.maybe(lambda until=until: until),
                    start_location=self.maybe(lambda: self.dice.choice(self.places)),
                    end_location=self.maybe(lambda: self.dice.choice(self.places)),
                    paid_from=self.dice.choice(["departure", "shift_start"]),
                    capacity={name: self.amount() for name in self.some(self.goods)},
                    max_visits=self.maybe(lambda: self.dice.randint(0, 20)),
                    max_travel=self.maybe(self.duration),
                    max_work=self.maybe(self.duration),
                    max_distance_m=self.maybe(lambda: self.dice.randint(0, 10**6)),
                )
            )
            start = until
        self.dice.shuffle(found)
        return found

    def skill(self):
        day = date(2026, 1, self.dice.randint(1, 15))
        return Skill(
            level=self.dice.choice([1, 1, 2, 1000]),
            valid_from=self.maybe(lambda: day),
            valid_until=self.maybe(lambda: day + timedelta(days=self.dice.randint(0, 15))),
        )

    def worker(self, identity):
        return Worker(
            id=identity,
            shifts=self.shifts(),
            skills={name: self.skill() for name in self.skills},
            tags=self.some(self.tags),
            areas=self.some(self.areas),
            preferred_areas=self.some(self.areas),
            mode=self.dice.choice(["car", "=bike"]),
            rates=Rates(**{name: self.amount() for name in self.some([*Rates.model_fields], 6)}),
        )

    def travel(self, named):
        if named:
            size = len(named)

            def table(scale):
                return [
                    [self.maybe(lambda: self.dice.randint(0, 10**6) / scale) for _ in range(size)]
                    for _ in range(size)
                ]

            car = ModeMatrix(travel_time_s=table(1000), distance_m=table(1))
            bike = ModeMatrix(travel_time_s=table(1000))
            return TravelMatrix(places=named, tables={"car": car, "=bike": bike})
        speeds = {"car": 30.5, "=bike": 12.0}
        if self.dice.random() < 0.5:
            return GreatCircle(speed_kmh=speeds, overhead=self.duration(), detour=1.2)
        return Streets(speed_kmh=speeds, centre=self.point(), bearing=12.5, grid=0.3)

    def weights(self):
        hard = ("overtime", "lateness", "sla_lateness", "preference")
        names = [name for name in Objective.model_fields if name != "balance_over"]
        weights = {name: self.amount() for name in self.some(names, 11)}
        return Objective(**weights | dict.fromkeys(self.some(hard), "hard"))

    def problem(self):
        self.skills, self.tags, self.goods, self.areas = (self.pool() for _ in range(4))
        self.worker_ids, self.service_ids, order_ids = (self.pool(5) for _ in range(3))
        named = self.pool() if self.dice.random() < 0.5 else []
        if named:
            self.places = [Location(id=name) for name in named] + [self.point(named[0])]
        else:
            self.places = [self.point(), self.point(), *(self.point(name) for name in self.pool())]
        return Problem(
            orders=[self.order(identity) for identity in order_ids],
            workers=[self.worker(identity) for identity in self.worker_ids],
            services=[ServiceType(id=name, **self.catalogue()) for name in self.service_ids],
            travel=self.travel(named),
            objective=self.dice.choice([Objective(), self.weights()]),
            skills=self.maybe(lambda: self.skills),
            name=self.maybe(lambda: self.dice.choice(HARD_NAMES)),
        )


def any_problem(seed: int) -> Problem:
    return AnyProblem(seed).problem()
