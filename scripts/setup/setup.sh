# Everything that a command needs, in order; what is there already costs a fraction of a second.

SETUP_STEPS=(npm_packages ros addon messages compiled)

set_up() {
  require_node
  use_environment
  if ! everything_is_current; then
    locked run_steps
    use_environment
  fi
}

everything_is_current() {
  local step
  for step in "${SETUP_STEPS[@]}"; do
    skipped "$step" || is_current "$step" || return
  done
  addon_loads
}

# REHEARSE_SKIP_COMPILE=1 keeps dist/ as it is, for work on sources that do not compile at the moment.
skipped() { [[ $1 == compiled && ${REHEARSE_SKIP_COMPILE-} == 1 ]]; }

run_steps() {
  local step
  for step in "${SETUP_STEPS[@]}"; do
    skipped "$step" || ensure "$step"
    [[ $step != ros ]] || use_environment
    [[ $step != addon ]] || addon_still_loads
  done
}

# Its stamp is as it should be, but something below it may have changed: a library was upgraded, deleted, or moved.
addon_still_loads() {
  addon_loads && return
  say "the compiled rclnodejs no longer loads: $(addon_error)"
  # If it is still there, what it needs is not. A ROS that was installed here is ours to repair.
  if [[ -f $RCLNODEJS/build/Release/rclnodejs.node ]] && ! ros_is_sourced; then
    rm -f "$(ros_stamp)"
    ensure ros
    ! addon_loads || return 0
  fi
  rm -f "$(addon_stamp)" "$(messages_stamp)"
  ensure addon
}
