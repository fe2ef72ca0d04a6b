# make setup | demo | stop | test | bench | lint | torture        (bundle, lock, clean: for those who change the pins)
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup demo stop test bench lint torture bundle lock clean

BIN := .venv/bin
PORT ?= 8015
PYTEST := $(BIN)/python -m pytest

help: ## Say what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

setup: ## Make .venv from the pinned requirements (again only when they changed)
	@.ci/setup dev

demo: setup ## Make the seeded demo office Dapeng, say what is missing in it, and serve it: PORT=8015
	@$(BIN)/gridmap demo --accounts --home .build/demo
	@.ci/serve .build/demo $(PORT)

stop: ## Stop the demo office's service
	@.ci/serve .build/demo stop

lint: setup ## Style, formatting, types, and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

test: lint ## Everything of lint, then every test, with coverage and the 20 slowest
	$(PYTEST) -n 2 --dist loadfile --cov --cov-report=term --durations=20

torture: setup ## Random and many examples, 200 rounds of each kill test
	GRIDMAP_TORTURE=1 $(PYTEST) -n 2 --dist loadfile

bench: ## Each benchmark, as ratios against a named peer measured in the same run
	@.ci/setup bench
	@for file in $$(grep -lE '^def main\(' benchmarks/*.py); do \
	  name=$$(basename "$$file" .py); echo "== $$name"; $(BIN)/python -m "benchmarks.$$name"; done

bundle: setup ## One archive that installs where there is no network: dist/gridmap-VERSION.tar
	@.ci/bundle

lock: setup ## Pin anew within the ranges of pyproject.toml
	@.ci/lock

clean: ## Remove what was made here
	rm -rf .venv .build .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
