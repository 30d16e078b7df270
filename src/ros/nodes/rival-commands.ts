import type { Command } from "../../core/command.js";
import type { RosTopic } from "../../core/embodiment.js";
import { RehearseError } from "../../core/error.js";
import { commandCodecOf } from "../../messages/body-codecs.js";
import { INTAKES } from "../../messages/intakes.js";
import type { Endpoints } from "../rcl/endpoints.js";
import { type EndpointInfo, gidsOf, ownGids, publishersOf } from "../rcl/graph.js";
import type { StandbyAlly } from "./standby-ally.js";

/** Silence after which a rival counts as gone. A killed process stays in the graph for much longer, and is no danger. */
const GONE_NS = 1_000_000_000n;
/** For a publisher whose node isn't known yet. */
const SEARCH_NS = 100_000_000n;

/** Detects other publishers of commands: a second guard, or a node that bypasses it. Create it before one's own publisher. */
export class RivalCommands {
  private readonly before: ReadonlySet<string>;
  own: ReadonlySet<string> = new Set();
  private heardNs: bigint | undefined;
  private gid = "";
  private info: EndpointInfo | undefined;
  private standbyGid: string | undefined;
  private searchedNs = 0n;

  constructor(
    private readonly endpoints: Endpoints,
    private readonly commanded: RosTopic,
    private readonly ally: StandbyAlly,
    private readonly allowed: readonly string[] = [],
  ) {
    this.before = gidsOf(endpoints.node, commanded.topic);
  }

  /** Called once one's own publisher exists. @param joints names, of an arm */
  watch(joints: readonly string[], steadyNs: () => bigint): void {
    this.own = ownGids(this.endpoints.node, this.commanded.topic, this.before);
    const codec = commandCodecOf(this.commanded.type);
    const qos = { depth: 10, reliability: "best_effort", durability: "volatile" } as const;
    const take = (message: never, { gid }: { gid: string }): void => {
      if (this.own.has(gid) || this.isBraking(gid, () => codec.decode(message, joints), steadyNs())) return;
      if (gid !== this.gid || this.info === undefined) this.info = this.publishers().find((info) => info.gid === gid);
      if (this.info && this.allowed.includes(this.info.fullName)) return;
      [this.heardNs, this.gid] = [steadyNs(), gid];
    };
    this.endpoints.subscribeFrom(codec.type, this.commanded.topic, [qos], take as never, { intake: INTAKES.small, onRefused: () => {} });
  }

  /** RH-GUARD-RIVAL while another node sends commands. */
  refusal(steadyNs: bigint): RehearseError | undefined {
    if (this.heardNs === undefined || steadyNs - this.heardNs > GONE_NS) return undefined;
    return new RehearseError(
      "RH-GUARD-RIVAL",
      `somebody else publishes ${this.commanded.topic}: ${this.info?.nodeName ?? "a node that isn't known"}`,
      "end it, or remap it: the base must hear the guard alone. The robot is stopped meanwhile",
      { details: { topic: this.commanded.topic, node: this.info?.nodeName } },
    );
  }

  /** Whether a command is the standby's, and does no more than brake. */
  private isBraking(gid: string, decode: () => Command, steadyNs: bigint): boolean {
    if (gid !== this.standbyGid) {
      if (steadyNs - this.searchedNs < SEARCH_NS) return false;
      this.searchedNs = steadyNs;
      const info = this.publishers().find((each) => each.gid === gid);
      if (info === undefined || !this.ally.is(info.fullName)) return false;
      this.standbyGid = gid;
    }
    try {
      return this.ally.onCommand(decode());
    } catch {
      return false;
    }
  }

  private publishers() {
    return publishersOf(this.endpoints.node, this.commanded.topic);
  }
}
