# Each target sets the checkout up first; `python3 bootstrap.py` does the same without make.
PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

.PHONY: setup
setup: ## Make .venv ready (does nothing when it is).
	@$(PYTHON) bootstrap.py --quiet

.PHONY: demo
demo: setup ## Live three cases from opening to closing, in under a minute.
	@./hancha demo $(ARGS)

.PHONY: up
up: setup ## Start everything for a person to use; Ctrl-C stops it.
	@./hancha up $(ARGS)

.PHONY: test
test: setup ## Run the tests on SQLite and PostgreSQL (ARGS="-k calendar" for some).
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

.PHONY: faults
faults: setup ## Kill workers and servers through 200 lives (HANCHA_FAULT_LIVES=n for others).
	@HANCHA_FAULT_LIVES=$${HANCHA_FAULT_LIVES:-200} $(BIN)/python -m pytest tests/faults $(ARGS)

.PHONY: scans
scans: setup ## Send 300 letters out and scan them back (HANCHA_SCAN_LETTERS=n for others).
	@HANCHA_SCAN_LETTERS=$${HANCHA_SCAN_LETTERS:-300} $(BIN)/python -m pytest \
		tests/scan/test_round_trip.py $(ARGS)

.PHONY: bench
bench: setup ## Measure speed and memory; prints a table and writes JSON.
	@$(BIN)/python -m bench $(ARGS)

.PHONY: lint
lint: setup ## Check style and formatting.
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m ruff format --check .

.PHONY: format
format: setup ## Put style and formatting right where a machine can.
	@$(BIN)/python -m ruff check --fix .
	@$(BIN)/python -m ruff format .

.PHONY: types
types: setup ## Check the types.
	@$(BIN)/python -m mypy

.PHONY: contracts
contracts: setup ## Check who may import whom.
	@$(BIN)/lint-imports

.PHONY: lock
lock: setup ## Pin what pyproject.toml asks for, by hash (ARGS=--upgrade for newer versions).
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --group dev $(ARGS) \
		--custom-compile-command "make lock" pyproject.toml --output-file requirements.lock
	@! grep -nE '://|^--' requirements.lock
