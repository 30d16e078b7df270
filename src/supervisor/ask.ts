import { createInterface } from "node:readline/promises";

export interface Question<Key extends string> {
  readonly key: Key;
  readonly text: string;
}

/** Asks for numbers on a terminal, one after the other; what is none, or not above 0, is asked again. Ctrl-C or the end of the input: undefined. */
export async function askNumbers<Key extends string>(
  questions: readonly Question<Key>[],
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stdout,
): Promise<Partial<Record<Key, number>> | undefined> {
  const terminal = createInterface({ input, output });
  const closed = new Promise<undefined>((resolve) => terminal.once("close", () => resolve(undefined)));
  const answers: Partial<Record<Key, number>> = {};
  try {
    for (const { key, text } of questions) {
      while (answers[key] === undefined) {
        const answer = await Promise.race([terminal.question(`${text}: `), closed]);
        if (answer === undefined) return undefined;
        const value = Number(answer.trim().replace(",", "."));
        if (answer.trim() !== "" && Number.isFinite(value) && value > 0) answers[key] = value;
        else output.write("  a number above 0, please\n");
      }
    }
    return answers;
  } finally {
    terminal.close();
  }
}
