import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { RehearseError } from "../../core/error.js";

/** What makes the processes of ROS 2 use a keystore, and take part in no other way. @throws RehearseError RH-SECURE-KEYSTORE */
export function securityEnvironment(keystore: string): Record<string, string> {
  const folder = resolve(keystore);
  if (!existsSync(join(folder, "enclaves/governance.p7s")))
    throw new RehearseError("RH-SECURE-KEYSTORE", `${folder} is no keystore`, "make one with ./rehearse secure DIR");
  return { ROS_SECURITY_ENABLE: "true", ROS_SECURITY_STRATEGY: "Enforce", ROS_SECURITY_KEYSTORE: folder };
}

/** After --ros-args. */
export function enclaveArguments(name: string): string[] {
  return ["--enclave", `/${name}`];
}
