# Needs make and Python 3.11 or later, nothing else. On Windows run it from Git Bash.
# `make PYTHON=/path/to/python` chooses the Python that the virtual environment is made with.

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
CANDIDATES := python python3
else
BIN := .venv/bin
CANDIDATES := python3 python3.14 python3.13 python3.12 python3.11 python
endif

NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for each in $(CANDIDATES); do \
	if $$each -c '$(NEW_ENOUGH)' >/dev/null 2>&1; then echo $$each; break; fi; done)
PY := $(BIN)/python
SAMPLE := examples/data/doggerhaven-120

.PHONY: help demo test lint format types imports examples docs sample clean

help:
	@echo "make demo      plan the sample day, print the result, write the plan to out/"
	@echo "make test      run the tests: snippets in the docs, docstrings and examples too"
	@echo "make lint      ruff: rules and format      make format   mend what ruff can mend"
	@echo "make types     mypy --strict               make imports  the layers of the package"
	@echo "make examples  run examples/*.py           make docs     build docs/_build/html"
	@echo "make clean     remove what the others made"

demo: .venv/package.stamp
	@mkdir -p out
	$(BIN)/homeserve-dispatch solve $(SAMPLE) --time-limit 10 -o out/plan.json -o out/plan.csv
	@echo "The plan is in out/: plan.json, plan.csv."

test: .venv/groups.stamp
	$(PY) -m pytest
	$(PY) -m pytest --doctest-modules src

lint: .venv/groups.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check

format: .venv/groups.stamp
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

types: .venv/groups.stamp
	$(BIN)/mypy --strict

imports: .venv/groups.stamp
	$(BIN)/lint-imports

examples: .venv/package.stamp
	@for each in examples/[0-9]*.py; do \
		echo "== $$each"; $(PY) -W error $$each || exit 1; done

docs: .venv/groups.stamp
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html

# The sample day is committed; this makes it anew, byte for byte the same.
sample: .venv/package.stamp
	$(BIN)/homeserve-dispatch generate --orders 120 --seed 7 --format csv -o $(SAMPLE)

clean:
	rm -rf .venv out build dist docs/_build .pytest_cache .mypy_cache .ruff_cache \
		.import_linter_cache .hypothesis .benchmarks

# pip before 25.1 knows no dependency groups.
.venv/pip.stamp:
	@if [ -z "$(PYTHON)" ]; then \
		echo "No Python 3.11 or later found; say where it is: make PYTHON=/path/to/python" >&2; exit 1; fi
	@$(PYTHON) -c '$(NEW_ENOUGH)' || { echo "$(PYTHON) is older than 3.11" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --upgrade "pip>=25.1"
	@touch $@

.venv/package.stamp: pyproject.toml .venv/pip.stamp
	$(PY) -m pip install --quiet --editable .
	@touch $@

.venv/groups.stamp: .venv/package.stamp
	$(PY) -m pip install --quiet --group test --group lint --group docs
	@touch $@
