#!/usr/bin/env bash
# setup.sh demo|test|bench: installs what that target needs and this machine lacks, one line per step; says nothing when
# all is there.
#
# System packages are installed with apt-get where that is allowed (root, or sudo without a password); elsewhere the
# package and the command are named and the script ends with 1. Python packages go into .venv inside the checkout.
set -euo pipefail

level=${1:-test}
case $level in demo | test | bench) ;; *) echo "usage: setup.sh demo|test|bench" >&2; exit 2 ;; esac

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
requirements=$root/tests/tools/requirements-$level.txt
python=${PYTHON:-python3}
venv=$root/.venv
log=$(mktemp)
trap 'rm -f "$log"' EXIT

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$@" >&2; exit 1; }

# Runs a command quietly; when it fails, shows what it printed.
quietly() {
  if ! "$@" >"$log" 2>&1; then cat "$log" >&2; return 1; fi
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
may_install() {
  command -v apt-get >/dev/null || return 1
  [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 \
    install -y --no-install-recommends "$@"
}

# Package lists may be missing (a fresh image) or older than the archive: then they are read again, once.
install_packages() {
  say "installing $* (apt-get)"
  apt_install "$@" >"$log" 2>&1 && return
  say "reading the package lists (apt-get update)"
  quietly as_root apt-get -o Acquire::Retries=3 update && quietly apt_install "$@"
}

has_python() { command -v "$python" >/dev/null; }
has_library() { [ "$(gfortran -print-file-name="lib$1.so")" != "lib$1.so" ]; }
has_headers() {
  "$python" -c 'import os, sys, sysconfig
sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))'
}
debian_python() { case $("$python" -c 'import sys; print(sys.base_prefix)') in /usr) true ;; *) false ;; esac; }

command -v cargo >/dev/null || fail "no Rust toolchain: \`cargo\` is not on the PATH; install Rust first"

missing=()
has_python || missing+=(python3)
command -v gcc >/dev/null || missing+=(gcc libc6-dev)
command -v gfortran >/dev/null || missing+=(gfortran)
if has_python && debian_python; then
  has_headers || missing+=(python3-dev)
  if ! [ -x "$venv/bin/python" ]; then
    "$python" -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
  fi
elif has_python; then
  has_headers ||
    fail "$(command -v "$python") has no headers (Python.h): use one that has them, such as PYTHON=/usr/bin/python3"
else
  missing+=(python3-dev python3-venv)
fi
if [ "$level" = test ]; then
  { command -v gfortran >/dev/null && has_library lapack; } || missing+=(liblapack-dev)
  { command -v gfortran >/dev/null && has_library blas; } || missing+=(libblas-dev)
fi

if [ ${#missing[@]} -gt 0 ]; then
  may_install || fail "missing: ${missing[*]}" "install them and run this again: sudo apt-get install ${missing[*]}"
  install_packages "${missing[@]}" || fail "could not install: ${missing[*]}"
fi

if ! "$venv/bin/python" -c 'import pip' 2>/dev/null; then
  say "making a virtual environment in .venv ($("$python" --version))"
  rm -rf "$venv"
  quietly "$python" -m venv "$venv" || fail "could not make $venv"
fi

# Asks the environment itself, so that nothing is fetched (and no network needed) when it is complete.
satisfied() {
  "$venv/bin/python" - "$requirements" <<'P'
import sys
from importlib import metadata
from pathlib import Path

def wanted(path):
    for line in path.read_text().splitlines():
        line = line.split("#")[0].strip()
        if line.startswith("-r "):
            yield from wanted(path.parent / line[3:].strip())
        elif line:
            yield line.split("==")

for name, version in wanted(Path(sys.argv[1])):
    try:
        found = metadata.version(name)
    except metadata.PackageNotFoundError:
        found = None
    if found != version:
        sys.exit(1)
P
}

if ! satisfied; then
  packages=$(grep -hoE '^[a-z]+==[0-9.]+' "$root/tests/tools/requirements-demo.txt" "$requirements" | sort -u)
  say "installing ${packages//$'\n'/ } into .venv (pip)"
  quietly "$venv/bin/python" -m pip install --disable-pip-version-check --retries 5 -r "$requirements" ||
    fail "pip could not install $requirements"
fi
