# shellcheck shell=bash disable=SC2034,SC2154 # parts share variables
# Debian's kernels, by a private apt that leaves the machine's own alone.

DEBIAN_SUITES=(bookworm trixie trixie-updates trixie-backports)
DEBIAN_SECURITY_SUITES=(bookworm-security trixie-security)
DEBIAN_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
DEBIAN_LISTS_MIB=150
DEBIAN_INDEX_DAYS=7
DEBIAN_WHOLE_BYTES=1000000 # of a package linux-image that has the kernel in it, and not in others

# The parts of a kernel that a guest of ours can want. The rest (graphics,
# sound, network cards) is four fifths of the package.
DEBIAN_WANTED=(
	'./boot/vmlinuz-*' './boot/config-*' '*/modules/*/vmlinuz' '*/modules/*/config'
	'*/modules/*/modules.*'
	'*/kernel/arch/*' '*/kernel/block/*' '*/kernel/crypto/*' '*/kernel/lib/*'
	'*/kernel/mm/*' '*/kernel/virt/*'
	'*/kernel/drivers/block/*' '*/kernel/drivers/char/*' '*/kernel/drivers/iommu/*'
	'*/kernel/drivers/nvme/*' '*/kernel/drivers/pci/*' '*/kernel/drivers/vfio/*'
	'*/kernel/drivers/virtio/*'
)

debian_index() { echo "$CACHE/debian$ARCH_CACHE.index"; }

# Each architecture has a state of its own: apt reads all lists that it has.
debian_state() { echo "$CACHE/apt$ARCH_CACHE"; }

debian_apt() { run_child "$1" -c "$(debian_state)/apt.conf" "${@:2}"; }

# Where this machine's own apt gets Debian from: "archive URI" and "security URI".
# Asking apt spares us a parser of both source formats.
debian_mirrors() {
	mkdir -p "$LAB_TMP/no-lists/partial"
	apt-get update --print-uris -o Dir::State::Lists="$LAB_TMP/no-lists" \
		-o Debug::NoLocking=1 2>/dev/null |
		sed -n "s|^'\\(.*\\)/dists/\\(.*\\)/InRelease' .*|\\1 \\2|p" |
		awk '$2 ~ /^(bullseye|bookworm|trixie|forky|sid|(old)*stable|testing|unstable)(-security|\/updates)$/ { print "security", $1; next }
		     $2 ~ /^(bullseye|bookworm|trixie|forky|sid|(old)*stable|testing|unstable)$/ { print "archive", $1 }' |
		sort -u -k1,1
}

# debian_source URI KEYRING SUITE...
debian_source() {
	printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\n' "$1" "${*:3}"
	printf 'Architectures: %s\nTargets: Packages\nSigned-By: %s\n\n' "$ARCH" "$2"
}

debian_write_sources() {
	local keyring=$1 mirrors=$2 archive security

	archive=$(awk '$1 == "archive" { print $2 }' <<<"$mirrors")
	security=$(awk '$1 == "security" { print $2 }' <<<"$mirrors")
	{
		debian_source "$archive" "$keyring" "${DEBIAN_SUITES[@]}"
		if [[ -n $security ]]; then
			debian_source "$security" "$keyring" "${DEBIAN_SECURITY_SUITES[@]}"
		fi
	} >"$(debian_state)/lab.sources"
}

