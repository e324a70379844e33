#!/usr/bin/env bash
# build.sh DIRECTORY: leaves `fwrap_conversions` (an extension for the Python of FWRAP_PYTHON) and
# `fwrap_runtime_module`, which NumPy's tests of `array_from_pyobj` take in place of their own C module, in DIRECTORY.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
directory=$1
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
PYO3_PYTHON=${FWRAP_PYTHON:-python3} PYO3_BUILD_EXTENSION_MODULE=1 \
    bash "$root/tests/tools/cargo_in.sh" "$root/tests/runtime_module" build --release --quiet
mkdir -p "$directory"
cp "$CARGO_TARGET_DIR/release/libfwrap_conversions.so" "$directory/fwrap_conversions.so"
cp "$root/tests/runtime_module/fwrap_runtime_module.py" "$directory/"
