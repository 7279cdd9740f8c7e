"""Whatever is in a file, what comes of it is a problem, a plan or one InputError."""

from __future__ import annotations

import json
from random import Random

import pytest
from any_problem import any_problem

from homeserve_dispatch.errors import InputError
from homeserve_dispatch.formats import (
    FORMATS,
    files,
    read_plan,
    read_problem,
    write_plan,
    write_problem,
)
from homeserve_dispatch.schedule import build_plan

ODD_VALUES = [
    None, True, 0, -1, 1e308, 10**400, 2**63, "", "x", "nan", [], {}, [[]], ["a"], {"a": 1}, [None],
    "9999-12-31T23:59-10:00", "0001-01-01T00:00+14:00", "P9999999D", "A" * 5000, "hard", "\0",
]  # fmt: skip
ODD_BYTES = [
    b'"',
    b";",
    b",",
    b"\n",
    b"[",
    b"{",
    b"}",
    b"=",
    b"\0",
    b"9" * 30,
    b"NaN",
    b"\xff",
    b"\\",
]


def spoil_value(value, dice):
    """Change about one value, key or entry in a hundred."""
    if dice.random() < 0.01:
        return dice.choice(ODD_VALUES)
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if dice.random() > 0.003}
        return {
            key + "x" * (dice.random() < 0.003): spoil_value(item, dice)
            for key, item in kept.items()
        }
    if isinstance(value, list):
        items = [spoil_value(item, dice) for item in value]
        return items + items[:1] * (dice.random() < 0.03)
    return value


def spoil_bytes(data, dice):
    """Change, cut out, put in or cut off a few bytes."""
    data = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(data) + 1)
        data[at : at + dice.choice([0, 0, 1, 20])] = dice.choice([b"", *ODD_BYTES])
        if dice.random() < 0.1:
            del data[at:]
    return bytes(data)


def faults_of(read):
    """The faults; any other exception goes through and fails the test."""
    try:
        read()
    except InputError as error:
        found = error
    else:
        return ()
    assert str(found)
    assert all(issue.code and issue.where and issue.problem for issue in found.issues)
    return found.issues


@pytest.fixture(params=range(60))
def dice(request):
    return Random(request.param)


def as_json(data):
    return json.dumps(data).replace("NaN", "null")


def test_a_spoilt_native_problem(dice, tmp_path):
    path = tmp_path / "day.json"
    write_problem(any_problem(dice.randrange(100)), path)
    data, whole = json.loads(path.read_text(encoding="utf-8")), path.read_bytes()
    path.write_text(as_json(spoil_value(data, dice)))
    faults_of(lambda: read_problem(path))
    path.write_bytes(spoil_bytes(whole, dice))
    faults_of(lambda: read_problem(path, "native"))


def test_spoilt_csv_files(dice, tmp_path):
    write_problem(any_problem(dice.randrange(100)), tmp_path / "day")
    for file in (tmp_path / "day").iterdir():
        if dice.random() < 0.5:
            file.write_bytes(spoil_bytes(file.read_bytes(), dice))
    faults_of(lambda: read_problem(tmp_path / "day"))


VROOM = {
    "vehicles": [
        {"id": 1, "start_index": 0, "end_index": 0, "capacity": [4], "skills": [1],
         "time_window": [0, 9000], "costs": {"fixed": 3, "per_hour": 3600}, "speed_factor": 1.2},
        {"id": 2, "start": [2.35, 48.7], "start_index": 1, "profile": "car", "max_tasks": 4},
    ],
    "jobs": [
        {"id": 1, "location_index": 1, "delivery": [1], "time_windows": [[0, 50], [60, 70]]},
        {"id": 2, "location_index": 2, "service": 300, "setup": 5, "skills": [1], "priority": 3},
    ],
    "matrices": {"car": {"durations": [[0, 1, 2], [3, 0, 4], [5, 6, 0]]}},
}  # fmt: skip


def test_a_spoilt_vroom_problem(dice, tmp_path):
    path = tmp_path / "vroom.json"
    path.write_text(as_json(spoil_value(VROOM, dice)))
    faults_of(lambda: read_problem(path, "vroom"))


def test_spoilt_plans(dice, tmp_path, home_day):
    plan = build_plan(home_day, {("Ana", 0): ["boiler"], ("Bo", 0): ["=tap"]})
    for name in FORMATS["plan"]:
        path = tmp_path / name
        write_plan(plan, path, name, home_day)
        whole = path.read_bytes()
        if name in {"native", "vroom"}:
            path.write_text(as_json(spoil_value(json.loads(whole), dice)))
            faults_of(lambda path=path, name=name: read_plan(path, home_day, name))
        path.write_bytes(spoil_bytes(whole, dice))
        faults_of(lambda path=path, name=name: read_plan(path, home_day, name))


