# What a newcomer, a developer and CI do here. `make` alone lists it.
# Variables: OPEN=always (run), ARGS='…' (test, bench, load: passed on), PROCESSES=3 (test), PYTHON=… (which Python makes .venv), UPGRADE=1 (lock).

BIN := .venv/bin
UV := uv==0.13.9
COMPILE = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade)

.DEFAULT_GOAL := help
.PHONY: help run test check bench load lock screenshots secrets clean setup setup-dev

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | while IFS='	' read -r target text; do printf '  make %-12s %s\n' "$$target" "$$text"; done

run: setup ## start everything on this machine and print where to look (OPEN=always ignores opening hours)
	@exec $(BIN)/kentongan run $(if $(filter always,$(OPEN)),--always-open) $(ARGS)

test: setup-dev ## run the tests (ARGS='-k ticket' picks some, PROCESSES=3 shares them out)
	$(BIN)/python -m pytest $(if $(PROCESSES),--numprocesses $(PROCESSES) --dist loadfile) $(ARGS)

check: setup-dev ## style, types, layering, contract drift
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m shared.contracts check

bench: setup-dev ## the bars of docs/benchmarks.md, as ratios in one run
	$(BIN)/python -m tests.bench $(ARGS)

load: setup-dev ## a morning's rush against a running Kentongan
	$(BIN)/python -m tests.load $(ARGS)

screenshots: setup-dev ## make the pictures of the README anew (needs chromium)
	$(BIN)/python -m tests.screenshots $(ARGS)

lock: setup-dev ## resolve pyproject.toml into the hashed lock files (UPGRADE=1 takes newer versions)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(UV)
	$(COMPILE) --extra embedded --extra dev --group build --output-file requirements-dev.txt
	$(COMPILE) --extra embedded --group build --constraint requirements-dev.txt --output-file requirements-embedded.txt
	$(COMPILE) --constraint requirements-dev.txt --output-file requirements.txt

secrets: ## write .env with random secrets for docker compose, unless it is there
	@python3 deploy/secrets_file.py

clean: ## remove .venv and caches; data and secrets stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup:
	@sh deploy/venv.sh embedded

setup-dev:
	@sh deploy/venv.sh dev
