import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NodeProcess } from "./processes/node-process.js";
import { eventually } from "./support.js";

/** Where the sockets of a process wait for datagrams, those with a port that DDS gives to participants. */
function listeningOn(pid: number): string[] {
  const inodes = new Set<string>();
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      if (inode) inodes.add(inode);
    } catch {
      // Closed in the meantime.
    }
  }
  const rows = readFileSync("/proc/net/udp", "utf8").trim().split("\n").slice(1);
  const own = rows.map((row) => row.trim().split(/\s+/)).filter((columns) => inodes.has(columns[9]!));
  return own
    .map((columns) => columns[1]!.split(":") as [string, string])
    .flatMap(([address, port]) => (isOfDds(port) ? [ipOf(address)] : []));
}

/** The ports of the test's own domain. */
function isOfDds(portHex: string): boolean {
  const first = 7400 + 250 * Number(process.env.ROS_DOMAIN_ID);
  const port = Number.parseInt(portHex, 16);
  return port >= first && port < first + 250;
}

function ipOf(hex: string): string {
  return Buffer.from(hex, "hex").reverse().join(".");
}

describe("a node that discovers nobody beyond its machine", () => {
  let guard: NodeProcess;

  beforeAll(() => {
    guard = new NodeProcess("guard");
  });
  afterAll(() => guard.stop());

  it("receives on the loopback interface alone", async () => {
    await eventually(() => listeningOn(guard.process.pid!).length >= 2, "its sockets", 20_000);
    expect(new Set(listeningOn(guard.process.pid!))).toEqual(new Set(["127.0.0.1"]));
  });
});
