# `rehearse doctor`: a table of everything, one line a part. It changes nothing, and works where nothing is installed.
#
# ok: as it should be. to do: set-up will make it. optional: made when a command needs it. broken: needs the user.

DOCTOR_BROKEN=0
DOCTOR_TO_DO=0

doctor() {
  # The set-up of the shell is kept lenient: a check that fails is a finding, not an end.
  set +e
  use_environment
  printf '%-16s %-34s %-28s %-9s %s\n' component found needed status fix
  check_machine
  check_node
  check_npm_packages
  check_ros
  check_python
  check_compiler
  check_rclnodejs
  check_compiled
  check_training
  check_space
  echo
  if ((DOCTOR_BROKEN > 0)); then
    echo "$DOCTOR_BROKEN broken: see the fixes above"
    exit 1
  elif ((DOCTOR_TO_DO > 0)); then
    echo "nothing is broken; $DOCTOR_TO_DO to do: run ./rehearse setup, or any other command"
  else
    echo "everything is as it should be"
  fi
  exit 0
}

# row COMPONENT FOUND NEEDED STATUS [FIX]
row() {
  printf '%-16s %-34s %-28s %-9s %s\n' "$1" "${2:-nothing}" "$3" "$4" "${5-}"
  [[ $4 != broken ]] || ((DOCTOR_BROKEN += 1))
  [[ $4 != "to do" ]] || ((DOCTOR_TO_DO += 1))
}

# step_row COMPONENT STEP FOUND NEEDED: for what set-up makes.
step_row() {
  if is_current "$2"; then row "$1" "$3" "$4" ok; else row "$1" "$3" "$4" "to do" "./rehearse setup"; fi
}

check_machine() {
  local libc found
  libc=$(libc_version)
  found="$(uname -sm)${libc:+, glibc $libc}"
  if ros_is_sourced || { [[ $(uname -s)-$(uname -m) == Linux-x86_64 ]] && at_least 2.28 "${libc:-0}"; }; then
    row machine "$found" "Linux x86_64, glibc >= 2.28" ok
  else
    row machine "$found" "Linux x86_64, glibc >= 2.28" broken "install ROS 2 and source its setup.bash"
  fi
  if command -v flock >/dev/null; then row flock "$(command -v flock)" "any" ok; else row flock "" any broken "apt install util-linux"; fi
}

check_node() {
  local version
  version=$(node_version)
  if [[ -n $version ]] && at_least "$NODE_NEEDED" "$version"; then
    row Node.js "$version" ">= $NODE_NEEDED" ok
  else
    row Node.js "$version" ">= $NODE_NEEDED" broken "install Node.js $NODE_NEEDED or newer"
  fi
  if command -v npm >/dev/null; then row npm "$(npm --version 2>/dev/null)" any ok; else row npm "" any broken "install npm"; fi
}

check_npm_packages() {
  local found=
  [[ ! -d $ROOT/node_modules ]] || found="node_modules/"
  step_row "npm packages" npm_packages "$found" "those of package-lock.json"
}

check_ros() {
  local found=
  if ros_is_sourced; then
    if [[ $ROS_TOO_OLD == *" $ROS_DISTRO "* ]]; then
      row "ROS 2" "$ROS_DISTRO (sourced)" ">= humble" broken "source ROS 2 Humble or newer, or none"
    elif ! command -v ros2 >/dev/null; then
      row "ROS 2" "$ROS_DISTRO (sourced), no ros2" ">= humble" broken "apt install ros-$ROS_DISTRO-ros-base"
    else
      row "ROS 2" "$ROS_DISTRO (sourced)" ">= humble" ok
    fi
    return
  fi
  [[ ! -d $ROS_FOLDER ]] || found="jazzy in .ros/"
  step_row "ROS 2" ros "$found" ">= humble, or installed here"
}

check_python() {
  local python
  python=$(find_python)
  if [[ -n $python ]]; then
    if "$python" -c 'import venv, ensurepip' 2>/dev/null; then
      row Python "$("$python" -c 'import platform; print(platform.python_version())')" "3.11 with venv" ok
    else
      row Python "$python, without venv" "3.11 with venv" broken "apt install python3.11-venv"
    fi
  elif ros_is_sourced || is_current ros; then
    row Python "" "3.11 (training only)" optional "$(python_fix)"
  else
    row Python "" "3.11 with venv" broken "$(python_fix)"
  fi
}

check_compiler() {
  local missing=
  [[ -n $(c_compiler) ]] || missing+=" cc"
  [[ -n $(cxx_compiler) ]] || missing+=" c++"
  command -v make >/dev/null || missing+=" make"
  if [[ -z $missing ]]; then
    row compiler "$("$(cxx_compiler)" -dumpfullversion -dumpversion 2>/dev/null | sed 's/^/c++ /'), make" "C, C++, make" ok
  elif is_current addon; then
    row compiler "no$missing" "(rclnodejs is compiled)" optional "apt install build-essential"
  else
    row compiler "no$missing" "C, C++, make" broken "apt install build-essential"
  fi
}

check_rclnodejs() {
  local version
  version=$(rclnodejs_version | tr -cd '0-9.')
  if ! is_current addon; then
    row rclnodejs "$version" "compiled for this ROS 2" "to do" "./rehearse setup"
  elif addon_loads; then
    row rclnodejs "$version" "compiled for this ROS 2" ok
  else
    row rclnodejs "$version does not load" "compiled for this ROS 2" broken "./rehearse setup compiles it again; the loader said: $(addon_error)"
  fi
  if ! is_current messages || ! addon_loads; then
    row "message types" "" "those Rehearse uses" "to do" "./rehearse setup"
  elif node "$SCRIPTS/setup/message-types.cjs" "$RCLNODEJS" >/dev/null 2>&1; then
    row "message types" "all" "those Rehearse uses" ok
  else
    row "message types" "$(node "$SCRIPTS/setup/message-types.cjs" "$RCLNODEJS" 2>&1 | head -n 1)" "those Rehearse uses" broken \
      "delete node_modules/rclnodejs/generated and run ./rehearse setup"
  fi
}

check_compiled() {
  local found=
  [[ ! -d $ROOT/dist ]] || found="dist/"
  step_row "Rehearse" compiled "$found" "src/ compiled"
}

check_training() {
  if is_current training; then
    row training ".venv/" "training/requirements.txt" ok
  else
    row training "" "training/requirements.txt" optional "./rehearse python"
  fi
}

check_space() {
  local free
  free=$(free_mb)
  if ((${free:-0} >= 1000)) || { is_current npm_packages && is_current ros && is_current addon; }; then
    row "disk space" "$free MB" "1000 MB for set-up" ok
  else
    row "disk space" "$free MB" "1000 MB for set-up" broken "free some space in $ROOT"
  fi
}
