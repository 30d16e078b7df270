import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { securityEnvironment } from "../../src/supervisor/security/environment.js";
import { hasAuthorityKey, type KeystoreOptions, keystoreFaults, makeKeystore } from "../../src/supervisor/security/keystore.js";

const options: KeystoreOptions = { operators: ["alice"], domainId: 42, namespace: "", renamed: {}, days: 30 };

// By the openssl command, as DDS Security's plugins read them: by the same library.
describe("a keystore", () => {
  const folder = join(mkdtempSync(join(tmpdir(), "rehearse-keystore-")), "keys");
  const at = (path: string) => join(folder, "enclaves", path);
  let enclaves: string[];

  beforeAll(async () => {
    enclaves = await makeKeystore(folder, options);
  });

  it("is sound, with an enclave for each process and each operator", async () => {
    expect(enclaves).toEqual(["/guard", "/standby", "/controller", "/base", "/simulation", "/supervisor", "/recorder", "/operators/alice"]);
    expect(await keystoreFaults(folder)).toEqual([]);
    expect(statSync(at("guard/key.pem")).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "private")).mode & 0o777).toBe(0o700);
    // Everything that rmw asks for.
    for (const file of ["identity_ca.cert.pem", "permissions_ca.cert.pem", "cert.pem", "key.pem", "governance.p7s", "permissions.p7s"])
      expect(statSync(at(`operators/alice/${file}`)).isFile()).toBe(true);
  });

  it("names the enclave in the certificate as in the permissions, for one domain and so many days", () => {
    const about = execFileSync("openssl", ["x509", "-noout", "-subject", "-nameopt", "RFC2253", "-in", at("operators/alice/cert.pem")], {
      encoding: "utf8",
    });
    expect(about.trim()).toBe("subject=CN=/operators/alice");
    const permissions = readFileSync(at("operators/alice/permissions.xml"), "utf8");
    expect(permissions).toContain("<subject_name>CN=/operators/alice</subject_name>");
    expect(permissions).toContain("<domains><id>42</id></domains>");
    const until = /<not_after>(.*)<\/not_after>/.exec(permissions)![1]!;
    expect((Date.parse(`${until}Z`) - Date.now()) / 86_400_000).toBeCloseTo(30, 1);
  });

  it("keeps keys when it is made again, with new permissions and dates", async () => {
    const key = readFileSync(at("guard/key.pem"), "utf8");
    await makeKeystore(folder, { ...options, operators: ["alice", "bob"], namespace: "robot1", days: 60 });
    // Renewed, before it has ended.
    const holds = (file: string, days: number) =>
      execFileSync("openssl", ["x509", "-noout", "-checkend", String(days * 86_400), "-in", file], { stdio: "ignore" });
    holds(at("guard/cert.pem"), 59);
    holds(join(folder, "public/ca.cert.pem"), 3000);
    expect(() => holds(at("guard/cert.pem"), 61)).toThrow();
    expect(readFileSync(at("guard/key.pem"), "utf8")).toBe(key);
    expect(readFileSync(at("guard/permissions.xml"), "utf8")).toContain("<topic>rt/robot1/cmd_vel</topic>");
    expect(await keystoreFaults(folder)).toEqual([]);
  });

  it("finds permissions that nobody signed, another's key, keys that others can read, and certificates of another authority", async () => {
    appendFileSync(at("base/permissions.xml"), "<!-- more -->");
    copyFileSync(at("guard/key.pem"), at("recorder/key.pem"));
    chmodSync(at("controller/key.pem"), 0o644);
    const others = join(mkdtempSync(join(tmpdir(), "rehearse-keystore-")), "keys");
    await makeKeystore(others, options);
    copyFileSync(join(others, "enclaves/standby/cert.pem"), at("standby/cert.pem"));
    expect(await keystoreFaults(folder)).toEqual([
      "enclaves/base/permissions.p7s is not what the authority signed",
      "enclaves/controller/key.pem can be read by others: chmod 600",
      "enclaves/recorder/key.pem is not the certificate's",
      "enclaves/standby/cert.pem is not the authority's, or has expired",
      "enclaves/standby/key.pem is not the certificate's",
    ]);
  });

  it("serves without the authority's key, but signs nothing more", async () => {
    expect(hasAuthorityKey(folder)).toBe(true);
    renameSync(join(folder, "private"), `${folder}-private`);
    expect(hasAuthorityKey(folder)).toBe(false);
    expect(securityEnvironment(folder)).toEqual({
      ROS_SECURITY_ENABLE: "true",
      ROS_SECURITY_STRATEGY: "Enforce",
      ROS_SECURITY_KEYSTORE: folder,
    });
    await expect(makeKeystore(folder, options)).rejects.toMatchObject({ code: "RH-SECURE-AUTHORITY" });
    rmSync(at("governance.p7s"));
    expect(() => securityEnvironment(folder)).toThrow(expect.objectContaining({ code: "RH-SECURE-KEYSTORE" }));
  });

  it("refuses names that would lead out of it", async () => {
    for (const name of ["../guard", "Alice", "a b", ""])
      await expect(makeKeystore(folder, { ...options, operators: [name] })).rejects.toMatchObject({ code: "RH-SECURE-OPERATOR" });
  });
});
