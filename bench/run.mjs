// Runs bench/<name>.ts against the compiled package: node bench/run.mjs NAME [arguments]. Like scripts/dev/run-example.mjs: types are for `npm run check`.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";

const bench = dirname(fileURLToPath(import.meta.url));
const [name, ...args] = process.argv.slice(2);
const names = readdirSync(bench).flatMap((file) => (file.endsWith(".ts") ? [file.slice(0, -3)] : []));
if (!names.includes(name)) {
  console.error(`there is no benchmark '${name ?? ""}': choose from ${names.join(", ")}`);
  process.exit(1);
}
// Within the package, so that `#src/…` is its compiled sources; a copy for each, since two may run at once.
const compiled = join(bench, "../.cache/bench", name);
rmSync(compiled, { recursive: true, force: true });
const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
for (const file of readdirSync(bench, { recursive: true, encoding: "utf8" })) {
  if (!file.endsWith(".ts")) continue;
  const target = join(compiled, file.replace(/ts$/, "js"));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, ts.transpileModule(readFileSync(join(bench, file), "utf8"), { compilerOptions }).outputText);
}
process.argv = [process.argv[0], join(bench, `${name}.ts`), ...args];
await import(pathToFileURL(join(compiled, `${name}.js`)).href);
