import { RehearseError } from "../../../src/core/error.js";

/** The code by which something is refused; undefined: it is not. */
export function codeOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return error instanceof RehearseError ? error.code : String(error);
  }
}
