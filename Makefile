# Everything a person may do here, one recipe each. `make` alone lists them.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The first of these programs whose version we support. To choose yourself: make venv PYTHON=python3.12
PYTHONS := python3 python3.13 python3.12 python3.11
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
ifndef PYTHON
PYTHON := $(shell for python in $(PYTHONS); do "$$python" -c '$(SUPPORTED)' 2>/dev/null && { echo "$$python"; break; }; done)
endif

VENV := .venv
SECONDS_EACH = $(or $(SECONDS),60)
READY := $(VENV)/ready
READY_FOR_DATA := $(VENV)/ready-for-data
# In front of PATH, because nbgrader calls the `alembic` program by its name. `python3` is resolved
# first: once .venv exists, its own python3 would be found instead.
PYTHON_PROGRAM := $(shell command -v "$(PYTHON)")
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

.PHONY: help
help: ## List these recipes
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: venv
venv: $(READY) ## Make .venv with everything the other recipes need (they call it themselves)

$(READY): pyproject.toml constraints.txt
	@[ -n "$(PYTHON_PROGRAM)" ] && "$(PYTHON_PROGRAM)" -c '$(SUPPORTED)' || { \
	  echo "KeepProb needs Python 3.11, 3.12 or 3.13, and found none; install one, for example with: sudo apt-get install python3.11 python3.11-venv" >&2; exit 1; }
	@"$(PYTHON_PROGRAM)" -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "This Python cannot make virtual environments; install what is missing with: sudo apt-get install $(notdir $(PYTHON))-venv" >&2; exit 1; }
	@[ -x $(VENV)/bin/python ] && $(VENV)/bin/python -c '$(SUPPORTED)' || "$(PYTHON_PROGRAM)" -m venv --clear $(VENV)
	@echo 'Installing the tested versions into $(VENV); the first time takes some minutes (TensorFlow is large).'
	$(VENV)/bin/python -m pip install --editable '.[keras,notebooks,grade,cluster,lms,lti,dev]' --constraint constraints.txt
	@touch $(READY)

.PHONY: venv-data
venv-data: $(READY_FOR_DATA) ## Add scikit-learn to .venv, so that the tests make every data set again

$(READY_FOR_DATA): $(READY)
	$(VENV)/bin/python -m pip install --editable '.[data]' --constraint constraints.txt
	@touch $(READY_FOR_DATA)

.PHONY: data
data: $(READY_FOR_DATA) ## Make the files of datasets/ again from their scripts
	@for script in datasets/make_*.py; do $(VENV)/bin/python "$$script"; done

.PHONY: gallery
gallery: $(READY) ## Run the notebooks and write docs/gallery.md with their figures
	$(VENV)/bin/python docs/make_gallery.py

.PHONY: demo
demo: $(READY) ## Grade the sample class and show who got what, and why
	autograder demo

.PHONY: test
test: $(READY) ## Run every check: style, types and tests (what CI runs)
	ruff check
	ruff format --check
	mypy
	pytest --numprocesses=auto --dist=loadgroup

.PHONY: lint
lint: $(READY) ## Check style and names
	ruff check
	ruff format --check

.PHONY: format
format: $(READY) ## Put the code into its normal form
	ruff check --fix
	ruff format

.PHONY: types
types: $(READY) ## Check the types of the engine
	mypy

.PHONY: release
release: $(READY) ## Make assignments/ from solutions/
	autograder release

.PHONY: keys
keys: $(READY) ## Build the pool of hidden answer keys (Keras computes them once)
	autograder keys

.PHONY: screenshots
screenshots: $(READY) ## Take the tutorials' pictures again, in JupyterLab and Debian's chromium
	KEEPPROB_SCREENSHOTS=1 pytest tests/browser

.PHONY: bench
bench: $(READY) ## Measure speed and memory beside nbgrader and Otter; PARTS="class growth" SIZE=60
	$(VENV)/bin/python -m benchmarks --size $(or $(SIZE),60) $(if $(PARTS),--parts $(PARTS))

.PHONY: fuzz
fuzz: $(READY) ## Let atheris look for inputs that break the parsers, SECONDS=60 for each of them
	@$(VENV)/bin/python -c 'import atheris' 2>/dev/null || $(VENV)/bin/python -m pip install 'atheris==3.*'
	@for target in frame notebook; do \
	  mkdir -p .fuzz/$$target; \
	  $(VENV)/bin/python -m tests.fuzz $$target .fuzz/$$target tests/fuzz/corpus/$$target \
	    -max_total_time=$(SECONDS_EACH) -max_len=4096; \
	done

.PHONY: constraints
constraints: ## Write the versions installed in .venv to constraints.txt, after an upgrade
	@$(VENV)/bin/python -c 'import sklearn' 2>/dev/null || $(VENV)/bin/python -m pip install --editable '.[data]'
	@{ sed '/^[^#]/,$$d' constraints.txt; \
	   $(VENV)/bin/pip freeze --all --exclude-editable --exclude atheris --exclude keepprob --exclude pip; } > constraints.new
	@mv constraints.new constraints.txt
	@touch $(READY) $(READY_FOR_DATA)

.PHONY: clean
clean: ## Remove caches and what demo and the tests leave behind; .venv, keys and gradebook stay
	rm -rf .bench .mypy_cache .pytest_cache .ruff_cache .hypothesis .fuzz demo-output dist
	find . -path ./$(VENV) -prune -o -type d \( -name __pycache__ -o -name .ipynb_checkpoints \) -print0 | xargs -0 rm -rf

.PHONY: distclean
distclean: clean ## Remove .venv too
	rm -rf $(VENV)
