import type { XmlElement } from "@rgrove/parse-xml";
import { RehearseError } from "../core/error.js";
import type { Rotation, Vector3 } from "../core/robot-description.js";
import { convexHull } from "../math/convex-hull.js";
import { attributeOf, childrenOf, type Fail, originOf, type Placement, readUrdf, vectorOf } from "./urdf-xml.js";

/** What a URDF tells of a robot that a robot file wants to know. Everything is in the frame of `baseLink`, with all joints at zero. */
export interface UrdfRobot {
  readonly name: string;
  readonly baseLink: string;
  /** What the collision geometries cover of the floor: their convex hull, counter-clockwise; absent: there are none that can be read. */
  readonly outlineM?: readonly (readonly [xM: number, yM: number])[];
  /** Of a differential drive. `fastestRps`: the joints' own limit. */
  readonly wheels?: { readonly radiusM: number; readonly separationM: number; readonly fastestRps?: number };
  readonly scanner?: { readonly frame: string; readonly xM: number; readonly yM: number; readonly yawRad: number };
  /** The optical frame: x right, y down, z ahead. Size and angle of view are those of a simulated sensor, where the URDF has one. */
  readonly camera?: UrdfCamera;
  /** Joints that turn and are no wheels, with their limits. */
  readonly joints: readonly { readonly name: string; readonly positionRad: readonly [number, number]; readonly velocityRps: number }[];
  /** Where every link is, by name. */
  readonly links: ReadonlyMap<string, Placement>;
  /** What could not be read, and what that means. */
  readonly notes: readonly string[];
}

export interface UrdfCamera {
  readonly frame: string;
  readonly xM: number;
  readonly yM: number;
  readonly zM: number;
  readonly rollRad: number;
  readonly pitchRad: number;
  readonly yawRad: number;
  readonly widthPx?: number;
  readonly heightPx?: number;
  /** Horizontal angle of view. */
  readonly viewRad?: number;
}

interface Edge extends Placement {
  readonly name: string;
  readonly type: string;
  readonly parent: string;
  readonly child: string;
  readonly axis: Vector3;
  readonly element: XmlElement;
}

const ORIGIN: Placement = { translationM: [0, 0, 0], rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1] };
/** From a camera's body (x ahead, z up) to its optical frame (REP-103). */
const OPTICAL: Rotation = [0, 0, 1, -1, 0, 0, 0, -1, 0];
const BASES = ["base_link", "base_footprint"];
/** Corners of a circle; its radius grows so that they hold it. */
const CIRCLE = 32;
/** Sine of the angle by which an axis or a scanner may be off upright or level. */
const SKEW = 0.1;

/** @throws RehearseError RH-URDF-READ, RH-URDF */
export function readUrdfRobot(path: string): UrdfRobot {
  return urdfRobot(readUrdf(path).root, path);
}

/** @param from names the source in errors @throws RehearseError RH-URDF */
export function urdfRobot(root: XmlElement, from: string): UrdfRobot {
  const fail: Fail = (what, fix) => {
    throw new RehearseError("RH-URDF", `${from}: ${what}`, fix);
  };
  const elements = new Map(childrenOf(root, "link").map((link) => [attributeOf(link, "name", fail), link]));
  const edges = childrenOf(root, "joint").map((element) => edgeOf(element, fail));
  const roots = [...elements.keys()].filter((name) => !edges.some(({ child }) => child === name));
  if (roots.length !== 1) fail(`has ${roots.length} links that hang on nothing`, "a robot is one tree of links");
  const baseLink = BASES.find((name) => elements.has(name)) ?? roots[0]!;
  const links = placed(edges, roots[0]!, baseLink, fail);
  const notes: string[] = [];
  const driven = wheelsOf(edges, elements, links, fail) ?? pluginWheels(root);
  const outline = convexHull([...elements].flatMap(([name, link]) => floorPoints(name, link, links.get(name)!, notes, fail)));
  const scanner = scannerOf(root, links, notes);
  const camera = cameraOf(root, links);
  const name = root.attributes.name ?? "";
  return {
    name,
    baseLink,
    ...(outline.length >= 3 && { outlineM: outline }),
    ...(driven && { wheels: driven }),
    ...(scanner && { scanner }),
    ...(camera && { camera }),
    joints: edges.flatMap((edge) => limitedJoint(edge)),
    links,
    notes,
  };
}

