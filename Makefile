# Two commands: `make demo` and `make test`. Settings: BENCH_HOST, BENCH_PORT, BENCH_HOME, BENCH_DATABASE_URL, BENCH_DEVICE, BENCH_CARDS, BENCH_WEIGHTS,
# BENCH_TRUST_REMOTE_CODE; the README has what they mean. PROCESSES: how many share the test files.
PYTHON ?= python3
VENV ?= .venv
PROCESSES ?= 2
BIN := $(VENV)/bin
FIT = $(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=..."; exit 1; }
PIP = $(BIN)/pip install -q --disable-pip-version-check --no-compile
# Python compiles a module when it is first used: a quarter of what pip would compile beforehand. It keeps that, also where a container says
# that it should not: every process that is started here would compile all of torch anew.
export PYTHONDONTWRITEBYTECODE :=
export HF_HUB_DISABLE_TELEMETRY := 1

.PHONY: demo test check install install-dev chromium postgresql clean

demo: install  ## prepares the embedded study, starts the worker and the app, prints the address
	$(BIN)/python -m bench_core demo
	exec $(BIN)/python -m bench_core serve

test: install-dev chromium postgresql  ## the whole suite, the browser test included, in two processes
	$(BIN)/python -m pytest -n $(PROCESSES) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

check: install-dev  ## style, types, who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports

install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev

$(VENV)/.installed: requirements.txt
	@$(FIT)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) -r requirements.txt
	touch $@

$(VENV)/.installed-dev: requirements-dev.txt requirements.txt
	@$(FIT)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) -r requirements-dev.txt
	touch $(VENV)/.installed $@

chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq chromium >/dev/null; \
	  else echo "The browser test needs Chromium: install the package 'chromium' (Debian, Ubuntu: sudo apt-get install chromium)."; exit 1; fi; }

postgresql:  ## for the tests of the store on PostgreSQL; they are skipped, with the reason, where it is missing
	@test -d /usr/lib/postgresql || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    { apt-get update -qq && apt-get install -y -qq postgresql >/dev/null; } || echo "PostgreSQL cannot be installed; its tests are skipped."; \
	  else echo "No PostgreSQL: its tests are skipped (Debian, Ubuntu: sudo apt-get install postgresql)."; fi; }

clean:  ## removes the virtual environment, not the workspace
	rm -rf $(VENV)
