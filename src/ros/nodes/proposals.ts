import type { Command } from "../../core/command.js";
import type { RosTopic } from "../../core/embodiment.js";
import { RehearseError } from "../../core/error.js";
import type { Verdict } from "../../core/gate.js";
import type { Endpoints } from "../rcl/endpoints.js";
import type { BodyTopics } from "./body-topics.js";
import type { Inputs } from "./inputs.js";

/** What is found when nothing, or nothing new, is proposed. */
const SILENCE: readonly string[] = ["proposal", "freshness.command"];

interface ProposalOptions {
  /** Whether they are stamped. */
  readonly stamped: boolean;
  /** Whether silence is no fault. */
  readonly mayPause: boolean;
  /** Where the guard's own commands go. */
  readonly commanded: RosTopic;
}

/** The topic on which somebody proposes commands: a controller, Nav2, a joystick. */
export class Proposals {
  readonly from: RosTopic;
  /** The newest one, however it was judged. */
  newest: Command | undefined;

  /** @throws RehearseError RH-GUARD-LOOP when proposals and commands are one topic */
  constructor(
    endpoints: Endpoints,
    private readonly topics: BodyTopics,
    private readonly options: ProposalOptions,
  ) {
    this.from = topics.proposed(options.stamped);
    const { node } = endpoints;
    const [input, output] = [this.from, options.commanded].map(({ topic }) => node.resolveTopicName(topic));
    if (input === output)
      throw new RehearseError(
        "RH-GUARD-LOOP",
        `the guard's input and its output are both ${input}: it would judge its own commands`,
        "give input and output different names, and the base the output's",
      );
  }

  listen(
    nowNs: () => bigint,
    inputs: Pick<Inputs<never, never>, "received" | "options">,
    take: (command: Command, stampNs: bigint, gid: string) => void,
  ) {
    const { topic } = this.from;
    const heard = (command: Command, stampNs: bigint, gid: string): void => {
      inputs.received(topic);
      this.newest = command;
      take(command, stampNs, gid);
    };
    this.topics.onProposed(this.from, nowNs, heard, inputs.options(topic));
  }

  /** Whether the robot is stopped for nothing but that nobody wants it to move, and that is no fault. */
  isPause(verdict: Verdict): boolean {
    return this.options.mayPause && verdict.kind === "stop" && verdict.because.every(({ id }) => SILENCE.includes(id));
  }
}
