import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const LAUNCH = join(import.meta.dirname, "../../launch");

// ROS's launch package need not be here, so the files are parsed, not run: Python prints what their arguments and nodes are.
const PARSE = `
import ast, json, sys
tree = ast.parse(open(sys.argv[1]).read())
calls = [c for c in ast.walk(tree) if isinstance(c, ast.Call)]
named = lambda name: [c for c in calls if getattr(c.func, "id", "") == name]
keywords = lambda c: {k.arg: getattr(k.value, "value", None) for k in c.keywords}
print(json.dumps({
    "arguments": {c.args[0].value: keywords(c) for c in named("DeclareLaunchArgument")},
    "nodes": [keywords(c) for c in named("Node")],
    "functions": [f.name for f in tree.body if isinstance(f, ast.FunctionDef)],
}))`;

interface LaunchFile {
  readonly arguments: Record<string, { default_value: unknown; description: string }>;
  readonly nodes: { package: string; output: string }[];
  readonly functions: string[];
}

function parse(name: string): LaunchFile {
  const { stdout, stderr } = spawnSync("python3", ["-c", PARSE, join(LAUNCH, name)], { encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as LaunchFile;
}

test.each([
  ["robot.launch.py", ["robot", "model", "autostart", "security"]],
  ["simulation.launch.py", ["world", "seed"]],
  ["guard.launch.py", ["robot", "input", "output", "scan", "odom", "standby", "security"]],
])("%s declares the usual arguments and its own, each with a default and a description", (file, own) => {
  const launch = parse(file);
  expect(launch.functions).toContain("generate_launch_description");
  for (const name of ["namespace", "use_sim_time", "params_file", "use_respawn", "log_level", ...own]) {
    expect(launch.arguments, name).toHaveProperty(name);
    expect(launch.arguments[name], name).toHaveProperty("default_value");
    expect(launch.arguments[name]?.description).toMatch(/\w/);
  }
  for (const node of launch.nodes) expect(node).toMatchObject({ package: "rehearse", output: "screen" });
});

interface StartedNode {
  readonly name: string;
  readonly namespace: string;
  readonly cwd?: string;
  readonly parameters: readonly (string | Record<string, unknown>)[];
  readonly arguments: readonly string[];
  readonly remappings: readonly (readonly [string, string])[];
  readonly additional_env?: Record<string, string>;
}

/** What each node would be started with, by name; ROS's launch packages are replaced by stand-ins. */
function launched(file: string, args: readonly string[], cwd = process.cwd()): Record<string, StartedNode> {
  const root = join(import.meta.dirname, "../..");
  const script = join(import.meta.dirname, "launch_stand_in.py");
  const { stdout, stderr } = spawnSync("python3", [script, root, join(LAUNCH, file), ...args], { encoding: "utf8", cwd });
  if (stdout === "") throw new Error(stderr);
  return Object.fromEntries((JSON.parse(stdout) as StartedNode[]).map((node) => [node.name, node]));
}

test("paths given to a launch file are relative to where it is called, and the nodes stay there", () => {
  const nodes = launched("robot.launch.py", ["params_file:=my/params.yaml", "model:=my/model"], "/tmp");
  for (const node of Object.values(nodes)) expect(node.cwd).toBeUndefined();
  expect(nodes.controller?.parameters).toEqual([
    "/tmp/my/params.yaml",
    { use_sim_time: false },
    { autostart: true, model: "/tmp/my/model" },
  ]);
  // The guard never learns which model is in use.
  expect(nodes.guard?.parameters).toEqual(["/tmp/my/params.yaml", { use_sim_time: false }]);
});

test.each([
  ["rooms", "rooms", 20],
  ["wall", "wall", 20],
  ["pusht", "pusht", 10],
  ["reacher", "reacher", 10],
  ["maze-u", "maze", 20],
])("world:=%s comes with its own model, robot (%s), control rate (%d Hz) and parameters", (world, robot, rate) => {
  const nodes = launched("simulation.launch.py", [`world:=${world}`, "namespace:=r1", "seed:=7"]);
  const model = join(import.meta.dirname, "../../models", world, "base");
  const file = join(import.meta.dirname, "../../calibration", robot, "robot.yaml");
  const own = nodes.controller?.parameters.at(-1);
  expect(own).toEqual({ autostart: true, model, robot: file, control_rate_hz: rate });
  expect(nodes.controller?.parameters.includes(join(model, "controller.yaml"))).toBe(existsSync(join(model, "controller.yaml")));
  expect(nodes.guard?.parameters.at(-1)).toEqual({ robot: file });
  expect(nodes.simulation?.arguments.slice(0, 2)).toEqual(["--world", world]);
  expect(nodes.simulation?.parameters.at(-1)).toEqual({ seed: 7 });
  for (const node of Object.values(nodes)) expect(node.namespace).toBe("r1");
});

test("the guard alone takes its topics and types from the command line, and refuses to guess the robot", () => {
  const nodes = launched("guard.launch.py", ["robot:=r.yaml", "input:=joy_vel", "scan:=/front/scan", "stamped_output:=true"], "/tmp");
  expect(Object.keys(nodes)).toEqual(["guard", "standby"]);
  const own = { use_sim_time: false, robot: "/tmp/r.yaml", enable_stamped_cmd_vel: true };
  for (const node of Object.values(nodes)) {
    expect(node.parameters).toEqual([join(LAUNCH, "params/guard.yaml"), own]);
    expect(node.remappings).toEqual([
      ["cmd_vel_proposed", "joy_vel"],
      ["scan", "/front/scan"],
    ]);
    expect(node.additional_env).toEqual({});
  }
  expect(launched("guard.launch.py", ["robot:=r.yaml", "stamped_input:=true", "standby:=false"]).guard?.parameters.at(-1)).toMatchObject({
    enable_stamped_proposed: true,
  });
  expect(() => launched("guard.launch.py", [])).toThrow(/give the robot file/);
});

test.each([
  ["guard.launch.py", ["robot:=r.yaml"], ["guard", "standby"]],
  ["simulation.launch.py", ["world:=rooms"], ["controller", "guard", "simulation", "standby"]],
])("with a keystore each node of %s has its own enclave, and no other process of the machine the environment", (file, args, names) => {
  const nodes = launched(file, [...args, "security:=keys"], "/tmp");
  expect(Object.keys(nodes).sort()).toEqual(names);
  for (const [name, node] of Object.entries(nodes)) {
    expect(node.arguments.slice(-2)).toEqual(["--enclave", `/${name}`]);
    expect(node.additional_env).toEqual({
      ROS_SECURITY_ENABLE: "true",
      ROS_SECURITY_STRATEGY: "Enforce",
      ROS_SECURITY_KEYSTORE: "/tmp/keys",
    });
  }
});

test("a world without a model of its own asks for one", () => {
  expect(() => launched("simulation.launch.py", ["world:=granular-sweep"])).toThrow(/no model ships for the world granular-sweep/);
  const nodes = launched("simulation.launch.py", ["world:=granular-sweep", "model:=/m", "robot:=/r.yaml"]);
  expect(nodes.controller?.parameters.at(-1)).toEqual({ autostart: true, model: "/m", robot: "/r.yaml" });
});
