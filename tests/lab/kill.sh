#!/usr/bin/env bash
# Runs that are killed, share a device or lose it, on a real kernel.
# shellcheck source=lib/guest.sh
. "$(dirname "$0")/lib/guest.sh"
in_guest kill --kernel debian:6.18
