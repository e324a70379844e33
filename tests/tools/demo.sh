#!/usr/bin/env bash
# demo.sh: builds fwrap, wraps the Julia-set kernel and the diffusion kernel, and calls them from Python and from Rust.
# Everything it makes is in demo-out/ (and target/).
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
out=demo-out
target=${CARGO_TARGET_DIR:-target}
export FWRAP_PYTHON=${FWRAP_PYTHON:-$root/.venv/bin/python}
export PYTHONDONTWRITEBYTECODE=1

step() { printf '\n== %s\n' "$*"; }
run() { printf '$ %s\n' "$*"; "$@"; }

step "Building fwrap"
run cargo build --release --bin fwrap

step "Wrapping the Fortran kernels for Python"
mkdir -p "$out"
fwrap=$target/release/fwrap
SECONDS=0
run "$fwrap" build examples/julia/julia.f90 examples/diffusion/diffusion.f90 -m kernels --out-dir "$out"
echo "took $SECONDS s (the first build compiles fwrap's runtime; later ones take a fraction of a second)"
ls "$out"

step "Calling them from Python"
run "$FWRAP_PYTHON" examples/julia/julia_set.py "$out"
run "$FWRAP_PYTHON" examples/diffusion/spread.py "$out"

step "Calling them from Rust"
run bash tests/tools/cargo_in.sh examples/rust-kernels run --release

printf '\nDone: the pictures and the module are in %s/.\n' "$out"
