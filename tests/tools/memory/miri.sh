#!/usr/bin/env bash
# miri.sh: the runtime's own tests under Miri, which sees every undefined behaviour of Rust code that it runs.
#
# What calls into C, Fortran, or Python is left out, as Miri runs Rust only; tests that are ignored say why.
#
# Needs a nightly compiler with Miri (`rustup toolchain install nightly --component miri,rust-src`).
set -euo pipefail

if ! cargo +nightly miri --version >/dev/null 2>&1; then
  echo "skipped: \`cargo +nightly miri\` is not installed (rustup toolchain install nightly --component miri,rust-src)"
  exit 0
fi
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

# Tests may read the clock and the environment; addresses that go through Fortran as integers are meant to.
export MIRIFLAGS="-Zmiri-disable-isolation -Zmiri-permissive-provenance ${MIRIFLAGS:-}"
target=${CARGO_TARGET_DIR:-$PWD/target}
# A backtrace of a panic that a test expects takes a minute.
RUST_BACKTRACE=0 CARGO_TARGET_DIR=$target/miri cargo +nightly miri test -p fwrap --lib -- -Zunstable-options --report-time "$@"
