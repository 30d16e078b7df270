interface Button {
  pressed: boolean;
  /** Stamp of its newest press. */
  pressedNs: bigint;
  /** Stamps of presses already received: the same message arrives on several subscriptions, and a late copy is no new press. */
  readonly heardNs: bigint[];
}

const MEMORY = 16;
const MAX_BUTTONS = 256;
/** Stands for all buttons beyond those, none of which can release it. */
const OVERFLOW = "more";

/**
 * Which publishers hold the emergency stop down. Each is tracked separately: a `false` from one does not release another. One that vanished stays
 * pressed until that is acknowledged. Stamps are those of the publisher's machine, whose clock may be set back: a press counts whatever its stamp.
 */
export class StopButtons {
  private readonly buttons = new Map<string, Button>();

  hear(gid: string, stampNs: bigint, pressed: boolean): void {
    const known = this.buttons.get(gid);
    if (!pressed) {
      if (known && stampNs >= known.pressedNs) known.pressed = false;
      return;
    }
    if (known?.heardNs.includes(stampNs)) return;
    if (known === undefined && this.buttons.size >= MAX_BUTTONS) this.forgetReleased();
    const id = known || this.buttons.size < MAX_BUTTONS ? gid : OVERFLOW;
    const button = this.buttons.get(id) ?? { pressed, pressedNs: stampNs, heardNs: [] };
    this.buttons.set(id, button);
    button.pressed = true;
    button.pressedNs = stampNs;
    button.heardNs.push(stampNs);
    if (button.heardNs.length > MEMORY) button.heardNs.shift();
  }

  /** As pressed before this process began. */
  restore(gids: readonly string[]): void {
    for (const gid of gids.slice(0, MAX_BUTTONS)) this.buttons.set(gid, { pressed: true, pressedNs: 0n, heardNs: [] });
  }

  /** Publishers that said true and have not said false. */
  get held(): readonly string[] {
    return [...this.buttons].filter(([, { pressed }]) => pressed).map(([gid]) => gid);
  }

  get pressed(): boolean {
    return this.held.length > 0;
  }

  /** Forgets those that are gone. @returns whether that released anything */
  acknowledge(present: ReadonlySet<string>): boolean {
    const before = this.held.length;
    for (const gid of [...this.buttons.keys()]) if (!present.has(gid)) this.buttons.delete(gid);
    return this.held.length < before;
  }

  private forgetReleased(): void {
    for (const [gid, { pressed }] of [...this.buttons]) if (!pressed) this.buttons.delete(gid);
  }
}
