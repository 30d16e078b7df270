import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Result, Sandbox } from "./sandbox.js";

const COMPONENTS = [
  "machine",
  "flock",
  "Node.js",
  "npm",
  "npm packages",
  "ROS 2",
  "Python",
  "compiler",
  "rclnodejs",
  "message types",
  "Rehearse",
  "training",
  "disk space",
];

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.remove());

/** Status and fix by component, read from the columns under the headings. */
function table({ stdout }: Result): Record<string, { status: string; fix: string }> {
  const [heading = "", ...lines] = stdout.split("\n");
  const column = (name: string) => heading.indexOf(name);
  const rows = lines.slice(0, lines.indexOf(""));
  return Object.fromEntries(
    rows.map((line) => [
      line.slice(0, column("found")).trim(),
      { status: line.slice(column("status"), column("fix")).trim(), fix: line.slice(column("fix")).trim() },
    ]),
  );
}

const withStatus = (rows: ReturnType<typeof table>, status: string) => Object.keys(rows).filter((name) => rows[name]?.status === status);

test("where nothing is installed, every part has its line, and what set-up cannot mend has a fix", async () => {
  sandbox.removeTools("node", "npm", "python3.11", "cc", "c++", "make");
  const result = await sandbox.run(["doctor"]);
  const rows = table(result);
  expect(result.code).toBe(1);
  expect(Object.keys(rows)).toEqual(COMPONENTS);
  expect(withStatus(rows, "broken")).toEqual(["Node.js", "npm", "Python", "compiler"]);
  expect(withStatus(rows, "to do")).toEqual(["npm packages", "ROS 2", "rclnodejs", "message types", "Rehearse"]);
  for (const name of withStatus(rows, "broken")) expect(rows[name]?.fix).toMatch(/install/);
  expect(result.stdout).toContain("4 broken");
});

test("a fresh checkout on a fit machine is not broken, and doctor does none of the work", async () => {
  const result = await sandbox.run(["doctor"]);
  expect(result.code).toBe(0);
  expect(withStatus(table(result), "to do")).toHaveLength(5);
  expect(sandbox.work()).toEqual([]);
});

test("after set-up all is ok, also without the tools that only set-up needed", async () => {
  await sandbox.run(["setup"]);
  const all = await sandbox.run(["doctor"]);
  expect(all.code).toBe(0);
  expect(withStatus(table(all), "ok")).toEqual(COMPONENTS.filter((name) => name !== "training"));
  sandbox.removeTools("python3.11", "cc", "c++", "make");
  const result = await sandbox.run(["doctor"]);
  expect(result.code).toBe(0);
  expect(withStatus(table(result), "optional")).toEqual(["Python", "compiler", "training"]);
});

test.each([
  ["Node.js", { FAKE_NODE: "18.19.0" }],
  ["rclnodejs", { FAKE_ADDON_ERROR: "librcl.so: cannot open shared object file" }],
  ["message types", { FAKE_MISSING_TYPE: "sensor_msgs/msg/Image: does not exist" }],
  ["ROS 2", { ROS_DISTRO: "foxy", AMENT_PREFIX_PATH: "/opt/ros/foxy" }],
])("%s: broken", async (component, environment) => {
  await sandbox.run(["setup"]);
  const result = await sandbox.run(["doctor"], environment);
  expect(result.code).toBe(1);
  expect(table(result)[component]?.status).toBe("broken");
});

test("rclnodejs is not loaded, and so not made to delete its build, while its addon does not load", async () => {
  await sandbox.run(["setup"]);
  const rows = table(await sandbox.run(["doctor"], { FAKE_ADDON_ERROR: "librcl.so: cannot open", FAKE_MISSING_TYPE: "all" }));
  expect(rows.rclnodejs?.status).toBe("broken");
  expect(rows["message types"]?.status).toBe("to do");
});

test("what was deleted is to do", async () => {
  await sandbox.run(["setup"]);
  rmSync(join(sandbox.checkout, "dist"), { recursive: true });
  const result = await sandbox.run(["doctor"]);
  expect(result.code).toBe(0);
  expect(withStatus(table(result), "to do")).toEqual(["Rehearse"]);
});
