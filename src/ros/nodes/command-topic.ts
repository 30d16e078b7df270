import type { TwistCommand } from "../../core/command.js";
import { RELIABLE_QOS } from "../../messages/qos.js";
import { TOPICS } from "../../messages/topics.js";
import {
  commandFromTwist,
  type TwistMessage,
  type TwistStampedMessage,
  twistFromCommand,
  twistStampedFromCommand,
} from "../../messages/twist.js";
import type { Endpoints, Publication } from "../rcl/endpoints.js";

/** `cmd_vel` in either of its two types. */
export class CommandPublisher {
  private readonly twist: Publication<TwistMessage> | undefined;
  private readonly twistStamped: Publication<TwistStampedMessage> | undefined;

  constructor(endpoints: Endpoints, stamped: boolean) {
    if (stamped) this.twistStamped = endpoints.publish("geometry_msgs/msg/TwistStamped", TOPICS.command, RELIABLE_QOS);
    else this.twist = endpoints.publish("geometry_msgs/msg/Twist", TOPICS.command, RELIABLE_QOS);
  }

  /** @throws RehearseError RH-COMMAND-NAN */
  send(command: TwistCommand, stampNs: bigint, frameId: string): void {
    this.twistStamped?.send(twistStampedFromCommand(command, stampNs, frameId));
    this.twist?.send(twistFromCommand(command));
  }

  flush(timeoutMs: number): void {
    this.twistStamped?.flush(timeoutMs);
    this.twist?.flush(timeoutMs);
  }
}

export function subscribeCommand(endpoints: Endpoints, stamped: boolean, take: (command: TwistCommand) => void): void {
  if (stamped)
    endpoints.subscribe("geometry_msgs/msg/TwistStamped", TOPICS.command, RELIABLE_QOS, (message) => take(commandFromTwist(message.twist)));
  else endpoints.subscribe("geometry_msgs/msg/Twist", TOPICS.command, RELIABLE_QOS, (message) => take(commandFromTwist(message)));
}
