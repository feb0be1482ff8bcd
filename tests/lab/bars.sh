#!/usr/bin/env bash
# BARs and devices that are not as they were asked for, on a real kernel.
# shellcheck source=lib/guest.sh
. "$(dirname "$0")/lib/guest.sh"
in_guest bars --kernel debian:6.12 --topology default
