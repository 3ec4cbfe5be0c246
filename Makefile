# `make help` lists what can be made. Everything needs Python 3.11 or newer and nothing else.

PYTHON ?= python3
PORT ?= 8000
WORKERS ?= 2
COUNT ?= 10000
VENV := .venv
PY := $(VENV)/bin/python
BOOTSTRAP := $(PYTHON) callcenter_jobs/local/bootstrap.py
SHELL := /bin/sh
.DEFAULT_GOAL := help
# The settings' way of saying "this is one person's machine".
LOCAL := LOCAL_MODE=1

.PHONY: help run test lint format reset lock messages library-report coach-report chaos bench-search chaos-search postings rebuild-search screenshots venv dev-venv python

help: ## List these words
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  Variables: PORT=8000, PYTHON=python3.12, LOCAL_DIR=.local, WORKERS=2 (test processes), COUNT=10000 (postings), ARGS=… (for pytest, chaos, bench-search, postings)"

python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "There is no $(PYTHON) here. Install Python 3.11 or newer, or name one: make run PYTHON=/path/to/python3" >&2; exit 1; }

venv: python
	@$(BOOTSTRAP) run

dev-venv: python
	@$(BOOTSTRAP) dev

run: venv ## Start the whole portal on this machine (Ctrl-C stops it)
	@UNDER_MAKE=1 PORT=$(PORT) exec $(PY) -m callcenter_jobs.local

postings: venv ## Put COUNT=10000 made-up postings into the portal that runs here (ARGS="--seed 2" makes others)
	@$(PY) -m callcenter_jobs.local.manage make_postings --count $(COUNT) $(ARGS)
	@$(PY) -m callcenter_jobs.local.manage rebuild_search

rebuild-search: venv ## Build the search index of the portal that runs here anew
	@$(PY) -m callcenter_jobs.local.manage rebuild_search

test: dev-venv ## Run every test on embedded servers (ARGS="-k name" chooses)
	@$(PY) -m callcenter_jobs.local.chromium
	@$(PY) -m pytest -n $(WORKERS) --dist worksteal -q $(ARGS)

lint: dev-venv ## Style, types, templates, imports, migrations, translations, static files, deploy checks
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(VENV)/bin/djlint templates --lint --quiet
	@$(VENV)/bin/lint-imports
	@$(PY) -m callcenter_jobs.local.lint

format: dev-venv ## Put the Python files into the house's format
	@$(PY) -m ruff check --fix --exit-zero --quiet .
	@$(PY) -m ruff format .

reset: venv ## Forget everything that `make run` stored
	@$(PY) -m callcenter_jobs.local reset

lock: dev-venv ## Pin every package and its hashes again after a change of the requirements
	@$(VENV)/bin/uv pip compile -q --universal --generate-hashes --python-version 3.11 requirements.txt -o requirements/lock.txt
	@$(VENV)/bin/uv pip compile -q --universal --generate-hashes --python-version 3.11 requirements/dev.txt -o requirements/dev-lock.txt

messages: dev-venv ## Collect the strings to translate into locale/
	@$(LOCAL) $(PY) manage.py make_catalogs

library-report: venv ## Count the role library; the last line is one JSON object
	@$(LOCAL) $(PY) manage.py library_report

coach-report: venv ## Measure the coach on its labelled sentences; the last line is one JSON object
	@$(LOCAL) $(PY) manage.py coach_report $(ARGS)

chaos: dev-venv ## Kill everything at random under load and count what was lost or doubled
	@$(PY) -m benchmarks.chaos $(ARGS)

bench-search: dev-venv ## Time search on a million postings against a bare page (ARGS="--sizes 100000 --quick")
	@$(PY) -m benchmarks.bench_search $(ARGS)

chaos-search: dev-venv ## Change and kill everything at random, then hold every search answer against plain queries
	@$(PY) -m benchmarks.chaos_search $(ARGS)

screenshots: dev-venv ## Draw the main pages at two widths into docs/screenshots/
	@$(PY) -m callcenter_jobs.local.chromium
	@$(PY) -m benchmarks.screenshots $(ARGS)
