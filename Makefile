# Comity. `make demo` shows it, `make test` proves it; see README.md.
PYTHON ?= python3
UV_VERSION := 0.9
VENV := .venv
UV := $(shell command -v uv 2>/dev/null)
RUN := $(VENV)/bin
STAMP := $(VENV)/.comity-locked
CLIENTS := .venv-clients
PYTEST := $(RUN)/pytest

.PHONY: setup demo test test-peers clients peers bench bench-quick lint format clean

setup: $(STAMP)

# uv from the path when there is one, else in an environment of its own, so that nothing of the machine changes.
$(STAMP): uv.lock pyproject.toml
ifeq ($(UV),)
	test -x .venv-uv/bin/uv || ($(PYTHON) -m venv .venv-uv && .venv-uv/bin/pip install --quiet 'uv>=$(UV_VERSION)')
	.venv-uv/bin/uv sync --quiet --locked
else
	uv sync --quiet --locked
endif
	touch $(STAMP)

# The whole product on this machine; EXIT=1 ends with status 0 when every sample ended as expected.
demo: $(STAMP)
	$(RUN)/comity demo $(if $(EXIT),--exit)

# Everything that needs Python packages alone.
test: $(STAMP) clients
	$(PYTEST) -m "not peers and not faults" $(ARGS)

# The vendor's client needs packages older than ours, so it has an environment of its own.
clients: $(CLIENTS)/.ready
$(CLIENTS)/.ready: tests/clients/requirements.txt | $(STAMP)
	$(PYTHON) -m venv $(CLIENTS)
	$(CLIENTS)/bin/pip install --quiet -r tests/clients/requirements.txt
	touch $@

# Debian packages that the peer tests drive; as root.
peers:
	DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends kannel tshark

# What needs Debian packages (make peers), and fault injection.
test-peers: $(STAMP) clients
	$(PYTEST) -m "peers or faults" $(ARGS)

# Comity and Kannel under the same load, in one run (make peers first).
bench: $(STAMP)
	$(RUN)/python bench/run.py $(ARGS)

bench-quick: $(STAMP)
	$(RUN)/python bench/run.py --quick $(ARGS)

lint: $(STAMP)
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports

format: $(STAMP)
	$(RUN)/ruff check --fix .
	$(RUN)/ruff format .

clean:
	rm -rf $(VENV) .venv-uv $(CLIENTS) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
