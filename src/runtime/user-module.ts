import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { RehearseError } from "../core/error.js";
import { projectPath } from "./project-path.js";

/** What a user's module must export. */
export interface ModuleKind<T> {
  /** As in "a planner". */
  readonly what: string;
  /** A whole module in two lines, for errors. */
  readonly example: string;
  /** @returns what is missing or wrong; undefined: nothing */
  fault(value: Partial<T>): string | undefined;
}

/** Whether a text names a module rather than something that comes with Rehearse: names have neither slash nor ending. */
export function isModulePath(text: string): boolean {
  return /[/\\]|\.[cm]?[jt]s$/.test(text);
}

/** Where a module lies: seen from the working directory, else from Rehearse's folder, as models and robot files are. @throws RehearseError RH-MODULE-MISSING */
export function moduleFile(path: string): string {
  const file = projectPath(path);
  if (existsSync(file)) return file;
  throw new RehearseError(
    "RH-MODULE-MISSING",
    `there is no module ${file}`,
    "give a path that holds from the working directory, or an absolute one",
  );
}

/**
 * Loads a module, and returns what it must provide: its default export, or, where that is a function, what it returns when it is handed `api`.
 * A module that has been changed on disk since is loaded anew. It runs with all the rights of this process.
 * Rejects with RH-MODULE-MISSING, RH-MODULE-LOAD (it can't be read, or throws) or RH-MODULE-EXPORT (it gives something else).
 */
export async function loadUserModule<T>(path: string, api: object, kind: ModuleKind<T>): Promise<T> {
  const file = moduleFile(path);
  const address = `${pathToFileURL(file).href}?changed=${statSync(file).mtimeMs}`;
  let given: unknown;
  try {
    const module = (await import(/* @vite-ignore */ address)) as { readonly default?: unknown };
    given = typeof module.default === "function" ? await (module.default as (api: object) => unknown)(api) : module.default;
  } catch (cause) {
    throw notLoaded(file, cause);
  }
  return required(file, given, kind);
}

/**
 * As `loadUserModule`, but at once, and as the file is when this process first loads it.
 * @throws RehearseError those of `loadUserModule`; RH-MODULE-LOAD for a module that waits while it is loaded
 */
export function loadUserModuleAtOnce<T>(path: string, api: object, kind: ModuleKind<T>): T {
  const file = moduleFile(path);
  let given: unknown;
  try {
    const address = pathToFileURL(file);
    const exported = createRequire(address)(fileURLToPath(address)) as {
      readonly default?: unknown;
      readonly [Symbol.toStringTag]?: string;
    };
    // CommonJS has no default export: there it is what the module exports.
    const main = exported?.[Symbol.toStringTag] === "Module" ? exported.default : exported;
    given = typeof main === "function" ? (main as (api: object) => unknown)(api) : main;
    if (given instanceof Promise) throw new TypeError("its function waits, and parameters of its own can't be set then");
  } catch (cause) {
    throw notLoaded(file, cause);
  }
  return required(file, given, kind);
}

function notLoaded(file: string, cause: unknown): RehearseError {
  const fix = /\.[cm]?ts$/.test(file) ? "compile it to JavaScript first, and give the .mjs" : "mend the module; its stack trace says where";
  return new RehearseError("RH-MODULE-LOAD", `the module ${file} can't be loaded: ${reason(cause)}`, fix, { cause });
}

function required<T>(file: string, given: unknown, kind: ModuleKind<T>): T {
  const isObject = typeof given === "object" && given !== null;
  const fault = isObject
    ? kind.fault(given as Partial<T>)
    : `its default export gives ${given === null ? "null" : typeof given}, no object`;
  if (fault !== undefined) throw wrongExport(file, kind, fault);
  return given as T;
}

/** The module does not export what it must. */
export function wrongExport(file: string, { what, example }: Pick<ModuleKind<unknown>, "what" | "example">, fault: string): RehearseError {
  return new RehearseError(
    "RH-MODULE-EXPORT",
    `the module ${file} gives no ${what.replace(/^an? /, "")}: ${fault}`,
    `write it so:\n${example}`,
  );
}

function reason(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}