function edgeOf(element: XmlElement, fail: Fail): Edge {
  const name = attributeOf(element, "name", fail);
  const linkOf = (tag: string): string => {
    const end = childrenOf(element, tag)[0];
    return end === undefined ? fail(`the joint ${name} has no ${tag}`, "every joint connects two links") : attributeOf(end, "link", fail);
  };
  const axis = vectorOf(childrenOf(element, "axis")[0]?.attributes.xyz ?? "1 0 0", `axis of ${name}`, fail);
  return {
    name,
    type: element.attributes.type ?? "",
    parent: linkOf("parent"),
    child: linkOf("child"),
    axis,
    element,
    ...originOf(element, name, fail),
  };
}

function placed(edges: readonly Edge[], root: string, base: string, fail: Fail): ReadonlyMap<string, Placement> {
  const inRoot = new Map<string, Placement>([[root, ORIGIN]]);
  for (let left = [...edges]; left.length > 0; ) {
    const ready = left.filter(({ parent }) => inRoot.has(parent));
    if (ready.length === 0) fail(`the joint ${left[0]!.name} hangs on nothing that is there`, "its parent must lead to the root");
    for (const edge of ready) inRoot.set(edge.child, compose(inRoot.get(edge.parent)!, edge));
    left = left.filter((edge) => !ready.includes(edge));
  }
  const fromBase = inverse(inRoot.get(base)!);
  return new Map([...inRoot].map(([name, at]) => [name, compose(fromBase, at)]));
}

/** Two driven wheels, side by side: joints that turn without end about an axis across the robot, mirrored. */
function wheelsOf(
  edges: readonly Edge[],
  elements: ReadonlyMap<string, XmlElement>,
  links: ReadonlyMap<string, Placement>,
  fail: Fail,
): UrdfRobot["wheels"] {
  const wheels = edges.filter((edge) => {
    const [ax, ay, az] = turned(links.get(edge.child)!.rotation, edge.axis);
    return edge.type === "continuous" && Math.hypot(ax, az) < SKEW * Math.abs(ay);
  });
  const left = wheels.filter(({ child }) => links.get(child)!.translationM[1] > 0);
  const right = wheels.filter(({ child }) => links.get(child)!.translationM[1] < 0);
  const [a, b] = [left[0], right[0]];
  if (a === undefined || b === undefined) return undefined;
  const radiusM = radiusOf(elements.get(a.child)!, fail) ?? radiusOf(elements.get(b.child)!, fail);
  if (radiusM === undefined) return undefined;
  const limit = Number(childrenOf(a.element, "limit")[0]?.attributes.velocity);
  return {
    radiusM,
    separationM: links.get(a.child)!.translationM[1] - links.get(b.child)!.translationM[1],
    ...(limit > 0 && Number.isFinite(limit) && { fastestRps: limit }),
  };
}

function radiusOf(link: XmlElement, fail: Fail): number | undefined {
  for (const kind of ["collision", "visual"])
    for (const part of childrenOf(link, kind)) {
      const shape = shapeOf(part);
      if (shape?.name === "cylinder" || shape?.name === "sphere") return sizeOf(shape, "radius", link.attributes.name ?? "", fail);
    }
  return undefined;
}

