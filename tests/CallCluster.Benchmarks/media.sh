#!/usr/bin/env bash
# media.sh [BENCH_DIR]: the media engine beside rtpengine, one after the other in the same run, ROUNDS times for each number of CALLS.
# DTLS=50: what so many DTLS handshakes a second change for the calls beside them, by the added delay.
# SRTP=1: what SRTP on one leg adds to a packet instead, from two relays in a row with RTP or SRTP between them.
# BENCH_DIR (or CALLCLUSTER_BENCH) holds rtpload.c and rtpengine/ (run.sh, ng.py). One JSON line of rtpload for each run, then the ratio of CPU per packet.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bench=${1:-${CALLCLUSTER_BENCH:-$here/../../../shared/bench}}
calls=${CALLS:-100 400}; rounds=${ROUNDS:-2}; secs=${SECS:-8}; options=${OPTIONS:-}
work=$(mktemp -d); peer=; ours=
stop() { for p in $peer $ours; do kill "$p" 2>/dev/null || true; done; rm -rf "$work"; }
trap stop EXIT
cc -O2 -o "$work/rtpload" "$bench/rtpload.c"
[ -n "${NO_BUILD:-}" ] || dotnet build "$here" -c Release -v q --nologo >&2
exe=$here/bin/Release/net10.0/CallCluster.Benchmarks

wait_for() { for _ in $(seq 100); do "$@" 2>/dev/null && return; sleep 0.1; done; echo "gave up waiting: $*" >&2; exit 1; }
cpu() { sed -n 's/.*"server_cpu_us_per_packet":\([0-9.]*\).*/\1/p' "$1"; }

run_ours() {
    mkfifo "$work/stdin"
    "$exe" media --pairs "$1" --legs "$work/legs" ${2:-} $options < "$work/stdin" > "$work/ours" & ours=$!
    exec 4> "$work/stdin"
    wait_for grep -q ready "$work/ours"
    "$work/rtpload" -f "$work/legs" -d "$secs" -w 3 -P "$ours" > "$work/result"
    exec 4>&-; wait "$ours"; ours=; rm "$work/stdin"
    tail -1 "$work/ours" >&2
}

run_peer() {
    "$bench/rtpengine/run.sh" 2> "$work/peer" & peer=$!
    wait_for python3 "$bench/rtpengine/ng.py" "$1" "$work/legs"
    "$work/rtpload" -f "$work/legs" -d "$secs" -w 3 -P "$peer" > "$work/result"
    kill "$peer"; wait "$peer" || true; peer=
}

for n in $calls; do
    for round in $(seq "$rounds"); do
        if [ -n "${DTLS:-}" ]; then
            run_ours "$n"; echo "quiet $n calls: $(cat "$work/result")"
            run_ours "$n" "--handshakes $DTLS"; echo "$DTLS handshakes/s, $n calls: $(cat "$work/result")"
            continue
        fi
        if [ -n "${SRTP:-}" ]; then
            run_ours "$n" "--chain rtp"; a=$(cpu "$work/result"); echo "rtp   $n calls: $(cat "$work/result")"
            run_ours "$n" "--chain srtp"; b=$(cpu "$work/result"); echo "srtp  $n calls: $(cat "$work/result")"
            python3 -c "print(f'added $n calls: {($b - $a) / 2:.2f} us per packet')"
            continue
        fi
        run_ours "$n"; a=$(cpu "$work/result"); echo "callcluster $n calls: $(cat "$work/result")"
        run_peer "$n"; b=$(cpu "$work/result"); echo "rtpengine   $n calls: $(cat "$work/result")"
        python3 -c "print(f'ratio       $n calls: {$a/$b:.2f}  ({$a:.2f} / {$b:.2f} us per packet)' if $a * $b else 'ratio       $n calls: none, the generator was starved: is the machine busy?')"
    done
done
