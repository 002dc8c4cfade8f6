#!/usr/bin/env bash
# Gradescope runs this once, when it builds the image: the engine with its tested versions.
set -euo pipefail
source="${KEEPPROB_SOURCE:-/autograder/source}"

export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install --yes --no-install-recommends bubblewrap libseccomp2 python3 python3-venv

# KeepProb needs Python 3.11, 3.12 or 3.13; Ubuntu 22.04 calls its newer one by its number.
supported='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'
python=python3
if ! python3 -c "$supported"; then
  apt-get install --yes --no-install-recommends python3.11 python3.11-venv
  python=python3.11
fi

"$python" -m venv "$source/venv"
"$source/venv/bin/python" -m pip install --no-cache-dir \
  "$source/engine[keras,notebooks,grade,cluster,lms]" --constraint "$source/engine/constraints.txt"

# A submission runs as a user of its own; nobody but root reads the keys.
chmod -R go-rwx "$source/keepprob"
