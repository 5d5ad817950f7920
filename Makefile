# Every target is a script of the same name: `make test` and `scripts/test` are the same thing.

.PHONY: help demo setup check test golden oracles bench docs site lock

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 10

demo: ## convert a sample repository to Nix and show the result
	@scripts/demo

setup: ## create .venv with pinned versions of everything
	@scripts/setup

check: ## ruff, mypy --strict, import-linter
	@scripts/check

test: ## all tests
	@scripts/test

golden: ## rewrite the expectations below fixtures/; review with git diff
	@scripts/test --update-golden

oracles: ## install the independent tools that tests compare with
	@scripts/oracles

bench: ## cold start, throughput, memory
	@scripts/bench

docs: ## run the examples of README and docs
	@scripts/test tests/test_docs.py

site: ## build the documentation into build/site
	@scripts/site

lock: ## write constraints.txt anew
	@scripts/lock
