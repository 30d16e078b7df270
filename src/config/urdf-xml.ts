import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseXml, type XmlElement } from "@rgrove/parse-xml";
import { RehearseError } from "../core/error.js";
import type { Rotation, Vector3 } from "../core/robot-description.js";

const MAX_BYTES = 4 << 20;
const IDENTITY: Rotation = [1, 0, 0, 0, 1, 0, 0, 0, 1];

export type Fail = (what: string, fix: string) => never;

export interface Placement {
  readonly translationM: Vector3;
  readonly rotation: Rotation;
}

/** The `<robot>` of a URDF. @throws RehearseError RH-URDF-READ, RH-URDF */
export function readUrdf(path: string): { readonly root: XmlElement; readonly sha256: string } {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new RehearseError("RH-URDF-READ", `no URDF can be read at ${path}`, "a robot file names one beside itself (links.urdf)", {
      cause,
    });
  }
  if (bytes.length > MAX_BYTES)
    throw new RehearseError("RH-URDF", `${path} has ${bytes.length} bytes`, `at most ${MAX_BYTES}; is it the right file?`);
  return { root: urdfRoot(bytes.toString("utf8"), path), sha256: createHash("sha256").update(bytes).digest("hex") };
}

/** @param from names the source in errors @throws RehearseError RH-URDF */
function urdfRoot(text: string, from: string): XmlElement {
  try {
    const { root } = parseXml(text);
    if (root?.name !== "robot") throw new TypeError("its root is no <robot>");
    return root;
  } catch (cause) {
    const reason = (cause as Error).message.split("\n")[0];
    throw new RehearseError("RH-URDF", `${from} is no URDF: ${reason}`, "expand xacro first: xacro robot.urdf.xacro > robot.urdf", {
      cause,
    });
  }
}

/** Its `<origin>`: fixed-axis roll, pitch, yaw, as URDF has it. */
export function originOf(element: XmlElement, of: string, fail: Fail): Placement {
  const found = childrenOf(element, "origin")[0];
  if (found === undefined) return { translationM: [0, 0, 0], rotation: IDENTITY };
  const translationM = vectorOf(found.attributes.xyz ?? "0 0 0", `origin xyz of ${of}`, fail);
  const [roll, pitch, yaw] = vectorOf(found.attributes.rpy ?? "0 0 0", `origin rpy of ${of}`, fail);
  const [cr, sr, cp, sp, cy, sy] = [Math.cos(roll), Math.sin(roll), Math.cos(pitch), Math.sin(pitch), Math.cos(yaw), Math.sin(yaw)];
  const rotation: Rotation = [
    cy * cp,
    cy * sp * sr - sy * cr,
    cy * sp * cr + sy * sr,
    sy * cp,
    sy * sp * sr + cy * cr,
    sy * sp * cr - cy * sr,
    -sp,
    cp * sr,
    cp * cr,
  ];
  return { translationM, rotation };
}

export function vectorOf(text: string | undefined, what: string, fail: Fail): [number, number, number] {
  const numbers = (text ?? "").trim().split(/\s+/).map(Number);
  if (numbers.length === 3 && numbers.every(Number.isFinite)) return numbers as [number, number, number];
  return fail(`${what} is ${JSON.stringify(text ?? null)}`, "three numbers");
}

export function attributeOf(element: XmlElement, name: string, fail: Fail): string {
  const value = element.attributes[name];
  return value ? value : fail(`a <${element.name}> has no ${name}`, `give it a ${name}`);
}

/** Direct children of that name. */
export function childrenOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child): child is XmlElement => child.type === "element" && (child as XmlElement).name === name);
}
