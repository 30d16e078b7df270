import { RehearseError } from "../core/error.js";

export interface PoseColumns {
  readonly x: number;
  readonly y: number;
  /** Absent: the model does not read out a heading. */
  readonly yaw?: { readonly cos: number; readonly sin: number };
}

/** Where the robot's pose is in a row of readouts. @throws RehearseError RH-MODEL-READOUT when the position is not among them */
export function poseColumns(names: readonly string[]): PoseColumns {
  const position = { x: readoutColumn(names, "robot.x"), y: readoutColumn(names, "robot.y") };
  const bare = names.map(withoutUnit);
  if (!bare.includes("robot.yaw.cos") || !bare.includes("robot.yaw.sin")) return position;
  return { ...position, yaw: { cos: bare.indexOf("robot.yaw.cos"), sin: bare.indexOf("robot.yaw.sin") } };
}

export function readsPosition(names: readonly string[]): boolean {
  const bare = names.map(withoutUnit);
  return bare.includes("robot.x") && bare.includes("robot.y");
}

/** Column of a readout, named without its unit. @throws RehearseError RH-MODEL-READOUT */
export function readoutColumn(names: readonly string[], name: string): number {
  const column = names.map(withoutUnit).indexOf(name);
  if (column < 0) {
    throw new RehearseError(
      "RH-MODEL-READOUT",
      `the model has no readout "${name}"; it has ${names.length > 0 ? names.join(", ") : "none"}`,
      `use one of these, or train a model whose readouts include ${name}`,
    );
  }
  return column;
}

/** `robot.x [m]` → `robot.x` */
export function withoutUnit(name: string): string {
  return name.replace(/\s*\[.*\]$/, "");
}
