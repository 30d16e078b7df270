import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

/** Everything that can say an error code to a user: the runtime, training, set-up and launch. */
const PLACES = ["src", "training/rehearse_training", "scripts", "launch", "rehearse"];
const PAGE = "docs/reference/errors.md";

function files(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name !== "__pycache__")
    .flatMap((name) => files(join(path, name)));
}

/** Codes in quotes, as TypeScript and Python write them, or as a word of its own, as the shell does. */
const codesIn = (file: string) =>
  [...readFileSync(file, "utf8").matchAll(/(?<=["'`\s])(RH(?:-[A-Z0-9]+)+)(?=["'`\s])/g)].map(([, code]) => code!);
/** The union type of the codes, which by itself says nothing to anybody. */
const TYPE = "src/core/error-code.ts";
const said = new Map<string, string>();
for (const file of PLACES.flatMap(files)) if (file !== TYPE) for (const code of codesIn(file)) said.set(code, file);

const rows = [...readFileSync(PAGE, "utf8").matchAll(/^\| `(RH-[A-Z0-9-]+)` \| (.*) \| (.*) \|$/gm)];
const listed = rows.map(([, code]) => code!);

it("explains every error code that can be said", () => {
  expect([...said].filter(([code]) => !listed.includes(code)).map(([code, file]) => `${code} (${file})`)).toEqual([]);
});

it("explains none that no longer exists, and none twice", () => {
  expect(listed.filter((code) => !said.has(code))).toEqual([]);
  expect(listed.filter((code, i) => listed.indexOf(code) !== i)).toEqual([]);
});

it("has each code of the runtime in its type; npm run errors writes it", async () => {
  const ofRuntime = [...new Set(files("src").flatMap((file) => (file === TYPE ? [] : codesIn(file))))].sort();
  const text = `/** Every code that the runtime can say; docs/reference/errors.md explains each. Written by \`npm run errors\`. */
export type ErrorCode =
${ofRuntime.map((code) => `  | "${code}"`).join("\n")};
`;
  await expect(text).toMatchFileSnapshot(`../../../${TYPE}`);
});

it("says of each what is wrong and what to do", () => {
  expect(rows.length).toBeGreaterThan(50);
  for (const [line, , wrong, todo] of rows) expect([wrong!.trim() !== "", todo!.trim() !== ""], line).toEqual([true, true]);
});
