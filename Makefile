# make synth   the main job: app.py becomes CloudFormation in cdk.out, and the load balancers that it will have are shown
# make test    format, lint, types, tests
# make help    the rest

PYTHON ?= python3
VENV ?= .venv
CDK_OPTIONS ?=

# What was installed into $(VENV) comes first for everything below, `python3` in cdk.json too.
export PATH := $(abspath $(VENV))/bin:$(PATH)
# Node 20 still works; jsii's banner about its age would drown what is to be seen.
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION ?= 20

.PHONY: synth test lint unit help clean

synth: $(VENV)/.app node_modules/.installed ## synthesize app.py (CDK_OPTIONS="-c certificate_arn=…")
	npx --no-install cdk synth --quiet --no-notices $(CDK_OPTIONS)
	@echo
	@eks-ingress plan cdk.out

test: lint unit ## all that must hold before a commit

lint: $(VENV)/.dev
	ruff format --check .
	ruff check .
	mypy

unit: $(VENV)/.dev node_modules/.installed
	pytest -n 2 --dist loadgroup

clean: ## take away what was installed and built
	rm -rf $(VENV) node_modules cdk.out build dist *.egg-info

help: ## show this
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.app: $(VENV)/bin/python setup.py pyproject.toml constraints.txt
	python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[app]'
	@touch $@

$(VENV)/.dev: $(VENV)/.app
	python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

node_modules/.installed: package.json package-lock.json
	npm ci --silent --no-fund --no-audit
	@touch $@
