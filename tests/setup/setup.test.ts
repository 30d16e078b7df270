import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Sandbox } from "./sandbox.js";

const EVERYTHING = ["npm-install", "pip-install", "compile-addon", "generate-messages", "compile-typescript"];

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.remove());

describe("steps", () => {
  test("a fresh checkout gets everything, in order; after that nothing is done again", async () => {
    expect(await sandbox.run(["setup"])).toMatchObject({ code: 0 });
    expect(sandbox.work()).toEqual(EVERYTHING);
    expect(await sandbox.run(["setup"])).toMatchObject({ code: 0, stderr: "rehearse: everything is set up\n" });
    expect(await sandbox.run(["start", "--seed", "3"])).toMatchObject({
      code: 0,
      stderr: "",
      stdout: `node ${sandbox.checkout}/dist/cli/main.js start --seed 3\n`,
    });
    expect(sandbox.work()).toEqual(EVERYTHING);
  });

  test.each([
    ["src/index.ts", ["compile-typescript"]],
    ["package-lock.json", ["npm-install", "compile-typescript"]],
    ["scripts/setup/ros-requirements.txt", ["pip-install", "compile-addon", "generate-messages"]],
  ])("a change of %s repeats what depends on it, only", async (file, repeated) => {
    await sandbox.run(["setup"]);
    sandbox.write(file, "// changed\n");
    expect(await sandbox.run(["setup"])).toMatchObject({ code: 0 });
    expect(sandbox.work().slice(EVERYTHING.length)).toEqual(repeated);
  });

  test("a deleted source leaves no compiled file behind", async () => {
    sandbox.write("src/other.ts", "export {};\n");
    await sandbox.run(["setup"]);
    sandbox.write("dist/other.js", "");
    rmSync(join(sandbox.checkout, "src/other.ts"));
    await sandbox.run(["setup"]);
    expect(sandbox.has("dist/other.js")).toBe(false);
  });

  test("a half-built folder, with no stamp, is built anew", async () => {
    mkdirSync(join(sandbox.checkout, ".ros/jazzy/bin"), { recursive: true });
    sandbox.write(".ros/jazzy/bin/half", "");
    expect(await sandbox.run(["setup"])).toMatchObject({ code: 0 });
    expect(sandbox.has(".ros/jazzy/bin/half")).toBe(false);
    expect(sandbox.has(".ros/jazzy/lib/installed")).toBe(true);
  });

  test("an interrupted set-up goes on where it was, and keeps no lock and no left-overs", async () => {
    writeFileSync(`${sandbox.calls}.slow`, "");
    const first = sandbox.start(["setup"]);
    while (!existsSync(`${sandbox.calls}.started`)) await sleep(20);
    first.interrupt();
    await first.result;
    expect(sandbox.has(".ros/jazzy.part")).toBe(true);
    expect(sandbox.has(".ros/jazzy")).toBe(false);

    rmSync(`${sandbox.calls}.slow`);
    expect(await sandbox.run(["setup"])).toMatchObject({ code: 0 });
    expect(sandbox.work()).toEqual(["npm-install", "pip-install", ...EVERYTHING.slice(1)]);
    expect(sandbox.has(".ros/jazzy.part")).toBe(false);
  });

  test("of three at once one works and the others wait for it", async () => {
    const results = await Promise.all([1, 2, 3].map(() => sandbox.run(["setup"])));
    expect(results.map((r) => r.code)).toEqual([0, 0, 0]);
    expect(sandbox.work()).toEqual(EVERYTHING);
  });

  test("an addon that no longer loads is compiled again, and its error told", async () => {
    await sandbox.run(["setup"]);
    rmSync(join(sandbox.checkout, "node_modules/rclnodejs/build/Release/rclnodejs.node"));
    const { code, stderr } = await sandbox.run(["setup"]);
    expect(code).toBe(0);
    expect(stderr).toContain("no longer loads: not compiled");
    expect(sandbox.work().slice(EVERYTHING.length)).toEqual(["compile-addon", "generate-messages"]);
  });
});

test("a library that went missing from the ROS installed here: that is installed again, not more", async () => {
  await sandbox.run(["setup"]);
  rmSync(join(sandbox.checkout, ".ros/jazzy/lib/installed"));
  const { code, stderr } = await sandbox.run(["setup"]);
  expect(code).toBe(0);
  expect(stderr).toContain("no longer loads: installed: cannot open shared object file");
  expect(sandbox.work().slice(EVERYTHING.length)).toEqual(["pip-install"]);
});

