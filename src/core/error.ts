/** Every error a user can meet: `code` for machines, `message` with what is wrong and where, `fix` with what to do. */
export class RehearseError extends Error {
  override readonly name = "RehearseError";

  constructor(
    /** Stable, e.g. `RH-MODEL-HASH`; listed in docs/reference/errors.md. */
    readonly code: `RH-${string}`,
    what: string,
    readonly fix: string,
    options?: ErrorOptions,
  ) {
    super(what, options);
  }

  /** One line for a terminal or a log. */
  describe(): string {
    return `${this.code}: ${this.message} — ${this.fix}`;
  }
}
