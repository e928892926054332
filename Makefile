VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8050
PYTHON ?= python3
export JINGWEI_PORT := $(PORT)

.PHONY: run test test-slow lint bench gallery clean

run: $(VENV)/run.done
	$(BIN)/jingwei serve

test: $(VENV)/test.done
	@deploy/browser.sh
	@deploy/broker.sh
	$(BIN)/python -m pytest -m "not slow"

test-slow: $(VENV)/test.done
	@deploy/browser.sh
	@deploy/broker.sh
	$(BIN)/python -m pytest -m slow

lint: $(VENV)/test.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

bench: $(VENV)/test.done
	@deploy/browser.sh
	$(BIN)/jingwei bench

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
