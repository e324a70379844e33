#!/usr/bin/env bash
# run.sh [check|suite]: SciPy 1.11.4's extension modules, made by fwrap from SciPy's own signature files and Fortran.
#
#   check   they are built, and compared with SciPy's: names, parameters, results
#   suite   SciPy's own tests run with these modules in the places of SciPy's
#
# FWRAP names the fwrap that builds them. SciPy and its sources are fetched (pip) and kept outside of the checkout.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
corpora=$(bash "$root/tests/tools/fetch_corpora.sh" pypi:scipy==1.11.4)
venv=$corpora/scipy-1.11.4-venv
if [ ! -e "$venv/complete" ]; then
  rm -rf "$venv"
  "${PYTHON:-python3}" -m venv "$venv"
  "$venv/bin/python" -m pip install -q --disable-pip-version-check -r "$here/requirements.txt"
  touch "$venv/complete"
fi
python=$venv/bin/python
modules=$(mktemp -d)
trap 'rm -rf "$modules"' EXIT
export FWRAP=${FWRAP:-fwrap} FWRAP_PYTHON=$python PYTHONDONTWRITEBYTECODE=1
"$python" "$here/modules.py" "$corpora/scipy-1.11.4" "$modules"
export FWRAP_SCIPY_MODULES=$modules PYTHONPATH=$here
cd "$modules"
[ $# -gt 0 ] || set -- check suite
for part in "$@"; do
  case $part in
    check) "$python" -m pytest -q -p no:cacheprovider "$here/test_modules.py" ;;
    suite)
      mapfile -t names < <(grep -v '^#' "$here/suite.txt")
      "$python" -m pytest -q -W ignore -p no:cacheprovider -p replace_modules --pyargs "${names[@]}"
      ;;
    *) echo "usage: run.sh [check] [suite]" >&2; exit 2 ;;
  esac
done
