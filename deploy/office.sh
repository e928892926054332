#!/bin/sh
# LibreOffice Calc, for the tests that open workbooks in it: installed where missing.
set -eu
command -v soffice >/dev/null 2>&1 || "$(dirname "$0")/packages.sh" libreoffice-calc-nogui
