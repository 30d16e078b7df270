import { numberFrom } from "./number-option.js";

/** A parser of an option that takes numbers with commas between them. */
export function numbers(text: string): number[] {
  return text.split(",").map(numberFrom(Number.NEGATIVE_INFINITY));
}
