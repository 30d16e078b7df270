# What the machine has to bring: Node.js, Python 3.11, a C++ compiler, make, space on the disk.

NODE_NEEDED=20.20.2

at_least() { [[ $(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1) == "$1" ]]; } # at_least NEEDED FOUND

node_version() { node --version 2>/dev/null | sed 's/^v//'; }

require_node() {
  local found
  found=$(node_version) || found=
  [[ -n $found ]] || fail RH-SETUP-NODE "Node.js was not found" "PATH" "install Node.js $NODE_NEEDED or newer, and npm"
  at_least "$NODE_NEEDED" "$found" ||
    fail RH-SETUP-NODE "Node.js $found is too old: rclnodejs needs $NODE_NEEDED or newer" "$(command -v node)" "install Node.js $NODE_NEEDED or newer"
  command -v npm >/dev/null || fail RH-SETUP-NPM "npm was not found" "PATH" "install npm (it comes with Node.js; on Debian it is a package of its own)"
}

# The Python 3.11 of this machine, as a path; not the one of an active virtual environment. Empty if there is none.
find_python() {
  local candidate
  # A name in PATH need not work: version managers put stand-ins there.
  for candidate in python3.11 python3; do
    "$candidate" -c '
import os, sys
if sys.version_info[:2] != (3, 11): sys.exit(1)
base = getattr(sys, "_base_executable", sys.executable)
print(base if os.path.exists(base) else sys.executable)' 2>/dev/null && return
  done
  return 0
}

require_python() {
  local purpose=$1 python
  python=$(find_python)
  [[ -n $python ]] ||
    fail RH-SETUP-PYTHON "$purpose needs Python 3.11, and there is none" "PATH (python3.11, python3)" "$(python_fix)"
  "$python" -c 'import venv, ensurepip' 2>/dev/null ||
    fail RH-SETUP-VENV "Python 3.11 has no venv module" "$python" "apt install python3.11-venv"
}

python_fix() {
  local ros
  ros=$(unsourced_ros)
  if [[ -n $ros ]]; then
    echo "a ROS 2 is installed here: source $ros/setup.bash first, or apt install python3.11 python3.11-venv"
  else
    echo "apt install python3.11 python3.11-venv; where that is not to be had, install ROS 2 and source its setup.bash"
  fi
}

c_compiler() { command -v "${CC:-cc}" || command -v gcc || command -v clang || true; }
cxx_compiler() { command -v "${CXX:-c++}" || command -v g++ || command -v clang++ || true; }

require_compiler() {
  local purpose=$1
  [[ -n $(c_compiler) && -n $(cxx_compiler) ]] && command -v make >/dev/null && return
  fail RH-SETUP-COMPILER "$purpose needs a C++ compiler and make, and there is none" "PATH (cc, c++, make)" "apt install build-essential"
}

free_mb() { df -Pm "$ROOT" 2>/dev/null | awk 'NR == 2 { print $4 }'; }

require_space() {
  local purpose=$1 needed=$2 found
  found=$(free_mb)
  [[ -z $found ]] || ((found >= needed)) ||
    fail RH-SETUP-DISK "$purpose needs $needed MB of disk, and $found MB are free" "$ROOT" "free some space, then run the same command again"
}

libc_version() { getconf GNU_LIBC_VERSION 2>/dev/null | awk '{ print $2 }'; }
