import { RehearseError } from "../core/error.js";
import type { NavigationKind, NavigationWorld, TaskKind, World, WorldKind, WorldOptions } from "../core/world.js";
import { GRANULAR } from "./granular/kind.js";
import { GRANULAR_SWEEP } from "./granular/sweep.js";
import { MAZE_MEDIUM, MAZE_U } from "./maze/kind.js";
import { PUSHT } from "./pusht/kind.js";
import { REACHER } from "./reacher/kind.js";
import { ROOMS } from "./rooms/kind.js";
import { ROPE } from "./rope/kind.js";
import { TOUR } from "./tour/kind.js";
import { WALL } from "./wall/kind.js";

/** One line a world. */
const WORLDS: Readonly<Record<string, WorldKind>> = {
  rooms: ROOMS,
  reacher: REACHER,
  wall: WALL,
  "maze-u": MAZE_U,
  "maze-medium": MAZE_MEDIUM,
  pusht: PUSHT,
  granular: GRANULAR,
  "granular-sweep": GRANULAR_SWEEP,
  rope: ROPE,
  tour: TOUR,
};

export const WORLD_NAMES: readonly string[] = Object.keys(WORLDS);

/** Worlds of a user's own, by the paths of their modules. */
const ADDED = new Map<string, WorldKind>();

/** Before anything runs in it. */
export function addWorld(path: string, kind: WorldKind): void {
  ADDED.set(path, kind);
}

/** @throws RehearseError RH-WORLD-UNKNOWN for a name that no world has */
export function worldKind(name: string): WorldKind {
  const kind = Object.hasOwn(WORLDS, name) ? WORLDS[name] : ADDED.get(name);
  if (!kind) {
    throw new RehearseError("RH-WORLD-UNKNOWN", `there is no world named "${name}"`, `choose one of: ${WORLD_NAMES.join(", ")}`);
  }
  return kind;
}

/** @throws RehearseError RH-WORLD-UNKNOWN, RH-WORLD-KIND for a world that is not driven about in */
export function navigationKind(name: string): NavigationKind {
  const kind = worldKind(name);
  if (kind.kind !== "navigation") throw notOf("drive about in", name, "navigation");
  return kind;
}

/** @throws RehearseError RH-WORLD-UNKNOWN, RH-WORLD-KIND for a world without a task of its own */
export function taskKind(name: string): TaskKind {
  const kind = worldKind(name);
  if (kind.kind !== "task") throw notOf("solve a task in", name, "task");
  return kind;
}

export function createWorld(name: string, options: WorldOptions): World {
  return worldKind(name).create(options);
}

export function createNavigationWorld(name: string, options: WorldOptions): NavigationWorld {
  return navigationKind(name).create(options);
}

function notOf(what: string, name: string, kind: WorldKind["kind"]): RehearseError {
  const others = WORLD_NAMES.filter((other) => WORLDS[other]!.kind === kind);
  return new RehearseError("RH-WORLD-KIND", `"${name}" is no world to ${what}`, `choose one of: ${others.join(", ") || "(none yet)"}`);
}
