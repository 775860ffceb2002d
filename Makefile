# Two commands on a fresh machine with Python 3.11 or newer: `make serve` and `make test`.
# Both set up what they need in .venv and are quick the second time.

.DEFAULT_GOAL := help
.PHONY: help install serve test test-fast test-spark score-questions fix peers lock wheel clean

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	then echo $$python; break; fi; done)
BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet

help:  ## Say what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: .venv/installed  ## Make the environment with everything `keiretsu` needs

serve: .venv/installed  ## Start the server on the shipped data (KEIRETSU_PORT, KEIRETSU_DATA ...)
	@exec $(BIN)/keiretsu serve

test: .venv/installed-for-tests peers  ## Check style and types, run every test
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/pytest $(WITHOUT_BROWSER)
	$(BIN)/pytest -m browser

test-fast: .venv/installed-for-tests  ## Run the tests that need no browser
	$(BIN)/pytest $(WITHOUT_BROWSER)

test-spark: .venv/installed-for-tests  ## Run the tests of the Spark engine, in local mode; needs Java
	@if command -v java >/dev/null; then $(MAKE) --no-print-directory .venv/installed-for-spark; fi
	$(BIN)/pytest -m spark tests/engines

# In two processes: many tests wait for servers and for what is to be stopped.
WITHOUT_BROWSER := -m "not browser and not spark" -n 2 --dist worksteal

score-questions: .venv/installed  ## Score `ask` on the sets of sentences: right, refused, wrong
	@PYTHONPATH=. $(BIN)/python tests/questions/score.py

fix: .venv/installed-for-tests  ## Format, and mend what can be mended
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

# The lock files: every version with its hashes, for Python 3.11 to 3.14 on any platform.
COMPILE := env -u PIP_FIND_LINKS $(BIN)/uv pip compile pyproject.toml --universal --upgrade \
	--python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	--no-annotate --no-header --quiet
lock: .venv/installed-for-tests  ## Pin the newest versions that pyproject.toml allows
	$(PIP) install uv
	$(COMPILE) --extra all --group build --output-file requirements.lock
	$(COMPILE) --extra all --group build --group test --constraint requirements.lock \
		--output-file requirements-dev.lock
	$(COMPILE) --extra spark --constraint requirements.lock --output-file requirements-spark.lock

wheel: .venv/installed-for-tests  ## Build the wheel into dist/
	$(BIN)/hatchling build -t wheel

clean:  ## Remove the environment and what was built
	rm -rf .venv dist .mypy_cache .pytest_cache .ruff_cache

.venv/installed: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(PIP) install --require-hashes --requirement requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/installed-for-tests: .venv/installed requirements-dev.lock
	$(PIP) install --require-hashes --requirement requirements-dev.lock
	@touch $@

.venv/installed-for-spark: requirements-spark.lock
	$(PIP) install --require-hashes --requirement requirements-spark.lock
	@touch $@

# The browser tests drive Debian's Chromium, the store tests Debian's Virtuoso. Where these cannot be
# installed they are skipped with a reason, except under CI=true, where a missing one fails.
peers:
	@wanted=""; command -v chromium >/dev/null || wanted="chromium fonts-dejavu-core"; \
	command -v virtuoso-t >/dev/null || wanted="$$wanted virtuoso-opensource-7-bin"; \
	if [ -n "$$wanted" ] && command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; \
	then apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			$$wanted >/dev/null || echo "$$wanted could not be installed" >&2; fi
