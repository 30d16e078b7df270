import type { Odometry, Pose2 } from "../../core/body.js";
import { type Command, STOP_TWIST, type TwistCommand } from "../../core/command.js";
import { RehearseError } from "../../core/error.js";
import type { Random } from "../../core/random.js";
import type { Footprint } from "../../core/robot-description.js";
import type { CameraFrame, LaserScan } from "../../core/sensors.js";
import type { NavigationWorld, WorldOptions } from "../../core/world.js";
import { clamp, wrapAngle } from "../../math/angle.js";
import { ConvexPolygons } from "../../math/convex-polygons.js";
import { seededRandom } from "../../math/random.js";
import { type DifferentialDriveResponse, type DriveState, driveStep } from "../../motion/differential-drive.js";
import type { FloorCamera } from "./camera.js";
import { Contact, type Touching } from "./contact.js";
import { type FloorPlan, isDiscFree, type Point } from "./plan.js";
import { PolygonContact } from "./polygon-contact.js";
import { castScan, FINE_SCAN_BEAMS, SCAN_ANGLE_MIN_RAD, SCAN_BEAMS, SCAN_RANGE_MAX_M, SCAN_RANGE_MIN_M } from "./scanner.js";
import { type Path, shortestPath } from "./shortest-path.js";

/** Physical limits of the simulated robot, whatever is commanded. */
export interface FloorBody extends Footprint {
  readonly maxForwardMps: number;
  readonly maxReverseMps: number;
  /** 0 unless `response.sideways`. */
  readonly maxSidewaysMps: number;
  /** 0: it cannot turn, and stands with its heading along x. */
  readonly maxYawRateRps: number;
  readonly response: DifferentialDriveResponse;
}

/** What makes one world of a floor different from another. */
export interface FloorDesign<Plan extends FloorPlan> {
  /** The world's, for errors. */
  readonly name: string;
  readonly body: FloorBody;
  /** The floor of a seed. */
  plan(random: Random): Plan;
  camera(plan: Plan): FloorCamera;
}

/** Standard deviations of what the sensors add to the truth, drawn anew for each stamp. */
export interface SensorNoise {
  readonly speedMps: number;
  readonly yawRateRps: number;
  readonly rangeM: number;
}

export interface FloorOptions extends WorldOptions {
  /** Default: none, the sensors are exact. */
  readonly noise?: SensorNoise;
}

/** The integration runs on a fixed grid of instants since the start, so that advancing twice by 50 ms is bit for bit once by 100 ms. */
const GRID_NS = 12_500_000;
const COMMAND_LIFE_NS = 500_000_000;
const START_CLEARANCE_M = 0.1;

/**
 * A floor with walls, a disc that drives by twists, a camera and a scanner. `advance` splits at the grid of 12.5 ms, at its own
 * end, and at the end of a command's life: durations that are multiples of 12.5 ms never depend on how they are split.
 */
export class FloorWorld<Plan extends FloorPlan = FloorPlan> implements NavigationWorld {
  readonly body: FloorBody;
  readonly cameraSizePx: number;
  private readonly startNs: bigint;
  private random!: Random;
  private layout!: Plan;
  private camera!: FloorCamera;
  private contact!: Touching;
  /** Of the largest disc around the origin that is all footprint: no path is shorter than that disc's. */
  private readonly innerRadiusM: number;
  private readonly beams: number;
  private state!: DriveState;
  // Nanoseconds since the start, as numbers: exact for 100 days, and far cheaper than bigint.
  private elapsedNs = 0;
  private commanded: TwistCommand = STOP_TWIST;
  private commandEndNs = 0;
  private readonly commandDelayNs: number;
  /** Commands that do not act yet, oldest first. */
  private waiting: { readonly command: TwistCommand; readonly actsNs: number }[] = [];

