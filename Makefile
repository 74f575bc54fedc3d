# Two commands matter: `make demo` and `make test`. Both set everything up first.
#
# PYTHON       the interpreter (3.11 or newer)
# TORCH_INDEX  where the CPU build of torch comes from, if your package index would bring the CUDA one:
#              make demo TORCH_INDEX=https://download.pytorch.org/whl/cpu

PYTHON ?= python3
VENV ?= .venv
TORCH_INDEX ?=
# One more than there are cores: many tests wait for a process that they killed, or for a lease to run out.
WORKERS ?= $(shell expr $$(nproc) + 1)
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: setup models browser demo test test-thorough test-postgresql check reformat wheel bench clean

setup: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml constraints.txt requirements-nodeps.txt
	@echo "Installing into $(VENV) (torch first, so that nothing brings the CUDA build)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) -c constraints.txt $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) torch==2.13.0
	@$(PIP) -c constraints.txt -e '.[test]'
	@$(PIP) --no-deps --require-hashes -r requirements-nodeps.txt
	@touch $@

models: setup
	@$(BIN)/counterclip models fetch base

demo: models
	@$(BIN)/counterclip demo demo

# What only tests need: Debian's Chromium and a second WebVTT parser from npm. Where they may not be installed the tests
# that need them say so and are skipped; on CI they fail.
browser:
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && \
	  { apt-get install -y -qq chromium || { apt-get update -qq && apt-get install -y -qq chromium; }; } >/dev/null 2>&1; } \
	  || echo "no Chromium: the browser tests will be skipped (apt-get install chromium)"
	@test -d tests/webvtt/node_modules || { command -v npm >/dev/null && npm ci --silent --prefix tests/webvtt >/dev/null; } \
	  || echo "no npm: the second WebVTT parser will be skipped"

# Files in their order: the long ones (tests/jobs) come before the many short ones, so that no core waits at the end.
test: models browser check
	@$(BIN)/python -m pytest -n $(WORKERS) --maxprocesses 4 --dist loadfile --no-loadscope-reorder

# The same tests, those that repeat as often as was promised.
test-thorough: models browser
	@COUNTERCLIP_THOROUGH=1 $(BIN)/python -m pytest -n $(WORKERS) --maxprocesses 4 --dist loadfile --no-loadscope-reorder

# The same tests with every workspace's store in PostgreSQL: in the server of a wheel, or in the one DATABASE_URL names.
test-postgresql: models browser
	@COUNTERCLIP_TEST_STORE=postgresql $(BIN)/python -m pytest -n $(WORKERS) --maxprocesses 4 --dist loadfile --no-loadscope-reorder

check: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

reformat: setup
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

wheel: setup
	@$(PIP) -c constraints.txt build hatchling
	@$(BIN)/python -m build --wheel --no-isolation

clean:
	rm -rf $(VENV) demo dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
