import { type Observable, Subject } from "rxjs";
import type { Odometry } from "../core/body.js";
import type { Command, TwistCommand } from "../core/command.js";
import type { RehearseError } from "../core/error.js";
import type { GoalRequest } from "../core/goal.js";
import type { Robot } from "../core/robot.js";
import type { CameraFrame, LaserScan } from "../core/sensors.js";
import { FRAME_IDS } from "../messages/frame-ids.js";
import type { BagReader } from "./bag-reader.js";
import { type FoundTopics, findObservationTopics, type Stream } from "./observation-topics.js";
import { type Observation, observations } from "./observations.js";

/** What a controller commanded on replay, beside what the robot was told at that moment when it was recorded. */
export interface ReplayedCommand {
  readonly stampNs: bigint;
  readonly given: Command;
  /** The last recorded command not later than `stampNs`; undefined before the first. */
  readonly recorded: TwistCommand | undefined;
}

/** Messages of one topic that were refused for one reason, as the live nodes would have refused them. */
export interface Refused {
  readonly topic: string;
  readonly messages: number;
  readonly first: RehearseError;
}

/**
 * The robot of a bag, in the bag's own time (its log time): nothing happens but by `advance`, so that a replay is the same every time.
 * What it is commanded changes nothing, and is kept for comparison.
 */
export class ReplayRobot implements Robot {
  private readonly frameSubject = new Subject<CameraFrame>();
  private readonly odometrySubject = new Subject<Odometry>();
  private readonly scanSubject = new Subject<LaserScan>();
  private readonly goalSubject = new Subject<GoalRequest>();
  private readonly estopSubject = new Subject<boolean>();
  readonly frames: Observable<CameraFrame> = this.frameSubject.asObservable();
  readonly odometry: Observable<Odometry> = this.odometrySubject.asObservable();
  readonly scans: Observable<LaserScan> = this.scanSubject.asObservable();
  /** As they were asked for. */
  readonly goals: Observable<GoalRequest> = this.goalSubject.asObservable();
  /** true: pressed. */
  readonly estop: Observable<boolean> = this.estopSubject.asObservable();
  /** What the frame of odometry is called. */
  odomFrame: string = FRAME_IDS.odom;
  private readonly given: ReplayedCommand[] = [];
  private readonly unstampedCounts = new Map<string, number>();
  private readonly refusals = new Map<string, Refused>();
  private recorded: TwistCommand | undefined;
  private nowNs: bigint;

  private constructor(
    private readonly source: AsyncGenerator<Observation, void, void>,
    /** What comes next; undefined: the bag is over. */
    private head: Observation | undefined,
    startNs: bigint,
    /** What it is replayed from. */
    readonly found: FoundTopics,
  ) {
    this.nowNs = head?.logNs ?? startNs;
  }

  /**
   * Stands at the first observation, which `advance(0n)` gives.
   * @param given topics by stream (`image`, `odometry`, `scan`, `command`), for those that can't be found by themselves
   * @throws RehearseError RH-BAG-TOPIC, RH-BAG-TYPE, RH-BAG-STREAM when the bag lacks pictures or odometry, or what is given
   */
  static async open(bag: BagReader, given: Readonly<Record<string, string>> = {}): Promise<ReplayRobot> {
    const found = findObservationTopics(bag, given);
    const source = observations(bag, found.topics, ["image", "odometry", ...(Object.keys(given) as Stream[])]);
    const first = await source.next();
    return new ReplayRobot(source, first.done === true ? undefined : first.value, bag.startNs, found);
  }

  /** Bag time. */
  get stampNs(): bigint {
    return this.nowNs;
  }

  /** Whether everything in the bag has been given. */
  get ended(): boolean {
    return this.head === undefined;
  }

  /** In the order they were given. */
  get commands(): readonly ReplayedCommand[] {
    return this.given;
  }

  /** What was not given, and why. */
  get refused(): readonly Refused[] {
    return [...this.refusals.values()];
  }

  /** Messages by topic that had no stamp, and were given the time of their recording. */
  get unstamped(): ReadonlyMap<string, number> {
    return this.unstampedCounts;
  }

  command(command: Command): void {
    this.given.push({ stampNs: this.nowNs, given: command, recorded: this.recorded });
  }

  /**
   * Moves bag time on and emits all that was recorded up to then, that instant included, each at its own time and in the bag's order.
   * @throws RehearseError RH-BAG-BROKEN, RH-BAG-MESSAGE: what could be read before it has been emitted
   */
  async advance(durationNs: bigint): Promise<void> {
    if (durationNs < 0n) throw new RangeError(`time does not go back: advance(${durationNs})`);
    const endNs = this.nowNs + durationNs;
    while (this.head !== undefined && this.head.logNs <= endNs) {
      const { head } = this;
      // A bag that is read in the order of its file may step back a little.
      if (head.logNs > this.nowNs) this.nowNs = head.logNs;
      this.emit(head);
      this.head = undefined;
      const next = await this.source.next();
      this.head = next.done === true ? undefined : next.value;
    }
    this.nowNs = endNs;
  }

  /** Completes every stream and lets go of the bag. */
  async close(): Promise<void> {
    this.head = undefined;
    await this.source.return();
    this.frameSubject.complete();
    this.odometrySubject.complete();
    this.scanSubject.complete();
    this.goalSubject.complete();
    this.estopSubject.complete();
  }

  private emit(observation: Observation): void {
    const { topic, unstamped } = observation;
    if (unstamped) this.unstampedCounts.set(topic, (this.unstampedCounts.get(topic) ?? 0) + 1);
    switch (observation.kind) {
      case "frame":
        this.frameSubject.next(observation.frame);
        break;
      case "odometry":
        this.odomFrame = observation.frameId || this.odomFrame;
        this.odometrySubject.next(observation.odometry);
        break;
      case "scan":
        this.scanSubject.next(observation.scan);
        break;
      case "command":
        this.recorded = observation.command;
        break;
      case "goal":
        this.goalSubject.next(observation.request);
        break;
      case "estop":
        this.estopSubject.next(observation.pressed);
        break;
      case "trace":
        break;
      case "refused":
        this.count(topic, observation.error);
        break;
    }
  }

  private count(topic: string, error: RehearseError): void {
    const key = `${topic} ${error.code}`;
    const before = this.refusals.get(key);
    this.refusals.set(key, { topic, messages: (before?.messages ?? 0) + 1, first: before?.first ?? error });
  }
}
