# Octavo's commands. `make` alone lists them.

# All targets run in the folder of this file, even with `make -f /path/to/Makefile` or through a link.
# The shell reads its name, because make would split a name with blanks into several.
quoted = '$(subst ','\'',$(1))'
FOLDER := $(shell file=$$(printf '%s' $(call quoted,$(MAKEFILE_LIST)) | sed 's/^ //'); \
    cd -P "$$(dirname "$$(readlink -f "$$file")")" && pwd -P)
ifneq ($(or $(FOLDER),$(CURDIR)),$(CURDIR))
GOALS := $(or $(MAKECMDGOALS),help)
.PHONY: $(GOALS)
$(GOALS):
	@$(MAKE) --no-print-directory -C $(call quoted,$(FOLDER)) $@
else

PORT ?= 8000
CORPUS ?=
ARGS ?=
# The first of these that is new enough. To use another one: make serve PYTHON=/path/to/python3
PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,\
    $(shell $(name) -c 'import sys; sys.version_info >= (3, 11) and print("$(name)")' 2>/dev/null)))
export PORT CORPUS

BIN := .venv/bin
TOOLS := .make/tools
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help serve test lint format translations bench quality torture audit lock install \
    install-oidc install-postgresql install-dev clean
.DELETE_ON_ERROR:

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-18s %s\n", $$1, $$2 }' Makefile

serve: install ## serve the site on http://127.0.0.1:8000 (another port: make serve PORT=8123)
	@$(BIN)/octavo prepare
	@exec $(BIN)/gunicorn

test: install-dev ## run every test that can run here (some of them: make test ARGS=tests/docs/test_docs.py)
	@$(BIN)/pytest --numprocesses auto --dist loadfile $(ARGS)

lint: install-dev ## check style, types, templates, and the HTML of every page
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/pytest --quiet tests/html

format: install-dev ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

translations: install-dev ## update the texts in translations/ (a new language: make translations ARGS=de)
	@$(BIN)/python -m translations $(ARGS)

bench: install-dev ## measure speed and size (your publications: make bench CORPUS=mine.bib)
	@$(BIN)/python -m bench $(ARGS)

quality: install-dev ## measure search quality (make quality ARGS="corpus.jsonl.xz collection/")
	@$(BIN)/python bench/quality.py $(ARGS)

torture: install-dev ## try to break the site for about half an hour (parts: make torture ARGS="kills disk")
	@$(BIN)/python -m tests.torture $(ARGS)

audit: tools ## list known vulnerabilities in the packages that the site uses, if the service can be reached
	$(TOOLS)/bin/pip-audit --require-hashes --disable-pip --requirement requirements.txt

lock: tools ## write requirements*.txt from pyproject.toml
	$(COMPILE) pyproject.toml --group build --output-file requirements.txt
	$(COMPILE) pyproject.toml --group build --extra oidc --constraints requirements.txt \
	    --output-file requirements-oidc.txt
	$(COMPILE) pyproject.toml --group build --extra postgresql --constraints requirements.txt \
	    --output-file requirements-postgresql.txt
	$(COMPILE) pyproject.toml --group build --group dev --extra oidc --extra postgresql \
	    --constraints requirements-oidc.txt --constraints requirements-postgresql.txt \
	    --output-file requirements-dev.txt
	$(COMPILE) --group tools --output-file requirements-tools.txt

COMPILE = $(TOOLS)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-header --no-annotate $(ARGS)

install: $(BIN)/python ## install the packages that the site needs into .venv
	@$(call install_lock,requirements.txt)

install-oidc: $(BIN)/python ## install what sign_in = "oidc" needs as well
	@$(call install_lock,requirements-oidc.txt)

install-postgresql: $(BIN)/python ## install what PostgreSQL as the database needs as well
	@$(call install_lock,requirements-postgresql.txt)

install-dev: $(BIN)/python ## install the packages that tests and tools need as well
	@$(call install_lock,requirements-dev.txt)

clean: ## remove what these targets created, but nothing in instance/
	rm -rf .venv .make .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find webapp -name __pycache__ -prune -exec rm -rf {} +

# .venv has a copy of the lock file that was installed last, so a second run only compares files.
# pip writes the absolute path of the checkout into webapp.pth. Python before 3.13 does not start if
# the locale cannot represent that path; a relative path has the same effect.
# Bytecode is written now, because a service may not write here, and would compile every module at
# each start: that takes half a second. A checkout that is read-only here works without it.
define install_lock
cat pyproject.toml $(1) | cmp -s - .venv/$(1) || { \
    echo "Installing $(1) into .venv ..." && \
    $(PIP) install --require-hashes -r $(1) && \
    $(PIP) install --no-build-isolation --no-deps --editable . && \
    for file in .venv/lib/python3*/site-packages/webapp.pth; do echo ../../../.. > "$$file"; done && \
    cat pyproject.toml $(1) > .venv/$(1); } && \
    { $(BIN)/python -m compileall -qq webapp || :; }
endef

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Octavo needs Python 3.11 or newer, and none was found. \
	If it is elsewhere, run make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	echo "Octavo needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
	echo "$(PYTHON) has no venv module: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv

# pip-audit and uv, separate from what the site uses.
.PHONY: tools
tools: $(BIN)/python
	@cmp -s requirements-tools.txt $(TOOLS)/requirements-tools.txt || { \
	    $(BIN)/python -m venv --clear $(TOOLS) && \
	    $(TOOLS)/bin/python -m pip --disable-pip-version-check --quiet install \
	        --require-hashes -r requirements-tools.txt && \
	    cp requirements-tools.txt $(TOOLS); }

endif
