SHELL := /bin/bash
.DEFAULT_GOAL := help
PORT ?= 8080
DATA ?=

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'
