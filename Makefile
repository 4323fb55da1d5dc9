# Déclic. `make help` lists the verbs. Everything that is written goes under .venv/ and var/.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# The Python that makes the first environment: uv then finds or brings the 3.10 that Rasa needs.
PYTHON ?= python3
UV := var/uv/bin/uv
BIN := .venv/bin
export VIRTUAL_ENV := $(CURDIR)/.venv
READY := .venv/.ready
READY_DEV := .venv/.ready-dev

.PHONY: help run chat setup test check bench lock format clean

help: ## List the verbs
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-8s %s\n", $$1, $$2 }'

run: setup ## Serve the chat page and the API on http://localhost:8000 (PORT changes the port)
	@$(BIN)/declic serve

chat: setup ## Talk to the assistant in this terminal
	@$(BIN)/declic chat

setup: $(READY) ## Prepare the environment, and the model if its data changed
	@$(BIN)/declic train

test: $(READY_DEV) ## Run every test, with every check
	@bash tests/run

check: $(READY_DEV) ## Lint, types, layers and the knowledge base, in under a minute
	@bash tests/run check

bench: $(READY_DEV) ## Measure against stock Rasa and write docs/benchmarks.md
	@$(BIN)/declic train
	@$(BIN)/python -m tests.bench

format: $(READY_DEV) ## Format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lock: $(UV) ## Resolve the dependencies again into the two lock files
	$(UV) pip compile -q pyproject.toml --generate-hashes --no-header --no-emit-index-url \
		--python-version 3.10 --upgrade -o requirements.lock
	$(UV) pip compile -q pyproject.toml --extra dev --generate-hashes --no-header --no-emit-index-url \
		--python-version 3.10 -c requirements.lock -o requirements-dev.lock

clean: ## Remove the environment, the model, the database and every cache
	rm -rf .venv var build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(UV): requirements-bootstrap.lock
	@echo "Preparing uv …"
	@$(PYTHON) -m venv var/uv
	@var/uv/bin/pip install -qq --disable-pip-version-check --require-hashes -r requirements-bootstrap.lock
	@touch $@

.venv/bin/python: | $(UV)
	@$(UV) venv -q --python 3.10 .venv

$(READY): requirements.lock pyproject.toml .venv/bin/python
	@echo "Installing the libraries …"
	@if [ -e $(READY_DEV) ]; then $(UV) pip sync -q --compile-bytecode --require-hashes requirements-dev.lock; \
		else $(UV) pip sync -q --compile-bytecode --require-hashes requirements.lock; fi
	@$(UV) pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(READY_DEV): requirements-dev.lock pyproject.toml .venv/bin/python
	@echo "Installing the libraries, and those of the developers …"
	@$(UV) pip sync -q --compile-bytecode --require-hashes requirements-dev.lock
	@$(UV) pip install -q --no-deps --no-build-isolation -e .
	@touch $(READY) $@
