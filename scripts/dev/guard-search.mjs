// Searches for commands that get around the guard, by an adversary for each of the three actuations.
// npm run guard:search -- --cases 1000000 --seed 0
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import ts from "typescript";

const options = { cases: { type: "string", default: "1000000" }, seed: { type: "string", default: "0" } };
const { cases, seed } = parseArgs({ options }).values;
if (!(Number(cases) > 0) || !Number.isSafeInteger(Number(seed))) {
  console.error("--cases takes a number above 0, --seed a whole number");
  process.exit(1);
}
// The search is part of the tests; here it runs on the compiled package.
const [sources, compiled] = [new URL("../../tests/guard-search/", import.meta.url), new URL("../../.cache/guard-search/", import.meta.url)];
mkdirSync(compiled, { recursive: true });
const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
for (const file of readdirSync(sources)) {
  const { outputText } = ts.transpileModule(readFileSync(new URL(file, sources), "utf8"), { compilerOptions });
  writeFileSync(new URL(file.replace(/ts$/, "js"), compiled), outputText.replaceAll('"../../src/', '"../../dist/'));
}
const { searchGuard } = await import(new URL("search.js", compiled).href);
const began = performance.now();
const report = searchGuard(Number(cases), Number(seed));
console.log(`${report.cases} judged commands in ${report.episodes} attacks, ${((performance.now() - began) / 1000).toFixed(0)} s`);
for (const [what, count] of Object.entries(report.counts).sort()) console.log(`${String(count).padStart(10)}  ${what}`);
for (const [subject, room] of Object.entries(report.leastRoom)) console.log(`least room left, ${subject}: ${room.toFixed(4)}`);
for (const found of report.counterexamples) console.log(`COUNTEREXAMPLE ${JSON.stringify(found)}`);
console.log(`${report.counterexamples.length} counterexamples`);
process.exitCode = report.counterexamples.length > 0 ? 1 : 0;
