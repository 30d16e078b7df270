import { resolve } from "node:path";
import { RehearseError } from "../core/error.js";
import type { WorldDefinition } from "../core/world.js";
import { seededRandom } from "../math/random.js";
import { addWorld, worldDefinition } from "../worlds/index.js";
import { isModulePath, loadUserModule, type ModuleKind, moduleFile } from "./user-module.js";

/** The API passed to world modules; `worldDefinition` returns the built-in worlds, to build on. */
const WORLD_API = { worldDefinition, seededRandom, RehearseError } as const;
export type WorldApi = typeof WORLD_API;

const WORLD: ModuleKind<WorldDefinition> = {
  what: "a world",
  example: `export default (rehearse) => ({ ...rehearse.worldDefinition("rooms"), create: (options) => new MyWorld(options) });
class MyWorld { /* what NavigationWorld or TaskWorld in src/core/world.ts asks for */ }`,
  fault({ type, robot, controlPeriodS, camera, create, explorer }) {
    if (type !== "navigation" && type !== "task") return "its type is neither navigation nor task";
    if (typeof robot !== "string") return "it names no robot among the calibrations";
    if (!(typeof controlPeriodS === "number" && controlPeriodS > 0)) return "its controlPeriodS is no number above 0";
    if (typeof camera !== "object") return "it has no camera";
    if (typeof create !== "function" || typeof explorer !== "function") return "it has no functions create and explorer";
    return undefined;
  },
};

/** Registers the world of a user's module. @returns the name it is registered by; for a built-in world, its own. Rejects with RH-MODULE-… */
export async function useWorld(nameOrPath: string): Promise<string> {
  if (!isModulePath(nameOrPath)) return nameOrPath;
  const name = resolve(moduleFile(nameOrPath));
  addWorld(name, await loadUserModule(name, WORLD_API, WORLD));
  return name;
}
