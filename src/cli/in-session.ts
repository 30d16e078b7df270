import { InvalidArgumentError } from "commander";
import { inSession, type Session } from "../introspection/session.js";
import { rosArguments } from "./ros-arguments.js";

/** Runs a command's work in the ROS graph. */
export function during(work: (session: Session) => unknown): Promise<void> {
  return inSession(rosArguments(process.argv.slice(2)), async (session) => {
    await work(session);
  });
}

export function failUnless(good: boolean): void {
  if (!good) process.exitCode = 1;
}

/** `std_msgs/msg/Bool` for `std_msgs/Bool`: both are in use. */
export function fullType(type: string, kind: "msg" | "srv"): string {
  const parts = type.split("/");
  if (parts.length === 3) return type;
  if (parts.length === 2) return `${parts[0]}/${kind}/${parts[1]}`;
  throw new InvalidArgumentError(`${type} is no type`);
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** Without the keys whose value is undefined. */
export function defined<T extends object>(options: T): Defined<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Defined<T>;
}
