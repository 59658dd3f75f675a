# Vigie. `make help` lists the targets.

SHELL := /bin/bash
PORT ?= 5000
SERVE ?= 1
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FLASK := $(BIN)/flask --app wsgi
# One more than the cores of CI: tests wait for browsers, databases and killed processes.
PYTEST_WORKERS ?= 3
# Where Python is told to keep nothing of what it compiles, each of the dozens of commands that tests start compiles Vigie again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo dev test suite coverage fix lint diagram lock audit bench clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.runtime ## Build a simulated region and serve it (PORT=5000, SERVE=0 builds without serving)
	@$(FLASK) demo build $(if $(filter 1,$(SERVE)),--for-port $(PORT))
	@$(if $(filter 1,$(SERVE)),$(FLASK) demo serve --port $(PORT))

dev: $(VENV)/.dev ## Serve the instance with reloading
	@$(FLASK) instance create
	@$(FLASK) run --debug --port $(PORT)

test: $(VENV)/.dev $(VENV)/.browser ## Everything CI runs
	@$(MAKE) --no-print-directory --jobs=2 lint suite

# Beside `lint`, most of which is one process: its few lines come among the dots of the first minute.
# Workers share the cores: a library that spreads each product of matrices over all of them would wait more than it counts.
suite coverage: export OMP_NUM_THREADS := 1
suite coverage: export OPENBLAS_NUM_THREADS := 1

suite: $(VENV)/.dev $(VENV)/.browser ## The tests alone
	@$(BIN)/python -m pytest -n $(PYTEST_WORKERS) --dist loadscope --no-loadscope-reorder --durations 20

coverage: $(VENV)/.dev $(VENV)/.browser ## The tests again, counting the lines and branches they go through; details in var/coverage
	@$(BIN)/python -m pytest -n $(PYTEST_WORKERS) --dist loadscope --no-loadscope-reorder \
		--cov --cov-report term:skip-covered --cov-report html

lint: $(VENV)/.dev ## Style, types, layers, templates, scripts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/djlint app/templates --lint --quiet
	@$(BIN)/oxlint --quiet --deny-warnings app/static/js

fix: $(VENV)/.dev ## Repair what a machine can repair
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

diagram: $(VENV)/.dev ## Draw docs/house.md again from the tree and its imports
	@$(BIN)/python -m scripts.draw_house

lock: $(VENV)/.dev ## Pin what requirements*.in name; what is pinned stays where it is (UPGRADE=1 moves everything)
	@scripts/lock.sh $(BIN)/uv $(if $(filter 1,$(UPGRADE)),--upgrade)

audit: $(VENV)/.dev ## Ask the advisory database about every library (needs the network, is no part of CI)
	@scripts/audit.sh $(BIN)/pip-audit

bench: $(VENV)/.dev ## Measure speed and quality; prints Markdown for docs/benchmarks.md
	@$(BIN)/python -m bench

clean: ## Forget the instance in var/
	@if [ -d var ] && [ -x $(BIN)/flask ]; then env -u DATABASE_URL VIGIE_HOME=var $(FLASK) instance stop || true; fi
	@rm -rf var

$(VENV)/bin/python:
	@scripts/make_venv.sh $(PYTHON) $(VENV)

$(VENV)/.runtime: requirements.txt | $(VENV)/bin/python
	@echo "Installation des bibliothèques…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

$(VENV)/.browser: scripts/install_browser.sh
	@scripts/install_browser.sh
	@touch $@
