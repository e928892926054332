VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8050
PYTHON ?= python3
# Tests of a file share what they are set up with, so each file goes to one worker.
WORKERS ?= -n 2 --dist loadfile
# It says how fast a wall is back: nothing else may run beside it.
SOAK := tests/browser/test_soak.py
export JINGWEI_PORT := $(PORT)

.PHONY: run test test-browser test-slow lint bench bench-scale gallery clean

run: $(VENV)/run.done
	$(BIN)/jingwei serve

test: $(VENV)/test.done
	@deploy/browser.sh
	@deploy/broker.sh
	@deploy/office.sh
	$(BIN)/python -m pytest $(WORKERS) -m "not slow and not browser"

test-browser: $(VENV)/test.done
	@deploy/browser.sh
	$(BIN)/python -m pytest $(WORKERS) -m "browser and not slow"

test-slow: $(VENV)/test.done
	@deploy/browser.sh
	@deploy/broker.sh
	$(BIN)/python -m pytest $(WORKERS) -m slow --ignore $(SOAK)
	$(BIN)/python -m pytest $(SOAK)

lint: $(VENV)/test.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

bench: $(VENV)/test.done
	@deploy/browser.sh
	$(BIN)/jingwei bench

bench-scale: $(VENV)/test.done
	@deploy/browser.sh
	$(BIN)/jingwei bench-scale --json bench/results/scale.json

gallery: $(VENV)/test.done
	@deploy/browser.sh
	$(BIN)/jingwei gallery

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); deploy/packages.sh python3-venv && $(PYTHON) -m venv $(VENV); }

$(VENV)/run.done: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/test.done: $(VENV)/run.done
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[test]'
	touch $@

clean:
	rm -rf $(VENV) build *.egg-info
