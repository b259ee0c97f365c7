# `make run` to try the assistant, `make test` to check it, `make` to see the rest. Every target is safe to repeat.

BIN := .venv/bin
JOBS ?= 2
# The first Python on this machine that is new enough; `make run PYTHON=/path/to/python3` names another.
PYTHON ?= $(shell for name in python3.11 python3 python3.12 python3.13 python3.14; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)

POSTGRES = $(firstword $(wildcard /usr/lib/postgresql/*/bin/initdb) $(shell command -v initdb 2>/dev/null))
CHROMIUM = $(firstword $(foreach name,chromium chromium-browser google-chrome,$(shell command -v $(name) 2>/dev/null)))
MISSING = $(strip $(if $(POSTGRES),,postgresql) $(if $(CHROMIUM),,chromium))

NO_PYTHON := Python 3.11 or newer is missing: install it, or name one with 'make PYTHON=/path/to/python3'.
NO_VENV := This Python cannot make a virtual environment: install its venv module (Debian: apt-get install python3-venv).
NO_PACKAGES := The packages could not be installed (see above): is there a network, or a package index set for pip?

.PHONY: help install run test quick lint bench evaluate requirements system-packages
.DELETE_ON_ERROR:

help: ## list these targets
	@echo "make <target>"
	@sed -n 's/^\([a-z]*\):.*## /  \1\t/p' $(MAKEFILE_LIST) | expand -t 16

install: .venv/installed ## make .venv with what the assistant needs
	@echo "Installed. Next: make run"

run: install ## live through an incubation in the browser: sandbox, bot and demo world
	@$(BIN)/python -m bot demo || [ $$? -eq 130 ]

test: system-packages lint ## check everything: style, types and every test
	@echo "Running the tests on $(JOBS) cores (half an hour)…"
	@$(BIN)/python -m pytest -n $(JOBS)

quick: .venv/installed-dev ## only the fast tests: SQLite, nothing killed, no browser
	@echo "Running the fast tests on $(JOBS) cores (three minutes or so)…"
	@$(BIN)/python -m pytest -n $(JOBS) -k "not postgresql" $(SLOW:%=--ignore=tests/%)

SLOW := faults lives operations simulation spine/test_kill.py spine/test_browser.py spine/test_plans_of_queries.py sandbox/test_page.py

lint: .venv/installed-dev ## check style and types only
	@echo "Checking style and types…"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy --strict

bench: .venv/installed-dev ## measure how fast it is
	@$(BIN)/python -m benchmarks

evaluate: .venv/installed-dev ## measure how well it matches and recognises
	@$(BIN)/python -m benchmarks.evaluate

requirements: .venv/installed-dev ## pin the newest allowed packages again, with hashes
	@echo "Resolving packages (a few minutes)…"
	@$(BIN)/pip-compile $(PIP_COMPILE) --output-file requirements.txt pyproject.toml
	@$(BIN)/pip-compile $(PIP_COMPILE) --allow-unsafe --extra dev --constraint requirements.txt \
		--output-file requirements-dev.txt pyproject.toml

PIP_COMPILE := --quiet --upgrade --generate-hashes --strip-extras --no-header --no-annotate \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options

.venv/bin/python:
	@[ -n "$(PYTHON)" ] || { echo "$(NO_PYTHON)"; exit 1; }
	@echo "Making .venv with $(PYTHON)…"
	@rm -f .venv/installed*
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "$(NO_VENV)"; exit 1; }

.venv/installed: requirements.txt | .venv/bin/python
.venv/installed-dev: requirements-dev.txt | .venv/bin/python
.venv/installed .venv/installed-dev:
	@echo "Installing $< into .venv (about a minute the first time)…"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r $< \
		|| { echo "$(NO_PACKAGES)"; exit 1; }
	@touch $@

system-packages:
ifneq ($(MISSING),)
	@[ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null || { \
		echo "The tests need these system packages: $(MISSING). Please install them (as root: apt-get install $(MISSING))."; exit 1; }
	@echo "Installing the system packages $(MISSING)…"
	@export DEBIAN_FRONTEND=noninteractive; apt-get update -qq \
		&& apt-get install -y -qq --no-install-recommends $(MISSING) >/dev/null \
		|| { echo "The system packages could not be installed (see above): $(MISSING)."; exit 1; }
endif
