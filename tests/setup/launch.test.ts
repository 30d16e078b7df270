import { spawnSync } from "node:child_process";
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
  ["robot.launch.py", ["robot", "model", "autostart"]],
  ["simulation.launch.py", ["world", "seed"]],
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
