import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Observable } from "rxjs";
import { afterAll, beforeAll } from "vitest";
import type { ControllerHooks } from "../../src/ros/nodes/controller-node.js";
import { openRos, type Ros } from "../../src/ros/rcl/context.js";

// Domains up to 101 keep clear of the ephemeral ports of Linux; a test process has one to itself, and nothing leaves the machine.
process.env.ROS_DOMAIN_ID = String(2 + (process.pid % 99));
// No test finds the emergency stop of another.
process.env.XDG_STATE_HOME = mkdtempSync(join(tmpdir(), "rehearse-state-"));
process.env.ROS_AUTOMATIC_DISCOVERY_RANGE = "LOCALHOST";

/** Opens ROS for the tests of a file, and closes it after them. */
export function withRos(args: readonly string[] = []): { readonly ros: Ros } {
  const holder: { ros: Ros } = { ros: undefined as unknown as Ros };
  beforeAll(async () => {
    holder.ros = await openRos({ signals: false, args });
  });
  afterAll(async () => {
    await holder.ros.shutdown();
  });
  return holder;
}

export type Plain = Record<string, unknown>;
export type PeerQos = "reliable" | "sensor" | "latched";

/** The rclpy peer of the tests. */
export class Peer {
  private readonly process: ChildProcess;
  private readonly waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  private readonly messages = new Map<string, Plain[]>();
  private nextId = 1;

  private constructor() {
    this.process = spawn("python", [fileURLToPath(new URL("peer.py", import.meta.url))], { stdio: ["pipe", "pipe", "inherit"] });
    createInterface({ input: this.process.stdout! }).on("line", (line) => this.take(JSON.parse(line)));
    this.process.once("exit", (code) => {
      for (const { reject } of this.waiting.values()) reject(new Error(`the peer ended with code ${code}`));
    });
  }

  static async start(): Promise<Peer> {
    const peer = new Peer();
    await new Promise((resolve, reject) => peer.waiting.set(0, { resolve, reject }));
    return peer;
  }

  advertise(topic: string, type: string, qos: PeerQos = "reliable"): Promise<unknown> {
    return this.ask({ op: "advertise", topic, type, qos });
  }

  publish(topic: string, type: string, message: Plain, qos: PeerQos = "reliable"): Promise<unknown> {
    return this.ask({ op: "publish", topic, type, message, qos });
  }

  subscribe(topic: string, type: string, qos: PeerQos = "reliable"): Promise<unknown> {
    this.messages.set(topic, []);
    return this.ask({ op: "subscribe", topic, type, qos });
  }

  call(topic: string, type: string, message: Plain = {}): Promise<Plain> {
    return this.ask({ op: "call", topic, type, message }) as Promise<Plain>;
  }

  count(topic: string): Promise<{ publishers: number; subscribers: number }> {
    return this.ask({ op: "count", topic }) as Promise<{ publishers: number; subscribers: number }>;
  }

  /** What a subscription has taken so far. */
  taken(topic: string): readonly Plain[] {
    return this.messages.get(topic) ?? [];
  }

  async stop(): Promise<void> {
    const exited = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.stdin!.write(`${JSON.stringify({ id: -1, op: "quit" })}\n`);
    await exited;
  }

  private ask(request: Plain): Promise<unknown> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.process.stdin!.write(`${JSON.stringify({ id, ...request })}\n`);
    });
  }

  private take(line: { id?: number; result?: unknown; error?: string; topic?: string; message?: Plain }): void {
    if (line.topic !== undefined) {
      this.messages.get(line.topic)?.push(line.message!);
      return;
    }
    const waiting = this.waiting.get(line.id!);
    this.waiting.delete(line.id!);
    if (line.error) waiting?.reject(new Error(line.error));
    else waiting?.resolve(line.result);
  }
}

/** Waits until `get` gives something, and gives it. */
export async function eventually<T>(
  get: () => T | undefined | false | Promise<T | undefined | false>,
  what: string,
  timeoutMs = 10_000,
): Promise<T> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const value = await get();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > until) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await sleep(10);
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Everything that an observable emits from now on. */
export function collect<T>(stream: Observable<T>): readonly T[] {
  const items: T[] = [];
  stream.subscribe((item) => items.push(item));
  return items;
}

/** Of a controller that only has its face to ROS. */
export const IDLE_HOOKS: ControllerHooks = {
  onConfigure: () => undefined,
  onActivate: () => undefined,
  onDeactivate: () => undefined,
  onCleanup: () => undefined,
  onCancel: () => undefined,
  onPause: () => undefined,
  onResume: () => undefined,
  diagnose: () => ({ level: "ok", message: "", values: {} }),
};
