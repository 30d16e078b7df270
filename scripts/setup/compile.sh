# Step: the TypeScript of src/, compiled into dist/.

compiled_stamp() { echo "$ROOT/dist/.rehearse-stamp"; }
compiled_key() {
  (
    cd "$ROOT"
    { sources | xargs -0 sha256sum -- && sha256sum package-lock.json tsconfig.json tsconfig.build.json; } | hash_of
  )
}

sources() { find src -type f -print0 | sort -z; }

compiled_make() {
  local names=$STATE/compiled-names
  say "compiling the TypeScript"
  mkdir -p "$STATE"
  # The compiler leaves the output of a deleted source where it is.
  (cd "$ROOT" && sources | tr '\0' '\n') >"$names.now"
  cmp -s "$names" "$names.now" || rm -rf "$ROOT/dist"
  (
    cd "$ROOT" && logged compile RH-SETUP-COMPILE "the TypeScript does not compile" "mend what the compiler says above" npm run --silent build
  ) || exit
  mv "$names.now" "$names"
}