def test_a_spoilt_solomon_file_and_random_bytes(dice, tmp_path, home_day):
    text = (
        "X\nVEHICLE\nNUMBER CAPACITY\n2 9\nCUSTOMER\nCUST NO. X Y\n0 1 1 0 0 99 0\n1 2 2 3 4 55 6\n"
    )
    path = tmp_path / "x"
    for data in (spoil_bytes(text.encode(), dice), dice.randbytes(dice.randrange(300))):
        path.write_bytes(data)
        for name in (None, *FORMATS["problem"]):
            faults_of(lambda name=name: read_problem(path, name))
        for name in (None, *FORMATS["plan"]):
            faults_of(lambda name=name: read_plan(path, home_day, name))


@pytest.mark.parametrize(
    ("data", "code", "where"),
    [
        (b"", "EMPTY_FILE", "f"),
        (b"\xef\xbb\xbf \n", "EMPTY_FILE", "f"),
        ("{}".encode("utf-16"), "BAD_ENCODING", "f"),
        (b'{\n"name": "M\xfcller"}', "BAD_ENCODING", "f line 2"),
        (b'{"orders": [],\n "workers": }', "BAD_JSON", "f line 2 column 13"),
        (b"[" * 100_000, "BAD_JSON", "f line 1 column 202"),
        (b'{"a": 9' + b"9" * 9000 + b"}", "BAD_JSON", "f line 1 column 4308"),
        (b'{"a": NaN}', "BAD_JSON", "f line 1 column 7"),
        (b'{"orders": [], "workers": ', "BAD_JSON", "f line 1 column 26"),
    ],
)
def test_a_file_that_cannot_be_parsed_is_one_fault_with_its_place(tmp_path, data, code, where):
    path = tmp_path / "f"
    path.write_bytes(data)
    faults = faults_of(lambda: read_problem(path))
    assert [(fault.code, fault.where) for fault in faults] == [(code, where)]


def test_a_file_that_is_not_there_is_a_fault_that_names_the_nearest(tmp_path):
    (tmp_path / "monday.json").touch()
    (fault,) = faults_of(lambda: read_problem(tmp_path / "mondy.json"))
    assert fault.code == "MISSING_FILE"
    assert fault.action == "did you mean 'monday.json'?"


@pytest.mark.parametrize("path", ["nowhere/x.json", "a\0b", "x" * 5000])
def test_a_path_that_cannot_be_is_a_fault(tmp_path, path, home_day):
    assert faults_of(lambda: read_problem(tmp_path / path))
    assert faults_of(lambda: write_problem(home_day, tmp_path / path, "native"))
    assert faults_of(lambda: write_problem(home_day, tmp_path / path / "y", "csv"))


def test_no_path_at_all_is_a_fault():
    assert faults_of(lambda: read_problem([]))


def test_a_folder_where_a_file_is_needed_is_a_fault(tmp_path, home_day):
    assert faults_of(lambda: read_problem(tmp_path, "native"))[0].code == "IS_FOLDER"
    assert faults_of(lambda: read_plan(tmp_path, home_day, "csv"))[0].code == "IS_FOLDER"
    assert faults_of(lambda: write_problem(home_day, tmp_path, "native"))


def test_a_file_that_is_too_large_is_a_fault(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LARGEST_FILE", 10)
    (tmp_path / "f").write_bytes(b" " * 11)
    assert faults_of(lambda: read_problem(tmp_path / "f"))[0].code == "TOO_LARGE"


def test_faults_of_native_json_name_the_file_the_record_and_the_field(tmp_path):
    path = tmp_path / "day.json"
    order = {"id": "A1", "location": {"lat": 1, "lon": 2}, "duration": "PT1H", "durations": 5}
    shift = {"start": "2026-05-04T08:00", "end": "2026-05-04T07:00"}
    path.write_text(
        json.dumps({"orders": [order, order], "workers": [{"id": "Ana", "shifts": [shift]}]})
    )
    text = "\n".join(map(str, faults_of(lambda: read_problem(path))))
    assert "day.json, order 'A1', field durations: no such field" in text
    assert "did you mean 'duration'?" in text
    assert "day.json, worker 'Ana', shift number 1: the shift ends" in text
    assert "day.json, order 'A1', field id: 2 orders have this id" in text


def test_faulty_entries_of_a_matrix_are_named_one_by_one(tmp_path):
    path = tmp_path / "day.json"
    tables = {"car": {"travel_time_s": [[0, -1], [1e999, 0]]}}
    data = {
        "orders": [],
        "workers": [],
        "travel": {"kind": "matrix", "places": ["a", "b"], "tables": tables},
    }
    path.write_text(json.dumps(data).replace("Infinity", "1e999"))
    found = [fault.where for fault in faults_of(lambda: read_problem(path))]
    table = "day.json, field travel.tables.car.travel_time_s, matrix row"
    assert found == [f"{table} 0, column 1", f"{table} 1, column 0"]


def test_writing_leaves_the_old_file_where_it_cannot_be_written(tmp_path, home_day, monkeypatch):
    path = tmp_path / "day.json"
    path.write_text("old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    (fault,) = faults_of(lambda: write_problem(home_day, path))
    assert "No space left on device" in fault.problem
    assert [file.name for file in tmp_path.iterdir()] == ["day.json"]
    assert path.read_text() == "old"
