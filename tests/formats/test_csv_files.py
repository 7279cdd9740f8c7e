"""Problems in CSV files as people write them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from homeserve_dispatch.errors import InputError
from homeserve_dispatch.formats import read_problem
from homeserve_dispatch.formats.columns import ORDERS, SERVICES, WORKERS
from homeserve_dispatch.model import (
    Customer,
    GreatCircle,
    Location,
    Lock,
    Objective,
    Order,
    Rates,
    Restock,
    SameDay,
    Sequence,
    ServiceType,
    Shift,
    Skill,
    TimeWindow,
    Worker,
)

ORDERS_CSV = "id,lat,lon,duration_min\nA1,48.1,11.6,90\n"
WORKERS_CSV = "id,shift_start,shift_end\nAna,2026-05-04T08:00,2026-05-04T16:00\n"


@pytest.fixture
def read(tmp_path):
    def read(orders=ORDERS_CSV, workers=WORKERS_CSV, **others):
        files = {"orders.csv": orders, "workers.csv": workers}
        files |= {name.replace("_", "."): text for name, text in others.items()}
        for name, text in files.items():
            data = text if isinstance(text, bytes) else text.encode()
            (tmp_path / name).write_bytes(data)
        return read_problem(tmp_path)

    return read


def faults(excinfo):
    return [str(issue) for issue in excinfo.value.issues]


def test_two_small_files_are_a_problem(read):
    problem = read()
    assert problem.order("A1").duration == timedelta(minutes=90)
    assert problem.worker("Ana").shifts[0].end == datetime(2026, 5, 4, 16)
    assert problem.travel == GreatCircle()
    assert problem.objective == Objective()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_by_the_header(read, delimiter):
    header = delimiter.join(["id", "lat", "lon", "duration_min", "skills"])
    row = delimiter.join(["A1", "48.1", "11.6", "90", '"gas:2;water"'])
    assert read(f"{header}\n{row}\n").order("A1").skills == {"gas": 2, "water": 1}


def test_with_semicolons_between_cells_numbers_may_have_a_decimal_comma(read):
    order = read("id;lat;lon;duration_min\nA1;48,1;11,6;7,5\n").order("A1")
    assert order.location == Location(lat=48.1, lon=11.6)
    assert order.duration == timedelta(minutes=7.5)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_a_byte_order_mark_do_not_matter(read, line_end, mark):
    problem = read(mark + ORDERS_CSV.replace("\n", line_end))
    assert problem.order("A1").location.lat == 48.1


def test_blank_rows_and_blank_cells_past_the_header_are_passed_over(read):
    assert len(read("\n" + ORDERS_CSV + ",,,\n\nA2,48,11,5,,,\n").orders) == 2


def test_header_names_may_have_capitals_and_blanks(read):
    assert read("ID,Lat,Lon,Duration min\nA1,48.1,11.6,90\n").orders[0].id == "A1"


def test_a_column_that_begins_with_an_underscore_is_the_users_own(read):
    assert read("id,lat,lon,duration_min,_phone\nA1,48.1,11.6,90,=HYPERLINK(1)\n").orders


def test_the_name_of_a_file_says_nothing_its_columns_do(tmp_path):
    (tmp_path / "workers.csv").write_text(ORDERS_CSV)
    (tmp_path / "orders.csv").write_text(WORKERS_CSV)
    assert read_problem(tmp_path).worker("Ana").id == "Ana"


def test_files_may_be_named_one_by_one_and_several_may_hold_orders(tmp_path):
    names = ["monday.csv", "late.csv", "people.csv", "how.json"]
    texts = [ORDERS_CSV, ORDERS_CSV.replace("A1", "A2"), WORKERS_CSV, '{"name": "Monday"}']
    for name, text in zip(names, texts, strict=True):
        (tmp_path / name).write_text(text)
    problem = read_problem([tmp_path / name for name in names])
    assert [order.id for order in problem.orders] == ["A1", "A2"]
    assert problem.name == "Monday"


def test_a_worker_with_several_rows_has_several_shifts(read):
    problem = read(
        workers="id,skills,shift_start,shift_end,rate_overtime\n"
        "Ana,gas:2,2026-05-04T08:00,2026-05-04T16:00,50\n"
        "Bo,,2026-05-04T08:00,2026-05-04T16:00,\n"
        "Ana,,2026-05-05T08:00,2026-05-05T16:00,\n"
        "Ana,gas:2,2026-05-06T08:00,2026-05-06T16:00,50\n"
    )
    assert [worker.id for worker in problem.workers] == ["Ana", "Bo"]
    assert len(problem.worker("Ana").shifts) == 3
    assert problem.worker("Ana").rates == Rates(overtime=50)


def test_a_worker_whose_rows_contradict_each_other_is_a_fault(read):
    with pytest.raises(InputError) as excinfo:
        read(
            workers="id,mode,shift_start,shift_end\n"
            "Ana,car,2026-05-04T08:00,2026-05-04T16:00\n"
            "Ana,foot,2026-05-05T08:00,2026-05-05T16:00\n"
        )
    assert (
        "workers.csv line 3, worker 'Ana', field mode: 'foot' here and 'car'" in faults(excinfo)[0]
    )


def test_a_worker_without_shift_times_has_no_shift(read):
    assert read(workers=WORKERS_CSV + "Bo,,\n").worker("Bo").shifts == ()


def test_a_blank_cell_leaves_it_to_the_service_and_none_in_brackets_does_not(read):
    problem = read(
        "id,lat,lon,service,skills\nA1,48,11,boiler,\nA2,48,11,boiler,(none)\n",
        services_csv="id,duration_min,skills\nboiler,60,gas:2\n",
    )
    skills = [problem.effective(order).skills for order in problem.orders]
    assert skills == [{"gas": 2}, {}]


def test_settings_hold_objective_travel_skills_and_name(read):
    problem = read(
        settings_json='{"name": "Mon", "skills": ["gas"], "objective": {"waiting": 1},'
        ' "travel": {"kind": "great_circle", "detour": 2}}'
    )
    assert (problem.name, problem.skills) == ("Mon", ("gas",))
    assert (problem.objective.waiting, problem.travel.detour) == (1, 2)


def test_a_plan_in_the_folder_is_passed_over(read):
    assert read(plan_csv="worker,order,arrival,start,finish\nAna,A1,,,\n").orders


def test_every_field_of_the_model_has_a_column():
    def fields(layout):
        return {column.field.split(".")[0] for column in layout.columns.values()}

    assert fields(ORDERS) >= set(Order.model_fields)
    assert fields(SERVICES) == set(ServiceType.model_fields)
    assert fields(WORKERS) >= (set(Worker.model_fields) - {"shifts"}) | set(Shift.model_fields)
    assert fields(ORDERS) >= set(TimeWindow.model_fields) - {"earliest", "latest"}
    paths = {column.field for layout in (ORDERS, WORKERS) for column in layout.columns.values()}
    for place in ("location", "start_location", "end_location"):
        assert {f"{place}.{name}" for name in Location.model_fields} <= paths
    assert {f"rates.{name}" for name in Rates.model_fields} <= paths


def test_faults_name_file_line_record_and_column(read):
    with pytest.raises(InputError) as excinfo:
        read(
            "id,lat,lon,duration_min,priority,windows,required_workers\n"
            "A1,48.1,11.6,an hour,5,,\n"
            "A2,95,11.6,30,500,,Anna\n"
            "A3,48.1,11.6,30,,2026-05-04T10:00/09:00,\n"
        )
    texts = "\n".join(faults(excinfo))
    assert "orders.csv line 2, order 'A1', field duration_min: 'an hour' is not a number" in texts
    assert "orders.csv line 3, order 'A2', field lat: input should be less" in texts
    assert "orders.csv line 3, order 'A2', field priority: input should be less" in texts
    assert "orders.csv line 3, order 'A2', field required_workers: there is no worker" in texts
    assert "did you mean 'Ana'?" in texts
    assert "orders.csv line 4, order 'A3', time window number 1: the window ends" in texts
    assert len(faults(excinfo)) == 5


def test_an_unreadable_cell_is_one_fault_and_not_also_a_missing_field(read):
    with pytest.raises(InputError) as excinfo:
        read("id,lat,lon,duration_min\nA1,48.1,x,\nA2,48.1,11,soon\n")
    assert len(excinfo.value.issues) == 2


def test_an_id_used_twice_is_a_fault_that_names_both_lines(read):
    with pytest.raises(InputError, match=r"line 2 and orders\.csv line 3, order 'A1', field id"):
        read(ORDERS_CSV + "A1,48,11,5\n")


def test_a_missing_column_is_a_fault_that_names_the_one_that_looks_like_it(read):
    with pytest.raises(InputError) as excinfo:
        read("id,latt,lon,duration_min\nA1,48.1,11.6,90\n")
    assert [issue.code for issue in excinfo.value.issues] == ["UNKNOWN_COLUMN", "MISSING_COLUMN"]
    assert "did you mean 'lat'?" in faults(excinfo)[0]
    assert "is it the column 'latt'?" in faults(excinfo)[1]


def test_a_column_named_twice_is_a_fault(read):
    with pytest.raises(InputError, match=r"2 columns are named 'lon' \[DUPLICATE_COLUMN\]"):
        read("id,lat,lon,lon,duration_min\nA1,48.1,11.6,11.6,90\n")


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("A2,48.1", "line 3: it has 2 cells and the header 4"),
        ("A2,48.1,11.6,90,more", "line 3: it has 5 cells and the header 4"),
        ('"A2,48.1,11.6,90', "line 3: unexpected end of data"),
        ('"A2"x,48.1,11.6,90', "line 3: ',' expected after"),
        (",48.1,11.6,90", "line 3, order number 2, field id: it is required"),
    ],
)
def test_a_row_that_is_none_is_a_fault_with_its_line(read, row, complaint):
    with pytest.raises(InputError, match=complaint):
        read(f"{ORDERS_CSV}{row}\n")


def test_lines_are_counted_in_the_file_also_where_a_cell_goes_over_several(read):
    with pytest.raises(InputError, match=r"orders\.csv line 5, order 'A2', field lat"):
        read('id,lat,lon,duration_min,customer\nA1,1,2,3,"a\n\nb"\nA2,x,2,3,\n')


def test_a_fault_of_a_shift_names_the_row_of_the_shift(read):
    late = "Ana,2026-05-05T16:00,2026-05-05T08:00\n"
    with pytest.raises(InputError, match=r"workers\.csv line 3, worker 'Ana', shift number 2: the"):
        read(workers=WORKERS_CSV + late)


def test_an_id_with_commas_and_field_names_in_it_does_not_confuse_the_faults(read):
    order = '"A, field lat: x",48.1,11.6,90,700\n'
    with pytest.raises(InputError, match="line 2, order 'A, field lat: x', field priority"):
        read("id,lat,lon,duration_min,priority\n" + order)


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ('{"objectiv": {}}', "did you mean 'objective'?"),
        ("[]", "settings are an object"),
        ('{"travel": {"kind": "great_circle", "detour": 0}}', "field travel.detour"),
        ("{", "settings.json line 1 column 1"),
    ],
)
def test_faulty_settings_are_faults(read, settings, complaint):
    with pytest.raises(InputError) as excinfo:
        read(settings_json=settings)
    assert complaint in str(excinfo.value)


@pytest.mark.parametrize("kind", ["orders", "workers"])
def test_a_folder_without_orders_or_workers_is_a_fault(tmp_path, kind):
    other = {"orders": WORKERS_CSV, "workers": ORDERS_CSV}[kind]
    (tmp_path / "a.csv").write_text(other)
    with pytest.raises(InputError, match=f"no file of {kind} among them"):
        read_problem(tmp_path)


def test_a_hundred_thousand_faults_are_listed_quickly_and_shown_in_part(read):
    rows = "".join(f"A{n},48.1,11.6,soon\n" for n in range(100_000))
    with pytest.raises(InputError) as excinfo:
        read("id,lat,lon,duration_min\n" + rows)
    assert len(excinfo.value.issues) == 100_000
    assert str(excinfo.value).endswith("… and 99980 more")


def test_customers_relations_and_locks_have_files_of_their_own(read):
    orders = "id,lat,lon,duration_min,customer\nA1,48,11,60,Mrs. A\nA2,48,11,60,\n"
    problem = read(
        orders,
        customers_csv="id,history,max_workers\nMrs. A,Ana,2\n",
        relations_csv=(
            "kind,orders,min_gap_min,max_gap_min,between\n"
            "sequence,A1;A2,30,1:30,start-start\nsame_day,A1;A2,,,\n"
        ),
        locks_csv=(
            "locked_order,worker,shift_number,position,start,unassigned\n"
            "A1,Ana,1,1,2026-05-04T09:00,\nA2,,,,,yes\n"
        ),
        settings_json=(
            '{"freeze_until": "2026-05-04T08:30", '
            '"traffic": [{"start": "07:00", "end": "09:00", "factor": 1.5}]}'
        ),
    )
    assert problem.customers == (Customer(id="Mrs. A", history=["Ana"], max_workers=2),)
    gaps = {"min_gap": timedelta(minutes=30), "max_gap": timedelta(minutes=90)}
    assert problem.relations == (
        Sequence(first="A1", second="A2", between="start-start", **gaps),
        SameDay(orders=["A1", "A2"]),
    )
    nine = datetime(2026, 5, 4, 9)
    assert problem.locks == (
        Lock(order="A1", worker="Ana", shift=0, position=0, start=nine),
        Lock(order="A2", unassigned=True),
    )
    assert problem.freeze_until == datetime(2026, 5, 4, 8, 30)
    assert problem.traffic[0].factor == 1.5


def test_breaks_depots_and_limits_stand_in_the_rows_of_workers(read):
    worker = read(
        workers=(
            "id,skills,ratings,total_max_visits,min_rest_min,shift_start,shift_end,"
            "breaks,tools,restock_place,restock_lat,restock_lon,restock_min,restock_amounts\n"
            "Ana,gas:2*1.5,boiler:4,9,11:00,2026-05-04T08:00,2026-05-04T16:00,"
            "12:00/13:00/30,ladder,store,48.1,11.5,10,valve;kg:2\n"
        ),
        services_csv="id,duration_min\nboiler,60\n",
    ).worker("Ana")
    assert worker.skills["gas"] == Skill(level=2, efficiency=1.5)
    assert (worker.ratings, worker.max_visits) == ({"boiler": 4}, 9)
    assert worker.min_rest == timedelta(hours=11)
    (shift,) = worker.shifts
    assert shift.breaks[0].earliest == datetime(2026, 5, 4, 12)
    assert shift.tools == ("ladder",)
    assert shift.restock == Restock(
        location=Location(id="store", lat=48.1, lon=11.5),
        duration=timedelta(minutes=10),
        amounts={"valve": None, "kg": 2},
    )


def test_faults_of_what_ties_orders_are_said_in_the_words_of_the_files(read):
    with pytest.raises(InputError) as excinfo:
        read(
            orders="id,lat,lon,duration_min,crew,times\nA1,48,11,60,a;b::gas=0,\nA2,48,11,60,,1\n",
            workers=(
                "id,shift_start,shift_end,breaks,restock_min\n"
                "Ana,2026-05-04T08:00,2026-05-04T16:00,06:00/07:00/30,5\n"
            ),
            relations_csv="kind,orders,min_gap_min\nsequence,A1;A2,5\nsequence,A2;A1,\n"
            "sequence,A1;A3,\nsequence,A1,\nsame_time,A1;A2;A2,5\n",
            locks_csv="locked_order,worker,role_number\nA9,Bo,\nA1,Ana,7\n",
        )
    found = faults(excinfo)
    for start in (
        "orders.csv line 2, order 'A1', role 'b', field crew: ",
        "orders.csv line 3, order 'A2', field times: ",
        "workers.csv line 2, worker 'Ana', shift number 1, field restock_place, restock_lat and",
        "relations.csv line 5, relation number 4, field orders: it is required",
        "relations.csv line 6, relation number 5, field min_gap_min: no such field",
        "relations.csv line 4, relation number 3, field orders: there is no order 'A3'",
        "locks.csv line 2, lock number 1, field locked_order: there is no order 'A9'",
        "locks.csv line 2, lock number 1, field worker: there is no worker 'Bo'",
        "relations.csv line 2, relation number 1 and relations.csv line 3, relation number 2: they",
    ):
        assert any(fault.startswith(start) for fault in found), (start, found)


def test_a_fault_of_a_break_names_its_cell(read):
    with pytest.raises(InputError) as excinfo:
        read(
            workers=WORKERS_CSV.replace("end\n", "end,breaks\n").replace(
                "16:00\n", "16:00,06:00/07:00/30\n"
            )
        )
    assert faults(excinfo)[0].startswith(
        "workers.csv line 2, worker 'Ana', shift number 1, break number 1, field breaks: the break"
    )


def test_faults_of_a_header_and_of_rows_are_listed_together_and_none_of_them_twice(read):
    with pytest.raises(InputError) as excinfo:
        read(
            orders="id,lat,lon,durations,priority,required_workers\nA1,48,11,60,7,Anna\n"
            "A1,48,11,60,x,\nA2,148,11,60,,\n",
            workers="id,shift_begin,shift_end,max_visits\nAna,2026-05-04T08:00,2026-05-04,x\n",
        )
    both = "orders.csv line 2 and orders.csv line 3, order 'A1'"
    number = "input should be less than or equal to 90, got 148.0"
    assert sorted(fault.split(" [")[0] for fault in faults(excinfo)) == [
        "orders.csv line 1: orders have no column 'durations'",
        f"{both}, field id: 2 orders have this id",
        f"{both}, field required_workers: there is no worker 'Anna'",
        "orders.csv line 3, order 'A1', field priority: 'x' is not a whole number",
        f"orders.csv line 4, order 'A2', field lat: {number}",
        "workers.csv line 1: there is no column 'shift_start'",
        "workers.csv line 1: workers have no column 'shift_begin'",
        "workers.csv line 2, worker 'Ana', field max_visits: 'x' is not a whole number",
    ]


@pytest.mark.parametrize(
    ("orders", "workers"),
    [
        ("ids,lat,lon,duration_min\nA1,48,11,60\nA2,48,11,60\n", WORKERS_CSV),
        (ORDERS_CSV, "ids,shift_start,shift_end\nAna,2026-05-04T08,2026-05-04T16\n"),
    ],
)
def test_what_only_follows_from_a_missing_column_is_not_said_of_every_row(read, orders, workers):
    with pytest.raises(InputError) as excinfo:
        read(orders, workers, relations_csv="kind,orders\nsame_day,A1;A2\n".replace("A2", "A1"))
    codes = [issue.code for issue in excinfo.value.issues]
    assert codes == ["UNKNOWN_COLUMN", "MISSING_COLUMN", "BAD_VALUE"]
