# RAVI: `make help` tells what there is.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ravi-installed
KAFKA_PORT ?= 19092
WORKERS ?= 3
VISITS ?= 5000
KILLS ?= 50
ENGINE ?= log
TABLETS ?= 500
VISITS_EACH ?= 20

.DEFAULT_GOAL := help
.PHONY: help setup demo run test check check-without-tests check-types check-style check-quickly check-tablet bench faults fuzz fleet walk migration contracts kafka kafka-stop

help: ## what each target does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

$(STAMP): deploy/requirements/base.txt deploy/requirements/dev.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "make: Python 3.11 or newer is needed (set PYTHON=...)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "make: Python 3.11 or newer is needed (set PYTHON=...)" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing pinned requirements into $(VENV): the first time takes about a minute ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r deploy/requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

setup: $(STAMP) ## make .venv with the pinned requirements

demo: setup ## start everything, load the sample area, play the sample visits, serve on 127.0.0.1:8080 (EXIT=1: stop after the story)
	@$(BIN)/ravi demo $$(test -t 0 || echo --afresh) $(if $(EXIT),--exit) $(if $(SAMPLE),--sample $(SAMPLE))

run: setup ## run all services on the configured database and broker
	@$(BIN)/ravi run

test: setup ## the whole test suite, in WORKERS=3 processes side by side; browser tests where Chromium is
	@$(BIN)/python -m pytest -n $(WORKERS) $(PYTEST_ARGS)

check: setup ## format, lint, types, import contracts and the fast tests, side by side
	@$(MAKE) --no-print-directory --keep-going -j 2 check-types check-style check-quickly check-tablet

check-without-tests: setup # what .ci/run checks before `make test`, which runs the fast tests with all others
	@$(MAKE) --no-print-directory --keep-going -j 2 check-types check-style check-tablet

check-types:
	@$(BIN)/mypy

check-tablet: # the types of the crew's app; only where node is, and what .ci/run installs for it
	@if ! command -v node >/dev/null; then echo "types of the tablet's app: skipped: no node"; \
	elif ! test -x deploy/types/node_modules/.bin/tsc; then echo "types of the tablet's app: skipped: run npm ci --prefix deploy/types"; \
	else cd deploy/types && node_modules/.bin/tsc --project tsconfig.json && echo "types of the tablet's app: good"; fi

check-style:
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports

check-quickly:
	@$(BIN)/python -m pytest -q -m "not slow" tests/rules tests/contracts tests/house

fuzz: setup ## send 50,000 requests that nobody would think of, as all roles (SEED=, REQUESTS=, MINUTES=)
	@$(BIN)/python -m tests.fuzz $(if $(SEED),--seed $(SEED)) $(if $(REQUESTS),--requests $(REQUESTS)) $(if $(MINUTES),--minutes $(MINUTES))

bench: setup ## measure, each figure beside its own floor
	@for one in start control queue match pipeline; do $(BIN)/ravi bench $$one --json || exit 1; done

faults: setup ## kill processes while VISITS=5000 are sent, KILLS=50, on ENGINE=log or kafka, from SEED; nothing may be lost
	@$(BIN)/python -m tests.faults --visits $(VISITS) --kills $(KILLS) --engine $(ENGINE) $(if $(SEED),--seed $(SEED))

fleet: setup ## 500 tablets send 20 visits and 40 photographs each at once (TABLETS=, VISITS_EACH=); needs node
	@$(BIN)/python -m tests.fleet --tablets $(TABLETS) --visits $(VISITS_EACH)

walk: setup ## three visits on the tablet by a newcomer's finger: a picture and a line of the table for each step, under var/walk
	@WALK_TO=$(CURDIR)/var/walk $(BIN)/python -m pytest -q tests/services/test_device_walk.py && cat var/walk/*/steps.md

migration: setup ## print how the tables in the code differ from the migrations
	@$(BIN)/python -m pytest -q tests/house/test_migrations.py

contracts: setup ## write OpenAPI, AsyncAPI and the golden messages under schemas/ anew
	@$(BIN)/ravi contracts

kafka: ## start one real Apache Kafka node on 127.0.0.1 (needs Java 17 and Maven, no Docker)
	@KAFKA_PORT=$(KAFKA_PORT) deploy/kafka/kafka.sh start

kafka-stop: ## stop it
	@KAFKA_PORT=$(KAFKA_PORT) deploy/kafka/kafka.sh stop
