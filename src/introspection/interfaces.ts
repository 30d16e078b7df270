import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RehearseError } from "../core/error.js";

const KINDS = ["msg", "srv", "action"] as const;

/** Names of all interface types that are installed. @param prefixes of AMENT_PREFIX_PATH */
export function installedInterfaces(prefixes: readonly string[]): string[] {
  const found = new Set<string>();
  for (const prefix of prefixes) {
    for (const name of entries(join(prefix, "share"))) {
      for (const kind of KINDS) {
        for (const file of entries(join(prefix, "share", name, kind))) {
          if (file.endsWith(`.${kind}`)) found.add(`${name}/${kind}/${file.slice(0, -kind.length - 1)}`);
        }
      }
    }
  }
  return [...found].sort();
}

/** The text of a type's definition, as its package has it. @throws RehearseError RH-ROS-TYPE */
export function interfaceText(type: string, prefixes: readonly string[]): string {
  if (installedInterfaces(prefixes).includes(type)) {
    const [pkg, kind, name] = type.split("/") as [string, string, string];
    for (const prefix of prefixes) {
      try {
        return readFileSync(join(prefix, "share", pkg, kind, `${name}.${kind}`), "utf8");
      } catch {
        // Another prefix has it.
      }
    }
  }
  const last = type.split("/").at(-1)!.toLowerCase();
  const alike = installedInterfaces(prefixes).filter((each) => each.split("/").at(-1)!.toLowerCase() === last);
  throw new RehearseError(
    "RH-ROS-TYPE",
    `the type ${type} is not installed here`,
    alike.length > 0 ? `did you mean ${alike.join(" or ")}?` : "`rehearse ros interface list` shows those that are",
  );
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
