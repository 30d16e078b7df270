# Step: the npm packages of the lock file, in node_modules/.

npm_packages_stamp() { echo "$ROOT/node_modules/.rehearse-stamp"; }
npm_packages_key() { hash_of_files "$ROOT/package-lock.json"; }

npm_packages_make() {
  say "installing the npm packages"
  require_space "installing the npm packages" 1000
  # `npm ci` starts by deleting everything; what is there already is only brought up to date.
  local action=(ci)
  [[ ! -d $ROOT/node_modules ]] || action=(install --no-save)
  rm -f "$(npm_packages_stamp)"
  (
    cd "$ROOT" && ONNXRUNTIME_NODE_INSTALL=skip logged npm RH-SETUP-NPM "installing the npm packages failed" \
      "delete node_modules and run the same command again; if package.json was changed, run npm install first" \
      npm "${action[@]}" --ignore-scripts --no-audit --no-fund
  ) || exit
}
