#!/usr/bin/env bash
# Installs what the tests need, builds Release with warnings as errors, checks the format, runs every test.
# The last line is 'N passed, N failed, N skipped'; the exit code is not 0 when anything failed or no test ran.
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }

# The peers of the end-to-end tests: sipp, baresip (with it libspandsp, a G.722 that is not ours), linphone, kamailio, dnsmasq, stunnel4, redis-server, JsSIP on node and chromium;
# attackers: sipvicious, sipsak; and recorded speech.
packages=()
command -v sipp >/dev/null || packages+=(sip-tester)
command -v baresip >/dev/null || packages+=(baresip-core)
command -v linphonec >/dev/null || packages+=(linphone-cli)
[ -x /usr/sbin/dnsmasq ] || packages+=(dnsmasq-base)
[ -x /usr/bin/stunnel4 ] || packages+=(stunnel4)
[ -e /usr/lib/*/kamailio/modules/tls.so ] || packages+=(kamailio kamailio-tls-modules)
command -v node >/dev/null && command -v npm >/dev/null || packages+=(nodejs npm)
command -v chromium >/dev/null || packages+=(chromium)
command -v redis-server >/dev/null || packages+=(redis-server)
command -v svmap >/dev/null || packages+=(sipvicious)
command -v sipsak >/dev/null || packages+=(sipsak)
[ -d /usr/share/asterisk/sounds/en_US_f_Allison ] || packages+=(asterisk-core-sounds-en-wav)
if [ ${#packages[@]} -gt 0 ]; then
    # policy-rc.d keeps Debian from starting a redis server of its own.
    policy=/usr/sbin/policy-rc.d
    [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null; as_root chmod +x $policy; trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT; }
    as_root apt-get update -qq &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" ||
        { echo "Could not install: ${packages[*]}"; exit 1; }
fi

jssip=tests/CallCluster.EndToEnd.Tests/Peers/jssip
npm ci --prefix $jssip --no-audit --no-fund --silent && npm run --prefix $jssip --silent bundle || { echo "Could not install JsSIP in $jssip"; exit 1; }

step() { printf '\n== %s\n' "$1"; }

step 'build'
dotnet build CallCluster.sln -c Release -v quiet || exit 1

step 'format'
dotnet format whitespace CallCluster.sln --no-restore --verify-no-changes || exit 1

step 'test'
log=$(mktemp)
# One test program after the other: the end-to-end tests want both cores for their peers.
dotnet test --solution CallCluster.sln -c Release --no-build --no-progress --no-ansi --max-parallel-test-modules 1 2>&1 | tee "$log"
code=${PIPESTATUS[0]}
awk '/^ +succeeded:/ { passed = $2 } /^ +failed:/ { failed = $2 } /^ +skipped:/ { skipped = $2 }
     END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped; exit passed == 0 }' "$log" || [ "$code" -ne 0 ] || code=1
rm -f "$log"
exit "$code"
