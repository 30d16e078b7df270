import type { RehearseError } from "../core/error.js";
import type { BagReader } from "../recording/bag-reader.js";
import type { ReplayRobot } from "../recording/replay-robot.js";

/** Notes reported at the end of a replay. */
export class ReplayNotes {
  readonly refusals: { readonly atNs: bigint; readonly error: RehearseError }[] = [];
  /** In words. */
  readonly departures: string[] = [];
  private readonly heldBack = new Map<string, { readonly frames: number; readonly first: RehearseError }>();

  /** A frame was given to the controller. @param fault why it was held back, if it was */
  noteFrame(fault: RehearseError | undefined): void {
    if (fault === undefined) return;
    const before = this.heldBack.get(fault.code);
    this.heldBack.set(fault.code, { frames: (before?.frames ?? 0) + 1, first: before?.first ?? fault });
  }

  /** What of the bag did not reach the controller, and why. */
  leftOut(bag: BagReader, { found, refused, unstamped }: ReplayRobot): string[] {
    return [
      ...[...this.heldBack.values()].map(({ frames, first }) => `${found.topics.image}: ${frames} frames held back, ${first.describe()}`),
      ...this.departures,
      ...found.undecided.map(
        ({ stream, among }) => `${stream}: several topics could be it (${among.join(", ")}); choose by --topics ${stream}=…`,
      ),
      ...refused.map(({ topic, messages, first }) => `${topic}: ${messages} messages refused, first ${first.describe()}`),
      ...[...unstamped].map(
        ([topic, messages]) =>
          `${topic}: ${messages} messages without a stamp were given that of their recording; live they count as stale`,
      ),
      ...bag.damage.map(({ path, byte, reason }) => `the bag is damaged: ${path} at byte ${byte}: ${reason}`),
    ];
  }
}
