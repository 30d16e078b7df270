# All the tests: vitest's, then those of training/. The last line is the sum: "N passed, N failed".

run_tests() {
  local reports status=0 result=0
  # A folder of its own, so that two runs at once do not count each other's tests.
  reports=$(mktemp -d)
  cd "$ROOT"
  node node_modules/vitest/vitest.mjs run --reporter=default --reporter=json --outputFile.json="$reports/vitest.json" "$@" || status=$?
  if (($# == 0)) && [[ -d training/tests ]] && can_train; then
    set_up_training
    "$TRAINING_FOLDER/bin/python" -m pytest -q -p no:cacheprovider training/tests --junitxml="$reports/pytest.xml" || status=$?
  fi
  node "$SCRIPTS/dev/count-tests.cjs" "$reports" "$status" || result=1
  rm -rf "$reports"
  exit "$result"
}

# A machine with an installed ROS need not have the Python that training is locked to. CI has to have it.
can_train() {
  is_current training || [[ -n $(find_python) || -n ${CI-} ]] && return
  say "the tests of training/ are left out: they need Python 3.11 ($(python_fix))"
  return 1
}
