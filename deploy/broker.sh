#!/bin/sh
# Mosquitto, a broker for the tests of MQTT, and what sends to it: installed where missing.
set -eu
missing=""
command -v mosquitto >/dev/null 2>&1 || [ -x /usr/sbin/mosquitto ] || missing="$missing mosquitto"
command -v mosquitto_pub >/dev/null 2>&1 || missing="$missing mosquitto-clients"
command -v curl >/dev/null 2>&1 || missing="$missing curl"
[ -z "$missing" ] || "$(dirname "$0")/packages.sh" $missing
