# The commands of everfair. `make demo` and `make test` need Python >= 3.11, git and make, nothing else installed by hand.
SHELL := /bin/bash
PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo setup setup-dev test check format messages lock clean

help: ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

demo: setup ## make everything, load the sample fair, serve it on http://127.0.0.1:$(PORT)
	@EVERFAIR_DEMO=true EVERFAIR_BASE_URL=$${EVERFAIR_BASE_URL:-http://127.0.0.1:$(PORT)} PORT=$(PORT) exec $(BIN)/everfair demo

setup: ## make the environment (.venv) from the lock file
	@$(PYTHON) tools/environment.py requirements.txt

setup-dev: ## the same with what tests and checks need
	@$(PYTHON) tools/environment.py requirements-dev.txt

test: setup-dev ## run every suite on SQLite and PostgreSQL, and the journeys in Chromium
	@$(BIN)/python tools/run_tests.py

check: setup-dev ## style, types, layers, messages, templates, docs
	@$(BIN)/python tools/run_checks.py

format: setup-dev ## put imports and lines in order
	@$(BIN)/ruff check --fix --quiet everfair tests benchmarks tools; $(BIN)/ruff format --quiet everfair tests benchmarks tools

messages: setup-dev ## bring the translation catalogues up to date
	@$(BIN)/python tools/messages.py update

lock: setup-dev ## resolve the lock files anew (needs the package index)
	@$(BIN)/python tools/lock.py

clean: ## remove the environment and build leftovers, never the data in var/
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache
