import { areaOf, enclosingPolygon } from "../math/convex-hull.js";
import type { BaseNumbers, CameraPlace } from "./new-robot-file.js";
import { FOLDER_FILES } from "./robot-folder.js";
import type { UrdfRobot } from "./urdf-robot.js";

/** Of a footprint in a robot file. */
const MOST_CORNERS = 16;
/** Around what the URDF has: corners are rounded to a tenth of a millimetre, and merged when they are this close. */
const MARGIN_M = 0.001;
const DISC_SHARE = 0.9;
const USUAL_VIEW_RAD = Math.PI / 3;
/** Poses of optical frames, until they are measured: looking ahead from 20 cm above the floor, and straight down from 2.5 m. */
const AHEAD = [0, 0, 0.2, -Math.PI / 2, 0, -Math.PI / 2] as const;
const OVERHEAD = [0, 0, 2.5, Math.PI, 0, 0] as const;

/** All that the files of a new robot's folder are made of: each number is in them from here. */
export interface NewRobot {
  readonly base: BaseNumbers;
  /** Across the direction of travel: what a straight way must have free. */
  readonly widthM: number;
  /** As pictures arrive on the image topic; the model takes them so. */
  readonly picture: { readonly widthPx: number; readonly heightPx: number };
  /** Horizontal angle of view of the camera. */
  readonly viewRad: number;
  readonly topics: { readonly image: string; readonly odometry: string; readonly scan: string; readonly command: string };
  /** The base takes TwistStamped, not Twist. */
  readonly stamped: boolean;
  /** The URDF that numbers are from, and what could not be read of it. */
  readonly urdf?: { readonly path: string; readonly notes: readonly string[] };
  readonly wheels?: { readonly radiusM: number; readonly separationM: number };
}

/** What a person says of a robot; what is left out comes from the URDF, or is a cautious guess. Lengths m, angles rad, times s. */
export interface SaidOfRobot {
  readonly name: string;
  readonly drive?: BaseNumbers["drive"] | undefined;
  readonly radiusM?: number | undefined;
  readonly forwardMps?: number | undefined;
  readonly reverseMps?: number | undefined;
  readonly yawRateRps?: number | undefined;
  readonly accelerationMps2?: number | undefined;
  readonly brakingMps2?: number | undefined;
  readonly delayS: number;
  readonly timeoutS: number;
  /** false: there is none. */
  readonly scanner: boolean;
  readonly scanFrame?: string | undefined;
  readonly scanAt?: readonly number[] | undefined;
  readonly cameraFrame?: string | undefined;
  /** x, y, z, roll, pitch, yaw of the optical frame. */
  readonly cameraAt?: readonly number[] | undefined;
  /** The camera does not ride on the robot, but sees all of the place. */
  readonly overhead: boolean;
  readonly picture: NewRobot["picture"];
  readonly viewRad?: number | undefined;
  readonly topics: NewRobot["topics"];
  readonly stamped: boolean;
  readonly urdfPath?: string | undefined;
}

/** What can't be guessed. */
export type Needed = "radiusM" | "forwardMps" | "yawRateRps" | "accelerationMps2" | "brakingMps2";

/** What has still to be said before there can be a robot file. */
export function missingOf(said: SaidOfRobot, urdf?: UrdfRobot): Needed[] {
  const known: Readonly<Record<Needed, boolean>> = {
    radiusM: said.radiusM !== undefined || urdf?.outlineM !== undefined,
    forwardMps: said.forwardMps !== undefined,
    yawRateRps: said.yawRateRps !== undefined,
    accelerationMps2: said.accelerationMps2 !== undefined,
    brakingMps2: said.brakingMps2 !== undefined,
  };
  return (Object.keys(known) as Needed[]).filter((key) => !known[key]);
}

/** What is said goes before what the URDF has. Nothing of `missingOf` may be missing. */
export function newRobotOf(said: SaidOfRobot, urdf?: UrdfRobot): NewRobot {
  const hull = said.radiusM === undefined ? urdf?.outlineM : undefined;
  const radiusM = said.radiusM ?? Math.max(...hull!.map(([x, y]) => Math.hypot(x, y)));
  // Of what is nearly a disc, the disc: it is cheaper to keep clear of things.
  const isDisc = hull === undefined || areaOf(hull) > DISC_SHARE * Math.PI * radiusM ** 2;
  const polygonM = isDisc ? undefined : enclosingPolygon(hull, MOST_CORNERS, MARGIN_M);
  const widthM = 2 * (polygonM ? Math.max(...polygonM.map(([, y]) => Math.abs(y))) : radiusM);
  const { wheels } = urdf ?? {};
  return {
    base: {
      name: said.name,
      drive: said.drive ?? "differential",
      radiusM,
      ...(polygonM && { polygonM }),
      forwardMps: said.forwardMps!,
      reverseMps: said.reverseMps ?? said.forwardMps! / 2,
      yawRateRps: said.yawRateRps!,
      accelerationMps2: said.accelerationMps2!,
      brakingMps2: said.brakingMps2!,
      delayS: said.delayS,
      timeoutS: said.timeoutS,
      ...(said.scanner && { scanner: scannerOf(said, urdf) }),
      camera: cameraOf(said, urdf),
    },
    widthM,
    picture: said.picture,
    viewRad: said.viewRad ?? urdf?.camera?.viewRad ?? USUAL_VIEW_RAD,
    topics: said.topics,
    stamped: said.stamped,
    ...(said.urdfPath && urdf && { urdf: { path: said.urdfPath, notes: urdf.notes } }),
    ...(wheels && { wheels }),
  };
}

function scannerOf({ scanFrame, scanAt }: SaidOfRobot, urdf?: UrdfRobot): NonNullable<BaseNumbers["scanner"]> {
  const [xM = 0, yM = 0, yawRad = 0] = scanAt ?? [];
  const known = scanAt ? { xM, yM, yawRad } : (urdf?.scanner ?? { xM, yM, yawRad });
  return { xM: known.xM, yM: known.yM, yawRad: known.yawRad, frame: scanFrame ?? urdf?.scanner?.frame ?? "base_scan" };
}

function cameraOf({ cameraFrame, cameraAt, overhead }: SaidOfRobot, urdf?: UrdfRobot): CameraPlace {
  const [x, y, z, roll, pitch, yaw] = overhead ? OVERHEAD : AHEAD;
  const [xM = x, yM = y, zM = z, rollRad = roll, pitchRad = pitch, yawRad = yaw] = cameraAt ?? [];
  const said = { xM, yM, zM, rollRad, pitchRad, yawRad };
  const of = overhead ? undefined : urdf?.camera;
  const at = cameraAt || of === undefined ? said : of;
  return {
    frame: cameraFrame ?? of?.frame ?? "camera_optical",
    intrinsics: FOLDER_FILES.camera,
    mountedOn: overhead ? "odom" : "base_link",
    xM: at.xM,
    yM: at.yM,
    zM: at.zM,
    rollRad: at.rollRad,
    pitchRad: at.pitchRad,
    yawRad: at.yawRad,
  };
}
