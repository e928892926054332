#!/bin/sh
# Mosquitto, a broker for the tests of MQTT: installed where missing.
set -eu
command -v mosquitto >/dev/null 2>&1 || [ -x /usr/sbin/mosquitto ] || "$(dirname "$0")/packages.sh" mosquitto
