import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { RehearseError } from "../../core/error.js";
import { governance, permissions, type Scope } from "./access-documents.js";
import { type Enclave, enclavesFor } from "./enclaves.js";
import { openssl } from "./openssl.js";

export interface KeystoreOptions extends Omit<Scope, "notBefore" | "notAfter"> {
  readonly operators: readonly string[];
  readonly days: number;
  /** Default: the present. */
  readonly now?: Date;
}

/** The authority outlives the certificates, so that they can be renewed. */
const AUTHORITY_DAYS = 3650;
const DAY_MS = 24 * 3600 * 1000;
const OPERATOR = /^[a-z][a-z0-9_]*$/;
const CA = { cert: "public/ca.cert.pem", key: "private/ca.key.pem" } as const;
/** A clock of the robot may be a little behind. */
const EARLY_MS = DAY_MS;

/**
 * Makes a keystore as `ros2 security` does, so that its commands work on it: one authority, and for each enclave a key, a certificate and signed
 * permissions. An authority that is there stays, and so do keys; certificates and permissions are made anew, for so many days from now. @returns the enclaves, with their leading slash
 * @throws RehearseError RH-SECURE-OPERATOR, RH-SECURE-OPENSSL, RH-SECURE-AUTHORITY
 */
export async function makeKeystore(folder: string, options: KeystoreOptions): Promise<string[]> {
  const wrong = options.operators.find((name) => !OPERATOR.test(name));
  if (wrong !== undefined)
    throw new RehearseError(
      "RH-SECURE-OPERATOR",
      `"${wrong}" can't be an operator's name`,
      "use lower case letters, digits and _, a letter first",
    );
  const root = resolve(folder);
  for (const part of ["public", "private", "enclaves"]) mkdirSync(join(root, part), { recursive: true });
  chmodSync(join(root, "private"), 0o700);
  const nowMs = (options.now ?? new Date()).getTime();
  const scope: Scope = {
    ...options,
    notBefore: new Date(nowMs - EARLY_MS),
    notAfter: new Date(nowMs + options.days * DAY_MS),
  };
  await makeAuthority(root, options.days);
  await sign(root, "enclaves/governance", governance(scope));
  const enclaves = enclavesFor(options.operators);
  for (const enclave of enclaves) await makeEnclave(root, enclave, scope, options.days);
  return enclaves.map(({ name }) => `/${name}`);
}

async function makeAuthority(root: string, days: number): Promise<void> {
  if (existsSync(join(root, CA.cert))) {
    if (existsSync(join(root, CA.key))) return;
    throw new RehearseError(
      "RH-SECURE-AUTHORITY",
      `${root} has the authority's certificate, and not its key: nothing can be signed`,
      `bring ${CA.key} back from where it is kept, or make another keystore`,
    );
  }
  await makeKey(root, CA.key);
  const about = [
    "-subj",
    "/O=Rehearse/CN=Rehearse keystore authority",
    "-addext",
    "keyUsage=critical,keyCertSign,cRLSign,digitalSignature",
  ];
  await openssl(
    ["req", "-x509", "-new", "-sha256", "-key", CA.key, "-days", String(Math.max(days, AUTHORITY_DAYS)), ...about, "-out", CA.cert],
    root,
  );
  for (const role of ["identity_ca", "permissions_ca"]) {
    symlinkSync("ca.cert.pem", join(root, `public/${role}.cert.pem`));
    symlinkSync("ca.key.pem", join(root, `private/${role}.key.pem`));
  }
}

