import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rehearse-count-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function count(runnerStatus: number): { line: string; status: number | null } {
  const script = join(import.meta.dirname, "../../scripts/dev/count-tests.cjs");
  const { stdout, status } = spawnSync(process.execPath, [script, folder, String(runnerStatus)], { encoding: "utf8" });
  return { line: stdout, status };
}

function vitest(passed: number, failed: number, unloadable = 0): void {
  const testResults = Array.from({ length: unloadable }, () => ({ status: "failed", assertionResults: [] }));
  writeFileSync(
    join(folder, "vitest.json"),
    JSON.stringify({ numPassedTests: passed, numFailedTests: failed, numPendingTests: 1, numTodoTests: 0, testResults }),
  );
}

const pytest = (attributes: string) =>
  writeFileSync(
    join(folder, "pytest.xml"),
    `<?xml version="1.0"?><testsuites name="x"><testsuite name="pytest" ${attributes}></testsuite></testsuites>`,
  );

test("sums both runners", () => {
  vitest(10, 0);
  pytest('errors="0" failures="0" skipped="2" tests="7"');
  expect(count(0)).toEqual({ line: "15 passed, 0 failed, 3 skipped\n", status: 0 });
});

test("errors of pytest and files that vitest could not load are failures", () => {
  vitest(10, 1, 2);
  pytest('errors="1" failures="1" skipped="0" tests="7"');
  expect(count(1)).toEqual({ line: "15 passed, 5 failed, 1 skipped\n", status: 1 });
});

test("a runner that was cut short is a failure, though no test failed", () => {
  vitest(3, 0);
  expect(count(137)).toEqual({ line: "3 passed, 1 failed, 1 skipped\n", status: 1 });
  rmSync(join(folder, "vitest.json"));
  expect(count(1)).toEqual({ line: "0 passed, 1 failed\n", status: 1 });
});
