import { InvalidArgumentError } from "commander";

/** A parser of an option that takes a whole number from `least` on; commander names the option in its error. */
export function wholeFrom(least: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`Give a whole number from ${least}.`);
  };
}

/** A parser of an option that takes a finite number, `least` or more; `more`: only more. */
export function numberFrom(least: number, more = false): (text: string) => number {
  return (text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (Number.isFinite(value) && (more ? value > least : value >= least)) return value;
    throw new InvalidArgumentError(`Give a number ${more ? "above" : "from"} ${least}.`);
  };
}
