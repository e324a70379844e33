# make demo    wrap two Fortran kernels and call them from Python and from Rust
# make test    every test (lint, Rust, Python, LAPACK, MINPACK); installs what is missing
# make test-all  the tests, the demo, the scale tests, the corpora and what watches memory
# make test-memory    a million calls of every kind: what memory is there after them (CALLS=1000000)
# make test-valgrind  every fixture under valgrind
# make test-asan      every fixture with its Fortran compiled for AddressSanitizer
# make test-miri      the runtime's own tests under Miri
# make test-f2py  NumPy's own tests of f2py with fwrap in f2py's place
# make test-scipy  SciPy's extension modules from its own signature files, judged by SciPy's own tests
# make test-differential  the same calls of modules built with f2py and with fwrap
# make corpora what fwrap reads of public libraries against gfortran's answer (docs/corpora.md)
# make bench   calls and builds against f2py and a C module; results in bench-out/
# make test-threads  the lock and a library with state under ThreadSanitizer; needs a nightly compiler
# make fuzz    feed the reader generated inputs: FUZZ=fixed|free|preprocess|expression|pyf, SECONDS_OF_FUZZING=600
# make lint    formatting, clippy and rustdoc, warnings denied
# make clean   remove what these leave in the checkout
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

ROOT := $(CURDIR)
TARGET := $(or $(CARGO_TARGET_DIR),$(ROOT)/target)
VENV_PYTHON := $(ROOT)/.venv/bin/python

# What the tests and the tools that they start work with.
export FWRAP_PYTHON ?= $(VENV_PYTHON)
export FWRAP_TEST_PYTHON ?= $(VENV_PYTHON)
export PYTHONDONTWRITEBYTECODE := 1

.NOTPARALLEL:
.PHONY: demo test test-all corpora bench fuzz lint clean setup-demo setup-test setup-bench test-rust test-python test-f2py test-differential test-scipy test-lapack-rust test-scale test-threads test-memory test-memory-short test-valgrind test-asan test-miri build-release

demo: setup-demo
	@bash tests/tools/demo.sh

test: setup-test lint test-rust test-python test-f2py test-lapack-rust

test-all: test test-scipy demo test-scale corpora test-memory-short test-asan test-valgrind test-miri

corpora: setup-test
	cargo build --release --bin fwrap
	FWRAP=$(TARGET)/release/fwrap $(VENV_PYTHON) -B tests/tools/corpora/prove.py $(CORPORA)
	FWRAP=$(TARGET)/release/fwrap $(VENV_PYTHON) -B tests/tools/corpora/intents.py

bench: setup-bench
	cargo build --release --bin fwrap
	FWRAP=$(TARGET)/release/fwrap PATH="$(ROOT)/.venv/bin:$$PATH" $(VENV_PYTHON) tests/benches/run.py
	cargo bench -p fwrap-tests --bench closures
	corpora=$$(bash tests/tools/fetch_corpora.sh lapack); \
	FWRAP_CORPORA=$$corpora cargo bench -p fwrap-core --bench reading
	bash tests/tools/cargo_in.sh tests/benches/stops run --release -- --check | tee bench-out/stops.md

# Eight times the text in about eight times the time, 30 MB in ten times the memory: in an optimized build only.
test-scale:
	cargo test --release -p fwrap-core --test scale -- --nocapture --test-threads 1

# Needs a nightly compiler with the standard library's source (`rustup component add rust-src --toolchain nightly`).
test-threads:
	bash tests/tools/thread_sanitizer.sh

build-release:
	cargo build --release --bin fwrap

test-memory: setup-test build-release
	FWRAP=$(TARGET)/release/fwrap $(VENV_PYTHON) -B tests/tools/memory/leak.py $(or $(CALLS),1000000)

test-memory-short: setup-test build-release
	FWRAP=$(TARGET)/release/fwrap $(VENV_PYTHON) -B tests/tools/memory/leak.py 100000

test-valgrind: setup-test build-release
	FWRAP=$(TARGET)/release/fwrap $(VENV_PYTHON) -B tests/tools/memory/valgrind.py

test-asan: setup-test build-release
	FWRAP=$(TARGET)/release/fwrap $(VENV_PYTHON) -B tests/tools/memory/asan.py

test-miri:
	bash tests/tools/memory/miri.sh

# Needs a nightly compiler and cargo-fuzz (`cargo install cargo-fuzz`); see fuzz/README.md.
fuzz:
	bash fuzz/seed.sh
	for target in $(or $(FUZZ),fixed free preprocess expression pyf); do \
		cargo +nightly fuzz run -s none "$$target" -- -dict=fuzz/fortran.dict -max_len=4096 -timeout=10 \
			-rss_limit_mb=4096 -max_total_time=$(or $(SECONDS_OF_FUZZING),600); \
	done

setup-demo setup-test setup-bench: setup-%:
	@bash tests/tools/setup.sh $*

lint: setup-test
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --all-features -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --all-features --no-deps

test-rust:
	cargo test --workspace
	libraries=$$($(VENV_PYTHON) -c 'import sysconfig; print(sysconfig.get_config_var("LIBDIR"))'); \
	PYO3_PYTHON=$(VENV_PYTHON) LD_LIBRARY_PATH=$$libraries$${LD_LIBRARY_PATH:+:$$LD_LIBRARY_PATH} \
	cargo test -p fwrap --features python --lib python

# The Python checks build their modules with the fwrap of this checkout.
test-python:
	cargo build --bin fwrap
	FWRAP=$(TARGET)/debug/fwrap $(VENV_PYTHON) -m pytest -q -rs -p no:cacheprovider tests \
		--ignore tests/runtime_module --ignore tests/scipy

# NumPy's own tests of f2py, with fwrap in f2py's place.
test-f2py: setup-test
	cargo build --bin fwrap
	FWRAP_PYTHON=$(VENV_PYTHON) bash tests/runtime_module/build.sh $(TARGET)/f2py-runtime
	PYTHONPATH=$(TARGET)/f2py-runtime $(VENV_PYTHON) -m pytest -q -p no:cacheprovider tests/runtime_module
	corpora=$$(FWRAP_PYTHON=$(VENV_PYTHON) bash tests/tools/fetch_corpora.sh pypi:numpy==2.3.5); \
	FWRAP=$(TARGET)/debug/fwrap PYTHONPATH=$(TARGET)/f2py-runtime \
		$(VENV_PYTHON) -B tests/tools/f2py_suite/run.py --builds $(TARGET)/f2py-suite \
		--runtime fwrap_runtime_module --docs $$corpora/numpy-2.3.5/doc/source/f2py/code

# SciPy 1.11.4 in an environment of its own, its modules built by fwrap.
test-scipy: setup-test build-release
	FWRAP=$(TARGET)/release/fwrap PYTHON=$(VENV_PYTHON) FWRAP_PYTHON= bash tests/scipy/run.sh

# The same sources built with f2py and with fwrap, and the same calls of both.
test-differential: setup-bench
	cargo build --bin fwrap
	FWRAP=$(TARGET)/debug/fwrap $(VENV_PYTHON) -B tests/tools/differential/compare.py

test-lapack-rust:
	corpora=$$(bash tests/tools/fetch_corpora.sh); \
	FWRAP_CORPORA=$$corpora bash tests/tools/cargo_in.sh tests/lapack/rust test

clean:
	cargo clean
	rm -rf demo-out bench-out .venv
