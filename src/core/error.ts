import type { ErrorCode } from "./error-code.js";
import type { ErrorDetails } from "./error-details.js";
import { visible } from "./visible-text.js";

export type DetailedCode = keyof ErrorDetails;
type PlainArguments = [code: Exclude<ErrorCode, DetailedCode>, what: string, fix: string, options?: ErrorOptions];
type DetailedArguments = {
  [Code in DetailedCode]: [code: Code, what: string, fix: string, options: ErrorOptions & { readonly details: ErrorDetails[Code] }];
}[DetailedCode];

/** Every error a user can meet: `code` and `details` for machines, `message` with what is wrong and where, `fix` with what to do. */
export class RehearseError extends Error {
  override readonly name = "RehearseError";
  /** Stable, e.g. `RH-MODEL-HASH`; listed in docs/reference/errors.md. */
  readonly code: ErrorCode;
  readonly fix: string;
  /** Present for the codes in `ErrorDetails`; `isError` narrows their type. */
  readonly details: ErrorDetails[DetailedCode] | undefined;

  constructor(...[code, what, fix, options]: PlainArguments | DetailedArguments) {
    // What is wrong often names what came from outside; printing it must do nothing to a terminal.
    super(visible(what), options);
    this.code = code;
    this.fix = visible(fix);
    this.details = options && "details" in options ? options.details : undefined;
  }

  /** An error as it came from another process or thread, whose word is taken for its code. */
  static received({ code, message, fix, details }: ReceivedError): RehearseError {
    return new RehearseError(...([code, message, fix, { details }] as unknown as DetailedArguments));
  }

  /** As programs read it: in `status`, in the output of `--json`, between threads. */
  toJSON(): ReceivedError & { readonly code: ErrorCode } {
    const { code, message, fix, details } = this;
    return { code, message, fix, ...(details && { details }) };
  }

  /** One line for a terminal or a log. */
  describe(): string {
    return `${this.code}: ${this.message} — ${this.fix}`;
  }
}

export interface ReceivedError {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  readonly details?: unknown;
}

type WithDetails<Code extends ErrorCode> = Code extends DetailedCode ? ErrorDetails[Code] : undefined;

/** Whether something that was thrown is the error of that code, and has its details. */
export function isError<Code extends ErrorCode>(
  error: unknown,
  code: Code,
): error is RehearseError & { readonly code: Code; readonly details: WithDetails<Code> } {
  return error instanceof RehearseError && error.code === code;
}
