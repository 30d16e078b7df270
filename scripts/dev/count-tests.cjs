// Prints the sum of the test reports in a folder as "N passed, N failed" and fails when any test failed.
// Usage: count-tests.cjs <folder> <exit status of the runners>
const fs = require("node:fs");
const path = require("node:path");

const [folder, runnerStatus] = process.argv.slice(2);
const total = { passed: 0, failed: 0, skipped: 0 };

const vitest = path.join(folder, "vitest.json");
if (fs.existsSync(vitest)) {
  const report = JSON.parse(fs.readFileSync(vitest, "utf8"));
  total.passed += report.numPassedTests;
  total.failed += report.numFailedTests;
  total.skipped += report.numPendingTests + report.numTodoTests;
  // A file that could not be loaded failed, though none of its tests ran.
  total.failed += report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
}

const pytest = path.join(folder, "pytest.xml");
if (fs.existsSync(pytest)) {
  for (const [suite] of fs.readFileSync(pytest, "utf8").matchAll(/<testsuite\b[^>]*>/g)) {
    const count = (name) => Number(suite.match(new RegExp(`\\b${name}="(\\d+)"`))?.[1] ?? 0);
    const failed = count("failures") + count("errors");
    total.failed += failed;
    total.skipped += count("skipped");
    total.passed += count("tests") - failed - count("skipped");
  }
}

// A runner that fails without a failed test was cut short, or ran none.
if (runnerStatus !== "0" && total.failed === 0) total.failed = 1;
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}`);
process.exit(total.failed > 0 ? 1 : 0);
