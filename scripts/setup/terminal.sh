# What set-up says: progress, and errors with a code. All of it goes to standard error: standard output is the command's own.

say() { printf 'rehearse: %s\n' "$*" >&2; }

# fail CODE WHAT WHERE FIX
fail() {
  printf '\nerror %s: %s\n  where: %s\n  fix:   %s\n' "$1" "$2" "$3" "$4" >&2
  exit 1
}

NETWORK_TROUBLE='EAI_AGAIN|ENOTFOUND|ENETUNREACH|ECONNREFUSED|ECONNRESET|ETIMEDOUT|name resolution|Network is unreachable|Failed to establish a new connection|Connection refused|Connection timed out|ReadTimeout'
DISK_TROUBLE='ENOSPC|No space left on device|Disk quota exceeded'

# logged STEP CODE WHAT FIX COMMAND...: runs the command with its output in a log; if it fails, says why in one message.
logged() {
  local step=$1 code=$2 what=$3 fix=$4 status=0 pulse
  shift 4
  local log=$STATE/$step.log
  mkdir -p "$STATE"
  heartbeat "$step" &
  pulse=$!
  "$@" >"$log" 2>&1 </dev/null || status=$?
  kill "$pulse" 2>/dev/null || true
  wait "$pulse" 2>/dev/null || true
  ((status == 0)) && return
  tail -n 15 "$log" | sed 's/^/  | /' >&2
  if grep -qE "$DISK_TROUBLE" "$log"; then
    fail RH-SETUP-DISK "$what: the disk is full" "$log" "free some space, then run the same command again"
  elif grep -qE "$NETWORK_TROUBLE" "$log"; then
    fail RH-SETUP-NETWORK "$what: the package registry cannot be reached" "$log" \
      "check the network and the proxy settings of npm and pip, then run the same command again"
  fi
  fail "$code" "$what (exit code $status)" "$log" "$fix"
}

# A long step says every ten seconds that it is still at work.
heartbeat() {
  local step=$1 seconds=0
  # When this is killed its sleep lives on for a moment: it must not keep the command's output open.
  while sleep 10 >/dev/null 2>&1; do
    ((seconds += 10))
    # The one that started this may have been killed without a chance to stop it.
    kill -0 "$$" 2>/dev/null || exit
    say "  … $step: $seconds s"
  done
}
