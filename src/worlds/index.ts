import { RehearseError } from "../core/error.js";
import type { NavigationWorld } from "../core/world.js";
import { RoomsWorld } from "./rooms/rooms-world.js";

/** What every world can be built from; what only one world knows has a default there. */
export interface WorldOptions {
  readonly seed: number;
  /** Side of the camera's picture; default: the world's own. */
  readonly cameraSizePx?: number;
  /** From being told to the motors acting on it; default 0. */
  readonly commandDelayS?: number;
  /** Stamp at which the world begins; default 0. */
  readonly startNs?: bigint;
}

/** One line a world. */
const WORLDS: Readonly<Record<string, (options: WorldOptions) => NavigationWorld>> = {
  rooms: (options) => new RoomsWorld(options),
};

export const WORLD_NAMES: readonly string[] = Object.keys(WORLDS);

/** @throws RehearseError for a name that no world has */
export function createWorld(name: string, options: WorldOptions): NavigationWorld {
  const create = Object.hasOwn(WORLDS, name) ? WORLDS[name] : undefined;
  if (!create) {
    throw new RehearseError("RH-WORLD-UNKNOWN", `there is no world named "${name}"`, `choose one of: ${WORLD_NAMES.join(", ")}`);
  }
  return create(options);
}
