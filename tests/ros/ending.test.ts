import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { NodeProcess } from "./processes/node-process.js";
import { eventually, Peer, sleep } from "./support.js";

const SCRIPT = fileURLToPath(new URL("processes/node.mjs", import.meta.url));
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The sources, compiled apart from dist/, which may be old. Inside of the checkout, for its node_modules. */
function compile(): string {
  mkdirSync(join(ROOT, ".cache"), { recursive: true });
  const folder = mkdtempSync(join(ROOT, ".cache", "ending-"));
  for (const file of readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts")) continue;
    const target = join(folder, file.replace(/\.ts$/, ".js"));
    const { outputText } = ts.transpileModule(readFileSync(join(ROOT, "src", file), "utf8"), {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
    });
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, outputText);
  }
  return folder;
}

const started: Running[] = [];

interface Running {
  readonly process: ChildProcess;
  readonly lines: string[];
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

function run(folder: string, kind: string, fault = "none"): Running {
  const child = spawn(process.execPath, [SCRIPT, folder, kind, fault], { stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", (line) => lines.push(line));
  const running: Running = {
    process: child,
    lines,
    exited: new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal }))),
  };
  started.push(running);
  return running;
}

const vx = (message: unknown): number => (message as { twist: { linear: { x: number } } }).twist.linear.x;

describe("a process that ends", { timeout: 120_000 }, () => {
  let peer: Peer;
  let folder: string;

  beforeAll(async () => {
    folder = compile();
    peer = await Peer.start();
    await peer.subscribe("/cmd_vel", "geometry_msgs/msg/TwistStamped");
    await peer.subscribe("/cmd_vel_proposed", "geometry_msgs/msg/TwistStamped");
  });

  afterAll(async () => {
    await peer.stop();
    rmSync(folder, { recursive: true });
  });

  afterEach(async () => {
    for (const { process, exited } of started.splice(0)) {
      process.kill("SIGKILL");
      await exited;
    }
  });

  const moves = (topic: string, running: Running) => {
    const before = peer.taken(topic).length;
    return eventually(
      () =>
        running.lines.includes("ready") &&
        peer
          .taken(topic)
          .slice(before)
          .some((message) => vx(message) === 0.5),
      "motion",
      30_000,
    );
  };

  /** The last word stays the last: nothing comes for half a second after it. */
  const endsWithStop = (topic: string) =>
    eventually(async () => {
      const { length } = peer.taken(topic);
      await sleep(500);
      return peer.taken(topic).length === length && vx(peer.taken(topic).at(-1)) === 0;
    }, "a stop");

  const cases: [kind: string, topic: string, signal: NodeJS.Signals][] = [
    ["controller", "/cmd_vel_proposed", "SIGTERM"],
    ["controller", "/cmd_vel_proposed", "SIGINT"],
    ["guard", "/cmd_vel", "SIGTERM"],
    ["guard", "/cmd_vel", "SIGINT"],
  ];

  it.each(cases)("%s: the last thing on %s after %s is a stop, and the process ends cleanly", async (kind, topic, signal) => {
    const running = run(folder, kind);
    await moves(topic, running);
    running.process.kill(signal);
    // As from a terminal and a launching process at once.
    running.process.kill(signal);
    expect(await running.exited).toEqual({ code: 0, signal: null });
    await endsWithStop(topic);
    expect(running.lines).toContain(`stopped: ${signal}`);
  });

  it("an error that nobody caught stops the robot too, and the process says that it failed", async () => {
    const running = run(folder, "guard", "crashes");
    expect(await running.exited).toEqual({ code: 1, signal: null });
    await endsWithStop("/cmd_vel");
    expect(running.lines.join("\n")).toContain("on purpose");
  });

  it("work that hangs while stopping doesn't keep it from ending, with a stop sent before", async () => {
    const running = run(folder, "controller", "hangs");
    await moves("/cmd_vel_proposed", running);
    running.process.kill("SIGTERM");
    expect(await running.exited).toEqual({ code: 0, signal: null });
    await endsWithStop("/cmd_vel_proposed");
    expect(running.lines).toContain("stopped: SIGTERM");
  });

  it.each([600, 900, 1200])("a controller that is told to end after %d ms, while it loads its model, ends", async (ms) => {
    const controller = new NodeProcess("controller");
    await sleep(ms);
    controller.process.kill("SIGINT");
    await eventually(() => controller.ended, "the end", 4000).finally(() => controller.stop("SIGKILL"));
    // Before it has its handlers, the signal itself ends it.
    expect([0, null]).toContain(controller.ended?.code);
    expect([null, "SIGINT"]).toContain(controller.ended?.signal);
  });

  it("without a node, a connection opens and closes without a word", async () => {
    const running = run(folder, "bare");
    expect(await running.exited).toEqual({ code: 0, signal: null });
    expect(running.lines).toEqual(["ready", "stopped: done"]);
  });
});
