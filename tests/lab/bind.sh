#!/usr/bin/env bash
# bind, unbind and restore on a real kernel.
# shellcheck source=lib/guest.sh
. "$(dirname "$0")/lib/guest.sh"
in_guest bind --kernel debian:6.12 --topology used
