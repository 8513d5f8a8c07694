# The two commands that a new user needs are `make demo` and `make test`; each makes its own .venv from Python 3.11+.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/python -m

.PHONY: demo test check bench fmt clean

demo: $(VENV)/demo.stamp
	$(BIN)/palletlab demo

test: $(VENV)/check.stamp
	$(RUN) pytest -n auto

check: $(VENV)/check.stamp
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(BIN)/pyright
	$(RUN) pytest -q tests/test_architecture.py tests/test_docs.py

bench: $(VENV)/check.stamp
	$(RUN) benchmarks

fmt: $(VENV)/check.stamp
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

clean:
	rm -rf $(VENV) .venv-peers build dist *.egg-info

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "palletlab needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/demo.stamp: pyproject.toml | $(VENV)/bin/python
	$(RUN) pip install --quiet --disable-pip-version-check --config-settings editable_mode=compat -e '.[learning]'
	touch $@

$(VENV)/check.stamp: pyproject.toml | $(VENV)/bin/python
	$(RUN) pip install --quiet --disable-pip-version-check --config-settings editable_mode=compat -e '.[check]'
	touch $@
