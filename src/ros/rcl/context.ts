import { RehearseError } from "../../core/error.js";
import { type ContainedNode, createContainedNode, type NodeSettings } from "./contained-node.js";
import { applyOverrides, type OverrideRule } from "./parameter-overrides.js";
import { loadAddon, loadRclnodejs, type Rcl } from "./rclnodejs.js";

/** Runs when the process is signalled to end; the robot is stopped here. */
export type StopHook = (reason: string) => void | Promise<void>;

export interface RosOptions {
  /** The command line's part for ROS, from `--ros-args` on, as it stands. */
  readonly args?: readonly string[];
  /** Default: what ROS_DOMAIN_ID says. */
  readonly domainId?: number;
  /** Take SIGINT, SIGTERM and errors that nobody caught: run the stop hooks, then shut down. Default: yes. */
  readonly signals?: boolean;
  /** Longest that the stop hooks together may take before the process is shut down without them. */
  readonly stopTimeoutMs?: number;
}

/** A connection to ROS 2: one a process. */
export interface Ros {
  readonly rcl: Rcl;
  /** Parameters from the command line and from files, by the names of the nodes that they are for. */
  readonly overrides: readonly OverrideRule[];
  /** A node that answers as soon as `node.spin` is called; `name` is a default that `--ros-args -r __node:=…` overrides. */
  createNode(name: string, namespace?: string, settings?: NodeSettings): ContainedNode;
  /** Hooks run in the reverse order of their registration, each awaited; one that throws doesn't keep the others from running. */
  onStop(hook: StopHook): void;
  /**
   * Runs right before the nodes are destroyed, after which whatever touches them crashes the process. Destroying a node runs the event loop, so
   * timers and messages come in the midst of it: disable here whatever they call.
   */
  onClose(hook: () => void): void;
  /** Runs the stop hooks once, destroys the nodes and shuts ROS down. Afterwards the process may exit; before, `process.exit` aborts in the middleware. */
  shutdown(reason?: string): Promise<void>;
  /** Resolves when everything is shut down, with the reason. */
  readonly stopped: Promise<string>;
}

/** @throws RehearseError RH-ROS-ENVIRONMENT, RH-ROS-ADDON, RH-ROS-ARGS, RH-ROS-SECURITY */
export async function openRos(options: RosOptions = {}): Promise<Ros> {
  const rcl = await loadRclnodejs();
  const context = options.domainId === undefined ? rcl.Context.defaultContext() : new rcl.Context(BigInt(options.domainId));
  try {
    await rcl.init(context, ["rehearse", ...(options.args ?? [])]);
  } catch (cause) {
    if (securityAsked() && (cause as Error).message.includes("SECURITY")) throw securityError("a connection", cause);
    throw new RehearseError(
      "RH-ROS-ARGS",
      `ROS 2 didn't start: ${(cause as Error).message.trim()}`,
      "check what follows --ros-args (-p name:=value, -r from:=to, --params-file path)",
      { cause },
    );
  }
  const addon = await loadAddon();
  const overrides = addon.getParameterOverrides((context as unknown as { handle: unknown }).handle) ?? [];
  return new Connection(rcl, context, overrides, options);
}

/** @throws RehearseError RH-ROS-SECURITY when keys are asked for, and the middleware has no security, or refuses them */
function madeSecurely<Node>(name: string, make: () => Node): Node {
  try {
    return make();
  } catch (cause) {
    throw securityAsked() ? securityError(`the node ${name}`, cause) : cause;
  }
}

function securityAsked(): boolean {
  return process.env.ROS_SECURITY_ENABLE === "true";
}

function securityError(what: string, cause: unknown): RehearseError {
  const reason = (cause as Error).message
    .trim()
    .split("\n")[0]!
    .replace(/, at .*/, "");
  return new RehearseError(
    "RH-ROS-SECURITY",
    `${what} can't be made with the keys in ${process.env.ROS_SECURITY_KEYSTORE ?? "ROS_SECURITY_KEYSTORE"}: ${reason}`,
    "use a ROS 2 whose middleware has security (an installed one has, the wheels in .ros/ have not), and --enclave /NAME; ./rehearse secure DIR --check",
    { cause },
  );
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;
const CRASHES = ["uncaughtException", "unhandledRejection"] as const;

type Context = InstanceType<Rcl["Context"]>;

class Connection implements Ros {
  readonly stopped: Promise<string>;
  private readonly hooks: StopHook[] = [];
  private readonly closeHooks: (() => void)[] = [];
  private readonly stopTimeoutMs: number;
  private finish!: (reason: string) => void;
  private stopping: Promise<void> | undefined;
  private down = false;
  private readonly onSignal = (signal: NodeJS.Signals): void => {
    // Ctrl-C often comes twice, from the terminal and from the launching process; stopping takes `stopTimeoutMs` at most.
    if (this.down) process.exit();
    void this.shutdown(signal);
  };
  private readonly onCrash = (error: unknown): void => {
    console.error(error instanceof RehearseError ? error.describe() : error);
    process.exitCode = 1;
    if (this.down) process.exit();
    void this.shutdown("crash");
  };

  constructor(
    readonly rcl: Rcl,
    private readonly context: Context,
    readonly overrides: readonly OverrideRule[],
    options: RosOptions,
  ) {
    this.stopTimeoutMs = options.stopTimeoutMs ?? 2000;
    this.stopped = new Promise((resolve) => {
      this.finish = resolve;
    });
    if (options.signals ?? true) {
      for (const signal of SIGNALS) process.on(signal, this.onSignal);
      for (const crash of CRASHES) process.on(crash, this.onCrash);
    }
  }

  createNode(name: string, namespace = "", settings: NodeSettings = {}): ContainedNode {
    const node = madeSecurely(name, () => createContainedNode(this.rcl, name, namespace, this.context, settings));
    applyOverrides(this.rcl, node, this.overrides);
    return node;
  }

  onStop(hook: StopHook): void {
    this.hooks.push(hook);
  }

  onClose(hook: () => void): void {
    this.closeHooks.push(hook);
  }

  shutdown(reason = "shutdown"): Promise<void> {
    this.stopping ??= this.stop(reason);
    return this.stopping;
  }

  private async stop(reason: string): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.stopTimeoutMs);
    });
    await Promise.race([this.runHooks(reason), deadline]);
    clearTimeout(timer);
    // Not from within a callback of ROS: a node can't be taken down while it takes a message.
    await new Promise((resolve) => setImmediate(resolve));
    for (const close of this.closeHooks) close();
    this.rcl.shutdown(this.context);
    this.down = true;
    this.finish(reason);
  }

  private async runHooks(reason: string): Promise<void> {
    for (const hook of this.hooks.reverse()) {
      try {
        await hook(reason);
      } catch (error) {
        console.error(`while stopping: ${error instanceof RehearseError ? error.describe() : (error as Error).stack}`);
      }
    }
  }
}
