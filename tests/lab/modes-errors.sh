#!/usr/bin/env bash
# What people get wrong with iommufd, on a kernel built here.
# shellcheck source=lib/guest.sh
. "$(dirname "$0")/lib/guest.sh"
in_guest modes --kernel build:7.2
