# make synth   the main job: app.py becomes CloudFormation in cdk.out, and the load balancers that it will have are shown
# make test    format, lint, types, tests
# make help    the rest

PYTHON ?= python3
VENV ?= .venv
CDK_OPTIONS ?=
GROUPS ?= 10000
SEED ?=

# What was installed into $(VENV) comes first for everything below, `python3` in cdk.json too.
export PATH := $(abspath $(VENV))/bin:$(PATH)
# Holds for what builds the package too.
export PIP_CONSTRAINT := $(abspath constraints.txt)
export PIP_BUILD_CONSTRAINT := $(PIP_CONSTRAINT)
# Node 20 still works; jsii's banner about its age would drown what is to be seen.
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION ?= 20

.PHONY: synth test lint unit lowest browser shells wheel e2e conformance upgrade bench docs clean help

synth: $(VENV)/.app node_modules/.installed ## synthesize app.py (CDK_OPTIONS="-c certificate_arn=…")
	npx --no-install cdk synth --quiet --no-notices $(CDK_OPTIONS)
	@echo
	@eks-ingress plan cdk.out

test: lint unit ## all that must hold before a commit

lint: $(VENV)/.dev ## format, lint and types
	ruff format --check .
	ruff check .
	mypy
	for file in examples/*/app.py examples/*/test_*.py; do mypy $$file || exit; done

unit: $(VENV)/.dev node_modules/.installed ## the tests
	pytest -n 2 --dist loadgroup -q

lowest: node_modules/.installed ## the tests, with the lowest versions that setup.py allows (PYTHON=python3.10)
	$(PYTHON) -m venv .venv-lowest
	(grep -vE '^(aws-cdk|cdk8s|constructs|jsii)' constraints.txt; cat constraints-lowest.txt) > .venv-lowest/constraints.txt
	PIP_CONSTRAINT=.venv-lowest/constraints.txt .venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check -e '.[lowest]'
	.venv-lowest/bin/python -m pytest -n 2 -q -m "not newest" --dist loadgroup

browser: $(VENV)/.dev node_modules/.installed ## the report in a real browser, pictures in build/screenshots (needs Chromium: CHROMIUM=…)
	pytest -q tests/browser

shells: $(VENV)/.dev ## complete a command line in zsh and fish (needs both; bash is among the tests)
	pytest -q tests/shells/completes.py

wheel: $(VENV)/.dev $(VENV)/.wheel ## build the distributions, and try them in a clean environment
	pytest -q tests/wheel

e2e: $(VENV)/.deploy node_modules/.installed ## deploy for real: a real Kubernetes and controller, and an AWS on this machine (needs Go; the first time builds for minutes)
	rm -rf build/deploy
	python -m tests.deploy.kubernetes.tools
	pytest -q -n 4 --dist loadfile --no-loadscope-reorder --timeout 900 tests/deploy; ended=$$?; python -m tests.deploy.cloud.seen && exit $$ended

conformance: $(VENV)/.dev node_modules/.installed ## ask the controller itself (needs Go): its chart, the recorded cases, then random ones (GROUPS=10000 SEED=1)
	python -m tests.conformance.chart
	python -m tests.conformance --random $(GROUPS) $(if $(SEED),--seed $(SEED))

docs: $(VENV)/.docs node_modules/.installed ## the documentation as a site, in site/
	NO_MKDOCS_2_WARNING=1 python -m mkdocs build --strict --quiet

upgrade: ## write constraints.txt anew, from the newest versions that fit (PYTHON=python3.10, the oldest, so that they fit all)
	rm -rf .venv-upgrade
	$(PYTHON) -m venv .venv-upgrade
	PIP_CONSTRAINT= PIP_BUILD_CONSTRAINT= .venv-upgrade/bin/python -m pip install --quiet --upgrade -e '.[bench,deploy,dev,docs,wheel]' setuptools
	(echo "# What everything is tested with, on each Python from 3.10 on; 'make upgrade' writes it anew."; \
	  .venv-upgrade/bin/python -m pip freeze --exclude-editable; \
	  .venv-upgrade/bin/python -m pip freeze --all | grep '^setuptools==') | sort -f -u > constraints.txt
	rm -rf .venv-upgrade

bench: $(VENV)/.bench node_modules/.installed ## measure, in ratios of one run, and write docs/benchmarks.md
	python -m bench

clean: ## take away what was installed and built
	rm -rf $(VENV) .venv-* .cache node_modules cdk.out build dist site *.egg-info

help: ## show this
	@sed -n 's/^\([a-z0-9]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.app: $(VENV)/bin/python setup.py pyproject.toml constraints.txt
	python -m pip install --quiet --disable-pip-version-check -e '.[app]'
	@touch $@

$(VENV)/.dev: $(VENV)/.app
	python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

$(VENV)/.deploy: $(VENV)/.app
	python -m pip install --quiet --disable-pip-version-check -e '.[deploy]'
	@touch $@

$(VENV)/.docs: $(VENV)/.app
	python -m pip install --quiet --disable-pip-version-check -e '.[docs]'
	@touch $@

$(VENV)/.wheel: $(VENV)/.app
	python -m pip install --quiet --disable-pip-version-check -e '.[wheel]'
	@touch $@

$(VENV)/.bench: $(VENV)/.app
	python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	@touch $@

node_modules/.installed: package.json package-lock.json
	npm ci --silent --no-fund --no-audit
	@touch $@
