# dmabench - build, run, check, install. `make help` lists the targets.
#
#   O=dir        build there instead of in out/
#   ARCH=arm64   for that architecture, in out-arm64/ (scripts/deps arm64)
#   V=1          show the commands
#   SAN=a,b      with sanitizers: SAN=address,undefined
#   WERROR=1     warnings are errors (CI does; users should not have to)
#   CONFIG=file  what `make run` measures

# Of the command line only: who builds kernels may have it in the environment.
ifeq ($(origin ARCH),command line)
ifneq ($(ARCH),arm64)
$(error ARCH=$(ARCH): expected arm64)
endif
ifneq ($(shell uname -m),aarch64)
O	?= out-arm64
SYSROOT	?= $(shell bash -c '. scripts/lab/cache.sh && echo $$CACHE/sysroot-arm64')
ifeq ($(wildcard $(SYSROOT)/.seal),)
$(error $(SYSROOT) has no libraries of arm64: scripts/deps arm64 fetches them)
endif
CC	:= aarch64-linux-gnu-gcc --sysroot=$(SYSROOT)
PKG_CONFIG := PKG_CONFIG_SYSROOT_DIR=$(SYSROOT) PKG_CONFIG_LIBDIR=$(SYSROOT)/usr/lib/aarch64-linux-gnu/pkgconfig pkg-config
endif
endif

O	?= out
V	?= 0
CC	?= cc
PKG_CONFIG ?= pkg-config
prefix	?= /usr/local
bindir	?= $(prefix)/bin
datadir	?= $(prefix)/share/dmabench
mandir	?= $(prefix)/share/man
docdir	?= $(prefix)/share/doc/dmabench
completiondir ?= $(prefix)/share/bash-completion/completions
CONFIG	?= configs/default.json

ifneq ($(V),1)
Q	:= @
say	= @printf '  %-7s %s\n' '$(1)' '$(2)'
endif

VERSION	:= $(shell git describe --always --dirty --tags 2>/dev/null || cat VERSION 2>/dev/null || echo unknown)

LIBS	:= hwloc jansson liburing
# libpfm4 has a pkg-config file on some distributions only.
PFM_LIBS := $(shell $(PKG_CONFIG) --libs pfm 2>/dev/null || echo -lpfm)

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
CFLAGS	?= -O2 -g
override CFLAGS += -std=gnu11 $(WARNINGS) $(if $(WERROR),-Werror) -pthread
override CPPFLAGS += -D_GNU_SOURCE -Ilib -DDATADIR='"$(datadir)"' $(shell $(PKG_CONFIG) --cflags $(LIBS) 2>/dev/null)
LDFLAGS	+= -pthread
LDLIBS	:= $(shell $(PKG_CONFIG) --libs $(LIBS) 2>/dev/null) $(PFM_LIBS) -lm

ifdef SAN
override CFLAGS += -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS	+= -fsanitize=$(SAN)
endif

