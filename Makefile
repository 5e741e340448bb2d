# Every target sets itself up: a Python 3.11 or newer is all a machine needs. `make` explains itself.
.DEFAULT_GOAL := help
SHELL := /bin/bash

VENV ?= .venv
BIN := $(VENV)/bin
T ?=
ARGS ?=

# The first Python here that is new enough and can make a virtual environment.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)

help: ## Say what can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: venv ## Start SIDIK with three demonstration bodies at http://127.0.0.1:8714
	@exec $(BIN)/sidik up --demo $(ARGS)

test: venv ## Run the tests; T="tests/test_item.py -k hold" for some of them
	@$(BIN)/python -m pytest $(or $(T),-n auto --dist loadfile --no-loadscope-reorder)

check: lint test ## All that a reviewer would run

lint: venv ## Format, lint and types, without the tests
	@failed=0; for check in "ruff format --check ." "ruff check ." "mypy"; do \
	echo "$(BIN)/$$check"; $(BIN)/$$check || failed=1; done; exit $$failed

tidy: venv ## Put the code in its usual shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: venv ## Measure, as ratios against a floor; ARGS=append.one_writer for one
	@$(BIN)/sidik bench $(ARGS)

pictures: venv ## Take the pictures of the papers anew (needs Chromium)
	@$(BIN)/python docs/pictures/take.py

venv: $(VENV)/.ready ## Make .venv with exactly the versions of the lock, and .venv/bin/sidik in it

lock: ## Write both lock files anew from pyproject.toml (needs uv)
	uv pip compile -q pyproject.toml -o requirements.lock $(LOCKED)
	uv pip compile -q pyproject.toml -o requirements-dev.lock --extra test -c requirements.lock $(LOCKED)

clean: ## Remove what was made here, the virtual environment too; no data is touched
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

LOCKED := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links

# uv knows nothing of pip's settings: where it finds no package index, pip has its turn.
$(VENV)/.ready: requirements-dev.lock pyproject.toml
	@echo "Installing into $(VENV), once ..." >&2
	@$(call with_uv) || $(call with_pip)
	@touch $@

define with_uv
{ command -v uv >/dev/null && [ ! -x $(BIN)/pip ] \
	&& uv venv -q --allow-existing --python '>=3.11' $(VENV) \
	&& uv pip install -q --python $(BIN)/python --require-hashes -r requirements-dev.lock \
	&& uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e . ; }
endef

define with_pip
{ if [ -z "$(PYTHON)" ]; then \
	echo "No Python 3.11 or newer with venv here (on Debian: apt install python3-venv)." >&2; exit 1; fi; \
	$(PYTHON) -m venv $(VENV) \
	&& $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock \
	&& $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . ; }
endef

.PHONY: help up test check lint tidy bench pictures venv lock clean
