# Every target says what it does: `make help`.
.DEFAULT_GOAL := help
.PHONY: help bootstrap lint test format

tools := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/plumbline/tools
deny := $(tools)/bin/cargo-deny
shell := .ci/run $(wildcard scripts/*.sh)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

bootstrap: ## install what lint and test need (Debian 12), or say what to install
	scripts/bootstrap.sh lint test

lint: ## format, clippy, shell scripts, licences and sources, who may depend on whom
	@scripts/bootstrap.sh lint
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	shellcheck $(shell)
	$(deny) --locked check --show-stats bans licenses sources
	cargo test --quiet --locked -p testkit --test house

test: ## all tests, against a PostgreSQL and a Kafka started for this run
	@scripts/bootstrap.sh test
	scripts/with-components.sh cargo test --workspace --locked

format: ## write all Rust files in the one format
	cargo fmt --all
