import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type * as rclnodejs from "rclnodejs";
import { RehearseError } from "../../core/error.js";
import type { OverrideRule } from "./parameter-overrides.js";

export type Rcl = typeof rclnodejs;
export type RclNode = rclnodejs.Node;

/** rclnodejs types this as the class itself. */
export interface RclLogger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
  fatal(message: string): void;
}

let loaded: Promise<Rcl> | undefined;

/**
 * rclnodejs itself, loaded once. Its own loader answers any failure to open its addon (a library that isn't found, say) by deleting the addon
 * and compiling it anew for minutes; so the addon is opened here first, and the true reason shown.
 * @throws RehearseError RH-ROS-ENVIRONMENT, RH-ROS-ADDON
 */
export function loadRclnodejs(): Promise<Rcl> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Rcl> {
  if (!process.env.AMENT_PREFIX_PATH || !process.env.ROS_DISTRO) {
    throw new RehearseError(
      "RH-ROS-ENVIRONMENT",
      "no ROS 2 environment is set (AMENT_PREFIX_PATH and ROS_DISTRO are empty)",
      "start with ./rehearse, which sets one up, or source your ROS 2 first: . /opt/ros/<distro>/setup.sh",
    );
  }
  const require = createRequire(import.meta.url);
  const root = dirname(require.resolve("rclnodejs/package.json"));
  const addon = join(root, "build", "Release", "rclnodejs.node");
  if (existsSync(addon)) {
    try {
      require(addon);
    } catch (cause) {
      throw new RehearseError(
        "RH-ROS-ADDON",
        `rclnodejs can't be opened: ${(cause as Error).message}`,
        "the ROS 2 that is sourced isn't the one it was built for, or LD_LIBRARY_PATH is incomplete; ./rehearse setup builds it for this one",
        { cause },
      );
    }
  } else if (!hasPrebuilt(root)) {
    throw new RehearseError("RH-ROS-ADDON", `rclnodejs isn't built for this machine (no ${addon})`, "run ./rehearse setup");
  }
  const module = (await import("rclnodejs")) as unknown as { default: Rcl };
  // Its SIGINT handler tears every context down at once: the last command, a stop, could no longer be sent.
  module.default.removeSignalHandlers();
  return module.default;
}

/** Private members of rclnodejs's addon. */
export interface Addon {
  getParameterOverrides(contextHandle: unknown): OverrideRule[] | undefined;
}

export async function loadAddon(): Promise<Addon> {
  await loadRclnodejs();
  const path: string = "rclnodejs/lib/native_loader.js";
  return ((await import(path)) as { default: Addon }).default;
}

function hasPrebuilt(root: string): boolean {
  const folder = join(root, "prebuilds", `${process.platform}-${process.arch}`);
  return existsSync(folder) && readdirSync(folder).some((file) => file.startsWith(`${process.env.ROS_DISTRO}-`));
}

export function loggerOf(node: RclNode): RclLogger {
  return node.getLogger() as unknown as RclLogger;
}
