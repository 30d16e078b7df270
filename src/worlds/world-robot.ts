import { type Observable, Subject } from "rxjs";
import type { JointState, Odometry } from "../core/body.js";
import type { Command } from "../core/command.js";
import type { Robot } from "../core/robot.js";
import type { CameraFrame, LaserScan } from "../core/sensors.js";
import type { World } from "../core/world.js";

export interface WorldRobotOptions {
  /** Default 100 ms. */
  readonly cameraPeriodNs?: bigint;
  /** Period of odometry or joint states. Default 50 ms. */
  readonly odometryPeriodNs?: bigint;
  /** Default 100 ms. */
  readonly scanPeriodNs?: bigint;
}

interface Sensor {
  readonly periodNs: bigint;
  dueNs: bigint;
  readonly emit: () => void;
}

/**
 * A robot in an embedded world. Time moves only by `advance`; each sensor publishes at its own instants: whole periods since this
 * robot was made, that instant included. Those that the world has; at one instant in the order odometry or
 * joints, scan, frame: who takes a frame has its odometry already.
 */
export class WorldRobot implements Robot {
  private readonly frameSubject = new Subject<CameraFrame>();
  private readonly odometrySubject = new Subject<Odometry>();
  private readonly jointSubject = new Subject<JointState>();
  private readonly scanSubject = new Subject<LaserScan>();
  readonly frames: Observable<CameraFrame> = this.frameSubject.asObservable();
  readonly odometry: Observable<Odometry> = this.odometrySubject.asObservable();
  readonly joints: Observable<JointState> = this.jointSubject.asObservable();
  readonly scans: Observable<LaserScan> = this.scanSubject.asObservable();
  private readonly sensors: readonly Sensor[];

  constructor(
    readonly world: World,
    options: WorldRobotOptions = {},
  ) {
    const dueNs = world.stampNs;
    const bodyPeriodNs = period(options.odometryPeriodNs ?? 50_000_000n);
    const sensors: readonly (Sensor | false)[] = [
      world.odometry !== undefined && { periodNs: bodyPeriodNs, dueNs, emit: () => this.odometrySubject.next(world.odometry!()) },
      world.joints !== undefined && { periodNs: bodyPeriodNs, dueNs, emit: () => this.jointSubject.next(world.joints!()) },
      world.scan !== undefined && {
        periodNs: period(options.scanPeriodNs ?? 100_000_000n),
        dueNs,
        emit: () => this.scanSubject.next(world.scan!()),
      },
      { periodNs: period(options.cameraPeriodNs ?? 100_000_000n), dueNs, emit: () => this.frameSubject.next(world.frame()) },
    ];
    this.sensors = sensors.filter((sensor) => sensor !== false);
  }

  get stampNs(): bigint {
    return this.world.stampNs;
  }

  command(command: Command): void {
    this.world.command(command);
  }

  /**
   * Moves the world on, and emits all that falls due from now to then, both included, each message once: `advance(0n)` gives the first
   * observation. A subscriber may command; that holds from the instant of what it was given. What fell due while the world was advanced past
   * this robot is skipped; after a reset of the world make a new robot.
   */
  advance(durationNs: bigint): void {
    const nowNs = this.world.stampNs;
    const endNs = nowNs + durationNs;
    for (const sensor of this.sensors) {
      const lateNs = nowNs - sensor.dueNs;
      if (lateNs > 0n) sensor.dueNs += ((lateNs + sensor.periodNs - 1n) / sensor.periodNs) * sensor.periodNs;
    }
    for (;;) {
      const dueNs = earliest(this.sensors);
      if (dueNs > endNs) break;
      this.world.advance(dueNs - this.world.stampNs);
      for (const sensor of this.sensors) {
        if (sensor.dueNs !== dueNs) continue;
        sensor.dueNs += sensor.periodNs;
        sensor.emit();
      }
    }
    this.world.advance(endNs - this.world.stampNs);
  }

  /** Completes every stream. */
  close(): void {
    this.frameSubject.complete();
    this.odometrySubject.complete();
    this.jointSubject.complete();
    this.scanSubject.complete();
  }
}

function earliest(sensors: readonly Sensor[]): bigint {
  let dueNs = sensors[0]!.dueNs;
  for (const sensor of sensors) if (sensor.dueNs < dueNs) dueNs = sensor.dueNs;
  return dueNs;
}

function period(periodNs: bigint): bigint {
  if (periodNs <= 0n) throw new RangeError(`a sensor's period must be above 0, not ${periodNs} ns`);
  return periodNs;
}
