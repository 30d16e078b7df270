// Runs one of examples/ with the compiled package, as a program that depends on it would. Usage: npm run example smallest-loop
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import ts from "typescript";

const folder = new URL("../../examples/", import.meta.url);
const names = readdirSync(folder).flatMap((file) => (file.endsWith(".ts") ? [file.slice(0, -3)] : []));
const name = process.argv[2];
if (!names.includes(name)) {
  console.error(`name one of: ${names.join(", ")}`);
  process.exit(1);
}
// Within the package, so that `rehearse` is the package itself.
const compiled = new URL(`../../.cache/examples/${name}.mjs`, import.meta.url);
mkdirSync(new URL(".", compiled), { recursive: true });
const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
writeFileSync(compiled, ts.transpileModule(readFileSync(new URL(`${name}.ts`, folder), "utf8"), { compilerOptions }).outputText);
await import(compiled.href);
