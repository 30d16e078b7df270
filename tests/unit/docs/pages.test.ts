import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";

const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "examples/README.md",
  ...readdirSync("docs", { recursive: true, encoding: "utf8" }).flatMap((name) => (name.endsWith(".md") ? [join("docs", name)] : [])),
];
const text = new Map(PAGES.map((page) => [page, readFileSync(page, "utf8")]));

/** As GitHub makes them: lower case, punctuation dropped, spaces to hyphens. */
function anchors(page: string): string[] {
  const headings = [...readFileSync(page, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading!);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

it("links lead somewhere", () => {
  const dead: string[] = [];
  for (const [page, content] of text) {
    for (const [, target] of content.replace(/```[\s\S]*?```/g, "").matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target!)) continue;
      const [path, anchor] = target!.split("#") as [string, string | undefined];
      const file = path === "" ? page : join(dirname(page), path);
      if (!existsSync(file)) dead.push(`${page}: ${target}`);
      else if (anchor !== undefined && !anchors(file).includes(anchor)) dead.push(`${page}: ${target}`);
    }
  }
  expect(dead).toEqual([]);
});

it("names only commands that there are", () => {
  const compiled = [...readFileSync("src/cli/main.ts", "utf8").matchAll(/^ {2}(\w+): async \(\) =>/gm)].map(([, name]) => name);
  const shell = [...readFileSync("rehearse", "utf8").matchAll(/^ {2}(\w+)\)/gm)].map(([, name]) => name);
  const commands = [...compiled, ...shell, "COMMAND"];
  expect(commands.length).toBeGreaterThan(12);
  const unknown: string[] = [];
  for (const [page, content] of text)
    for (const [, name] of content.matchAll(/\.\/rehearse (?!-)(\w+)/g)) if (!commands.includes(name)) unknown.push(`${page}: ${name}`);
  expect(unknown).toEqual([]);
});

it("names only scripts of npm that there are", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
  const unknown: string[] = [];
  for (const [page, content] of text)
    for (const [, name] of content.matchAll(/`?npm run (?:--\w+ )?([\w:]+)/g))
      if (!Object.hasOwn(scripts, name!)) unknown.push(`${page}: ${name}`);
  expect(unknown).toEqual([]);
});
