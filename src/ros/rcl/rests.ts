/** A subscription or service at which something too large came in rests so many times as long as taking it has taken, */
const SHARE = 10n;
/** but never longer. */
const LONGEST_NS = 250_000_000n;

/**
 * Rests of subscriptions and services. The middleware decodes all of a message before anybody sees how large it is; so whoever sends large ones
 * could take all the time of the thread that commands the robot. At a place that rests nothing is taken: the middleware keeps the newest messages,
 * and drops the older ones. All large messages of one topic together cost a tenth of the time, however many are sent.
 */
export class Rests {
  /** Rests so far, for diagnostics. */
  count = 0;
  private readonly untilNs = new Map<unknown, bigint>();

  /** @param tookNs time that was spent on what is refused */
  rest(place: unknown, nowNs: bigint, tookNs: bigint): void {
    const restNs = tookNs * SHARE;
    this.count++;
    this.untilNs.set(place, nowNs + (restNs < LONGEST_NS ? restNs : LONGEST_NS));
  }

  isResting(place: unknown, nowNs: bigint): boolean {
    const untilNs = this.untilNs.get(place);
    if (untilNs === undefined) return false;
    if (nowNs < untilNs) return true;
    this.untilNs.delete(place);
    return false;
  }
}
