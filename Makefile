# Two commands: `make demo` and `make test`. Settings: BENCH_HOST, BENCH_PORT, BENCH_HOME, BENCH_DATABASE_URL, BENCH_DEVICE, BENCH_CARDS, BENCH_WEIGHTS,
# BENCH_TRUST_REMOTE_CODE; the README has what they mean. PROCESSES: how many share the test files. TORCH: `cpu` (the build without CUDA; where none is
# on offer, what the package index has), `cuda` (what the index has), `own` (the one that you put into the virtual environment stays).
PYTHON ?= python3
VENV ?= .venv
TORCH ?= cpu
PROCESSES ?= 2
BIN := $(VENV)/bin
FIT = $(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=..."; exit 1; }
PIP = $(BIN)/pip install -q --disable-pip-version-check --no-compile
# Every file is checked by its hash, and nothing comes along that is not in the lock.
LOCKED = $(PIP) --no-deps --require-hashes
TOOLS := $(VENV)-tools
LOG := $(VENV)/torch.log
TORCH_cuda = $(LOCKED) -r locks/torch.lock
TORCH_cpu = $(LOCKED) -r locks/torch-cpu.lock 2>$(LOG) || { grep -q 'No matching distribution' $(LOG) || { cat $(LOG); exit 1; }; \
  echo "No torch without CUDA is on offer here: the build of the package index is taken (Linux: several GB)."; $(TORCH_cuda); }
TORCH_own = $(BIN)/python -c 'import torch'
# Python compiles a module when it is first used: a quarter of what pip would compile beforehand. It keeps that, also where a container says
# that it should not: every process that is started here would compile all of torch anew.
export PYTHONDONTWRITEBYTECODE :=
export HF_HUB_DISABLE_TELEMETRY := 1

.PHONY: demo test check install install-dev lock audit chromium postgresql dicom-tools clean

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

$(VENV)/.installed: requirements.txt locks/app.lock locks/torch.lock locks/torch-cpu.lock
	@$(FIT)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(TORCH_$(TORCH))
	$(LOCKED) -r locks/app.lock
	touch $@

$(VENV)/.installed-dev: requirements-dev.txt locks/dev.lock $(VENV)/.installed
	$(LOCKED) -r locks/dev.lock
	touch $@

$(TOOLS)/.installed: requirements-tools.txt
	@$(FIT)
	test -x $(TOOLS)/bin/python || $(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/pip install -q --disable-pip-version-check -r requirements-tools.txt
	touch $@

lock: $(TOOLS)/.installed  ## resolves the requirements anew: locks/
	$(TOOLS)/bin/python scripts/make_locks.py --uv $(TOOLS)/bin/uv

audit: $(TOOLS)/.installed  ## asks the public databases what is known against the versions that are locked
	$(TOOLS)/bin/python scripts/audit.py $(TOOLS)/bin/pip-audit

chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq chromium >/dev/null; \
	  else echo "The browser test needs Chromium: install the package 'chromium' (Debian, Ubuntu: sudo apt-get install chromium)."; exit 1; fi; }

postgresql:  ## for the tests of the store on PostgreSQL; they are skipped, with the reason, where it is missing
	@test -d /usr/lib/postgresql || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    { apt-get update -qq && apt-get install -y -qq postgresql >/dev/null; } || echo "PostgreSQL cannot be installed; its tests are skipped."; \
	  else echo "No PostgreSQL: its tests are skipped (Debian, Ubuntu: sudo apt-get install postgresql)."; fi; }

dicom-tools:  ## checkers of DICOM files; the tests that ask them are skipped, with the reason, where they are missing
	@command -v dciodvfy >/dev/null && command -v dcmdump >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq dicom3tools dcmtk >/dev/null; \
	  else echo "Install the packages 'dicom3tools' and 'dcmtk' (Debian, Ubuntu: sudo apt-get install dicom3tools dcmtk)."; exit 1; fi; }

clean:  ## removes the virtual environment, not the workspace
	rm -rf $(VENV) $(TOOLS)