  constructor(
    private readonly options: FloorOptions,
    private readonly design: FloorDesign<Plan>,
  ) {
    this.body = { ...design.body, ...options.footprint };
    const { polygonsM, radiusM } = this.body;
    // A body whose origin lies outside of it still has some extent.
    this.innerRadiusM = polygonsM === undefined ? radiusM : Math.max(0.01, -new ConvexPolygons(polygonsM).distance(0, 0));
    this.beams = polygonsM === undefined ? SCAN_BEAMS : FINE_SCAN_BEAMS;
    this.cameraSizePx = options.cameraSizePx ?? 64;
    this.startNs = options.startNs ?? 0n;
    this.commandDelayNs = Math.round((options.commandDelayS ?? 0) * 1e9);
    this.reset(options.seed);
  }

  /** As if built anew with this seed; time starts over, too. */
  reset(seed: number): void {
    this.random = seededRandom(seed);
    this.layout = this.design.plan(this.random);
    this.camera = this.design.camera(this.layout);
    const { polygonsM, radiusM, response } = this.body;
    this.contact = polygonsM
      ? new PolygonContact(this.layout, polygonsM, response.sideways)
      : new Contact(this.layout, radiusM, response.sideways);
    this.elapsedNs = 0;
    this.place(this.samplePose(this.random.fork("start"), START_CLEARANCE_M));
  }

  get map(): Plan {
    return this.layout;
  }

  get stampNs(): bigint {
    return this.startNs + BigInt(this.elapsedNs);
  }

  get collisions(): number {
    return this.contact.count;
  }

  /** True distance between the footprint and the nearest surface. */
  get clearanceM(): number {
    return this.contact.clearanceM(this.state.pose);
  }

  get odomFromBase(): Pose2 {
    const { xM, yM, yawRad } = this.state.pose;
    return { xM, yM, yawRad: wrapAngle(yawRad) };
  }

  /**
   * Clamped to what the body can do; a command with a value that is not finite stops the robot.
   * @throws RehearseError for a command that is no twist
   */
  command(command: Command): void {
    if (command.kind !== "twist") {
      throw new RehearseError(
        "RH-WORLD-COMMAND",
        `${this.design.name}: its robot drives by twists, not by ${command.kind}`,
        "send a twist command",
      );
    }
    const { vxMps, vyMps, yawRateRps } = command;
    const { maxForwardMps, maxReverseMps, maxSidewaysMps, maxYawRateRps } = this.body;
    const finite = [vxMps, yawRateRps, ...(maxSidewaysMps > 0 ? [vyMps] : [])].every(Number.isFinite);
    const obeyed: TwistCommand = finite
      ? {
          kind: "twist",
          vxMps: clamp(vxMps, -maxReverseMps, maxForwardMps),
          vyMps: maxSidewaysMps > 0 ? clamp(vyMps, -maxSidewaysMps, maxSidewaysMps) : 0,
          yawRateRps: maxYawRateRps > 0 ? clamp(yawRateRps, -maxYawRateRps, maxYawRateRps) : 0,
        }
      : STOP_TWIST;
    this.waiting.push({ command: obeyed, actsNs: this.elapsedNs + this.commandDelayNs });
    this.applyDueCommands();
  }

  advance(durationNs: bigint): void {
    if (durationNs < 0n) throw new RangeError(`time does not go back: advance(${durationNs})`);
    const endNs = this.elapsedNs + Number(durationNs);
    while (this.elapsedNs < endNs) {
      const gridNs = (Math.floor(this.elapsedNs / GRID_NS) + 1) * GRID_NS;
      const live = this.elapsedNs < this.commandEndNs;
      const nextNs = Math.min(endNs, gridNs, live ? this.commandEndNs : gridNs, this.waiting[0]?.actsNs ?? gridNs);
      const moved = driveStep(this.state, live ? this.commanded : STOP_TWIST, (nextNs - this.elapsedNs) / 1e9, this.body.response);
      this.state = this.contact.resolve(moved);
      this.elapsedNs = nextNs;
      this.applyDueCommands();
    }
  }

  frame(sizePx = this.cameraSizePx): CameraFrame {
    return this.frameAt(this.state.pose, sizePx);
  }

  frameAt(pose: Pose2, sizePx = this.cameraSizePx): CameraFrame {
    return { stampNs: this.stampNs, width: sizePx, height: sizePx, rgb: this.camera.draw(pose, sizePx) };
  }

