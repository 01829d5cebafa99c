# Everything a newcomer types. Variables of the environment reach the commands as they are.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
ARGS ?=
MODULES := frontend/node_modules/.installed
BUNDLE := web/static/web/calendar/calendar.js

.DEFAULT_GOAL := help
.PHONY: help run test lint bench chaos trouble manage

help: ## Show what can be typed
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

run: export DEBUG ?= 1
run: $(VENV)/.run $(BUNDLE) ## Start everything, in this terminal; Ctrl-C stops it
	@exec $(PY) -m runner

test: lint $(BUNDLE) ## Run all tests, on SQLite and on PostgreSQL
	$(PY) -m pytest -n 2 --durations=20 -m "not process"
	$(PY) -m pytest --durations=20 -m process --ignore=tests/trouble
	@if $(PY) -c "from testkit.servers.postgres_server import find_postgres_binaries as f; raise SystemExit(f() is None)"; then \
		echo "$(PY) -m pytest -n 2 --db=postgres"; \
		exec $(PY) -m pytest -n 2 --durations=20 --db=postgres -m "not process and not browser"; \
	elif [ -n "$$CI" ]; then \
		echo "PostgreSQL is missing; with CI set its tests must run." >&2; exit 1; \
	else \
		echo "SKIPPED: the tests on PostgreSQL (install it to run them)."; \
	fi

lint: $(VENV)/.dev $(MODULES) ## Check format, style, types, imports and migrations
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy .
	$(VENV)/bin/lint-imports
	DATA_DIR=.data-lint $(PY) manage.py makemigrations --check --dry-run
	frontend/npm run --silent check

bench: $(VENV)/.dev ## Measure what the README claims; make bench ARGS=--quick for a short form
	@exec $(PY) -m benchmarks $(ARGS)

chaos: $(VENV)/.dev ## Kill and freeze parts under load and count the texts; ARGS=--quick takes two minutes
	@exec $(PY) -m chaos $(ARGS)

trouble: $(VENV)/.dev $(BUNDLE) ## Rehearse a full disk, a read-only database, a busy provider and a full Redis
	$(PY) -m pytest -m process tests/trouble

manage: $(VENV)/.run ## Run a management command, e.g. make manage ARGS="check_notifications"
	@exec $(PY) manage.py $(ARGS)

# A stamp is newer than the list it installed, so the next start takes no time.
$(VENV)/.run: requirements.txt | $(VENV)/.made
	@echo "Installing what the project needs, once; this takes a minute …"
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements.txt | $(VENV)/.made
	@echo "Installing what the project and its tests need, once; this takes a minute …"
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/.run

# The calendar is rebuilt only when its sources are newer.
$(BUNDLE): $(MODULES) $(shell find frontend/src) frontend/vite.config.ts frontend/tsconfig.json
	@echo "Building the calendar …"
	@frontend/npm run --silent build -- --logLevel warn
	@touch $@

$(MODULES): frontend/package-lock.json | $(VENV)/.made
	@echo "Installing what the calendar is built with, once …"
	@frontend/npm ci
	@touch $@

$(VENV)/.made:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null || \
		{ echo "Python 3.11 or newer is needed; name it with PYTHON=/path/to/python3." >&2; exit 1; }
	@$(PYTHON) -c "import venv, ensurepip" 2>/dev/null || \
		{ echo "Python's venv module is missing (on Debian: apt-get install python3-venv)." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@
