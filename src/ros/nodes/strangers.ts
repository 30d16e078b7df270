import type { RosTopic } from "../../core/embodiment.js";
import { RehearseError } from "../../core/error.js";
import type { Endpoints } from "../rcl/endpoints.js";
import { type EndpointInfo, publishersOf, subscribersOf } from "../rcl/graph.js";
import type { StandbyAlly } from "./standby-ally.js";

/** A publisher that has just been found may have no name yet, and one of a tool may be gone again. */
const STAYS_NS = 1_000_000_000n;
/** A proposer whose last message is older is silent. */
const SPOKE_NS = 500_000_000n;
const MAX_KNOWN = 256;

interface Watched {
  /** Where the guard's commands go, and where those to be judged come from. */
  readonly commanded: RosTopic;
  readonly proposed: RosTopic;
  /** The guard's own publishers of `commanded`. */
  readonly own: ReadonlySet<string>;
  /** Full names of nodes that may publish either, too: the robot file names them. */
  readonly allowed: readonly string[];
}

/**
 * Who is wired to the guard, by the graph: silent ones, and those that no message can come from, are found too. A publisher in the guard's own name counts
 * only once it is heard: a guard that was killed stays in the graph for half a minute.
 */
export class Strangers {
  private readonly sinceNs = new Map<string, bigint>();
  private readonly spokeNs = new Map<string, bigint>();

  constructor(
    private readonly endpoints: Pick<Endpoints, "node">,
    private readonly ally: Pick<StandbyAlly, "is">,
    private readonly watched: Watched,
  ) {}

  /** A proposal came. */
  onProposal(gid: string, steadyNs: bigint): void {
    if (this.spokeNs.size >= MAX_KNOWN && !this.spokeNs.has(gid)) this.spokeNs.clear();
    this.spokeNs.set(gid, steadyNs);
  }

  /** What is wired wrongly: RH-GUARD-RIVAL, RH-GUARD-INPUT, RH-GUARD-PROPOSERS. It asks the graph: not for every tick. */
  find(steadyNs: bigint): RehearseError | undefined {
    return this.rival(steadyNs) ?? this.unheard(steadyNs) ?? this.proposers(steadyNs);
  }

  /** Who takes the guard's commands; undefined: nobody does, and the robot is driven by nobody. */
  get base(): string | undefined {
    const { commanded } = this.watched;
    const own = this.endpoints.node.getFullyQualifiedName();
    const names = subscribersOf(this.endpoints.node, commanded.topic)
      .filter(
        ({ type, transientLocal, fullName }) => type === commanded.type && !transientLocal && fullName !== own && !this.ally.is(fullName),
      )
      .map(({ fullName }) => fullName);
    return names.length === 0 ? undefined : [...new Set(names)].join(", ");
  }

  private rival(steadyNs: bigint): RehearseError | undefined {
    const { commanded, own, allowed } = this.watched;
    const { node } = this.endpoints;
    const rival = this.staying(commanded, steadyNs).find(
      ({ gid, fullName }) =>
        !own.has(gid) && fullName !== node.getFullyQualifiedName() && !allowed.includes(fullName) && !this.ally.is(fullName),
    );
    return (
      rival &&
      new RehearseError(
        "RH-GUARD-RIVAL",
        `somebody else can publish ${node.resolveTopicName(commanded.topic)}: ${named(rival)}, as ${rival.type}`,
        "end it, remap it, or name it in the robot file (base.other_publishers): the base must hear the guard alone. The robot is stopped meanwhile",
        { details: { topic: commanded.topic, node: rival.nodeName } },
      )
    );
  }

  /** Several nodes, or several publishers that speak at the same time. */
  private proposers(steadyNs: bigint): RehearseError | undefined {
    const { proposed, allowed } = this.watched;
    const all = this.staying(proposed, steadyNs).filter(({ fullName }) => !allowed.includes(fullName));
    const speaking = all.filter(({ gid }) => steadyNs - (this.spokeNs.get(gid) ?? -SPOKE_NS) <= SPOKE_NS);
    const names = [...new Set(all.map(named))];
    if (names.length < 2 && speaking.length < 2) return undefined;
    return new RehearseError(
      "RH-GUARD-PROPOSERS",
      `${all.length} publishers propose on ${this.endpoints.node.resolveTopicName(proposed.topic)}: ${names.join(", ")}`,
      "end all but one, put a multiplexer before the guard, or name the others in the robot file (base.other_publishers). The robot is stopped meanwhile",
      { details: { topic: proposed.topic, nodes: names } },
    );
  }

  /** Who proposes in a form that never arrives. */
  private unheard(steadyNs: bigint): RehearseError | undefined {
    const { proposed } = this.watched;
    const other = this.staying(proposed, steadyNs).find(({ type, reliable }) => type !== proposed.type || !reliable);
    if (other === undefined) return undefined;
    const wrongType = other.type !== proposed.type;
    return new RehearseError(
      "RH-GUARD-INPUT",
      `${named(other)} publishes ${this.endpoints.node.resolveTopicName(proposed.topic)} ${wrongType ? `as ${other.type}; the guard takes ${proposed.type}` : "best effort; the guard takes reliable commands alone"}, and does not hear it`,
      wrongType
        ? "set enable_stamped_proposed (on the command line: --stamped-input) to what is published, or have the other publish the guard's type"
        : "have the other publish reliably",
    );
  }

  private staying({ topic }: RosTopic, steadyNs: bigint): EndpointInfo[] {
    if (this.sinceNs.size >= MAX_KNOWN) this.sinceNs.clear();
    return publishersOf(this.endpoints.node, topic).filter(({ gid }) => {
      if (!this.sinceNs.has(gid)) this.sinceNs.set(gid, steadyNs);
      return steadyNs - this.sinceNs.get(gid)! >= STAYS_NS;
    });
  }
}

function named({ nodeName, fullName }: EndpointInfo): string {
  return nodeName.startsWith("_") ? "a node that isn't known" : fullName;
}