# The machine's own hooks (cleaning its caches after an update, say) are none of
# ours to run, so they are cleared; its proxies and retries are kept.
debian_configure() {
	local mirrors keyring=$DEBIAN_KEYRING state

	state=$(debian_state) mirrors=$(debian_mirrors)
	grep -q '^archive' <<<"$mirrors" ||
		fail "this machine's apt names no Debian archive to fetch kernels from:" \
			"add one to its sources, or use --kernel path:BZIMAGE,modules=DIR or tree:DIR"
	if [[ -f $CACHE/keyring.gpg ]]; then
		keyring=$CACHE/keyring.gpg
	fi
	[[ -f $keyring ]] ||
		fail "$keyring is missing, so nothing fetched could be trusted: apt-get install debian-archive-keyring"

	mkdir -p "$state"/{lists/partial,archives/partial,empty}
	: >>"$state/status"
	debian_write_sources "$keyring" "$mirrors"
	cat >"$state/apt.conf" <<-END
		#clear APT::Update::Pre-Invoke;
		#clear APT::Update::Post-Invoke;
		#clear APT::Update::Post-Invoke-Success;
		Dir::State "$state";
		Dir::State::Lists "$state/lists";
		Dir::State::status "$state/status";
		Dir::Cache "$state";
		Dir::Cache::archives "$state/archives";
		Dir::Etc::sourcelist "$state/lab.sources";
		Dir::Etc::sourceparts "$state/empty";
		Dir::Etc::preferencesparts "$state/empty";
		Dir::Etc::preferences "$state/empty/none";
		APT::Architecture "$ARCH";
		APT::Architectures { "$ARCH"; };
		APT::Sandbox::User "";
		Acquire::Languages "none";
		Acquire::GzipIndexes "true";
	END
}

# An older Debian's keyring cannot vouch for a newer Debian. Its own, verified
# archive carries a keyring that can: unpack that one beside the cache.
debian_extend_keyring() {
	local deb=$LAB_TMP/keyring

	mkdir -p "$deb"
	(cd "$deb" && apt-get -c "$(debian_state)/apt.conf" -qq download debian-archive-keyring) \
		>>"$LAB_TMP/apt.log" 2>&1 || return 1
	dpkg -x "$deb"/debian-archive-keyring_*.deb "$deb/root" || return 1
	cp "$deb/root$DEBIAN_KEYRING" "$CACHE/keyring.gpg" || return 1
	debian_configure
	debian_apt apt-get -q update >"$LAB_TMP/apt.log" 2>&1
}

# debian_update: fetch the lists and note each kernel in them.
debian_update() {
	need_tool apt-get apt
	cache_need_mib "$DEBIAN_LISTS_MIB" "the list of Debian's packages"
	debian_configure
	debian_apt apt-get -q update >"$LAB_TMP/apt.log" 2>&1 || true
	if grep -q NO_PUBKEY "$LAB_TMP/apt.log" && [[ ! -f $CACHE/keyring.gpg ]]; then
		debian_extend_keyring || true
	fi
	debian_write_index
	if [[ ! -s $(debian_index) ]]; then
		fail "apt fetched no list with a kernel in it: $(debian_apt_error):" \
			"check the network and \`apt-get update\`, or use --kernel path:BZIMAGE,modules=DIR"
	fi
}

debian_apt_error() {
	local line

	line=$(grep -E '^(E|W|Err)' "$LAB_TMP/apt.log" | tail -n 1) || true
	echo "${line:-apt said nothing}"
}

# One line a package: part, kernel release (of sources: series), version, suite, package, size,
# installed KiB.
debian_write_index() {
	local file suite

	apt-get -c "$(debian_state)/apt.conf" indextargets --format "\$(FILENAME) \$(RELEASE)" 2>/dev/null |
		while read -r file suite; do
			/usr/lib/apt/apt-helper cat-file "$file" 2>/dev/null | debian_index_rows "$suite"
		done >"$LAB_TMP/index"
	[[ -s $LAB_TMP/index ]] || return 0
	sort -u "$LAB_TMP/index" >"$(debian_index)"
}

# Left out by the pattern: cloud, rt, unsigned and dbg flavours, and the
# meta-packages, whose name holds no third number.
debian_index_rows() {
	awk -v suite="$1" -v flavours="$ARCH_FLAVOURS" '
		BEGIN {
			FS = ": "; OFS = "\t"
			kernel = "^linux-(image|binary|modules)-[0-9]+[.][0-9]+[.][0-9]+(-[0-9]+|[+][a-z0-9.]+)?-" flavours "$"
		}
		$1 == "Package" { package = $2 }
		$1 == "Version" { version = $2 }
		$1 == "Size" { size = $2 }
		$1 == "Installed-Size" { installed = $2 }
		/^$/ {
			if (package ~ kernel) {
				split(package, word, "-")
				release = package
				sub(/^linux-[a-z]+-/, "", release)
				print word[2], release, version, suite, package, size, installed
			}
			if (package ~ /^linux-source-[0-9]+\.[0-9]+$/) {
				split(package, word, "-")
				print "source", word[3], version, suite, package, size, installed
			}
			package = ""
		}'
}

