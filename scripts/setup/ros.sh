# Step: ROS 2. A sourced one, Humble or newer, is used as it is; otherwise Jazzy is installed from wheels into .ros/.

ROS_FOLDER=$ROOT/.ros/jazzy
ROS_LOCK=$SCRIPTS/setup/ros-requirements.txt
ROS_TOO_OLD=' ardent bouncy crystal dashing eloquent foxy galactic kinetic melodic noetic '

# The environment of `rehearse env`, of this checkout or of another, is not taken for a sourced ROS.
ros_is_sourced() {
  [[ -n ${AMENT_PREFIX_PATH-} && -n ${ROS_DISTRO-} && -z ${REHEARSE_ROS-} && :$AMENT_PREFIX_PATH: != *":$ROS_FOLDER:"* ]]
}

unsourced_ros() {
  local folder
  ros_is_sourced && return
  for folder in "${ROS_INSTALLS:-/opt/ros}"/*; do
    [[ -f $folder/setup.bash && $ROS_TOO_OLD != *" $(basename "$folder") "* ]] && echo "$folder" && return
  done
  return 0
}

ros_stamp() {
  if ros_is_sourced; then echo "$STATE/ros-sourced"; else echo "$ROS_FOLDER/.rehearse-stamp"; fi
}

ros_key() {
  # The number counts changes of ros_make that matter for an environment made before.
  if ros_is_sourced; then echo "$ROS_DISTRO $AMENT_PREFIX_PATH"; else python_environment_key "$ROS_FOLDER" "$ROS_LOCK" 1; fi
}

ros_make() {
  mkdir -p "$STATE"
  if ros_is_sourced; then use_sourced_ros; else install_ros; fi
}

use_sourced_ros() {
  say "using the sourced ROS 2 $ROS_DISTRO"
  [[ $ROS_TOO_OLD != *" $ROS_DISTRO "* ]] ||
    fail RH-SETUP-ROS-OLD "ROS $ROS_DISTRO is too old" "ROS_DISTRO, AMENT_PREFIX_PATH" "source ROS 2 Humble or newer, or none: then one is installed here"
  command -v ros2 >/dev/null ||
    fail RH-SETUP-ROS "the sourced ROS 2 has no ros2 command" "PATH" "apt install ros-$ROS_DISTRO-ros-base, then source its setup.bash"
}

install_ros() {
  local found
  say "installing ROS 2 Jazzy into .ros/ (about 300 MB)"
  found=$(unsourced_ros)
  [[ -z $found ]] || say "  to use the ROS 2 in $found instead: stop this, and source $found/setup.bash"
  if [[ $(uname -s)-$(uname -m) != Linux-x86_64 ]] || ! at_least 2.28 "$(libc_version)"; then
    fail RH-SETUP-ROS "ROS 2 can be installed here only on x86_64 Linux with glibc 2.28 or newer" "$(uname -sm), glibc $(libc_version)" \
      "install ROS 2 Humble or newer and source its setup.bash"
  fi
  require_python "ROS 2"
  require_space "ROS 2" 1000
  make_python_environment ros "$ROS_FOLDER" "$ROS_LOCK" repair_ros
}

repair_ros() {
  local folder=$1 library needed
  # These three are linked to code generated for Python, which cannot load into a process without a Python interpreter.
  for library in librcl librcl_action librcl_lifecycle; do
    for needed in $("$folder/bin/patchelf" --print-needed "$folder/lib/$library.so" | grep rosidl_generator_py || true); do
      "$folder/bin/patchelf" --remove-needed "$needed" "$folder/lib/$library.so"
    done
  done
  # rclnodejs finds the prefix by this name. The command itself is not among the wheels.
  printf '#!/bin/sh\necho "The ros2 command is not part of this environment: it comes with an installed ROS 2." >&2\nexit 1\n' >"$folder/bin/ros2"
  chmod +x "$folder/bin/ros2"
}

# The variables that a command needs, exported. Variables that the user has set stay.
use_environment() {
  local libraries
  if ! ros_is_sourced; then
    [[ -d $ROS_FOLDER ]] || return 0
    libraries=$(printf '%s\n' "$ROS_FOLDER/lib" "$ROS_FOLDER"/lib/python3.11/site-packages/ros_*.libs | paste -sd :)
    export REHEARSE_ROS=$ROS_FOLDER
    export ROS_DISTRO=jazzy ROS_VERSION=2 ROS_PYTHON_VERSION=3
    export AMENT_PREFIX_PATH=$ROS_FOLDER CMAKE_PREFIX_PATH=$ROS_FOLDER
    prepend PATH "$ROS_FOLDER/bin"
    prepend LD_LIBRARY_PATH "$libraries"
  fi
  export RMW_IMPLEMENTATION=${RMW_IMPLEMENTATION:-rmw_fastrtps_cpp}
  export ROS_AUTOMATIC_DISCOVERY_RANGE=${ROS_AUTOMATIC_DISCOVERY_RANGE:-LOCALHOST}
  # Not Fast DDS's shared memory: when a process that reads pictures is killed, others may get none any more (docs/reference/faults.md).
  export FASTDDS_BUILTIN_TRANSPORTS=${FASTDDS_BUILTIN_TRANSPORTS:-UDPv4}
  # Who discovers nobody beyond this machine need not be reached from beyond it either.
  if [[ $RMW_IMPLEMENTATION == rmw_fastrtps* && $ROS_AUTOMATIC_DISCOVERY_RANGE == LOCALHOST && $FASTDDS_BUILTIN_TRANSPORTS == UDPv4 ]]; then
    export FASTRTPS_DEFAULT_PROFILES_FILE=${FASTRTPS_DEFAULT_PROFILES_FILE:-$SCRIPTS/setup/loopback.xml}
  fi
}

prepend() {
  local name=$1 value=$2
  [[ :${!name-}: == *":$value:"* ]] || export "$name=$value${!name:+:${!name}}"
}

print_environment() {
  local name
  for name in PATH LD_LIBRARY_PATH AMENT_PREFIX_PATH CMAKE_PREFIX_PATH ROS_DISTRO ROS_VERSION ROS_PYTHON_VERSION REHEARSE_ROS \
    RMW_IMPLEMENTATION ROS_AUTOMATIC_DISCOVERY_RANGE FASTDDS_BUILTIN_TRANSPORTS FASTRTPS_DEFAULT_PROFILES_FILE; do
    [[ -z ${!name-} ]] || printf 'export %s=%q\n' "$name" "${!name}"
  done
}
