#!/usr/bin/env bash
# cargo_in.sh DIRECTORY ARGUMENT...: runs cargo in a project that is no member of the workspace, with the versions that
# the workspace's lock file pins (so nothing new is resolved or fetched) and its target directory.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
project=$1; shift
cp "$root/Cargo.lock" "$project/Cargo.lock"
cd "$project"
CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target} exec cargo "$@"