  odometry(): Odometry {
    const { twist } = this.state;
    const noise = this.options.noise;
    if (!noise) return { stampNs: this.stampNs, odomFromBase: this.odomFromBase, twistInBase: twist };
    // Drawn by stamp, not by call: reading twice changes nothing.
    const random = this.random.fork(`odometry ${this.elapsedNs}`);
    const vxMps = twist.vxMps + noise.speedMps * random.normal();
    const yawRateRps = twist.yawRateRps + noise.yawRateRps * random.normal();
    const vyMps = this.body.maxSidewaysMps > 0 ? twist.vyMps + noise.speedMps * random.normal() : 0;
    return { stampNs: this.stampNs, odomFromBase: this.odomFromBase, twistInBase: { vxMps, vyMps, yawRateRps } };
  }

  scan(): LaserScan {
    const rangesM = castScan(this.layout, this.state.pose, this.beams);
    const noise = this.options.noise;
    if (noise) {
      const random = this.random.fork(`scan ${this.elapsedNs}`);
      for (let i = 0; i < rangesM.length; i++) rangesM[i] = rangesM[i]! + noise.rangeM * random.normal();
    }
    return {
      stampNs: this.stampNs,
      angleMinRad: SCAN_ANGLE_MIN_RAD,
      angleIncrementRad: (2 * Math.PI) / this.beams,
      rangeMinM: SCAN_RANGE_MIN_M,
      rangeMaxM: SCAN_RANGE_MAX_M,
      rangesM,
    };
  }

  place(pose: Pose2): void {
    const free = this.body.polygonsM ? this.contact.clearanceM(pose) >= 0 : this.isFree(pose.xM, pose.yM, 0);
    if (!free || !Number.isFinite(pose.yawRad)) {
      throw new RehearseError(
        "RH-WORLD-POSE",
        `${this.design.name}: the robot cannot stand at x = ${pose.xM} m, y = ${pose.yM} m, yaw = ${pose.yawRad} rad`,
        `choose a place at least ${this.body.radiusM} m from walls and border`,
      );
    }
    this.state = { pose: { xM: pose.xM, yM: pose.yM, yawRad: pose.yawRad }, twist: { vxMps: 0, vyMps: 0, yawRateRps: 0 } };
    this.commandEndNs = 0;
    this.waiting = [];
    this.contact.release();
  }

  /** Puts the commands into force whose time has come. */
  private applyDueCommands(): void {
    for (let next = this.waiting[0]; next !== undefined && next.actsNs <= this.elapsedNs; next = this.waiting[0]) {
      this.commanded = next.command;
      this.commandEndNs = next.actsNs + COMMAND_LIFE_NS;
      this.waiting.shift();
    }
  }

  samplePose(random: Random, clearanceM: number): Pose2 {
    const { minXM: x0, minYM: y0, maxXM, maxYM } = this.layout.arena;
    const turns = this.body.maxYawRateRps > 0;
    for (let attempt = 0; attempt < 10_000; attempt++) {
      const xM = x0 + (maxXM - x0) * random.uniform();
      const yM = y0 + (maxYM - y0) * random.uniform();
      if (this.isFree(xM, yM, clearanceM)) return { xM, yM, yawRad: turns ? Math.PI * (2 * random.uniform() - 1) : 0 };
    }
    throw new RehearseError("RH-WORLD-CLEARANCE", `${this.design.name}: no place has ${clearanceM} m to spare`, "ask for less clearance");
  }

  /** With any heading. */
  isFree(xM: number, yM: number, clearanceM: number): boolean {
    return isDiscFree(this.layout, xM, yM, this.body.radiusM + clearanceM);
  }

  shortestPathM(from: Point, to: Point): number {
    return this.shortestPath(from, to)?.lengthM ?? Number.POSITIVE_INFINITY;
  }

  /**
   * For polygons that of the disc within them: what they could do at best.
   * @param clearanceM kept from every surface, besides the robot's radius; default 0 @returns undefined: no path
   */
  shortestPath(from: Point, to: Point, clearanceM = 0): Path | undefined {
    return shortestPath(this.layout, from, to, this.innerRadiusM + clearanceM);
  }
}
