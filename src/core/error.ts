import type { ErrorCode } from "./error-code.js";

/** What an error carries beside its text, for programs that act on it. A code that is not here carries nothing. */
export interface ErrorDetails {
  "RH-PARAM-UNKNOWN": { readonly parameter: string; readonly known: readonly string[]; readonly nearest: string | undefined };
  "RH-PARAM-TYPE": { readonly parameter: string; readonly expected: string; readonly received: unknown };
  "RH-PARAM-RANGE": { readonly parameter: string; readonly allowed: Allowed; readonly received: unknown };
  "RH-PARAM-FIXED": { readonly parameter: string };
}

type Allowed =
  | { readonly min: number; readonly max: number; readonly unit?: string | undefined }
  | { readonly oneOf: readonly string[] }
  /** A rule between several parameters. */
  | { readonly together: readonly string[] };

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
    super(what, options);
    this.code = code;
    this.fix = fix;
    this.details = options && "details" in options ? options.details : undefined;
  }

  /** An error as it came from another process or thread, whose word is taken for its code. */
  static received({ code, message, fix, details }: ReceivedError): RehearseError {
    return new RehearseError(...([code, message, fix, { details }] as unknown as DetailedArguments));
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
