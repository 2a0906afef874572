# Comity. `make demo` shows it, `make test` proves it; see README.md.
PYTHON ?= python3
UV_VERSION := 0.9
VENV := .venv
UV := $(shell command -v uv 2>/dev/null)
RUN := $(VENV)/bin
STAMP := $(VENV)/.comity-locked
CLIENTS := .venv-clients
PYTEST := $(RUN)/pytest

.PHONY: setup demo test test-peers clients peers bench bench-quick train evaluate lint format clean

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

# Everything that needs Python packages alone, on all cores.
test: $(STAMP) clients
	$(PYTEST) -n auto --dist worksteal -m "not peers and not faults" $(ARGS)

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

# The learned model, made anew from a directory of corpora: DATA=DIR, with reviewers' labels LABELS=FILE, to OUT=DIR
# instead of over the one that ships; CHECK=1 only says whether it would be the same. See docs/explanation/model-card.md.
train: $(STAMP)
	@test -n "$(DATA)" || { echo "make train DATA=DIR: a directory of corpora, NAME/NAME.jsonl"; exit 2; }
	$(RUN)/python -m comity.training "$(DATA)" $(if $(LABELS),--labels "$(LABELS)") $(if $(OUT),--out "$(OUT)") $(if $(CHECK),--check)

# Every table of docs/content-screening.md; scikit-learn is for the baselines alone.
evaluate: $(STAMP)
	@test -n "$(DATA)" || { echo "make evaluate DATA=DIR: a directory of corpora, NAME/NAME.jsonl"; exit 2; }
	$(RUN)/python -c "import sklearn" 2>/dev/null || $(or $(UV),.venv-uv/bin/uv) sync --quiet --locked --inexact --group train
	$(RUN)/python bench/evaluate_screening.py --data "$(DATA)" $(ARGS)

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
