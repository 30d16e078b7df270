import { merge, type Observable, Subject } from "rxjs";
import type { Odometry } from "../core/body.js";
import type { Command, TwistCommand } from "../core/command.js";
import type { RehearseError } from "../core/error.js";
import type { GoalRequest } from "../core/goal.js";
import type { Robot } from "../core/robot.js";
import type { CameraFrame, LaserScan } from "../core/sensors.js";
import { FRAME_IDS } from "../messages/frame-ids.js";
import type { ReplayedKey, ValueOf } from "../messages/topic.js";
import { type OwnTable, TOPIC_TABLE } from "../messages/topics.js";
import type { BagReader } from "./bag-reader.js";
import { type FoundTopics, findObservationTopics, replayedOf } from "./observation-topics.js";
import { type Observation, type Observed, observations, type RefusedMessage } from "./observations.js";

/** A controller's command on replay, beside the command that was recorded at that time. */
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

/** The streams of a table, each with what its messages are decoded to. */
type ReplayStreams<Table> = { readonly [Key in ReplayedKey<Table>]: Observable<ValueOf<Table[Key]>> };

/**
 * The robot of a bag, in the bag's own time (its log time): nothing happens but by `advance`, so that a replay is the same every time.
 * What it is commanded changes nothing, and is kept for comparison.
 */
export class ReplayRobot<Table extends OwnTable = OwnTable> implements Robot {
  private readonly subjects: Readonly<Record<string, Subject<unknown>>>;
  /** Everything that is replayed, by its key in the table of topics. */
  readonly streams: ReplayStreams<Table>;
  readonly frames: Observable<CameraFrame>;
  readonly odometry: Observable<Odometry>;
  readonly scans: Observable<LaserScan>;
  /** Goals as they were requested. */
  readonly goals: Observable<GoalRequest>;
  /** true: pressed. */
  readonly estop: Observable<boolean>;
  /** What the frame of odometry is called. */
  odomFrame: string = FRAME_IDS.odom;
  private readonly given: ReplayedCommand[] = [];
  private readonly unstampedCounts = new Map<string, number>();
  private readonly refusals = new Map<string, Refused>();
  private recorded: TwistCommand | undefined;
  private nowNs: bigint;

  private constructor(
    private readonly source: AsyncGenerator<Observation<Table>, void, void>,
    /** What comes next; undefined: the bag is over. */
    private head: Observation<Table> | undefined,
    startNs: bigint,
    /** What it is replayed from. */
    readonly found: FoundTopics<Table>,
  ) {
    this.nowNs = head?.logNs ?? startNs;
    this.subjects = Object.fromEntries(Object.keys(found.topics).map((stream) => [stream, new Subject<unknown>()]));
    const own = this.subjects as unknown as ReplayStreams<OwnTable>;
    this.streams = own as unknown as ReplayStreams<Table>;
    this.frames = own.image;
    this.odometry = own.odometry;
    this.scans = own.scan;
    this.goals = merge(own.goalPose, own.goalImage);
    this.estop = own.estop;
    own.command.subscribe((command) => {
      this.recorded = command;
    });
  }

  /**
   * Stands at the first observation, which `advance(0n)` gives.
   * @param given topics by stream (`image`, `odometry`, `scan`, `command`), for those that can't be found by themselves
   * @param table default: the project's own topics
   * @throws RehearseError RH-BAG-TOPIC, RH-BAG-TYPE, RH-BAG-STREAM when the bag lacks pictures or odometry, or what is given
   */
  static async open<Table extends OwnTable = OwnTable>(
    bag: BagReader,
    given: Readonly<Record<string, string>> = {},
    table: Table = TOPIC_TABLE as Table,
  ): Promise<ReplayRobot<Table>> {
    const found = findObservationTopics(bag, given, table);
    const required = replayedOf(table).filter(([, { replayed }]) => replayed === "required");
    const source = observations(bag, found.topics, [...required.map(([stream]) => stream), ...Object.keys(given)], table);
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
    for (const subject of Object.values(this.subjects)) subject.complete();
  }

  private emit(observation: Observation<Table>): void {
    const { topic, stream } = observation;
    if (stream === "refused") {
      this.count(topic, (observation as RefusedMessage).error);
      return;
    }
    const { value, frameId, unstamped } = observation as Observed<string, unknown>;
    if (unstamped) this.unstampedCounts.set(topic, (this.unstampedCounts.get(topic) ?? 0) + 1);
    if (stream === "odometry") this.odomFrame = frameId || this.odomFrame;
    this.subjects[stream]!.next(value);
  }

  private count(topic: string, error: RehearseError): void {
    const key = `${topic} ${error.code}`;
    const before = this.refusals.get(key);
    this.refusals.set(key, { topic, messages: (before?.messages ?? 0) + 1, first: before?.first ?? error });
  }
}