# debian_newest WANTED -> the newest release that is of it and there in all its parts, else the newest;
# nothing if none is. WANTED is a series (6.12), a version (6.12.117), a release, or "newest"; of a
# kernel with 16 KiB pages each with "-16k" behind it.
debian_newest() {
	awk -F '\t' -v wanted="$1" -v whole="$DEBIAN_WHOLE_BYTES" '
		function is_of(text) {
			return text == wanted || (index(text, wanted) == 1 &&
				substr(text, length(wanted) + 1, 1) ~ /[.+~-]/)
		}
		BEGIN { pages = sub(/-16k$/, "", wanted) }
		{ size[$1, $2] = $6 }
		$1 == "image" && ($2 ~ /-16k$/) == pages && (wanted == "newest" || is_of($2) || is_of($3)) { version[$2] = $3 }
		END {
			for (release in version)
				print (size["image", release] > whole || ((("binary", release) in size) && (("modules", release) in size))) \
					"\t" version[release] "\t" release
		}
	' "$(debian_index)" | sort -k 1,1n -k 2V | tail -n 1 | cut -f 3
}

# debian_missing RELEASE -> the package of it that no suite has, though it has the others.
debian_missing() {
	awk -F '\t' -v release="$1" -v whole="$DEBIAN_WHOLE_BYTES" '
		$2 == release { size[$1] = $6 }
		END {
			if (!("image" in size) || size["image"] > whole) exit
			if (!("binary" in size)) print "linux-binary-" release
			else if (!("modules" in size)) print "linux-modules-" release
		}' "$(debian_index)"
}

debian_series() {
	awk -F '\t' '
		$1 == "image" { split($3, v, "."); print v[1] "." v[2] ($2 ~ /-16k$/ ? "-16k" : "") }
	' "$(debian_index)" | sort -Vu
}

# debian_packages RELEASE: from 6.19 on image and modules are packages of their own.
debian_packages() {
	awk -F '\t' -v release="$1" '
		$2 == release { row[$1] = $5 "=" $3 "\t" $6 "\t" $7 }
		END {
			if ("binary" in row) { print row["binary"]; print row["modules"] }
			else if ("image" in row) print row["image"]
		}' "$(debian_index)"
}

# debian_fetch RELEASE DIR: download, let apt check, unpack what is wanted.
debian_fetch() {
	local release=$1 dir=$2 debs=$LAB_TMP/debs packages mib deb

	packages=$(debian_packages "$release")
	[[ -n $packages ]] || return 1
	mib=$(awk '{ sum += $2 } END { print int(sum / 1048576) + 120 }' <<<"$packages")
	cache_need_mib "$mib" "kernel $release"
	rm -rf -- "$debs" "$dir"
	mkdir -p "$debs" "$dir"
	mapfile -t packages < <(cut -f 1 <<<"$packages")
	debian_download "$debs" "${packages[@]}" || return 1
	for deb in "$debs"/*.deb; do
		debian_unpack "$deb" "$dir" || fail_for_space "$mib" "unpacking $release"
	done
	rm -rf -- "$debs"
}

# debian_download DIR PACKAGE...: each as apt names it (NAME, NAME=VERSION, NAME/SUITE).
debian_download() {
	local status=0

	(cd "$1" && exec apt-get -c "$(debian_state)/apt.conf" -q download "${@:2}") >"$LAB_TMP/apt.log" 2>&1 &
	LAB_CHILD=$!
	wait "$LAB_CHILD" || status=$?
	LAB_CHILD=
	return "$status"
}

debian_unpack() {
	# tar minds patterns that match nothing (2), and every package misses some.
	run_child debian_untar "$1" "$2" || return 1
	! grep -qE 'Cannot (write|open|mkdir)|No space' "$LAB_TMP/tar.log"
}

debian_untar() {
	local status=0

	dpkg-deb --fsys-tarfile "$1" 2>"$LAB_TMP/deb.log" |
		tar -x -C "$2" --wildcards "${DEBIAN_WANTED[@]}" 2>"$LAB_TMP/tar.log" || status=$?
	((status == 0 || status == 2))
}
