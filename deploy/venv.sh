#!/bin/sh
# Make .venv hold exactly what a lock file says, with the project itself on top: sh deploy/venv.sh embedded|dev
# Does nothing where that is so already. Needs only a Python; pip checks every file against the lock's hashes.
set -eu
cd "$(dirname "$0")/.."
level=$1

say() { echo "kentongan: $*" >&2; }

up_to_date() { # level
  cmp -s "requirements-$1.txt" ".venv/lock-$1.txt" && cmp -s pyproject.toml ".venv/lock-$1.toml"
}

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; }

find_python() {
  for python in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
    command -v "$python" > /dev/null && new_enough "$python" && { echo "$python"; return; }
  done
  say "Python 3.11 or newer is needed; found $(python3 --version 2> /dev/null || echo none). Install one, or say where it is: make run PYTHON=/path/to/python3"
  return 1
}

# `dev` holds everything that `embedded` does.
up_to_date dev || { [ "$level" = embedded ] && up_to_date embedded; } || {
  if ! new_enough .venv/bin/python; then
    python=$(find_python)
    say "making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv > .venv-error.txt 2>&1 || {
      tail -n 3 .venv-error.txt >&2
      say "$python can't make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv"
      rm -rf .venv .venv-error.txt
      exit 1
    }
    rm -f .venv-error.txt
  fi
  say "installing what requirements-$level.txt locks (once, and again when it changes)"
  rm -f .venv/lock-*
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "requirements-$level.txt"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
  cp pyproject.toml ".venv/lock-$level.toml"
  cp "requirements-$level.txt" ".venv/lock-$level.txt"
}
