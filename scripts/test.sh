# All the tests: vitest's, then those of training/. The last line is the sum: "N passed, N failed".

run_tests() {
  local reports=$ROOT/reports/tests status=0
  rm -rf "$reports"
  mkdir -p "$reports"
  cd "$ROOT"
  node node_modules/vitest/vitest.mjs run --reporter=default --reporter=json --outputFile.json="$reports/vitest.json" "$@" || status=$?
  if (($# == 0)) && [[ -d training/tests ]]; then
    set_up_training
    "$TRAINING_FOLDER/bin/python" -m pytest -q training/tests --junitxml="$reports/pytest.xml" || status=$?
  fi
  node "$SCRIPTS/count-tests.cjs" "$reports" "$status"
}
