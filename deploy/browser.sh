#!/bin/sh
# Chromium, its driver and a Chinese font, for the browser tests: installed where missing.
set -eu
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v chromedriver >/dev/null 2>&1 || missing="$missing chromium-driver"
{ command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh)" ]; } || missing="$missing fontconfig fonts-noto-cjk"
[ -z "$missing" ] || "$(dirname "$0")/packages.sh" $missing
