#!/usr/bin/env bash
# seed.sh: makes the first inputs of every fuzz target from the sources in fixtures/, into fuzz/corpus (not committed).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# add TARGET FILE [PREFIX]: a copy under a name that is the file's own.
add() {
  local name
  name=$(sha256sum <"$2" | cut -c1-16)
  mkdir -p "corpus/$1"
  { printf '%s' "${3:-}"; cat "$2"; } >"corpus/$1/$name"
}

while IFS= read -r file; do
  case ${file##*.} in
    f | for) add fixed "$file"; add preprocess "$file" 1 ;;
    F) add preprocess "$file" 1 ;;
    F90) add preprocess "$file" 0 ;;
    f90) add free "$file"; add preprocess "$file" 0 ;;
    pyf) add pyf "$file" 0 ;;
    src) add pyf "$file" 1 ;;
  esac
done < <(find ../fixtures -type f -not -path '*/golden/*' | LC_ALL=C sort)

# Fortran in a signature file is what f2py itself writes
while IFS= read -r file; do
  { printf '0python module m\ninterface\n'; cat "$file"; printf 'end interface\nend python module m\n'; } >"corpus/whole"
  add pyf corpus/whole
done < <(find ../fixtures -name '*.f90' -not -path '*/golden/*' -size -4k | LC_ALL=C sort)
rm corpus/whole

# one expression a file: what stands in the outermost parentheses of declarations
mkdir -p corpus/expression
number=0
while IFS= read -r expression; do
  number=$((number + 1))
  printf '%s' "$expression" >"corpus/expression/$number"
done < <(grep -rhoiE '(real|integer|character|complex|logical|dimension)[^!]*\(.*\)' ../fixtures \
  --include='*.f90' --include='*.f' | sed -E 's/^[^(]*\((.*)\).*$/\1/' | LC_ALL=C sort -u)
wc -l <<<"$(find corpus -type f)" | sed 's/$/ inputs/'