# What QEMU loads to count instructions; the program itself does not use it.
COUNTER	:= $(patsubst %.c,$(O)/%.o,$(wildcard lib/counter/*.c))
COUNTER_PURE := $(filter-out %/qemu_plugin.o,$(COUNTER))

SOURCES	:= $(filter-out lib/counter/%,$(wildcard lib/*/*.c bench/*.c))
OBJECTS	:= $(SOURCES:%.c=$(O)/%.o)
LIBRARY	:= $(filter-out $(O)/lib/cmd/%,$(OBJECTS))
HEADERS	:= $(wildcard lib/*/*.h)
UNIT	:= $(patsubst tests/unit/%.c,$(O)/tests/%,$(wildcard tests/unit/*_test.c))
BOOTS	:= $(O)/tests/boots

.DELETE_ON_ERROR:
.PHONY: all objects tests run check check-arm64 check-fresh check-a11y lint bench-self bench-compare bench-report bench-bringup bench-vfio bench-guest bench-modes bench-why check-lab lab man install uninstall clean help FORCE

all: $(O)/dmabench $(O)/dmabench-count.so ## build the program (the default)

$(O)/dmabench: $(OBJECTS)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(OBJECTS) $(LDLIBS)

$(O)/dmabench-count.so: $(COUNTER)
	$(call say,LD,$@)
	$(Q)$(CC) -shared $(LDFLAGS) -o $@ $(COUNTER)

$(O)/%.o: %.c $(O)/flags
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(O)/lib/counter/%.o: override CFLAGS += -fPIC -fvisibility=hidden

# A verdict is the same whichever compiler and machine work it out: no fused multiply-add.
$(O)/lib/stats/%.o: override CFLAGS += -ffp-contract=off

$(O)/lib/result/version.o: override CPPFLAGS += -DDMABENCH_VERSION='"$(VERSION)"' \
	-DLIBURING_VERSION='"$(shell $(PKG_CONFIG) --modversion liburing 2>/dev/null)"'
$(O)/lib/result/version.o: $(O)/version

# Rebuilt when flags or the version change, and only then.
$(O)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(subst ','\'',$(CPPFLAGS) $(CFLAGS) $(LDFLAGS))' | cmp -s - $@ || \
		echo '$(CC) $(subst ','\'',$(CPPFLAGS) $(CFLAGS) $(LDFLAGS))' >$@
$(O)/version: FORCE
	@mkdir -p $(@D)
	@echo '$(VERSION)' | cmp -s - $@ || echo '$(VERSION)' >$@

objects: $(OBJECTS) $(COUNTER)

run: $(O)/dmabench ## measure this host by CONFIG (configs/default.json) and print a summary
	$(Q)mkdir -p $(O)/results
	$(Q)$(O)/dmabench run $(CONFIG) --brief -o $(O)/results/$$(date -u +%Y%m%dT%H%M%SZ).jsonl

tests: $(O)/dmabench $(UNIT) $(BOOTS)

check: $(O)/dmabench $(UNIT) $(BOOTS) ## build and run all tests
	$(Q)O=$(O) MAKE='$(MAKE)' CC='$(CC)' tests/run

check-arm64: ## tests of a build for arm64, by qemu-user (scripts/deps arm64)
	$(Q)$(MAKE) ARCH=arm64 O=$(O)-arm64 tests
	$(Q)O=$(O)-arm64 tests/arm64/run

check-lab: $(O)/dmabench ## the tests in real kernels (scripts/deps lab; fetches Debian's kernels)
	$(Q)O=$(O) tests/run --lab

lab: $(O)/dmabench ## compare two kernels by VFIO's cover letter, in VMs: tables, verdicts, a report
	$(Q)O=$(O) scripts/cover-letter

check-fresh: ## both commands of the README in a bare Debian of each of SUITES, 12 and 13 (needs root and debootstrap)
	$(Q)tests/fresh/check-fresh

check-a11y: $(O)/dmabench $(BOOTS) ## pages of reports by axe-core, in Chromium (scripts/deps a11y; fetches axe-core by npm)
	$(Q)O=$(O) tests/a11y/run

lint: ## clang-tidy, cppcheck, shellcheck, clang-format, arm64 (scripts/deps lint installs them)
	$(Q)O=$(O) MAKE='$(MAKE)' tests/lint

bench-self: $(O)/dmabench ## what the harness itself costs, beside what it is held against
	$(Q)O=$(O) CC='$(CC)' tests/self/bench-self

bench-compare: $(O)/dmabench ## what a comparison costs and how often it is right, beside the limits (10 min)
	$(Q)O=$(O) CC='$(CC)' tests/self/bench-compare

bench-guest: $(O)/dmabench ## what minor-fault and vfio-dirty must show, beside the limits (lab)
	$(Q)O=$(O) CC='$(CC)' tests/self/bench-guest

bench-vfio: $(O)/dmabench ## what the lab and vfio-map must show, beside the limits (lab)
	$(Q)O=$(O) CC='$(CC)' tests/self/bench-vfio

bench-report: $(O)/dmabench ## what a report of 500 rows and 6 kernels costs, beside the limit
	$(Q)O=$(O) tests/self/bench-compare report

bench-bringup: $(O)/dmabench ## what BARs and devices must show under real kernels, beside the limits (lab)
	$(Q)O=$(O) tests/self/bench-bringup

bench-modes: $(O)/dmabench ## what the IOMMU modes and kernels from source must show, beside the limits (lab)
	$(Q)O=$(O) tests/self/bench-modes

bench-why: $(O)/dmabench ## what the why of a verdict must show, beside the limits (parts by name: PARTS=host)
	$(Q)O=$(O) tests/self/bench-why $(PARTS)

man: $(O)/dmabench ## bring tables of man/ and docs/ up to date with the program
	$(Q)scripts/doc-tables $(O)/dmabench

$(O)/tests/%: tests/unit/%.c $(LIBRARY) $(COUNTER_PURE) $(O)/flags
	$(call say,TEST,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -Itests/unit -MMD -MP -o $@ $< $(LIBRARY) $(COUNTER_PURE) $(LDLIBS) -lcmocka

$(BOOTS): tests/cli/lib/boots.c $(LIBRARY) $(O)/flags
	$(call say,TEST,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -Itests/unit -MMD -MP -o $@ $< $(LIBRARY) $(LDLIBS)

install: $(O)/dmabench $(O)/dmabench-count.so ## install to DESTDIR/prefix (/usr/local)
	install -Dm755 $(O)/dmabench $(DESTDIR)$(bindir)/dmabench
	install -d $(DESTDIR)$(mandir)/man1 $(DESTDIR)$(mandir)/man5
	install -m644 man/*.1 $(DESTDIR)$(mandir)/man1
	install -m644 man/*.5 $(DESTDIR)$(mandir)/man5
	install -d $(DESTDIR)$(docdir)/docs $(DESTDIR)$(docdir)/results/plots
	install -m644 README.md CONTRIBUTING.md LICENSE $(DESTDIR)$(docdir)
	install -m644 docs/*.md $(DESTDIR)$(docdir)/docs
	install -m644 results/README.md $(DESTDIR)$(docdir)/results
	install -m644 results/plots/*.svg $(DESTDIR)$(docdir)/results/plots
	install -Dm644 scripts/completion.bash $(DESTDIR)$(completiondir)/dmabench
	install -d $(DESTDIR)$(datadir)/configs $(DESTDIR)$(datadir)/results
	install -m644 configs/*.json $(DESTDIR)$(datadir)/configs
	install -d $(DESTDIR)$(datadir)/plots
	install -m644 plots/*.gp plots/site.css $(DESTDIR)$(datadir)/plots
	install -d $(DESTDIR)$(datadir)/lab/guest $(DESTDIR)$(datadir)/lab/topologies
	install -m755 scripts/lab/lab $(DESTDIR)$(datadir)/lab
	install -m644 $(O)/dmabench-count.so $(DESTDIR)$(datadir)/lab
	install -m644 scripts/lab/*.sh scripts/lab/kernel.config scripts/lab/selftest.reference $(DESTDIR)$(datadir)/lab
	install -m755 scripts/lab/guest/* $(DESTDIR)$(datadir)/lab/guest
	install -m644 scripts/lab/topologies/* $(DESTDIR)$(datadir)/lab/topologies
	$(if $(wildcard $(O)-arm64/dmabench),install -Dm755 $(O)-arm64/dmabench $(DESTDIR)$(datadir)/lab/arm64/dmabench)
	install -m644 results/schema-1.json $(DESTDIR)$(datadir)/results

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(bindir)/dmabench $(DESTDIR)$(completiondir)/dmabench
	rm -f $(patsubst man/%,$(DESTDIR)$(mandir)/man1/%,$(wildcard man/*.1))
	rm -f $(patsubst man/%,$(DESTDIR)$(mandir)/man5/%,$(wildcard man/*.5))
	rm -rf $(DESTDIR)$(datadir) $(DESTDIR)$(docdir)

clean: ## remove what was built
	rm -rf $(O)

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | \
		awk -F'\t' '{ printf "  %-12s %s\n", $$1, $$2 }'

-include $(OBJECTS:.o=.d) $(COUNTER:.o=.d) $(UNIT:=.d) $(BOOTS).d
