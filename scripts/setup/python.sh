# Makes a Python environment from a lock file.

# make_python_environment STEP FOLDER LOCK_FILE [FINISH]: FINISH is called with the new folder before it takes its place.
make_python_environment() {
  local step=$1 folder=$2 requirements=$3 finish=${4-} part=$2.part
  rm -rf "$part"
  mkdir -p "$(dirname "$folder")"
  logged "$step" RH-SETUP-VENV "making the Python environment $folder failed" "see the log" "$(find_python)" -m venv "$part"
  logged "$step" RH-SETUP-PIP "installing the Python packages of $requirements failed" "see the log, then run the same command again" \
    "$part/bin/python" -m pip --disable-pip-version-check install --no-deps --require-hashes --only-binary :all: -r "$requirements"
  [[ -z $finish ]] || "$finish" "$part"
  # The scripts in bin name their interpreter by its full path.
  { grep -lIF "$part" "$part"/bin/* || true; } | while read -r file; do sed -i "s|$part|$folder|g" "$file"; done
  rm -rf "$folder"
  mv "$part" "$folder"
}

# What an environment depends on besides its lock file: where it lies, and that its interpreter is still there.
python_environment_key() {
  local folder=$1 requirements=$2 recipe=$3
  [[ -x $folder/bin/python ]] || recipe="$recipe, no interpreter"
  { echo "$folder $recipe" && cat "$requirements"; } | hash_of
}
