# Everything a fresh machine with Python 3.11 needs is set up by the target that needs it.
PYTHON := $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/ready

.DEFAULT_GOAL := help
.PHONY: help demo test check format golden bench clean

help: ## List the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "tncc needs Python 3.11 or newer")'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,examples]'
	touch $(READY)

demo: $(READY) ## Train a tensorized network on handwritten digits, beside a dense and a low-rank one
	$(BIN)/python examples/digits/train.py

test: check ## Check the code, then run all tests
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2

check: $(READY) ## Lint, type-check, and hold the import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(READY) ## Lay out the code
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

golden: $(READY) ## Write the golden files anew, to be read before they are committed
	$(BIN)/python -m pytest --update-golden

bench: $(READY) ## Run the benchmarks; the suite with all peers takes about an hour
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[bench]'
	$(BIN)/python benchmarks/planning_time.py
	$(BIN)/python -m benchmarks.suite
	$(BIN)/python -m benchmarks.build_time
	$(BIN)/python benchmarks/start_up.py
	$(BIN)/python benchmarks/call_overhead.py
	$(BIN)/python benchmarks/large_chain.py
	$(BIN)/python benchmarks/path_quality.py
	$(BIN)/python benchmarks/decompose.py
	$(BIN)/python benchmarks/taps.py

clean: ## Remove the environment and all that was generated
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
