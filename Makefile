# The two commands that a new user needs are `make demo` and `make test`; each makes its own .venv from Python 3.11+.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/python -m

NODE_PEERS := tests/end_to_end/node/node_modules/peer.stamp tests/end_to_end/chopsticks/node_modules/peer.stamp
NODE_PEERS += tests/end_to_end/ipfs/node_modules/peer.stamp
EXTRAS := .venv-extras
PEERS := $(EXTRAS)/extras.stamp .venv-scalecodec/peer.stamp .venv-cyscale/peer.stamp $(NODE_PEERS)

.PHONY: demo test fuzz kills storms soak peers check check-style check-mypy check-pyright check-architecture bench fmt clean

demo: $(VENV)/demo.stamp
	$(BIN)/palletlab demo

test: $(VENV)/check.stamp
	$(MAKE) --no-print-directory --jobs=6 peers
	$(RUN) pytest -n auto --dist loadfile -m 'not extra'
	$(EXTRAS)/bin/python -m pytest -m extra tests/pallets/learning tests/pallets/privacy_budget

# The long form of one test of `make test`: nodes are killed at 200 instants, and nothing that they announced is lost.
kills: $(VENV)/check.stamp
	PALLETLAB_KILLS=200 $(RUN) pytest -n auto tests/end_to_end/test_killed.py

# The long form of the property tests: other examples than last time, and ten times as many.
fuzz: $(VENV)/check.stamp
	PALLETLAB_EFFORT=10 $(RUN) pytest -n auto -m hypothesis

# The long form of those that search by seeds: networks with faults, hostile clients, damaged files, pools, forks; and of
# a round in which a thousand clients enrol.
STORMS := tests/chain/network tests/chain/node tests/chain/store tests/chain/rpc/test_server.py \
	tests/chain/rpc/test_consistency.py tests/end_to_end/test_hostile.py tests/pallets/federated_round/test_many_clients.py

storms: $(VENV)/check.stamp
	PALLETLAB_EFFORT=25 $(RUN) pytest -n auto $(STORMS)

# The long form of another: a node lives for 10,000 blocks of mixed load, and takes no more memory for it.
soak: $(VENV)/check.stamp
	PALLETLAB_SOAK=10000 $(RUN) pytest -q tests/end_to_end/test_soak.py

# What tests compare with: the extras, and what wallets decode with. The Python ones of these have a folder each: both
# call their package scalecodec. All at once, since each waits for its registry most of the time.
peers: $(PEERS)

# Two at a time: each of them works on one core.
check: $(VENV)/check.stamp
	$(MAKE) --no-print-directory --jobs=2 --keep-going check-style check-mypy check-pyright check-architecture

check-style:
	$(RUN) ruff check .
	$(RUN) ruff format --check .

check-mypy:
	$(RUN) mypy

check-pyright:
	$(BIN)/pyright

check-architecture:
	$(RUN) pytest -q tests/test_architecture.py tests/test_docs.py

bench: $(VENV)/check.stamp tests/end_to_end/chopsticks/node_modules/peer.stamp
	$(RUN) benchmarks

fmt: $(VENV)/check.stamp
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

clean:
	rm -rf $(VENV) $(EXTRAS) .venv-peers .venv-flower .venv-scalecodec .venv-cyscale tests/end_to_end/*/node_modules build dist *.egg-info

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "palletlab needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/demo.stamp: pyproject.toml | $(VENV)/bin/python
	$(RUN) pip install --quiet --disable-pip-version-check --config-settings editable_mode=compat -e '.[learning]'
	touch $@

$(VENV)/check.stamp: pyproject.toml | $(VENV)/bin/python
	$(RUN) pip install --quiet --disable-pip-version-check --config-settings editable_mode=compat -e '.[check]'
	touch $@

# It sees what the other environment has, and has besides what extras bring, which nothing else shall see. For a new
# Python there may be no Ray yet; its test says so.
INTO_EXTRAS := $(EXTRAS)/bin/python -m pip install --quiet --disable-pip-version-check --config-settings editable_mode=compat
$(EXTRAS)/extras.stamp: pyproject.toml | $(VENV)/check.stamp
	$(RUN) venv $(EXTRAS)
	$(BIN)/python -c 'import site; print(site.getsitepackages()[0])' >"$$($(EXTRAS)/bin/python -c 'import site; print(site.getsitepackages()[0])')/main.pth"
	$(INTO_EXTRAS) -e '.[dp,dask,ray]' || $(INTO_EXTRAS) -e '.[dp,dask]'
	touch $@

.venv-%/peer.stamp: tests/end_to_end/python/%.txt | $(VENV)/bin/python
	$(RUN) pip install --quiet --disable-pip-version-check --upgrade --target .venv-$* --requirement $<
	touch $@

# without Node there is nothing to install, and the tests that need it say so
$(NODE_PEERS): tests/end_to_end/%/node_modules/peer.stamp: tests/end_to_end/%/package.json
	if command -v npm >/dev/null; then cd $(<D) && npm install --no-audit --no-fund --silent --prefer-offline && touch node_modules/peer.stamp; fi