async function makeEnclave(root: string, enclave: Enclave, scope: Scope, days: number): Promise<void> {
  const folder = `enclaves/${enclave.name}`;
  mkdirSync(join(root, folder), { recursive: true });
  if (!existsSync(join(root, folder, "key.pem"))) await makeKey(root, `${folder}/key.pem`);
  const [request, extensions] = [`${folder}/request.pem`, `${folder}/extensions.cnf`];
  // A slash that is part of the name is escaped.
  const subject = `/CN=${`/${enclave.name}`.replaceAll("/", "\\/")}`;
  await openssl(["req", "-new", "-sha256", "-key", `${folder}/key.pem`, "-subj", subject, "-out", request], root);
  writeFileSync(join(root, extensions), "basicConstraints=CA:FALSE\n");
  const serial = `0x1${(await openssl(["rand", "-hex", "15"], root)).trim()}`;
  const by = ["-CA", CA.cert, "-CAkey", CA.key, "-set_serial", serial, "-days", String(days), "-extfile", extensions];
  await openssl(["x509", "-req", "-sha256", "-in", request, ...by, "-out", `${folder}/cert.pem`], root);
  for (const part of [request, extensions]) rmSync(join(root, part));
  await sign(root, `${folder}/permissions`, permissions(enclave, scope));
  for (const [name, target] of [
    ["identity_ca.cert.pem", "public/identity_ca.cert.pem"],
    ["permissions_ca.cert.pem", "public/permissions_ca.cert.pem"],
    ["governance.p7s", "enclaves/governance.p7s"],
  ] as const)
    if (!existsSync(join(root, folder, name))) symlinkSync(relative(join(root, folder), join(root, target)), join(root, folder, name));
}

async function makeKey(root: string, file: string): Promise<void> {
  // The curve that DDS Security names.
  await openssl(["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-out", file], root);
  chmodSync(join(root, file), 0o600);
}

async function sign(root: string, name: string, document: string): Promise<void> {
  writeFileSync(join(root, `${name}.xml`), document);
  const by = ["-signer", CA.cert, "-inkey", CA.key, "-md", "sha256"];
  await openssl(["smime", "-sign", "-text", "-in", `${name}.xml`, ...by, "-out", `${name}.p7s`], root);
}

/** Everything that would keep a keystore from protecting anything, one line each; none: it is sound. @throws RehearseError RH-SECURE-KEYSTORE, RH-SECURE-OPENSSL */
export async function keystoreFaults(folder: string): Promise<string[]> {
  const root = resolve(folder);
  if (!existsSync(join(root, CA.cert)))
    throw new RehearseError("RH-SECURE-KEYSTORE", `${root} is no keystore: it has no ${CA.cert}`, "make one with ./rehearse secure DIR");
  const faults: string[] = [];
  const check = async (what: string, args: readonly string[], holds: (printed: string) => boolean): Promise<void> => {
    const printed = await openssl(args, root).catch(() => undefined);
    if (printed === undefined || !holds(printed)) faults.push(what);
  };
  const signed = (file: string) => ["smime", "-verify", "-text", "-in", `${file}.p7s`, "-CAfile", CA.cert, "-purpose", "any"];
  const says = (file: string) => (printed: string) => printed.replaceAll("\r\n", "\n") === readFileSync(join(root, `${file}.xml`), "utf8");
  await check("enclaves/governance.p7s is not what the authority signed", signed("enclaves/governance"), says("enclaves/governance"));
  const folders = readdirSync(join(root, "enclaves"), { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith("key.pem"));
  for (const path of folders.sort()) {
    const name = dirname(path);
    const at = `enclaves/${name}`;
    await check(`${at}/cert.pem is not the authority's, or has expired`, ["verify", "-CAfile", CA.cert, `${at}/cert.pem`], () => true);
    await check(
      `${at}/cert.pem is not of this enclave`,
      ["x509", "-noout", "-subject", "-nameopt", "RFC2253", "-in", `${at}/cert.pem`],
      (printed) => printed.trim().endsWith(`CN=/${name}`),
    );
    const publicKey = await openssl(["pkey", "-in", `${at}/key.pem`, "-pubout"], root).catch(() => "");
    await check(
      `${at}/key.pem is not the certificate's`,
      ["x509", "-noout", "-pubkey", "-in", `${at}/cert.pem`],
      (printed) => printed === publicKey,
    );
    await check(`${at}/permissions.p7s is not what the authority signed`, signed(`${at}/permissions`), says(`${at}/permissions`));
    if (!readFileSync(join(root, at, "permissions.xml"), "utf8").includes(`<subject_name>CN=/${name}</subject_name>`))
      faults.push(`${at}/permissions.xml is of another enclave`);
    if (statSync(join(root, at, "key.pem")).mode & 0o077) faults.push(`${at}/key.pem can be read by others: chmod 600`);
  }
  return faults;
}

/** Whether the authority's key still lies in the keystore: who has it can make any key. */
export function hasAuthorityKey(folder: string): boolean {
  return existsSync(join(resolve(folder), CA.key));
}
