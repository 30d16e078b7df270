import { RehearseError } from "../../core/error.js";
import { INTAKES } from "../../messages/intakes.js";
import type { MessageName } from "../../messages/types.js";
import type { Endpoints } from "../rcl/endpoints.js";
import { publishersOf } from "../rcl/graph.js";

/** Silence after which a rival counts as gone. A killed process stays in the graph for much longer, and is no danger. */
const GONE_NS = 1_000_000_000n;

/** Detects other publishers of commands: a second guard, or a node that bypasses it. Create it before one's own publisher. */
export class RivalCommands {
  private readonly before: ReadonlySet<string>;
  private heardNs: bigint | undefined;
  private gid = "";
  private name: string | undefined;

  constructor(
    private readonly endpoints: Endpoints,
    private readonly topic: string,
  ) {
    this.before = this.gids();
  }

  /** Called once one's own publisher exists. */
  watch(type: MessageName, steadyNs: () => bigint): void {
    const own = new Set([...this.gids()].filter((gid) => !this.before.has(gid)));
    const qos = { depth: 10, reliability: "best_effort", durability: "volatile" } as const;
    const take = (_: unknown, { gid }: { gid: string }): void => {
      if (own.has(gid)) return;
      if (gid !== this.gid || this.name === undefined)
        this.name = publishersOf(this.endpoints.node, this.topic).find((info) => info.gid === gid)?.nodeName;
      [this.heardNs, this.gid] = [steadyNs(), gid];
    };
    this.endpoints.subscribeFrom(type, this.topic, [qos], take, { intake: INTAKES.small, onRefused: () => {} });
  }

  /** RH-GUARD-RIVAL while another node sends commands. */
  refusal(steadyNs: bigint): RehearseError | undefined {
    if (this.heardNs === undefined || steadyNs - this.heardNs > GONE_NS) return undefined;
    return new RehearseError(
      "RH-GUARD-RIVAL",
      `somebody else publishes ${this.topic}: ${this.name ?? "a node that isn't known"}`,
      "end it, or remap it: the base must hear the guard alone. The robot is stopped meanwhile",
    );
  }

  private gids(): Set<string> {
    return new Set(publishersOf(this.endpoints.node, this.topic).map(({ gid }) => gid));
  }
}
