# A fresh machine needs python3 (3.11 or later) with venv, and make. Everything else comes into .venv from the hashed locks.

PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
# Where the demo's stand-in for Stripe listens (loopback only).
PAYMENTS_PORT ?= $(shell expr $(PORT) + 1)

BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
TEST_MANAGE := DATABASE_URL=sqlite://:memory: DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py
CATALOGUES := $(wildcard locale/fr/LC_MESSAGES/*.po */locale/fr/LC_MESSAGES/*.po)
DECIDING := $(wildcard */actions.py */actions/*.py */permissions.py */permissions/*.py */statistics.py */statistics/*.py)

CHECKS := check-format check-lint check-templates check-storeys check-types check-migrations check-messages check-deploy

# uv never fetches a Python of its own, and keeps its cache here where there is no home to keep it in.
export UV_PYTHON_DOWNLOADS := never
ifeq ($(shell test -n "$$HOME" && test -w "$$HOME" && echo yes),)
export UV_CACHE_DIR ?= $(CURDIR)/.venv/.uv-cache
endif
UV_INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes

.PHONY: help setup setup-dev demo test test-browser bench chaos crowd screenshots check $(CHECKS) format messages lock clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

# --- Set up -----------------------------------------------------------------------------------------------------------

setup: .venv/.run .env ## install what runs, write .env for the demo, compile the translations
	@$(MANAGE) compile_messages

setup-dev: .venv/.dev setup ## the same, with what tests and checks need

$(BIN)/uv: requirements/bootstrap.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "This needs Python 3.11 or later as $(PYTHON); name another one with: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || \
	  { rm -rf .venv; echo "No virtual environment could be made. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/bootstrap.txt
	@touch $@

.venv/.run: $(BIN)/uv requirements/run.lock
	@$(UV_INSTALL) --requirement requirements/run.lock
	@touch $@

.venv/.dev: $(BIN)/uv requirements/dev.lock
	@$(UV_INSTALL) --requirement requirements/dev.lock
	@touch $@ .venv/.run

.env: | .venv/.run
	@umask 077; { echo "# For the demo on this machine; .env.example says what else can be set."; echo "CLUB_ENV=demo"; \
	  $(BIN)/python -c 'import secrets; print("SECRET_KEY=" + secrets.token_urlsafe(50))'; } > $@

# --- Run --------------------------------------------------------------------------------------------------------------

demo: setup ## the demo club on http://localhost:$PORT (default 8000)
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) load_demo
	@echo "The demo club is on http://localhost:$(PORT)/ (stop it with Ctrl-C)"
	@echo "Payments run against the project's own stand-in for Stripe: no money moves. Its desk is on http://127.0.0.1:$(PAYMENTS_PORT)/"
	@export STRIPE_SECRET_KEY=sk_test_demo STRIPE_WEBHOOK_SECRET=whsec_demo STRIPE_API_BASE=http://127.0.0.1:$(PAYMENTS_PORT); \
	  $(BIN)/python -m tests.standin --port $(PAYMENTS_PORT) --webhook http://127.0.0.1:$(PORT)/billing/stripe/webhook/ \
	    --secret-key $$STRIPE_SECRET_KEY --webhook-secret $$STRIPE_WEBHOOK_SECRET --state payments.demo.json & standin=$$!; \
	  trap 'kill $$standin 2>/dev/null' EXIT INT TERM; sleep 1; \
	  kill -0 $$standin 2>/dev/null || { echo "Choose another port for payments: make demo PAYMENTS_PORT=9001"; exit 1; }; \
	  SITE_URL=$${SITE_URL:-http://localhost:$(PORT)} $(BIN)/gunicorn clubsite.wsgi --bind $(HOST):$(PORT) \
	    --workers 1 --threads 8 --log-level warning

# --- Prove ------------------------------------------------------------------------------------------------------------

test: setup-dev ## all tests but the browser's, on all cores; DATABASE_URL=postgres://… runs them on PostgreSQL
	@$(BIN)/python -m pytest -p no:playwright --numprocesses auto --ignore=tests/browser $(ARGS)

test-browser: setup-dev ## pages in a real browser (Debian's chromium)
	@DJANGO_ALLOW_ASYNC_UNSAFE=true $(BIN)/python -m pytest tests/browser $(ARGS)

bench: setup-dev ## speed beside an empty page, on PostgreSQL (DATABASE_URL=postgres://…); ARGS="--scale 0.3 --only door"
	@$(BIN)/python -m tests.bench $(ARGS)

chaos: setup-dev ## HISTORIES=500 random histories of money, with processes killed at any point; SEED=… plays a run again
	@$(BIN)/python -m tests.chaos --histories $(or $(HISTORIES),500) $(if $(SEED),--seed $(SEED))

crowd: setup-dev ## OPERATIONS=100000 random operations by a crowd at a few events, at the same moment; best on PostgreSQL
	@$(BIN)/python -m tests.crowd --operations $(or $(OPERATIONS),100000) $(if $(SEED),--seed $(SEED))

screenshots: setup-dev ## the README's pictures anew, into docs/screenshots
	@DJANGO_ALLOW_ASYNC_UNSAFE=true $(BIN)/python -m pytest tests/browser/test_main_pages.py --screenshots $(ARGS)

check: $(CHECKS) ## format, lint, storeys, types, migrations, translations, deployment (make -k check: all of them)
$(CHECKS): setup-dev

check-format:
	$(BIN)/ruff format --check --quiet --output-format concise

check-lint:
	$(BIN)/ruff check --quiet --output-format concise

check-templates:
	$(BIN)/djlint --lint --quiet templates

check-storeys:
	@echo "$(BIN)/lint-imports"
	@$(BIN)/lint-imports --no-logo >.venv/imports.log 2>&1 || { cat .venv/imports.log; exit 1; }

check-types:
	$(if $(DECIDING),CLUB_ENV=test $(BIN)/mypy $(DECIDING))

check-migrations:
	$(TEST_MANAGE) makemigrations --check --dry-run

check-messages:
	$(TEST_MANAGE) update_messages --check

check-deploy:
	CLUB_ENV=production SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))') \
	  ALLOWED_HOSTS=club.example.org SITE_URL=https://club.example.org DATABASE_URL=sqlite://:memory: \
	  $(MANAGE) check --deploy --fail-level WARNING

format: setup-dev ## put code into shape
	$(BIN)/ruff check --fix --quiet
	$(BIN)/ruff format --quiet

# --- Keep up ----------------------------------------------------------------------------------------------------------

messages: setup-dev ## refresh the French catalogues (APP=events: only one app's) and say what they lack
	@$(TEST_MANAGE) update_messages $(if $(APP),--app $(APP))
	@$(TEST_MANAGE) compile_messages

# The locks hold hashes and no address, so that they install from wherever pip and uv are told to look.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
  --no-emit-index-url --no-emit-find-links
lock: $(BIN)/uv ## refresh the locks from requirements/*.in (UPGRADE=1 takes newer versions)
	$(COMPILE) $(if $(UPGRADE),--upgrade) requirements/bootstrap.in --output-file requirements/bootstrap.txt
	$(COMPILE) $(if $(UPGRADE),--upgrade) requirements/run.in --output-file requirements/run.lock
	$(COMPILE) $(if $(UPGRADE),--upgrade) requirements/dev.in --constraint requirements/run.lock --output-file requirements/dev.lock
	@! grep -nE '://|^--' requirements/*.lock requirements/bootstrap.txt

clean: ## remove what was installed, compiled and collected (never the data)
	rm -rf .venv staticfiles .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
	find . -name '*.mo' -delete
