#!/usr/bin/env bash
# fetch_corpora.sh [PACKAGE...]: unpacks Debian source packages (lapack and minpack if none is named) into a cache
# outside the checkout and prints the cache's path. Does nothing for a package that is there; needs no root.
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

missing=()
for package in "${packages[@]}"; do [ -d "$corpora/$package" ] || missing+=("$package"); done
if [ ${#missing[@]} = 0 ]; then echo "$corpora"; exit; fi

mkdir -p "$corpora" || fail "cannot write to $corpora: set FWRAP_CORPORA to another folder"
command -v apt-get >/dev/null ||
  fail "no apt-get to fetch ${missing[*]} with: unpack the sources as $corpora/${missing[0]}, or set FWRAP_CORPORA"

work=$(mktemp -d "$corpora/.fetch.XXXXXX")        # in the cache: a rename within one file system is atomic
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{lists/partial,cache/archives/partial,download}

# shellcheck source=/dev/null
. /etc/os-release
# Archives that the system installs this release's `main` from, as URI and release; no lists are read for it.
archives() {
  # shellcheck disable=SC2016  # apt-get fills these in
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk -v release="${VERSION_CODENAME:-stable}" \
      '($2 == release || $2 == "stable") && $3 == "main" && !seen[$1]++ { print $1, $2 }'
}
keyring=/usr/share/keyrings/${ID:-debian}-archive-keyring.gpg
signed=''                                         # without that file: the keys that the system trusts for any archive
[ ! -f "$keyring" ] || signed="[signed-by=$keyring] "

options=(-qq -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Acquire::Retries=3
  -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache" -o "APT::Sandbox::User=$(id -un)")

fetch_from() { # URI RELEASE
  echo "deb-src $signed$1 $2 main" >"$work/sources.list"
  apt-get "${options[@]}" update >&2 || return 1
  (cd "$work/download" && apt-get "${options[@]}" source --download-only --tar-only "${missing[@]}") >&2
}

fetch() {
  local uri release
  while read -r uri release; do
    fetch_from "$uri" "$release" </dev/null && return
  done < <(archives)
  return 1
}

say "fetching Debian's sources of ${missing[*]} into $corpora"
for attempt in 1 2 3; do
  fetch && break
  [ "$attempt" != 3 ] || fail "could not fetch ${missing[*]} (is there a network?)"
  say "failed, trying again"
  sleep $((5 * attempt))
done

for package in "${missing[@]}"; do
  mkdir "$work/$package"
  tar xf "$work"/download/"$package"_*.orig.tar.* -C "$work/$package" --strip-components=1
  # Another fetch may have been first: then its folder stays.
  mv -T "$work/$package" "$corpora/$package" 2>/dev/null || [ -d "$corpora/$package" ]
done
echo "$corpora"