/** As plugins of Gazebo's differential drives have them. */
function pluginWheels(root: XmlElement): UrdfRobot["wheels"] {
  for (const plugin of within(root, "plugin")) {
    const number = (tag: string) => Number(within(plugin, tag)[0]?.text);
    const separationM = number("wheel_separation");
    const radiusM = number("wheel_radius") || number("wheel_diameter") / 2;
    if (separationM > 0 && radiusM > 0) return { radiusM, separationM };
  }
  return undefined;
}

function floorPoints(name: string, link: XmlElement, at: Placement, notes: string[], fail: Fail): (readonly [number, number])[] {
  return childrenOf(link, "collision").flatMap((collision) => {
    const shape = shapeOf(collision);
    if (shape === undefined) return [];
    if (shape.name === "mesh") {
      notes.push(`the collision geometry of ${name} is a mesh, which is not read: see that the footprint holds it`);
      return [];
    }
    const { translationM, rotation } = compose(at, originOf(collision, name, fail));
    // A sphere's shadow is a circle, whichever way it is turned.
    const turn = shape.name === "sphere" ? ORIGIN.rotation : rotation;
    return corners(shape, name, fail).map((corner) => {
      const [x, y] = turned(turn, corner);
      return [translationM[0] + x, translationM[1] + y] as const;
    });
  });
}

function corners(shape: XmlElement, link: string, fail: Fail): Vector3[] {
  if (shape.name === "box") {
    const [x, y, z] = vectorOf(shape.attributes.size, `size of the box of ${link}`, fail);
    return [-0.5, 0.5].flatMap((i) => [-0.5, 0.5].flatMap((j) => [-0.5, 0.5].map((k): Vector3 => [i * x, j * y, k * z])));
  }
  const radiusM = sizeOf(shape, "radius", link, fail);
  if (shape.name === "sphere") return circle(radiusM).map(([a, b]): Vector3 => [a, b, 0]);
  const halfM = sizeOf(shape, "length", link, fail) / 2 + (shape.name === "capsule" ? radiusM : 0);
  return circle(radiusM).flatMap(([a, b]): Vector3[] => [
    [a, b, -halfM],
    [a, b, halfM],
  ]);
}

function circle(radiusM: number): (readonly [number, number])[] {
  const outerM = radiusM / Math.cos(Math.PI / CIRCLE);
  return Array.from({ length: CIRCLE }, (_, i) => {
    const angle = (2 * Math.PI * i) / CIRCLE;
    return [outerM * Math.cos(angle), outerM * Math.sin(angle)] as const;
  });
}

function scannerOf(root: XmlElement, links: ReadonlyMap<string, Placement>, notes: string[]): UrdfRobot["scanner"] {
  const frame = sensorLink(root, links, /^(gpu_)?(ray|lidar)$/) ?? named(links, /(^|_)(scan|laser|lidar|rplidar|lds)(_|$)/);
  if (frame === undefined) return undefined;
  const { translationM, rotation } = links.get(frame)!;
  // Its plane must be the floor's; its own z then points up or, upside down, to the floor.
  if (Math.abs(rotation[8]) < Math.cos(Math.asin(SKEW))) {
    notes.push(`the scanner ${frame} is tilted: the guard takes its plane for level`);
  } else if (rotation[8] < 0) {
    notes.push(`the scanner ${frame} hangs upside down: its driver must turn the scan round, or left is right`);
  }
  return { frame, xM: translationM[0], yM: translationM[1], yawRad: Math.atan2(rotation[3], rotation[0]) };
}

