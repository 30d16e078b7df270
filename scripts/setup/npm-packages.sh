# Step: the npm packages of the lock file, in node_modules/.

npm_packages_stamp() { echo "$ROOT/node_modules/.rehearse-stamp"; }
npm_packages_key() { hash_of_files "$ROOT/package.json" "$ROOT/package-lock.json"; }

# Not `npm ci`: that would delete the packages under a robot that runs from this checkout, and the compiled rclnodejs with them.
npm_packages_make() {
  say "installing the npm packages"
  require_space "installing the npm packages" 1000
  rm -f "$(npm_packages_stamp)"
  (
    cd "$ROOT" && ONNXRUNTIME_NODE_INSTALL=skip logged npm RH-SETUP-NPM "installing the npm packages failed" \
      "see the log; if it does not tell, delete node_modules and run the same command again" \
      npm install --no-save --ignore-scripts --no-audit --no-fund
  ) || exit
}
