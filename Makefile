# Two commands matter: `make run` and `make test`. Both make .venv first, where it is missing.

BIN := .venv/bin
READY := .venv/ready

.PHONY: run tour test lint bench stress train translations clean system-packages

run: $(READY) system-packages
	@$(BIN)/ellbox

tour: $(READY) system-packages
	@$(BIN)/python -m app.tour

test: lint system-packages
	$(BIN)/pytest

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY) system-packages
	$(BIN)/python benchmarks/decode.py
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/ui_latency.py

# Long versions of the tests in tests/stress; docs/reliability.md has their figures.
# They take about an hour on a free machine.
stress: $(READY) system-packages
	$(BIN)/python -m tests.stress.kill --kills 200
	$(BIN)/python -m tests.stress.fuzz_pictures --count 50000
	$(BIN)/python -m tests.stress.fuzz_projects --count 50000
	$(BIN)/python -m tests.stress.cancel --jobs 1000
	$(BIN)/python -m tests.stress.soak --minutes 30

# BANK=sprites-128.npz is the sprite bank. Every stage goes on from its last checkpoint.
BANK := sprites-128.npz

train: $(READY)
	$(BIN)/ellbox train all --bank $(BANK) --out assets/embedded

# Brings new texts into the .ts files; then translate what is marked as unfinished.
translations: $(READY)
	$(BIN)/pyside6-lupdate $$(find app -name '*.py' | sort) -locations none \
		-ts assets/translations/ellbox_de.ts

clean:
	rm -rf build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find app engine assets tests benchmarks -name __pycache__ -type d -exec rm -rf {} +

# A library that Qt needs is missed here, with the apt-get line, and not by Qt, which aborts.
system-packages: $(READY)
	@missing=$$($(BIN)/python engine/system_libraries.py) && .ci/apt-packages $$missing

$(READY): pyproject.toml .ci/constraints.txt
	.ci/make-venv
	@touch $@
