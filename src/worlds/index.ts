import { RehearseError } from "../core/error.js";
import type {
  NavigationWorld,
  NavigationWorldDefinition,
  TaskWorldDefinition,
  World,
  WorldDefinition,
  WorldOptions,
} from "../core/world.js";
import { GRANULAR } from "./granular/definition.js";
import { GRANULAR_SWEEP } from "./granular/sweep.js";
import { MAZE_MEDIUM, MAZE_U } from "./maze/definition.js";
import { PUSHT } from "./pusht/definition.js";
import { REACHER } from "./reacher/definition.js";
import { ROOMS } from "./rooms/definition.js";
import { ROPE } from "./rope/definition.js";
import { TOUR } from "./tour/definition.js";
import { WALL } from "./wall/definition.js";

/** One line a world. */
const WORLDS: Readonly<Record<string, WorldDefinition>> = {
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

/** A user's own worlds, by the paths of their modules. */
const ADDED = new Map<string, WorldDefinition>();

/** Before anything runs in it. */
export function addWorld(path: string, definition: WorldDefinition): void {
  ADDED.set(path, definition);
}

/** @throws RehearseError RH-WORLD-UNKNOWN for a name that no world has */
export function worldDefinition(name: string): WorldDefinition {
  const definition = Object.hasOwn(WORLDS, name) ? WORLDS[name] : ADDED.get(name);
  if (!definition) {
    throw new RehearseError("RH-WORLD-UNKNOWN", `there is no world named "${name}"`, `choose one of: ${WORLD_NAMES.join(", ")}`, {
      details: { name, known: WORLD_NAMES },
    });
  }
  return definition;
}

/** @throws RehearseError RH-WORLD-UNKNOWN, RH-WORLD-KIND for a world that is not driven about in */
export function navigationWorldDefinition(name: string): NavigationWorldDefinition {
  const definition = worldDefinition(name);
  if (definition.type !== "navigation") throw notOf("drive about in", name, "navigation");
  return definition;
}

/** @throws RehearseError RH-WORLD-UNKNOWN, RH-WORLD-KIND for a world without a task of its own */
export function taskWorldDefinition(name: string): TaskWorldDefinition {
  const definition = worldDefinition(name);
  if (definition.type !== "task") throw notOf("solve a task in", name, "task");
  return definition;
}

export function createWorld(name: string, options: WorldOptions): World {
  return worldDefinition(name).create(options);
}

export function createNavigationWorld(name: string, options: WorldOptions): NavigationWorld {
  return navigationWorldDefinition(name).create(options);
}

function notOf(what: string, name: string, kind: WorldDefinition["type"]): RehearseError {
  const others = WORLD_NAMES.filter((other) => WORLDS[other]!.type === kind);
  return new RehearseError("RH-WORLD-KIND", `"${name}" is no world to ${what}`, `choose one of: ${others.join(", ") || "(none yet)"}`, {
    details: { name, known: others },
  });
}