describe("a sourced ROS", () => {
  const sourced = { AMENT_PREFIX_PATH: "/opt/ros/humble", ROS_DISTRO: "humble" };

  test("is used as it is", async () => {
    sandbox.addTool("ros2", "");
    expect(await sandbox.run(["setup"], sourced)).toMatchObject({ code: 0 });
    expect(sandbox.work()).toEqual(EVERYTHING.filter((step) => step !== "pip-install"));
    const { stdout } = await sandbox.run(["env"], sourced);
    expect(stdout).toContain("export AMENT_PREFIX_PATH=/opt/ros/humble\n");
    expect(stdout).toContain("export ROS_DISTRO=humble\n");
    expect(stdout).not.toContain("LD_LIBRARY_PATH");
  });

  test("needs no Python 3.11", async () => {
    sandbox.addTool("ros2", "");
    sandbox.removeTools("python3.11");
    expect(await sandbox.run(["setup"], sourced)).toMatchObject({ code: 0 });
  });

  test("another one than before: rclnodejs is compiled for it", async () => {
    sandbox.addTool("ros2", "");
    await sandbox.run(["setup"]);
    await sandbox.run(["setup"], sourced);
    expect(sandbox.work().slice(EVERYTHING.length)).toEqual(["compile-addon", "generate-messages"]);
  });
});

describe("env", () => {
  test("prints what a shell needs, and does not pile it up", async () => {
    const { stdout } = await sandbox.run(["env"]);
    const ros = join(sandbox.checkout, ".ros/jazzy");
    const printed = Object.fromEntries(
      stdout
        .trim()
        .split("\n")
        .map((line) => /^export (\w+)=(.*)$/.exec(line)!.slice(1, 3) as [string, string]),
    );
    expect(printed).toMatchObject({
      ROS_DISTRO: "jazzy",
      AMENT_PREFIX_PATH: ros,
      CMAKE_PREFIX_PATH: ros,
      RMW_IMPLEMENTATION: "rmw_fastrtps_cpp",
      ROS_AUTOMATIC_DISCOVERY_RANGE: "LOCALHOST",
      FASTDDS_BUILTIN_TRANSPORTS: "UDPv4",
      FASTRTPS_DEFAULT_PROFILES_FILE: join(sandbox.checkout, "scripts/setup/loopback.xml"),
    });
    expect(printed.PATH).toMatch(new RegExp(`^${ros}/bin:`));
    expect(printed.LD_LIBRARY_PATH).toBe(`${ros}/lib:${ros}/lib/python3.11/site-packages/ros_rcl.libs`);
    expect((await sandbox.run(["env"], printed)).stdout).toBe(stdout);
  });

  test("what the user has set stays", async () => {
    const own = { RMW_IMPLEMENTATION: "rmw_cyclonedds_cpp", ROS_AUTOMATIC_DISCOVERY_RANGE: "SUBNET", FASTDDS_BUILTIN_TRANSPORTS: "SHM" };
    const { stdout } = await sandbox.run(["env"], own);
    for (const [name, value] of Object.entries(own)) expect(stdout).toContain(`export ${name}=${value}\n`);
    // Only where nobody else is discovered anyway.
    expect(stdout).not.toContain("FASTRTPS_DEFAULT_PROFILES_FILE");
  });

  test("works while the sources do not compile", async () => {
    expect(await sandbox.run(["env"], { FAKE_TYPE_ERROR: "TS1005" })).toMatchObject({ code: 0 });
  });
});