function cameraOf(root: XmlElement, links: ReadonlyMap<string, Placement>): UrdfCamera | undefined {
  const seen = sensorLink(root, links, /^(wide_angle_|rgbd_|depth_)?camera$|^(depth|rgbd)$/);
  const frame = named(links, /camera.*optical/) ?? named(links, /optical/) ?? seen ?? named(links, /(^|_)camera/);
  if (frame === undefined) return undefined;
  const at = links.get(frame)!;
  const { translationM } = at;
  const axes = frame.includes("optical") ? at.rotation : multiplied(at.rotation, OPTICAL);
  const sensor = within(root, "sensor").find((each) => within(each, "camera").length > 0);
  const number = (tag: string) => {
    const value = Number(sensor && within(sensor, tag)[0]?.text);
    return value > 0 && Number.isFinite(value) ? value : undefined;
  };
  const [widthPx, heightPx, viewRad] = [number("width"), number("height"), number("horizontal_fov")];
  return {
    frame,
    xM: translationM[0],
    yM: translationM[1],
    zM: translationM[2],
    rollRad: Math.atan2(axes[7], axes[8]),
    pitchRad: Math.atan2(-axes[6], Math.hypot(axes[7], axes[8])),
    yawRad: Math.atan2(axes[3], axes[0]),
    ...(widthPx && heightPx && { widthPx, heightPx }),
    ...(viewRad && { viewRad }),
  };
}

/** The link that a simulated sensor of that type hangs on. */
function sensorLink(root: XmlElement, links: ReadonlyMap<string, Placement>, type: RegExp): string | undefined {
  const gazebo = childrenOf(root, "gazebo").find((part) =>
    within(part, "sensor").some(({ attributes }) => type.test(attributes.type ?? "")),
  );
  const link = gazebo?.attributes.reference;
  return link !== undefined && links.has(link) ? link : undefined;
}

function named(links: ReadonlyMap<string, Placement>, pattern: RegExp): string | undefined {
  return [...links.keys()].find((name) => pattern.test(name));
}

function limitedJoint({ name, type, element }: Edge): UrdfRobot["joints"] {
  const limit = childrenOf(element, "limit")[0]?.attributes;
  const [low, high, velocityRps] = [Number(limit?.lower), Number(limit?.upper), Number(limit?.velocity)];
  if (type !== "revolute" || !(low < high) || !(velocityRps > 0)) return [];
  return [{ name, positionRad: [low, high], velocityRps }];
}

function shapeOf(part: XmlElement): XmlElement | undefined {
  const geometry = childrenOf(part, "geometry")[0];
  return geometry?.children.find((child): child is XmlElement => child.type === "element");
}

function sizeOf(shape: XmlElement, key: string, of: string, fail: Fail): number {
  const value = Number(shape.attributes[key]);
  return value > 0 && Number.isFinite(value)
    ? value
    : fail(`${key} of the ${shape.name} of ${of} is ${shape.attributes[key]}`, "a number above 0");
}

/** All elements of that name, however deep. */
function within(element: XmlElement, name: string): XmlElement[] {
  return element.children.flatMap((child) => {
    if (child.type !== "element") return [];
    const found = child as XmlElement;
    return found.name === name ? [found, ...within(found, name)] : within(found, name);
  });
}

function compose(a: Placement, b: Placement): Placement {
  const [x, y, z] = turned(a.rotation, b.translationM);
  return {
    translationM: [a.translationM[0] + x, a.translationM[1] + y, a.translationM[2] + z],
    rotation: multiplied(a.rotation, b.rotation),
  };
}

function inverse({ translationM, rotation: r }: Placement): Placement {
  const rotation: Rotation = [r[0], r[3], r[6], r[1], r[4], r[7], r[2], r[5], r[8]];
  const [x, y, z] = turned(rotation, translationM);
  return { translationM: [-x, -y, -z], rotation };
}

function multiplied(a: Rotation, b: Rotation): Rotation {
  return Array.from({ length: 9 }, (_, at) => {
    const [row, column] = [3 * Math.floor(at / 3), at % 3];
    return a[row]! * b[column]! + a[row + 1]! * b[column + 3]! + a[row + 2]! * b[column + 6]!;
  }) as unknown as Rotation;
}

function turned(r: Rotation, [x, y, z]: Vector3): Vector3 {
  return [r[0] * x + r[1] * y + r[2] * z, r[3] * x + r[4] * y + r[5] * z, r[6] * x + r[7] * y + r[8] * z];
}
