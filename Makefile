# The one place for commands: `make` lists them. Works with make and Python alone; uses uv when there is one.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check bench fix migrate docs lock

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CIMS := $(BIN)/python -m app.cli
CODE := $(wildcard app bench migrations tests)
TYPED := $(wildcard app bench tests)
UV := $(shell command -v uv 2>/dev/null)
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-strip-extras

help: ## List what exists
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 16

run: $(VENV)/.run ## Start the service, with a database and demo data of its own
	@exec $(CIMS) run

test: $(VENV)/.develop ## Run the tests; ARGS="tests/core -k mask" narrows them, ARGS=--cov measures them
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(VENV)/.develop ## Check form, types, imports, database schema and generated pages, as CI does
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy $(TYPED)
	$(BIN)/lint-imports
	$(CIMS) check-schema
	$(CIMS) docs --check

bench: $(VENV)/.run ## Measure the service beside a bare reference and write the table
	@$(BIN)/python -m bench.run $(ARGS)

fix: $(VENV)/.develop ## Put form right, and what ruff can mend by itself
	$(BIN)/ruff format $(CODE)
	$(BIN)/ruff check --fix $(CODE)

migrate: $(VENV)/.run ## Bring the database to the newest schema
	@$(CIMS) migrate

docs: $(VENV)/.run ## Write the pages that are made from the code
	@$(CIMS) docs

lock: ## Write the lock files anew from pyproject.toml (needs uv; ARGS=--upgrade takes newer releases)
	$(COMPILE) $(ARGS) --extra embedded -o requirements.txt pyproject.toml
	$(COMPILE) $(ARGS) --extra embedded --extra dev -c requirements.txt -o requirements-dev.txt pyproject.toml

$(VENV)/.python:
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  rm -rf $(VENV) && $$python -m venv $(VENV) && touch $@ && exit 0; \
	  rm -rf $(VENV); echo "$$python cannot make a virtual environment: install its venv package." >&2; exit 1; \
	done; \
	echo "CIMS needs Python 3.11 or newer: install it, or name it with: make PYTHON=/path/to/python" >&2; exit 1

$(VENV)/.run: requirements.txt $(VENV)/.python
	@echo "Installing what the service needs into $(VENV) ..."
	@$(call install,requirements.txt)
	@printf '#!/bin/sh\nPYTHONPATH="%s" exec "%s/$(BIN)/python" -P -m app.cli "$$@"\n' "$(CURDIR)" "$(CURDIR)" > $(BIN)/cims
	@chmod +x $(BIN)/cims && touch $@

$(VENV)/.develop: requirements-dev.txt $(VENV)/.run
	@echo "Installing what developing needs into $(VENV) ..."
	@$(call install,requirements-dev.txt)
	@touch $@

ifdef UV
install = uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1)
else
install = $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r $(1)
endif
