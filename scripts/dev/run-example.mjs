// Runs one of examples/, as a program or a module of one's own would run. Usage: npm run example smallest-loop
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const folder = new URL("../../examples/", import.meta.url);
const files = readdirSync(folder).filter((file) => /\.(ts|mjs)$/.test(file));
const file = files.find((file) => file.replace(/\.(ts|mjs)$/, "") === process.argv[2]);
if (file === undefined) {
  console.error(`name one of: ${files.map((file) => file.replace(/\.(ts|mjs)$/, "")).join(", ")}`);
  process.exit(1);
}
const text = readFileSync(new URL(file, folder), "utf8");
if (file.endsWith(".mjs")) {
  // A module is run by the command that its first comment gives.
  const command = /^ \* {5}(\.\/rehearse .*)$/m.exec(text)[1];
  console.log(command);
  process.exit(
    spawnSync("bash", ["-c", command], { cwd: fileURLToPath(new URL("../../", import.meta.url)), stdio: "inherit" }).status ?? 1,
  );
}
// Within the package, so that `rehearse` is the package itself.
const compiled = new URL(`../../.cache/examples/${file.replace(/ts$/, "mjs")}`, import.meta.url);
mkdirSync(new URL(".", compiled), { recursive: true });
const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
writeFileSync(compiled, ts.transpileModule(text, { compilerOptions }).outputText);
await import(compiled.href);
