# Two commands do all the set-up: `make demo` and `make test`. A machine needs Python 3.11 or newer, and make.
.DEFAULT_GOAL := help
PYTHON ?= python3
ROUNDS ?= 3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python

help:  ## What can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(VENV)/laptop $(VENV)/java  ## A sample archive, ingested, analysed, reported: a first result
	$(BIN)/fieldwork demo demo

test: $(VENV)/dev jars  ## Lint, types, and all tests but the slow ones
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@# Spark mostly waits for its JVM, so its tests run beside the others; both have to pass.
	@mkdir -p .cache; $(BIN)/python -m pytest -q -m "spark and not slow" > .cache/spark-tests.log 2>&1 & spark=$$!; \
	$(BIN)/python -m pytest -q -m "not spark and not slow"; others=$$?; \
	wait $$spark; spark=$$?; cat .cache/spark-tests.log; exit $$((spark + others))

test-slow: $(VENV)/dev jars  ## The long tests: many kills, many cuts, large inputs
	$(BIN)/python -m pytest -q -m slow

fuzz: $(VENV)/dev  ## The property tests with new examples, ROUNDS times
	for round in $$(seq $(ROUNDS)); do \
	$(BIN)/python -m pytest -q -m "hypothesis and not spark" --hypothesis-profile=fuzz || exit 1; done

benchmarks: $(VENV)/dev  ## The measurements beside the peers, as ratios
	$(BIN)/python benchmarks/words.py
	$(BIN)/python benchmarks/keywords.py
	$(BIN)/python benchmarks/sentiment.py
	$(BIN)/python benchmarks/classify.py
	$(BIN)/python benchmarks/words_job.py --gb 1

app: $(VENV)/laptop  ## dist/app.zip, our code for spark-submit
	$(BIN)/python -m analysis.engines.app_zip dist/app.zip

jars: $(VENV)/dev  ## Jars that the S3 tests need (by Maven; without it those tests are skipped and say so)
	@$(BIN)/python -m tests.servers.jars

lock: $(VENV)/dev  ## Resolve anew: names, versions and hashes, no addresses
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-annotate --no-header --upgrade --all-extras pyproject.toml -o requirements.lock

clean:  ## Remove the environment and everything made
	rm -rf $(VENV) .cache demo dist build results lake

# The environment, step by step; a marker file says that a step is done for this lock.
$(BIN)/uv: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed, $(PYTHON) is older or absent: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "$(PYTHON) has no venv: install it (on Debian and Ubuntu: apt install python3-venv)"; exit 1; }
	@echo "making an environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@awk '/^uv==/{p=1} /^[a-z]/&&!/^uv==/{p=0} p' requirements.lock > $(VENV)/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.txt
	@touch $(BIN)/uv

$(VENV)/laptop: $(BIN)/uv pyproject.toml
	@echo "installing what a laptop needs (about 430 MB are fetched the first time)"
	@$(UV) --constraint requirements.lock --editable '.[raster]'
	@touch $@

$(VENV)/java: $(VENV)/laptop
	@if $(BIN)/python -c 'from flows.cli.doctor import java_version as v; import sys; sys.exit((v() or 0) < 17)'; \
	then echo "Java found: installing Spark"; $(UV) --constraint requirements.lock --editable '.[raster,spark]'; \
	else echo "no Java 17 or newer found: the demo goes without Spark (install one to see it)"; fi
	@touch $@

$(VENV)/dev: $(BIN)/uv pyproject.toml
	@echo "installing everything (about 900 MB are fetched the first time)"
	@$(UV) --constraint requirements.lock --editable '.[dev]'
	@touch $@ $(VENV)/laptop $(VENV)/java

.PHONY: help demo test test-slow fuzz benchmarks app jars lock clean
