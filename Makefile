# Every recipe is one bash script with the environment of .ci/env.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.SILENT:
.DEFAULT_GOAL := help
.PHONY: run test check bench image clean help sqlx

run: ## set up what is missing, build, and serve the demo business on http://127.0.0.1:3000
	.ci/setup run
	.ci/build release
	source .ci/env
	use_build release
	# In place of the shell, so that Ctrl-C reaches the program itself and it can stop its PostgreSQL.
	exec "$$TRADEPOST_BINARY" serve --demo

test: ## run all tests: unit, database, browser (one kind: .ci/test unit|database|browser)
	.ci/setup test
	.ci/test

check: ## format, clippy for server and browser, dependencies, prepared queries
	.ci/setup check
	.ci/check

bench: ## measure import, dashboard and first load, beside pgbench on the same machine
	.ci/setup bench
	.ci/build release
	source .ci/env
	use_build release
	server/benches/run

image: ## build the container image `tradepost`
	if command -v podman >/dev/null; then
	    # The default image format has no health check.
	    podman build --format docker --tag tradepost --file Containerfile .
	elif command -v buildah >/dev/null; then
	    buildah build --format docker --tag tradepost --file Containerfile .
	elif command -v docker >/dev/null; then
	    docker build --tag tradepost --file Containerfile .
	else
	    echo "image: needs podman, buildah or docker" >&2
	    exit 1
	fi

clean: ## remove everything that was built or fetched into the checkout; never the data directory
	source .ci/env
	if command -v cargo >/dev/null; then cargo clean; fi
	rm -rf target style/node_modules style/public/vendor \
	    end2end/node_modules end2end/test-results end2end/playwright-report

help: ## show this list
	awk -F ': ## ' '/^[a-z]+: ## / { printf "  make %-6s  %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# After a query or a migration changed: writes .sqlx again.
sqlx:
	.ci/setup check
	.ci/sqlx
