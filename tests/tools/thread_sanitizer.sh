#!/usr/bin/env bash
# thread_sanitizer.sh: the lock, and a library with state hammered from eight threads, under ThreadSanitizer. Rust's
# standard library and the Fortran are compiled with it, too. Needs a nightly compiler with `rust-src`.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
toolchain=${FWRAP_NIGHTLY:-nightly}
host=$(rustc "+$toolchain" -vV | sed -n 's/^host: //p')
export RUSTFLAGS="-Zsanitizer=thread -Cunsafe-allow-abi-mismatch=sanitizer" RUSTDOCFLAGS="-Zsanitizer=thread"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$root/target}/thread-sanitizer" FWRAP_SANITIZE=1
export TSAN_OPTIONS="halt_on_error=1 ${TSAN_OPTIONS:-}"
build=("+$toolchain" test -Zbuild-std --target "$host")

cargo "${build[@]}" --manifest-path "$root/Cargo.toml" -p fwrap --lib -- lock unwind
bash "$root/tests/tools/cargo_in.sh" "$root/tests/threads" "${build[@]}" --test hammer

# A sanitizer that does not see the Fortran would be content with everything.
if text=$(bash "$root/tests/tools/cargo_in.sh" "$root/tests/threads" "${build[@]}" --test hammer -- --ignored 2>&1); then
    echo "a race on purpose was not seen" >&2
    exit 1
fi
grep -q "ThreadSanitizer: data race" <<<"$text" || { printf '%s\n' "$text" >&2; exit 1; }
echo "no race, and the one on purpose was seen"
