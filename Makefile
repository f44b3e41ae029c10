# The commands of this checkout. `make` alone lists them.
#
# Nothing has to be installed first except Python 3.11 or newer and make: whatever needs the
# tools brings .venv up to date itself, which takes no time when it already is.

PYTHON ?= $(firstword $(shell command -v python3 python3.14 python3.13 python3.12 python3.11))
BIN := .venv/bin
# File by file on every core, in the order of the folders: the files that take longest have few tests
# and would come last, one of them alone at the end, if those with most tests went first.
BESIDE := -n auto --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help install browser java test check pytest long agree demo boston bench format lock upgrade build clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: ## Make .venv with everything that is needed, exactly as locked
	@test -n "$(PYTHON)" || { echo "There is no python3 on the PATH. Install Python 3.11 or newer and try again." >&2; exit 1; }
	@"$(PYTHON)" scripts/install.py

test: check pytest ## Run every check and every test (installs first)

check: install ## Style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

browser: install ## See that there is a browser for the tests of pages
	@$(BIN)/python -m scripts.browser

java: install ## See that there is a Java for the tests on Spark
	@$(BIN)/python -m scripts.java

pytest: browser java ## The tests, and the examples in code and documents
	$(BIN)/pytest $(BESIDE)

long: browser java ## The tests with many more random examples, for a quiet evening
	$(BIN)/pytest $(BESIDE) --hypothesis-profile long

agree: install ## Random histories through both evaluators (HISTORIES=100000, ONLY=cable)
	$(BIN)/python scripts/agree.py --histories $(or $(HISTORIES),100000) $(ONLY)

demo: install ## Run the service with five demonstration organisations
	$(BIN)/shouwen demo

boston: install ## Replay eleven years of real service requests against a measure
	$(BIN)/shouwen boston

bench: install ## Measure speed and print the figures (ONLY=word for some of them)
	$(BIN)/python scripts/bench.py $(ONLY)

format: install ## Put the code into the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: install ## Resolve dependencies anew after a change of pyproject.toml
	$(BIN)/python scripts/lock.py

upgrade: install ## Move every locked dependency to its newest version
	$(BIN)/python scripts/lock.py --upgrade

build: install ## Build the wheel and the source archive into dist/
	$(BIN)/python -m build --no-isolation

clean: ## Remove everything that these commands made, .venv included
	rm -rf .venv dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests scripts benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} +
