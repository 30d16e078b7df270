# Which steps are done. What a step makes holds a stamp: the hash of everything it was made from, written last.
# So a step runs again when its inputs change, when what it made is deleted, and when it was interrupted; else never.
#
# A step NAME is three functions: NAME_stamp (the stamp's path), NAME_key (what it is made from), NAME_make.

STATE=$ROOT/.cache/setup

hash_of() { sha256sum | cut -c 1-32; } # of standard input

hash_of_files() { cat -- "$@" | hash_of; }

is_current() {
  local stamp
  stamp=$("$1_stamp")
  [[ -f $stamp && $(<"$stamp") == "$("$1_key")" ]]
}

ensure() {
  local step=$1 stamp start=$SECONDS
  is_current "$step" && return
  "${step}_make"
  stamp=$("${step}_stamp")
  "${step}_key" >"$stamp.part"
  mv "$stamp.part" "$stamp"
  say "  done in $((SECONDS - start)) s"
}

# One set-up at a time in a checkout. The lock is the kernel's: it ends with the process, however that ends.
locked() {
  command -v flock >/dev/null || fail RH-SETUP-FLOCK "the command flock was not found" "PATH" "apt install util-linux"
  mkdir -p "$STATE"
  (
    if ! flock --nonblock 9; then
      say "another set-up is at work in this checkout: waiting for it"
      flock 9
    fi
    # The commands inside must not inherit the lock: one left behind in the background would keep it.
    "$@" 9>&-
  ) 9>"$STATE/lock"
}