describe("each thing that is missing or broken gets one message with a code", () => {
  test.each<[code: string, fix: string, breakIt: (s: Sandbox) => Record<string, string> | undefined]>([
    ["RH-SETUP-NODE", "apt|install Node.js", (s) => void s.removeTools("node")],
    ["RH-SETUP-NODE", "20.20.2 or newer", () => ({ FAKE_NODE: "18.19.0" })],
    ["RH-SETUP-NPM", "install npm", (s) => void s.removeTools("npm")],
    ["RH-SETUP-PYTHON", "apt install python3.11", (s) => void s.removeTools("python3.11")],
    [
      "RH-SETUP-VENV",
      "apt install python3.11-venv",
      (s) => void s.addTool("python3.11", 'case "$*" in *ensurepip*) exit 1;; *) echo "$0";; esac'),
    ],
    ["RH-SETUP-COMPILER", "apt install build-essential", (s) => void s.removeTools("c++", "make")],
    ["RH-SETUP-DISK", "free some space", (s) => void s.addTool("df", "printf 'Filesystem MB Used Free\\n/dev/x 100 98 2\\n'")],
    ["RH-SETUP-DISK", "free some space", () => ({ FAKE_NPM_ERROR: "npm error ENOSPC: no space left on device, write" })],
    ["RH-SETUP-NETWORK", "check the network", () => ({ FAKE_NPM_ERROR: "npm error code EAI_AGAIN" })],
    ["RH-SETUP-NPM", "see the log", () => ({ FAKE_NPM_ERROR: "npm error code ERESOLVE" })],
    ["RH-SETUP-ADDON", "doctor", () => ({ FAKE_ADDON_ERROR: "librcl.so: cannot open shared object file" })],
    ["RH-SETUP-MESSAGES", "delete .ros", () => ({ FAKE_MISSING_TYPE: "sensor_msgs/msg/Image: does not exist" })],
    ["RH-SETUP-COMPILE", "mend", () => ({ FAKE_TYPE_ERROR: "src/index.ts(1,1): error TS1005" })],
    ["RH-SETUP-ROS-OLD", "Humble or newer", () => ({ ROS_DISTRO: "foxy", AMENT_PREFIX_PATH: "/opt/ros/foxy" })],
    ["RH-SETUP-ROS", "ros-base", () => ({ ROS_DISTRO: "jazzy", AMENT_PREFIX_PATH: "/opt/ros/jazzy" })],
  ])("%s: %s", async (code, fix, breakIt) => {
    const { code: exit, stderr } = await sandbox.run(["setup"], breakIt(sandbox) ?? {});
    expect(exit).toBe(1);
    expect(stderr.match(/^error .*/gm)).toHaveLength(1);
    expect(stderr).toMatch(new RegExp(`^error ${code}: .+\n  where: .+\n  fix:   .*(${fix})`, "m"));
  });

  test("and after the repair the same command goes on", async () => {
    await sandbox.run(["setup"], { FAKE_NPM_ERROR: "npm error code EAI_AGAIN" });
    await sandbox.run(["setup"], { FAKE_ADDON_ERROR: "librcl.so: cannot open shared object file" });
    expect(await sandbox.run(["setup"])).toMatchObject({ code: 0 });
    expect(sandbox.work()).toEqual(["npm-install", "npm-install", "pip-install", "compile-addon", ...EVERYTHING.slice(2)]);
  });

  test("an installed ROS that is not sourced is pointed out", async () => {
    mkdirSync(join(sandbox.root, "ros/jazzy"), { recursive: true });
    writeFileSync(join(sandbox.root, "ros/jazzy/setup.bash"), "");
    sandbox.removeTools("python3.11");
    expect((await sandbox.run(["setup"])).stderr).toContain(`source ${sandbox.root}/ros/jazzy/setup.bash first`);
  });
});

test("the Python of training is made when it is asked for, once, and needs neither ROS nor Node.js", async () => {
  sandbox.removeTools("node", "npm");
  expect(await sandbox.run(["python", "-m", "anything"])).toMatchObject({ code: 0 });
  expect(await sandbox.run(["python", "-m", "anything"])).toMatchObject({ code: 0, stderr: "" });
  expect(sandbox.work()).toEqual(["pip-install"]);
  expect(sandbox.has(".venv/lib/installed")).toBe(true);
});

test("launch says what it needs, and which files there are", async () => {
  mkdirSync(join(sandbox.checkout, "launch"));
  sandbox.write("launch/robot.launch.py", "");
  expect((await sandbox.run(["launch"])).stderr).toMatch(/error RH-LAUNCH-FILE: .+\n.+\n.+name one of: robot\n/);
  expect((await sandbox.run(["launch", "robot"])).stderr).toMatch(/error RH-LAUNCH-ROS: .+\n.+\n.+install ROS 2/);

  // With an installed ROS, launch files find this checkout as if it were the installed package.
  sandbox.addTool("ros2", 'echo "$AMENT_PREFIX_PATH" "$@"');
  const { code, stdout } = await sandbox.run(["launch", "robot", "autostart:=false"], {
    AMENT_PREFIX_PATH: "/opt/ros/jazzy",
    ROS_DISTRO: "jazzy",
  });
  expect(code).toBe(0);
  const prefix = join(sandbox.checkout, ".cache/ament");
  expect(stdout).toBe(`${prefix}:/opt/ros/jazzy launch ${sandbox.checkout}/launch/robot.launch.py autostart:=false\n`);
  expect(sandbox.has(".cache/ament/share/ament_index/resource_index/packages/rehearse")).toBe(true);
  expect(sandbox.has(".cache/ament/share/rehearse/launch/robot.launch.py")).toBe(true);
  expect(sandbox.has(".cache/ament/lib/rehearse/guard")).toBe(true);
});

test("the lock file names every optional package, else npm ci refuses it", () => {
  const lock = JSON.parse(readFileSync(join(import.meta.dirname, "../../package-lock.json"), "utf8")) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const missing = Object.entries(lock.packages).flatMap(([folder, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in lock.packages) && !(`${folder}/node_modules/${name}` in lock.packages),
    ),
  );
  expect(missing, "run node scripts/dev/complete-lock.cjs").toEqual([]);
});
