# What a person types here. The logic lives in stack/, which needs nothing but Python.
.DEFAULT_GOAL := help
.PHONY: help run sandbox admin test chaos fuzz bench lock

# The first Python that really runs (a pyenv shim may not), is new enough and can make a .venv. PYTHON= chooses another.
pythons = $(or $(PYTHON),.venv/bin/python python3.13 python3.12 python3.11 python3)
fits = import ensurepip, sys; sys.exit(sys.version_info < (3, 11))
define venv
@for python in $(pythons); do \
  if $$python -c '$(fits)' 2>/dev/null; then exec $$python -m stack venv $(1); fi; \
done; \
echo 'No Python 3.11 or newer that can make a .venv was found: install one (Debian: python3 and python3-venv) or set PYTHON to its path.' >&2; \
exit 2
endef
stack = .venv/bin/python -m stack

help: ## this list
	@sed -n 's/^\([a-z]*\): ## \(.*\)/make \1\t\2/p' Makefile | expand -t 16

run: ## everything on this machine: servers, Partner API, web, workers (PORT, SANDBOX_PORT, DATA_DIR, LAYERS_API_URL ...)
	$(call venv,requirements-stack.txt)
	@$(stack) run

sandbox: ## the stand-in Partner API alone (SANDBOX_PORT, DATA_DIR)
	$(call venv,requirements-stack.txt)
	@$(stack) sandbox

admin: ## the first administrator
	$(call venv,requirements-stack.txt)
	@$(stack) manage addstaff --role Admin

test: ## lint, types, migrations, unit, integration and browser tests
	$(call venv,requirements-dev.txt)
	@$(stack) exec --volatile -- $(stack) check

chaos: ## N decisions while Layers, workers and servers fail, and what became of each (N, CUSTOMERS, CHAOS_SEED)
	$(call venv,requirements-stack.txt)
	@.venv/bin/python -m chaos

fuzz: ## the sandbox against its OpenAPI document, with ever new requests (FUZZ_CASES, FUZZ_SEED)
	$(call venv,requirements-dev.txt)
	@$(stack) exec --data .data/fuzz --volatile -- .venv/bin/python -m tests.sandbox.contract_run

bench: ## every measured claim in one run (SCALE)
	$(call venv,requirements-dev.txt)
	@$(stack) exec --data .data/bench -- .venv/bin/python -m bench

lock: ## the requirements*.txt from the short .in files
	$(call venv,requirements-dev.txt)
	@for name in requirements requirements-stack requirements-dev; do \
	  .venv/bin/uv pip compile -q --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url \
	    $$name.in -o $$name.txt || exit 1; \
	done
