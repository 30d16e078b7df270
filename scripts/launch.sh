# `rehearse launch`: ros2 launch with the launch files of this checkout.

LAUNCH_PREFIX=$ROOT/.cache/ament

run_launch() {
  local name=${1-}
  [[ -n $name ]] || fail RH-LAUNCH-FILE "no launch file was named" "./rehearse launch FILE" "name one of: $(launch_files)"
  shift
  if ! ros_is_sourced || ! ros2 launch --help >/dev/null 2>&1; then
    fail RH-LAUNCH-ROS "ros2 launch is not part of the ROS 2 that is in use" "${AMENT_PREFIX_PATH-}" \
      "install ROS 2 with ros2launch and source its setup.bash; without one, ./rehearse start runs the simulation"
  fi
  [[ -f $name ]] || name=$ROOT/launch/${name%.launch.py}.launch.py
  [[ -f $name ]] || fail RH-LAUNCH-FILE "there is no such launch file" "$name" "name one of: $(launch_files)"
  link_package
  prepend AMENT_PREFIX_PATH "$LAUNCH_PREFIX"
  exec ros2 launch "$name" "$@"
}

launch_files() { (cd "$ROOT/launch" && printf '%s\n' *.launch.py | sed 's/\.launch\.py$//' | paste -sd ' '); }

# Launch files find the package through the ament index; this makes the checkout look like the installed package.
link_package() {
  local executable
  rm -rf "$LAUNCH_PREFIX"
  mkdir -p "$LAUNCH_PREFIX/share/ament_index/resource_index/packages" "$LAUNCH_PREFIX/lib/rehearse"
  touch "$LAUNCH_PREFIX/share/ament_index/resource_index/packages/rehearse"
  ln -s "$ROOT" "$LAUNCH_PREFIX/share/rehearse"
  for executable in controller guard simulation; do
    ln -s "$SCRIPTS/ros-node" "$LAUNCH_PREFIX/lib/rehearse/$executable"
  done
}
