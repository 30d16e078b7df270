import type { BodyMeasurement } from "../../core/body.js";
import { type Command, type CommandNumbers, restCommand, TWIST, valuesOf } from "../../core/command.js";
import type { Embodiment, RosTopic } from "../../core/embodiment.js";
import { RehearseError } from "../../core/error.js";
import type { RobotDescription } from "../../core/robot-description.js";
import { embodimentOf } from "../../embodiment/index.js";
import { type CommandCodec, commandCodecOf, measurementCodecOf } from "../../messages/body-codecs.js";
import { INTAKES } from "../../messages/intakes.js";
import { RELIABLE_QOS, SENSOR_QOS } from "../../messages/qos.js";
import { stampToNs } from "../../messages/stamp.js";
import type { MessageName, MessageTypes } from "../../messages/types.js";
import type { Endpoints, Publication, SubscriptionOptions } from "../rcl/endpoints.js";

/** What a node has to know about its robot. */
export interface RosBody {
  readonly embodiment: Embodiment;
  readonly command: CommandNumbers;
}

export function rosBodyOf(robot: RobotDescription): RosBody {
  const embodiment = embodimentOf(robot);
  return { embodiment, command: embodiment.command(robot) };
}

/** For programs without a robot file. */
export const DIFFERENTIAL: RosBody = { embodiment: embodimentOf({ drive: "differential" }), command: TWIST };

/** Limit on a frame's name, which is sent again with each command. */
const MAX_FRAME_LENGTH = 256;

/** Commands and measurements of a robot's body on ROS: topics and types are its embodiment's, messages those that `messages/` has a codec for. */
export class BodyTopics {
  /** Names of frames: those of REP 105, until the measurement's messages name others. */
  readonly frames = { odom: "odom", base: "base_link" };

  constructor(
    private readonly endpoints: Endpoints,
    private readonly body: RosBody,
  ) {}

  get rest(): Command {
    return restCommand(this.body.command);
  }

  get measured(): RosTopic {
    return this.body.embodiment.measurement.ros;
  }

  /** @param stamped selects the stamped type; the other one is for proposers that have no stamps, such as most joysticks */
  proposed(stamped = true): RosTopic {
    const { proposed, unstampedType } = this.body.embodiment.ros;
    return stamped || unstampedType === undefined ? proposed : { ...proposed, type: unstampedType };
  }

  /** To the robot itself. @param stamped selects the stamped type, for robots that accept either */
  commanded(stamped: boolean): RosTopic {
    const { command, unstampedType } = this.body.embodiment.ros;
    return stamped || unstampedType === undefined ? command : { ...command, type: unstampedType };
  }

  publish(to: RosTopic): CommandPublisher {
    return new CommandPublisher(this.endpoints, to, this.body.command, this.frames);
  }

  /** Values by name, the unit in the key; a base that does not move sideways has no value for it. */
  numbers(prefix: string, command: Command): Record<string, number> {
    const { names } = this.body.command;
    const named = valuesOf(command).map((value, i) => [names[i] ?? `${i}`, value] as const);
    return Object.fromEntries(
      named
        .filter(([name, value]) => name !== "linear.y" || value !== 0)
        .map(([name, value]) => [`${prefix}.${name}${name.startsWith("linear.") ? "_mps" : "_rps"}`, value]),
    );
  }

  /** As the robot receives it, without a stamp of its own. */
  onCommanded(from: RosTopic, take: (command: Command) => void): void {
    const codec = commandCodecOf(from.type);
    this.endpoints.subscribe(codec.type, from.topic, RELIABLE_QOS, (message) => take(codec.decode(message, this.body.command.names)));
  }

  /** @param nowNs what counts as the stamp of a message that has none */
  onProposed(
    { topic, type }: RosTopic,
    nowNs: () => bigint,
    take: (command: Command, stampNs: bigint, gid: string) => void,
    options: SubscriptionOptions,
  ): void {
    const codec = commandCodecOf(type);
    this.endpoints.subscribeFrom(
      codec.type,
      topic,
      [RELIABLE_QOS],
      (message, { gid }) => {
        const stampNs = "header" in message ? stampToNs(message.header.stamp) : nowNs();
        take(codec.decode(message, this.body.command.names), stampNs, gid);
      },
      { ...options, intake: INTAKES.small, onlyLive: true },
    );
  }

  onMeasured(take: (body: BodyMeasurement) => void, options: SubscriptionOptions): void {
    const { topic, type } = this.measured;
    const codec = measurementCodecOf(type);
    this.endpoints.subscribe(
      codec.type,
      topic,
      SENSOR_QOS,
      (message) => {
        const body = codec.decode(message, this.body.command.names);
        if ("child_frame_id" in message) {
          this.frames.odom = named(message.header.frame_id, this.frames.odom);
          this.frames.base = named(message.child_frame_id, this.frames.base);
        }
        take(body);
      },
      { ...options, intake: INTAKES.small },
    );
  }
}

/** Only the newest is sent again when it was lost: after a hold-up no command from before it. */
const COMMAND_QOS = { ...RELIABLE_QOS, depth: 1 };

/** One topic on which commands go out. */
export class CommandPublisher {
  readonly topic: string;
  private readonly codec: CommandCodec;
  private readonly publication: Publication<MessageTypes[MessageName]>;

  constructor(
    endpoints: Endpoints,
    { topic, type }: RosTopic,
    private readonly numbers: CommandNumbers,
    private readonly frames: { readonly base: string },
  ) {
    this.topic = topic;
    this.codec = commandCodecOf(type);
    this.publication = endpoints.publish(this.codec.type, topic, COMMAND_QOS);
  }

  /** @throws RehearseError RH-COMMAND-KIND, RH-COMMAND-NAN */
  send(command: Command, stampNs: bigint, fix = "this robot file and model don't fit together"): void {
    if (command.kind !== this.numbers.kind)
      throw new RehearseError("RH-COMMAND-KIND", `a command of kind ${command.kind} can't be sent here`, fix);
    this.publication.send(this.codec.encode(command, { joints: this.numbers.names, stampNs, frameId: this.frames.base }));
  }

  get subscribers(): number {
    return this.publication.subscribers;
  }

  flush(timeoutMs: number): void {
    this.publication.flush(timeoutMs);
  }
}

function named(name: string, otherwise: string): string {
  return name !== "" && name.length <= MAX_FRAME_LENGTH ? name : otherwise;
}
