// Completes package-lock.json with the optional packages of other platforms. npm leaves out those that it could not fetch,
// and `npm ci` then refuses the lock everywhere. Usage: node scripts/dev/complete-lock.cjs [--check]
const fs = require("node:fs");
const path = require("node:path");

const SYSTEMS = ["android", "darwin", "freebsd", "linux", "openharmony", "win32"];
const PROCESSORS = ["arm", "arm64", "ia32", "ppc64", "riscv64", "s390x", "x64"];

const file = path.join(__dirname, "../..", "package-lock.json");
const lock = JSON.parse(fs.readFileSync(file, "utf8"));
const missing = [];

for (const [folder, parent] of Object.entries({ ...lock.packages })) {
  for (const [name, range] of Object.entries(parent.optionalDependencies ?? {})) {
    if (lock.packages[`node_modules/${name}`] || lock.packages[`${folder}/node_modules/${name}`]) continue;
    missing.push(name);
    // Such packages are named after the platform they are for: @biomejs/cli-linux-x64-musl.
    const words = name.split(/[-/]/);
    lock.packages[`node_modules/${name}`] = {
      version: range.replace(/^\D+/, ""),
      cpu: PROCESSORS.filter((processor) => words.includes(processor)),
      ...(parent.dev ? { dev: true } : {}),
      ...(words.some((word) => word.startsWith("musl")) ? { libc: ["musl"] } : {}),
      optional: true,
      os: SYSTEMS.filter((system) => words.includes(system)),
    };
  }
}

if (process.argv.includes("--check")) {
  if (missing.length > 0) console.log(`package-lock.json lacks ${missing.join(", ")}: run node scripts/dev/complete-lock.cjs`);
  process.exit(missing.length > 0 ? 1 : 0);
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
fs.writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`package-lock.json: ${missing.length} packages added`);
