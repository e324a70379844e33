#!/bin/sh
# Builds the fixture `objects` for each interpreter that is named, and runs its checks.
#
# FWRAP is the command to build with. Every interpreter must have NumPy:
#     FWRAP=target/debug/fwrap tests/tools/python_versions.sh python3.9 python3.13
set -eu
here=$(cd "$(dirname "$0")" && pwd)
fixture=$here/../../fixtures/objects
fwrap=$(command -v "${FWRAP:-fwrap}")
fwrap=$(cd "$(dirname "$fwrap")" && pwd)/$(basename "$fwrap")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for python in "$@"; do
    version=$("$python" -c 'import sys, numpy; print("%d.%d" % sys.version_info[:2])')
    mkdir -p "$work/$version"
    cp "$fixture"/*.f90 "$work/$version"
    (cd "$work/$version" && FWRAP_PYTHON=$python "$fwrap" build -m objects objects.f90)
    PYTHONPATH=$work/$version "$python" "$fixture/check.py"
    echo "Python $version: functions, results and modules behave"
done
