import type { XmlElement } from "@rgrove/parse-xml";
import { RehearseError } from "../core/error.js";
import type { LinkCapsule, LinkFrame, LinkGeometry, Rotation, Vector3 } from "../core/robot-description.js";
import { attributeOf, childrenOf, type Fail, originOf, readUrdf, vectorOf } from "./urdf-xml.js";

interface Given {
  readonly clearanceM: number;
  readonly keepOutBoxesM: LinkGeometry["keepOutBoxesM"];
  /** Links that may touch each other. */
  readonly mayTouch: readonly (readonly [string, string])[];
}

interface Joint {
  readonly name: string;
  readonly type: string;
  readonly parent: string;
  readonly child: string;
  readonly translationM: Vector3;
  readonly rotation: Rotation;
  readonly axis: Vector3;
}

/**
 * Reads an arm's URDF (wiki.ros.org/urdf/XML): its tree of joints, and a capsule around each collision geometry. Links that a joint connects may touch, as do those named.
 * Nothing is left out in silence: meshes, sliding and mimicking joints are refused.
 * @param joints names of the joints that are commanded, in their order
 * @throws RehearseError RH-URDF-READ, RH-URDF
 */
export function linkGeometry(path: string, joints: readonly string[], given: Given): LinkGeometry {
  const fail = (what: string, fix: string): never => {
    throw new RehearseError("RH-URDF", `${path}: ${what}`, fix);
  };
  const { root, sha256 } = readUrdf(path);
  const links = childrenOf(root, "link").map((link) => ({ name: attributeOf(link, "name", fail), element: link }));
  const edges = childrenOf(root, "joint").map((element) => jointOf(element, fail));
  const movable = edges.filter(({ type }) => type !== "fixed").map(({ name }) => name);
  const missing = joints.find((name) => !movable.includes(name));
  if (missing !== undefined)
    fail(`has no movable joint ${missing}`, `name the robot file's joints as the URDF does: ${movable.join(", ")}`);
  const unknown = movable.find((name) => !joints.includes(name));
  if (unknown !== undefined)
    fail(
      `the joint ${unknown} moves, and the robot file has none of that name`,
      "make it fixed in a URDF for the guard, or add it to joints",
    );
  const roots = links.filter(({ name }) => !edges.some(({ child }) => child === name));
  if (roots.length !== 1)
    fail(`has ${roots.length} links that hang on nothing: ${roots.map(({ name }) => name).join(", ") || "a ring"}`, "an arm is one tree");
  const frameOf = new Map<string, number>([[roots[0]!.name, -1]]);
  const frames: LinkFrame[] = [];
  for (let left = [...edges]; left.length > 0; ) {
    const ready = left.filter(({ parent }) => frameOf.has(parent));
    if (ready.length === 0) fail(`the joint ${left[0]!.name} hangs on nothing that is there`, "its parent link must lead to the base link");
    for (const { name, type, parent, child, translationM, rotation, axis } of ready) {
      if (frameOf.has(child)) fail(`the link ${child} is the child of two joints`, "an arm is one tree");
      frameOf.set(child, frames.length);
      const joint = type === "fixed" ? undefined : { index: joints.indexOf(name), axis };
      frames.push({ parent: frameOf.get(parent)!, translationM, rotation, ...(joint && { joint }) });
    }
    left = left.filter((edge) => !ready.includes(edge));
  }
  const capsules = links.flatMap(({ name, element }) => capsulesOf(name, frameOf.get(name)!, element, fail));
  if (capsules.length === 0) fail("no link has a collision geometry", "add cylinders, spheres or boxes as <collision>");
  const names = new Set(links.map(({ name }) => name));
  const odd = given.mayTouch.flat().find((name) => !names.has(name));
  if (odd !== undefined) fail(`has no link ${odd}, which links.may_touch names`, `its links: ${[...names].join(", ")}`);
  const apart = (a: string, b: string) =>
    a !== b &&
    !edges.some(({ parent, child }) => (parent === a && child === b) || (parent === b && child === a)) &&
    !given.mayTouch.some(([c, d]) => (c === a && d === b) || (c === b && d === a));
  const pairs = capsules.flatMap((a, i) =>
    capsules.slice(i + 1).flatMap((b, k) => (a.frame !== b.frame && apart(a.link, b.link) ? [[i, i + 1 + k] as const] : [])),
  );
  for (const { min, max } of given.keepOutBoxesM)
    if (!min.every((low, i) => low < max[i]!)) fail(`the box [${min}] to [${max}] is empty`, "min below max, on each axis");
  return { source: { path, sha256 }, frames, capsules, pairs, keepOutBoxesM: given.keepOutBoxesM, clearanceM: given.clearanceM };
}

