import { execFile } from "node:child_process";
import { RehearseError } from "../../core/error.js";

/** Runs the openssl command. @returns what it printed @throws RehearseError RH-SECURE-OPENSSL */
export function openssl(args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile("openssl", args, { cwd, maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
      const what = missing
        ? "the openssl command is not there"
        : `openssl ${args[0]} failed in ${cwd}: ${stderr.trim().split("\n").at(-1)}`;
      const fix = missing ? "apt install openssl" : "see that the folder can be written to, and that openssl is 1.1.1 or newer";
      return reject(new RehearseError("RH-SECURE-OPENSSL", what, fix, { cause: error }));
    });
  });
}
