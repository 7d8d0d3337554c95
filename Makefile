SHELL := /bin/bash
.DEFAULT_GOAL := help
export PORT ?= 8080
DATA ?=

.PHONY: help run test parity soak lint build wasm web edge edge-dev edge-deploy docs docs-sdk bench chaos bench-monitor bench-web bench-hub bench-api bench-edge clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## set up and serve page, API, monitor and hub (PORT=8080, DATA=candles.csv.gz)
	@scripts/run.sh $(DATA)

test: ## set up, lint and run every test
	@scripts/test.sh

parity: ## the same bits in every host: Go, wazero, Node, Deno, Bun, Chromium, workerd; as a table
	@scripts/parity.sh

soak: ## the same, with a million random candles and a million engines in each host (QUANTUM_SEED=1)
	@scripts/parity.sh --long

lint: ## golangci-lint, Biome, TypeScript
	@scripts/lint.sh

build: ## bin/quantum, with the page inside
	@scripts/build.sh

wasm: ## rebuild wasm/quantum.wasm and its record
	@scripts/wasm.sh

web: ## build the TypeScript package and the page
	@scripts/web.sh

edge: ## edge/dist, the Cloudflare Worker, and its size
	@scripts/edge.sh

edge-dev: ## serve the Worker on this machine, offline (EDGE_PORT=8787, ORIGIN_URL=http://127.0.0.1:8080)
	@PORT=$${EDGE_PORT:-8787} scripts/edge-dev.sh

edge-deploy: ## deploy the Worker (ORIGIN_URL=https://…; needs an account of Cloudflare's: edge/README.md)
	@scripts/edge-deploy.sh

docs: ## write the pages made from the catalogs anew
	@go test ./scripts/check -run Catalog -update

docs-sdk: ## the reference of the TypeScript package, into build/docs/sdk
	@npm --prefix web --silent run docs -w sdk

bench: ## ns per bar: native, wazero, V8
	@scripts/bench.sh

chaos: ## every test that kills, ten times as often (CHAOS=n), as one table
	@scripts/chaos.sh

bench-monitor: ## bars a second and delays of one monitor over a local Redis
	@scripts/bench-monitor.sh

bench-web: ## ns per bar in Chromium and Node, beside other packages and native Go
	@scripts/bench-web.sh

bench-hub: ## deliveries a second to WebSocket clients, beside Melody and centrifuge
	@scripts/bench-hub.sh

bench-api: ## requests/s of POST /signals/cipher beside handlers that only decode and encode
	@scripts/bench-api.sh

bench-edge: ## cost of a request on workerd: both roads, an npm package, the floor
	@scripts/bench-edge.sh

clean: ## remove what was built, keep downloads
	@rm -rf bin build web/app/dist/assets web/app/dist/index.html web/sdk/dist web/e2e/results
