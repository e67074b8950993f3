# Everything a developer or CI calls. `make demo` and `make test` need Python 3.11 and make, nothing else.
PYTHON ?= python3
BIN := .venv/bin
DEMO_DIR ?= demo

# uv trusts what the system trusts (old and new name of the setting), as pip does.
export UV_SYSTEM_CERTS := true
export UV_NATIVE_TLS := true

.PHONY: setup demo test test-all lint bench-receive bench-read clean

setup:
	@$(PYTHON) tools/setup_venv.py

demo: setup
	@$(BIN)/tonghop demo --to $(DEMO_DIR)

# Fast tests; those that need a server or LibreOffice are skipped visibly where it is missing.
test: setup
	$(BIN)/pytest -n auto --dist loadscope -m "not acceptance and not slow"

# Everything, as CI runs it: a missing server is an error, the wheel is built and tested in a clean place.
test-all: setup lint
	CI=1 $(BIN)/pytest -n auto --dist loadscope -m "not acceptance"
	CI=1 $(BIN)/pytest -m acceptance

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# CPU to receive one returned form, stored bytes to committed submission with receipt.
bench-receive: setup
	$(BIN)/python -m bench.receive

# Reading beside python-calamine and openpyxl, layout, rules, isolation, hostile files; PASS or MISS per goal.
bench-read: setup
	$(BIN)/python -m bench.reading

clean:
	rm -rf .venv $(DEMO_DIR) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