function jointOf(element: XmlElement, fail: Fail): Joint {
  const name = attributeOf(element, "name", fail);
  const type = attributeOf(element, "type", fail);
  if (!["fixed", "revolute", "continuous"].includes(type))
    fail(`the joint ${name} is ${type}`, "the guard knows joints that turn (revolute, continuous), and fixed ones");
  if (childrenOf(element, "mimic").length > 0) fail(`the joint ${name} mimics another`, "make it fixed in a URDF for the guard");
  const linkOf = (tag: string) => {
    const end = childrenOf(element, tag)[0];
    return end === undefined ? fail(`the joint ${name} has no ${tag}`, "every joint connects two links") : attributeOf(end, "link", fail);
  };
  const axisElement = childrenOf(element, "axis")[0];
  const axis = axisElement === undefined ? ([1, 0, 0] as const) : vectorOf(axisElement.attributes.xyz, `axis of ${name}`, fail);
  const length = Math.hypot(...axis);
  if (type !== "fixed" && !(length > 1e-6)) fail(`the axis of ${name} has no direction`, "give <axis xyz>");
  const [x, y, z] = axis.map((part) => part / (length || 1)) as [number, number, number];
  return { name, type, parent: linkOf("parent"), child: linkOf("child"), ...originOf(element, name, fail), axis: [x, y, z] };
}

/** One capsule for each collision geometry: around a cylinder its caps reach beyond the ends, around a box it holds the corners. */
function capsulesOf(link: string, frame: number, element: XmlElement, fail: Fail): LinkCapsule[] {
  return childrenOf(element, "collision").map((collision) => {
    const geometry = childrenOf(collision, "geometry")[0];
    const shape = geometry?.children.find((child): child is XmlElement => child.type === "element");
    const { translationM: at, rotation } = originOf(collision, link, fail);
    const along = (axis: 0 | 1 | 2, halfM: number, radiusM: number): LinkCapsule => {
      const d = [rotation[axis] * halfM, rotation[axis + 3]! * halfM, rotation[axis + 6]! * halfM] as const;
      return { link, frame, fromM: [at[0] - d[0], at[1] - d[1], at[2] - d[2]], toM: [at[0] + d[0], at[1] + d[1], at[2] + d[2]], radiusM };
    };
    const positive = (key: string): number => {
      const value = Number(shape?.attributes[key]);
      return value > 0 && Number.isFinite(value)
        ? value
        : fail(`${key} of the ${shape?.name} of ${link} is ${shape?.attributes[key]}`, "a number above 0");
    };
    switch (shape?.name) {
      case "sphere":
        return along(2, 0, positive("radius"));
      case "cylinder":
      case "capsule":
        return along(2, positive("length") / 2, positive("radius"));
      case "box": {
        const size = vectorOf(shape.attributes.size, `size of the box of ${link}`, fail);
        if (!size.every((side) => side > 0)) fail(`the box of ${link} has no size`, "three numbers above 0");
        const longest = size.indexOf(Math.max(...size)) as 0 | 1 | 2;
        const others = size.filter((_, i) => i !== longest);
        return along(longest, size[longest] / 2, Math.hypot(...others) / 2);
      }
      default:
        return fail(
          `the collision geometry of ${link} is ${shape === undefined ? "empty" : `a ${shape.name}`}`,
          "give cylinders, spheres or boxes that hold the link: the guard knows no meshes",
        );
    }
  });
}
