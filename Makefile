# Two commands matter: `make demo` (try it) and `make test` (check it). `make help` lists the rest.
VENV ?= .venv
PYTHON ?= python3
PIP = $(VENV)/bin/python -m pip --disable-pip-version-check --quiet
RUN = $(VENV)/bin/python -m
# More than the cores: tests of screens and processes wait more than they compute.
JOBS ?= 4

.PHONY: help demo test slow fuzz lint types imports check bench lock pictures catalogue clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.installed  ## open the app on a made-up Wales (ARGS="--scale wales" for all of it)
	@$(VENV)/bin/s2s-tui demo $(ARGS)

test: $(VENV)/.installed-dev  ## run the tests
	@$(RUN) pytest -n $(JOBS) $(ARGS)

slow: $(VENV)/.installed-dev  ## the slow checks and those that need Debian packages
	@$(RUN) pytest -m "slow or debian" --timeout=900 $(ARGS)

fuzz: $(VENV)/.installed-dev  ## the property tests on examples that no run had yet; repeat at will
	@$(RUN) pytest -n $(JOBS) -m hypothesis --hypothesis-profile=fuzz --timeout=900 $(ARGS)

lint: $(VENV)/.installed-dev  ## ruff
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .

types: $(VENV)/.installed-dev  ## mypy --strict on the package
	@$(RUN) mypy --strict s2s_tui

imports: $(VENV)/.installed-dev  ## the floors of the house
	@$(VENV)/bin/lint-imports

check: test lint types imports slow  ## everything that must hold before a change lands

bench: $(VENV)/.installed-dev  ## measure, as ratios (ARGS="uploads" for one)
	@$(RUN) bench $(ARGS)

pictures: $(VENV)/.installed-dev  ## make the pictures of the docs from the running app
	@$(VENV)/bin/python docs/pictures.py

catalogue: $(VENV)/.installed-dev  ## take new sentences into the Welsh catalogue and compile it
	@$(VENV)/bin/python docs/catalogue.py

lock:  ## pin the newest versions that fit, with hashes (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet pyproject.toml --group build -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet pyproject.toml --extra postgresql --group build -o requirements-postgresql.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet pyproject.toml --extra postgresql --group dev -o requirements-dev.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet pyproject.toml --extra postgresql --group dev --group peers -o requirements-peers.lock

clean:  ## remove what make made
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "s2s-tui needs Python 3.11 or newer: apt-get install python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing. Install it with:  sudo apt-get install python3-venv"; exit 1; }
	@echo "Making $(VENV) (once) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python requirements.lock pyproject.toml
	@test -e $(VENV)/.installed-dev || { echo "Installing the pinned libraries (once) …"; $(PIP) install --require-hashes -r requirements.lock; }
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/bin/python requirements-dev.lock pyproject.toml
	@echo "Installing the pinned libraries and test tools (once) …"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $(VENV)/.installed $@
