# Every target says what it does: `make help`.
.DEFAULT_GOAL := help
.PHONY: help run bootstrap pages lint test promql-suite schemathesis torture bench format

tools := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/plumbline/tools
deny := $(tools)/bin/cargo-deny
shell := .ci/run $(wildcard scripts/*.sh)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build everything, start it for this machine, and say where to look; ARGS= goes to `plumbline up`
	@scripts/bootstrap.sh run pages
	@$(MAKE) --no-print-directory pages
	@scripts/run.sh $(ARGS)

bootstrap: ## install what lint, test and pages need (Debian 12), or say what to install
	scripts/bootstrap.sh lint test pages

pages: ui/node_modules/.package-lock.json ## build the pages into ui/dist; the next build of the program holds them
	@scripts/bootstrap.sh pages
	npm --prefix ui run --silent build

ui/node_modules/.package-lock.json: ui/package-lock.json
	@scripts/bootstrap.sh pages
	npm --prefix ui ci --no-fund --no-audit --loglevel=error
	@touch $@

lint: ui/node_modules/.package-lock.json ## format, clippy, types, shell scripts, licences and sources, who may depend on whom
	@scripts/bootstrap.sh lint
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	shellcheck $(shell)
	$(deny) --locked check --show-stats bans licenses sources
	cargo test --quiet --locked --workspace --test house
	npm --prefix ui run --silent check

test: pages ## all tests, against a PostgreSQL and a Kafka started for this run, and the pages in a real browser
	@scripts/bootstrap.sh test
	npm --prefix ui run --silent test
	npm --prefix ui run --silent size
	scripts/with-components.sh cargo test --workspace --locked --no-fail-fast
	scripts/public-reports.sh "$${CARGO_TARGET_DIR:-target}"/debug/plumbline
	scripts/promql-suite.sh --short
	scripts/with-components.sh --only postgres scripts/schemathesis.sh 3
	npm --prefix ui run --silent browser

promql-suite: ## Prometheus' own PromQL scripts against the program over HTTP (needs Go 1.26; some minutes)
	cargo build --quiet --locked
	scripts/promql-suite.sh

schemathesis: ## requests after every OpenAPI document, over both stores: no 5xx, no answer that is not described (some minutes; needs Python 3 with venv)
	@scripts/bootstrap.sh test
	cargo build --quiet --locked
	scripts/with-components.sh --only postgres scripts/schemathesis.sh

torture: ## kill the program 500 times under load, and its database and broker; KILLS=, SEED= (about an hour)
	@scripts/bootstrap.sh test
	scripts/torture.sh "$(or $(KILLS),250)" "$(or $(SEED),1)"

bench: ## measure the program beside what the machine can do and what the original did (an hour or more; BENCH= for a part)
	@scripts/bootstrap.sh test
	@scripts/fetch-kafka.sh >/dev/null
	cargo build --release --locked -p plumbline -p bench
	"$${CARGO_TARGET_DIR:-target}"/release/bench $(BENCH)

format: ui/node_modules/.package-lock.json ## write all files in the one format
	cargo fmt --all
	npm --prefix ui run --silent format
