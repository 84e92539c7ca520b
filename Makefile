# Two commands: `make run` opens the dashboard, `make test` checks everything.
# Needs Python 3.11 or newer. To use another interpreter:  make run PYTHON=python3.12

PYTHON ?= python3
PORT ?= 8501
# How many tests run at once; of browsers and servers two are enough to keep two processors busy.
WORKERS ?= 2

# A relative path works in a folder with spaces in its name.
VENV = .venv
IN_VENV = $(VENV)/bin/python -m
# Where it is set, every process compiles every module anew, which takes longer than most tests.
unexport PYTHONDONTWRITEBYTECODE
PIP_INSTALL = $(IN_VENV) pip install --disable-pip-version-check --quiet

.PHONY: help run test pytest bench lint format pins clean

help:
	@echo "make run     open the dashboard on http://127.0.0.1:$(PORT), with demo data until you add yours"
	@echo "make test    formatting, lint, types and every test, browser tests included"
	@echo "make bench   measure speed and write docs/performance.md: an hour on a quiet machine"
	@echo "make lint    formatting, lint and types only"
	@echo "make format  format the code and sort the imports"
	@echo "make pins    compile new pins from the names in pyproject.toml"
	@echo "make clean   remove .venv and the caches"

run: $(VENV)/runtime-installed
	$(IN_VENV) streamlit run dashboard.py --server.port $(PORT)

# Lint and tests at once, and either may fail.
test: $(VENV)/development-installed
	@$(MAKE) --no-print-directory --jobs 2 lint pytest

pytest: $(VENV)/development-installed
	chromium=$$(.ci/find-chromium) && ALLIANCE_CHROMIUM="$$chromium" $(IN_VENV) pytest \
		--numprocesses $(WORKERS) --dist worksteal --durations 25

# ARGS="--only clicks" measures a part, "--quick" in minutes, "--ten-million" at that size, too.
bench: $(VENV)/development-installed
	chromium=$$(.ci/find-chromium) && ALLIANCE_CHROMIUM="$$chromium" $(IN_VENV) tests.bench $(ARGS)

lint: $(VENV)/development-installed
	$(IN_VENV) ruff format --check .
	$(IN_VENV) ruff check .
	$(IN_VENV) mypy
	$(IN_VENV) vulture

format: $(VENV)/development-installed
	$(IN_VENV) ruff format .
	$(IN_VENV) ruff check --fix .

pins: $(VENV)/runtime-installed
	$(PIP_INSTALL) uv
	.ci/compile-pins

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

# Each stamp below is older than its requirements only if these have changed since.
$(VENV)/runtime-installed: requirements.txt $(VENV)/bin/python
	@echo "Installing the libraries into $(VENV): takes about a minute, only after a change"
	@$(PIP_INSTALL) --requirement requirements.txt
	@touch $@

$(VENV)/development-installed: .ci/requirements-dev.txt $(VENV)/runtime-installed
	@echo "Installing the development libraries into $(VENV)"
	@$(PIP_INSTALL) --requirement requirements.txt --requirement .ci/requirements-dev.txt
	@touch $@

$(VENV)/bin/python:
	@.ci/create-venv "$(PYTHON)" $(VENV)
