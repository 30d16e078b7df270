# Steps: rclnodejs's addon, compiled against the ROS in use, and its JavaScript code for that ROS's message types.
# Its own install script is not used: it needs packages that npm would download, and it succeeds when the messages failed.

RCLNODEJS=$ROOT/node_modules/rclnodejs

addon_stamp() { echo "$RCLNODEJS/build/.rehearse-stamp"; }
addon_key() {
  { rclnodejs_version && node_version && echo "$ROOT" && ros_key; } | hash_of
}

rclnodejs_version() { grep -m 1 '"version"' "$RCLNODEJS/package.json" 2>/dev/null || echo none; }

addon_make() {
  rm -rf "$RCLNODEJS/build"
  mkdir -p "$RCLNODEJS/build"
  if node -e 'process.exit(require(process.argv[1]).checkPrebuiltBinary() ? 0 : 1)' "$RCLNODEJS/scripts/install.cjs" >/dev/null 2>&1 && addon_loads; then
    say "using the compiled rclnodejs of its package"
    return
  fi
  say "compiling rclnodejs for ROS 2 $ROS_DISTRO (about a minute)"
  require_compiler "rclnodejs"
  require_space "compiling rclnodejs" 300
  (
    cd "$RCLNODEJS" && node_headers &&
      logged rclnodejs RH-SETUP-RCLNODEJS "compiling rclnodejs failed" "$(compile_fix)" \
        node "$ROOT/node_modules/node-gyp/bin/node-gyp.js" rebuild --jobs "$(nproc)"
  ) || exit
  # Only the addon is needed, not the object files.
  rm -rf "$RCLNODEJS/build/Release/obj.target"
  addon_loads || fail RH-SETUP-ADDON "the compiled rclnodejs does not load: $(addon_error)" "$RCLNODEJS/build/Release/rclnodejs.node" \
    "./rehearse doctor checks the ROS it was compiled for"
}

compile_fix() {
  if ros_is_sourced; then
    echo "see the log; the development files of ROS 2 are needed: apt install ros-$ROS_DISTRO-ros-base"
  else
    echo "see the log; if it misses a library or header of ROS 2, delete .ros and run the same command again"
  fi
}

# node-gyp downloads the headers of Node.js unless it is told where they are; most installs have them.
node_headers() {
  local prefix
  prefix=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
  [[ ! -f $prefix/include/node/node_version.h ]] || export npm_config_nodedir=$prefix
}

# rclnodejs answers every load error by deleting its build and compiling anew. So the addon is loaded without it first.
addon_error() { node "$SCRIPTS/setup/load-addon.cjs" "$RCLNODEJS" 2>&1; }
addon_loads() { addon_error >/dev/null; }

messages_stamp() { echo "$RCLNODEJS/generated/.rehearse-stamp"; }
messages_key() { { addon_key && hash_of_files "$SCRIPTS/setup/message-types.cjs"; } | hash_of; }

messages_make() {
  say "generating the message types"
  rm -rf "$RCLNODEJS/generated"
  logged messages RH-SETUP-MESSAGES "generating the message types failed" "see the log" node "$RCLNODEJS/scripts/generate_messages.cjs"
  # The generator only logs its errors.
  ! grep -q '^Caught error' "$STATE/messages.log" ||
    fail RH-SETUP-MESSAGES "generating the message types failed: $(grep -m 1 -E '^(\w*Error|Caught error)' "$STATE/messages.log" | cut -c 1-200)" \
      "$STATE/messages.log" "the python3 in PATH has to be the one of the sourced ROS 2"
  logged messages-check RH-SETUP-MESSAGES "message types are missing or do not load" \
    "with an installed ROS 2: apt install the packages named above; otherwise delete .ros and run the same command again" \
    node "$SCRIPTS/setup/message-types.cjs" "$RCLNODEJS"
}
