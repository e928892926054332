#!/bin/sh
# Install the system packages named, where this may be done here; else say in one line what to install.
set -eu
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "Installing $*"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
else
  echo "Missing: $*. Install with the system's package manager, for example: sudo apt-get install $*" >&2
  exit 1
fi
