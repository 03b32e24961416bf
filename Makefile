# Liangfa: one target, one duty. `make PYTHON=/path/to/python3.12 setup` picks the interpreter by hand.
.PHONY: setup demo test bench screenshots format clean serve

PYTHON ?=
BIN := .venv/bin
READY := .venv/ready
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

setup: $(READY)
# Everything else needs the locked environment; it is rebuilt only when a lock or pyproject.toml changed.

demo: setup
# The shortest way to see what Liangfa is for: one case in, a cited range with its reasons out.
	$(BIN)/liangfa evaluate docs/examples/first-case.yaml

test: setup
# What must hold before a change lands; the same commands run everywhere.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/liangfa check rules --on 2026-11-25  # a fixed day, so that time alone fails no change
	$(BIN)/liangfa test rules
	$(BIN)/pytest -n auto

bench: setup
# Speed is a promise only if it is measured beside its peers in the same run.
	$(BIN)/python -m bench
	$(BIN)/python -m bench.http

screenshots: setup
# People decide by the picture: every page as a browser shows it, into docs/images.
	$(BIN)/python -m tests.pages.screenshots

format: setup
# Nobody should spend a thought on layout.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

serve: setup
# The HTTP service on this machine, with the embedded database in ./liangfa-state.
	$(BIN)/liangfa serve --log-format text

clean:
# A fresh start: removes what the other targets made, nothing that was written by hand.
	rm -rf .venv .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .schemathesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Run by each candidate interpreter: exit 1 if it is not 3.11 or 3.12, else print what it lacks.
define PROBE
import importlib.util, os, shutil, sys, sysconfig
if not (3, 11) <= sys.version_info[:2] <= (3, 12):
    sys.exit(1)
name = "python%d.%d" % sys.version_info[:2]
compiler = (os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc").split()[0]
if not shutil.which(compiler):
    print(f"  缺少 C 编译器 {compiler} / the C compiler {compiler} is missing (Debian: gcc)")
if not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")):
    print(f"  {name}: 缺少 Python.h / Python.h is missing (Debian: {name}-dev)")
if not importlib.util.find_spec("ensurepip"):
    print(f"  {name}: 缺少 venv 模块 / the venv module is missing (Debian: {name}-venv)")
endef
export PROBE

$(READY): requirements.lock requirements-build.lock pyproject.toml
	@found=; lacks=; \
	for python in $(or $(PYTHON),python3.12 python3.11 python3); do \
	    said=$$("$$python" -X utf8 -c "$$PROBE" 2>/dev/null) || continue; \
	    if [ -z "$$said" ]; then found=$$python; break; fi; \
	    lacks=$${lacks:-$$said}; \
	done; \
	if [ -z "$$found" ]; then \
	    echo "无法安装 Liangfa / Liangfa cannot be set up:" >&2; \
	    printf '%s\n' "$${lacks:-  缺少 Python 3.11 或 3.12 / Python 3.11 or 3.12 is missing$(if $(PYTHON), ($(PYTHON)))}" >&2; \
	    exit 1; \
	fi; \
	echo "$$found -m venv .venv"; \
	"$$found" -m venv --clear .venv
	$(PIP) install --require-hashes -r requirements-build.lock
	$(PIP) install --require-hashes --no-build-isolation -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@
