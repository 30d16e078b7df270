import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { RehearseError } from "../core/error.js";

const SEPARATOR = "=".repeat(80);
const PRIMITIVES = new Set("bool byte char float32 float64 int8 uint8 int16 uint16 int32 uint32 int64 uint64 string wstring".split(" "));

export interface InstalledDefinition {
  /** Text of a `ros2msg` schema: the .msg of the type, then of each type it uses under a `MSG:` line. */
  readonly definition: string;
  /** RIHS01 hash; empty when the installation does not say. */
  readonly typeHash: string;
}

/**
 * The definition of any message type that a ROS 2 installation knows, so that its topics can be recorded raw.
 * @param type `package/msg/Type` @param prefixes as in AMENT_PREFIX_PATH, nearest first
 * @throws RehearseError RH-BAG-TYPE when a .msg file is not there
 */
export async function installedDefinition(type: string, prefixes: readonly string[]): Promise<InstalledDefinition> {
  const texts = new Map<string, string>();
  const wanted = [type];
  for (let next = wanted.shift(); next !== undefined; next = wanted.shift()) {
    if (texts.has(next)) continue;
    const text = await shared(next, "msg", prefixes);
    if (text === undefined) {
      throw new RehearseError(
        "RH-BAG-TYPE",
        `the message type ${next}${next === type ? "" : `, used by ${type},`} is not installed`,
        "source the workspace that defines it, or leave the topic out",
        { details: { topic: undefined, found: next, expected: [] } },
      );
    }
    texts.set(next, text.trimEnd());
    wanted.push(...nestedTypes(text, next));
  }
  const definition = [...texts].map(([name, text]) => (name === type ? text : `${SEPARATOR}\nMSG: ${shortName(name)}\n${text}`)).join("\n");
  return { definition: `${definition}\n`, typeHash: typeHash(await shared(type, "json", prefixes), type) };
}

function nestedTypes(text: string, within: string): string[] {
  const found: string[] = [];
  for (const line of text.split("\n")) {
    const field = line.replace(/#.*/, "").trim().split(/\s+/)[0] ?? "";
    const name = field.replace(/\[.*?\]$/, "").replace(/<=\d+$/, "");
    if (name === "" || PRIMITIVES.has(name)) continue;
    const parts = name.split("/");
    const pkg = parts.length === 1 ? within.split("/")[0] : parts[0];
    found.push(`${pkg}/msg/${parts.at(-1)}`);
  }
  return found;
}

function typeHash(description: string | undefined, type: string): string {
  if (description === undefined) return "";
  const { type_hashes } = JSON.parse(description) as { type_hashes?: { type_name: string; hash_string: string }[] };
  return type_hashes?.find((entry) => entry.type_name === type)?.hash_string ?? "";
}

async function shared(type: string, extension: string, prefixes: readonly string[]): Promise<string | undefined> {
  for (const prefix of prefixes) {
    try {
      return await readFile(join(prefix, "share", `${type}.${extension}`), "utf8");
    } catch {
      // Not in this prefix.
    }
  }
  return undefined;
}

function shortName(type: string): string {
  return type.replace("/msg/", "/");
}
