import { existsSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the package: where `models/` and `calibration/` are, in a checkout as in an installed share folder. */
export const PROJECT_ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A path as users give it: absolute, or seen from where they are, or from the package's folder. An empty one, which names nothing, stays so. */
export function projectPath(path: string): string {
  if (path === "" || isAbsolute(path) || existsSync(path)) return path;
  return resolve(PROJECT_ROOT, path);
}
