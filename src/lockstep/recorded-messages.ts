import type { Trace } from "../core/trace.js";
import type { Observation } from "../recording/observations.js";

/** Recorders receive topics with different delays: a message that a trace names may enter the bag this much later than the trace. */
const LATER_NS = 2_000_000_000n;
/** A message that no trace has named this long after it was recorded is not named any more. */
const EARLIER_NS = 10_000_000_000n;

/** Traces name messages by their stamps. */
type Named = Extract<Observation, { value: { stampNs: bigint } }>;

/** The messages of a bag, by what they are and by their stamps, in the order in which traces name them. */
export class RecordedMessages {
  private readonly traces: { readonly trace: Trace; readonly logNs: bigint }[] = [];
  private readonly named = new Map<string, Named[]>();
  private newestNs = 0n;
  private horizonNs = 0n;

  constructor(private readonly source: AsyncGenerator<Observation, void, void>) {}

  /** The next tick of the recorded controller; undefined: the bag is over. */
  async nextTrace(): Promise<Trace | undefined> {
    while (this.traces.length === 0) if (!(await this.read())) return undefined;
    const { trace, logNs } = this.traces.shift()!;
    this.horizonNs = logNs + LATER_NS;
    this.forgetBefore(logNs - EARLIER_NS);
    return trace;
  }

  /** A message that the present trace names, once; undefined: it is not in the bag. */
  async take<Stream extends Named["stream"]>(stream: Stream, stampNs: bigint): Promise<Extract<Named, { stream: Stream }> | undefined> {
    const key = `${stream} ${stampNs}`;
    for (;;) {
      const found = this.named.get(key)?.shift();
      if (found !== undefined) return found as Extract<Named, { stream: Stream }>;
      if (this.newestNs > this.horizonNs || !(await this.read())) return undefined;
    }
  }

  /** Closes the bag. */
  async close(): Promise<void> {
    await this.source.return();
  }

  private async read(): Promise<boolean> {
    const { value, done } = await this.source.next();
    if (done) return false;
    if (value.logNs > this.newestNs) this.newestNs = value.logNs;
    if (value.stream === "trace") this.traces.push({ trace: value.value, logNs: value.logNs });
    else if (isNamed(value)) {
      // As its sender wrote it: what was given the time of its recording had none.
      const key = `${value.stream} ${value.unstamped ? 0n : value.value.stampNs}`;
      const alike = this.named.get(key);
      if (alike === undefined) this.named.set(key, [value]);
      else alike.push(value);
    }
    return true;
  }

  private forgetBefore(logNs: bigint): void {
    for (const [key, [first]] of this.named) {
      if (first === undefined || (first.stream !== "goalPose" && first.stream !== "goalImage" && first.logNs < logNs))
        this.named.delete(key);
    }
  }
}

function isNamed(observation: Observation): observation is Named {
  return observation.stream !== "refused" && typeof observation.value === "object" && "stampNs" in observation.value;
}
