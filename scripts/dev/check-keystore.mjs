// Does a keystore of `rehearse secure` hold with a middleware that has DDS Security? Makes one, and lets participants with its keys, with others' and
// without any publish and subscribe, by Eclipse Cyclone DDS: npm run secure:dds [-- --domain 67]. Needs gcc and cyclonedds-dev (Debian 12: 0.10.2).
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values: flags } = parseArgs({ options: { domain: { type: "string", default: "67" } } });
const domain = Number(flags.domain);
const PLUGINS = "/usr/lib/x86_64-linux-gnu/libddsc0debian";
if (!existsSync("/usr/bin/idlc") || !existsSync(PLUGINS)) {
  console.error("Cyclone DDS with its security plugins is not there: apt install cyclonedds-dev cyclonedds-tools");
  process.exit(1);
}
const root = mkdtempSync(join(tmpdir(), "rehearse-keystore-"));
const sources = new URL("keystore-dds/", import.meta.url).pathname;
execFileSync("idlc", ["-l", "c", `${sources}bool.idl`], { cwd: root });
execFileSync("gcc", ["-O1", "-I.", "-o", "peer", `${sources}peer.c`, "bool.c", "-lddsc"], { cwd: root });
const main = new URL("../../dist/cli/main.js", import.meta.url).pathname;
for (const name of ["keys", "others"])
  execFileSync(process.execPath, [main, "secure", join(root, name), "--domain", String(domain), "--operator", "alice"]);
/** The base's key with the guard's permissions. */
cpSync(join(root, "keys/enclaves/base"), join(root, "stolen"), { recursive: true, dereference: true });
cpSync(join(root, "keys/enclaves/guard/permissions.p7s"), join(root, "stolen/permissions.p7s"), { dereference: true });

const loopback = `<CycloneDDS><Domain><General><Interfaces><NetworkInterface address="127.0.0.1" multicast="true"/></Interfaces></General></Domain></CycloneDDS>`;
const env = { ...process.env, LD_LIBRARY_PATH: PLUGINS, CYCLONEDDS_URI: loopback };
const folderOf = (who) => (who === "none" ? "none" : join(root, who.includes("/") ? who : `keys/enclaves/${who}`));
const peer = (who, role, topic, seconds, where = domain) =>
  new Promise((resolve) => {
    const child = spawn(join(root, "peer"), [folderOf(who), String(where), role, topic, String(seconds)], { env });
    let said = "";
    child.stdout.on("data", (text) => {
      said += text;
    });
    child.once("exit", () => resolve(said.trim()));
  });

let failures = 0;
const expect = (what, said, isRight) => {
  const right = isRight(said);
  if (!right) failures++;
  console.log(`${right ? "as it should be" : "WRONG"}: ${what}: ${said}`);
};
const is = (word) => (said) => said === word;
const heard = (said) => Number(said.match(/^heard (\d+)$/)?.[1] ?? Number.NaN);
const hears = (said) => heard(said) > 20;
const nothing = (said) => heard(said) === 0;
const ALICE = "keys/enclaves/operators/alice";

const listens = async (listener, speaker, topic, isRight) => {
  const [said] = await Promise.all([peer(listener, "sub", topic, 7), peer(speaker, "pub", topic, 6)]);
  expect(`${listener} hears ${speaker} on ${topic}`, said, isRight);
};
await listens("base", "guard", "rt/cmd_vel", hears);
await listens("base", "standby", "rt/cmd_vel", hears);
await listens("guard", "controller", "rt/cmd_vel_proposed", hears);
await listens("guard", ALICE, "rt/estop", hears);
await listens("base", "none", "rt/cmd_vel", nothing);
await listens("base", "others/enclaves/guard", "rt/cmd_vel", nothing);
await listens("none", "guard", "rt/cmd_vel", nothing);
for (const [who, topic] of [
  ["controller", "rt/cmd_vel"],
  ["recorder", "rt/cmd_vel"],
  [ALICE, "rt/cmd_vel"],
  ["guard", "rt/cmd_vel_proposed"],
  ["base", "rt/cmd_vel_proposed"],
  ["controller", "rt/estop"],
  ["recorder", "rt/estop"],
  ["recorder", "rt/goal_pose"],
  ["controller", "rq/estop_resetRequest"],
])
  expect(`${who} publishes ${topic}`, await peer(who, "pub", topic, 1), is("refused"));
expect("the base's key with the guard's permissions", await peer("stolen/", "pub", "rt/cmd_vel", 1), is("no-participant"));
expect("the guard's key in another domain", await peer("guard", "pub", "rt/cmd_vel", 1, domain + 1), is("no-participant"));
rmSync(root, { recursive: true, force: true });
process.exit(failures === 0 ? 0 : 1);
