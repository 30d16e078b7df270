import { Command, InvalidArgumentError } from "commander";
import { hasAuthorityKey, keystoreFaults, makeKeystore } from "../supervisor/security/keystore.js";
import { wholeFrom } from "./number-option.js";
import { repeated } from "./repeated.js";

interface Flags {
  readonly operator: readonly string[];
  readonly domain: number;
  readonly namespace: string;
  readonly remap: readonly string[];
  readonly days: number;
  readonly check?: boolean;
}

/** `rehearse secure`: keys and permissions for SROS 2. */
export function secureCommand(): Command {
  return new Command("secure")
    .description(
      "make a keystore for SROS 2 in which only the guard may command the base and only operators may stop and reset, or check one",
    )
    .argument("<folder>", "the keystore; keys that are there stay, certificates and permissions are made anew")
    .option("--operator <name>", "a person who may stop, reset and set goals; may be given more than once", repeated, [])
    .option("--domain <id>", "ROS domain", wholeFrom(0), Number(process.env.ROS_DOMAIN_ID ?? 0))
    .option("--namespace <name>", "of the robot's nodes and topics", (text) => text.replace(/^\/|\/$/g, ""), "")
    .option("--remap <from:=to>", "a topic under another name; may be given more than once", repeated, [])
    .option("--days <n>", "how long certificates and permissions hold", wholeFrom(1), 365)
    .option("--check", "make nothing: say what is wrong with the keystore")
    .action(async (folder: string, flags: Flags) => {
      if (!flags.check) {
        const enclaves = await makeKeystore(folder, {
          operators: flags.operator,
          domainId: flags.domain,
          namespace: flags.namespace,
          renamed: Object.fromEntries(flags.remap.map(renaming)),
          days: flags.days,
        });
        process.stdout.write(`${folder} holds, for domain ${flags.domain}: ${enclaves.join(", ")}\n`);
      }
      const faults = await keystoreFaults(folder);
      for (const fault of faults) process.stdout.write(`${fault}\n`);
      if (faults.length > 0) process.exitCode = 1;
      else process.stdout.write("signatures, certificates and keys fit together\n");
      if (hasAuthorityKey(folder))
        process.stdout.write(`move ${folder}/private off this machine before the robot drives: who has it can make any key\n`);
    });
}

function renaming(text: string): [string, string] {
  const [from, to, ...more] = text.split(":=");
  if (!from || !to || more.length > 0) throw new InvalidArgumentError(`${text} is no from:=to`);
  return [from, to];
}
