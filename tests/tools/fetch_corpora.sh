#!/usr/bin/env bash
# fetch_corpora.sh [PACKAGE...]: unpacks source packages (lapack and minpack if none is named) into a cache outside the
# checkout and prints the cache's path. Does nothing for a package that is there; needs no root, builds nothing.
#
#   lapack                  Debian's source package                -> lapack/
#   pypi:scipy==1.11.4      a source distribution (pip download)   -> scipy-1.11.4/
#   crate:dierckx-sys==0.1.1  a crate (cargo vendor)               -> dierckx-sys-0.1.1/
#
# The cache is $FWRAP_CORPORA, else ${XDG_CACHE_HOME:-~/.cache}/fwrap/corpora; a package is a folder of its name.
# The system's apt settings are only read: sources are asked of the archive that the system installs from, with lists
# and downloads in a temporary folder. A package is renamed into place when complete, so what is there can be trusted.
set -euo pipefail

corpora=${FWRAP_CORPORA:-${XDG_CACHE_HOME:-$HOME/.cache}/fwrap/corpora}
packages=("${@:-}")
[ -n "${packages[0]}" ] || packages=(lapack minpack)

say() { printf 'corpora: %s\n' "$*" >&2; }
fail() { say "$@"; exit 1; }

folder() { local name=${1#*:}; printf '%s' "${name/==/-}"; }
debian=()
other=()
for package in "${packages[@]}"; do
  [ -d "$corpora/$(folder "$package")" ] && continue
  case $package in *:*) other+=("$package") ;; *) debian+=("$package") ;; esac
done
if [ ${#debian[@]} = 0 ] && [ ${#other[@]} = 0 ]; then echo "$corpora"; exit; fi

mkdir -p "$corpora" || fail "cannot write to $corpora: set FWRAP_CORPORA to another folder"
work=$(mktemp -d "$corpora/.fetch.XXXXXX")        # in the cache: a rename within one file system is atomic
trap 'rm -rf "$work"' EXIT

# Puts a complete folder into place. Another fetch may have been first: then its folder stays.
place() { mv -T "$1" "$corpora/$2" 2>/dev/null || [ -d "$corpora/$2" ]; }

# ------------------------------------------------------------------------------------------------------------- Debian

# Archives that the system installs this release's `main` from, as URI and release; no lists are read for it.
archives() {
  # shellcheck disable=SC2016  # apt-get fills these in
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk -v release="${VERSION_CODENAME:-stable}" \
      '($2 == release || $2 == "stable") && $3 == "main" && !seen[$1]++ { print $1, $2 }'
}

fetch_from() { # URI RELEASE
  echo "deb-src $signed$1 $2 main" >"$work/sources.list"
  apt-get "${options[@]}" update >&2 || return 1
  (cd "$work/download" && apt-get "${options[@]}" source --download-only --tar-only "${debian[@]}") >&2
}

fetch_debian() {
  local uri release
  while read -r uri release; do
    fetch_from "$uri" "$release" </dev/null && return
  done < <(archives)
  return 1
}

prepare_debian() {
  command -v apt-get >/dev/null ||
    fail "no apt-get to fetch ${debian[*]} with: unpack the sources as $corpora/${debian[0]}, or set FWRAP_CORPORA"
  mkdir -p "$work"/{lists/partial,cache/archives/partial,download}
  # shellcheck source=/dev/null
  . /etc/os-release
  local keyring=/usr/share/keyrings/${ID:-debian}-archive-keyring.gpg
  signed=''                                       # without that file: the keys that the system trusts for any archive
  [ ! -f "$keyring" ] || signed="[signed-by=$keyring] "
  options=(-qq -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Acquire::Retries=3
    -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache" -o "APT::Sandbox::User=$(id -un)")
}

place_debian() {
  local package
  for package in "${debian[@]}"; do
    mkdir "$work/$package"
    tar xf "$work"/download/"$package"_*.orig.tar.* -C "$work/$package" --strip-components=1
    place "$work/$package" "$package"
  done
}

# ----------------------------------------------------------------------------------------------------- PyPI, crates.io

# pip asks a source package for its metadata, which would start its build system: stubs answer in its place.
write_stubs() {
  local stub=$work/stub
  mkdir -p "$stub/scikit_build_core"
  cat >"$stub/mesonpy.py" <<'P'
import os, re

def get_requires_for_build_wheel(settings=None):
    return []

get_requires_for_build_sdist = get_requires_for_build_editable = get_requires_for_build_wheel

def prepare_metadata_for_build_wheel(directory, settings=None):
    text = open("PKG-INFO", encoding="utf-8").read()
    name, version = (re.search(rf"^{field}: (.*)$", text, re.M).group(1) for field in ("Name", "Version"))
    folder = f"{name.replace('-', '_')}-{version}.dist-info"
    os.makedirs(os.path.join(directory, folder))
    with open(os.path.join(directory, folder, "METADATA"), "w") as metadata:
        metadata.write(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    return folder
P
  cp "$stub/mesonpy.py" "$stub/scikit_build_core/build.py"
  : >"$stub/scikit_build_core/__init__.py"
}

fetch_pypi() { # NAME==VERSION
  local python download
  python=${FWRAP_PYTHON:-$(command -v python3)} || true
  [ -x "$python" ] && "$python" -c 'import pip' 2>/dev/null || fail "no Python with pip to fetch $1 with"
  download=$work/pypi-${1%%=*}
  rm -rf "$download"
  mkdir -p "$download/source"
  PYTHONPATH=$work/stub "$python" -m pip download -q --disable-pip-version-check --retries 5 --no-binary :all: \
    --no-deps --no-build-isolation -d "$download" "$1" >&2 || return 1
  tar xf "$download"/*.tar.* -C "$download/source" --strip-components=1 || return 1
  place "$download/source" "$(folder "$1")"
}

fetch_crate() { # NAME==VERSION
  local crate=$work/crate-${1%%=*} name=${1%%=*} version=${1##*=}
  rm -rf "$crate"
  mkdir -p "$crate/src"
  echo 'fn main() {}' >"$crate/src/main.rs"
  printf '[package]\nname="fetch"\nversion="0.0.0"\nedition="2021"\n[dependencies]\n%s="=%s"\n[workspace]\n' \
    "$name" "$version" >"$crate/Cargo.toml"
  (cd "$crate" && cargo vendor -q --versioned-dirs vendor >/dev/null) || return 1
  place "$crate/vendor/$name-$version" "$name-$version"
}

# --------------------------------------------------------------------------------------------------------------- run

fetch_other() { # SOURCE:NAME==VERSION
  case $1 in
    pypi:*) fetch_pypi "${1#pypi:}" ;;
    crate:*) fetch_crate "${1#crate:}" ;;
    *) fail "$1: packages are NAME, pypi:NAME==VERSION or crate:NAME==VERSION" ;;
  esac
}

# Runs a fetch up to three times: networks fail for moments.
persist() { # WHAT COMMAND...
  local what=$1 attempt
  shift
  say "fetching $what into $corpora"
  for attempt in 1 2 3; do
    "$@" && return
    [ "$attempt" != 3 ] || fail "could not fetch $what (is there a network?)"
    say "failed, trying again"
    sleep $((5 * attempt))
  done
}

if [ ${#debian[@]} != 0 ]; then
  prepare_debian
  persist "Debian's sources of ${debian[*]}" fetch_debian
  place_debian
fi
write_stubs
for package in ${other[@]+"${other[@]}"}; do persist "$package" fetch_other "$package"; done
echo "$corpora"
