import { RehearseError } from "../../core/error.js";
import type { Ros } from "./context.js";
import type { Rcl, RclNode } from "./rclnodejs.js";

/** One line of a node's parameter table. */
export type ParameterSpec = NumberParameter | BooleanParameter | StringParameter;

interface ParameterBase {
  /** Dots make groups, as in `planner.iterations`. */
  readonly name: string;
  /** With its unit. */
  readonly description: string;
  /** Can only be given at the start. Default: it can be changed while running. */
  readonly fixed?: boolean;
}

export interface NumberParameter extends ParameterBase {
  readonly kind: "number" | "integer";
  readonly default: number;
  readonly min?: number;
  readonly max?: number;
}

export interface BooleanParameter extends ParameterBase {
  readonly kind: "boolean";
  readonly default: boolean;
}

export interface StringParameter extends ParameterBase {
  readonly kind: "string";
  readonly default: string;
  /** The only values allowed. */
  readonly among?: readonly string[];
}

export type ParameterValue = number | boolean | string;

export interface ParameterChange {
  readonly name: string;
  readonly value: ParameterValue;
}

/** A number, text or switch as `spec` has it, or why it isn't allowed (RH-PARAM-TYPE, RH-PARAM-RANGE, RH-PARAM-VALUE). Pure. */
export function checkParameter(spec: ParameterSpec, value: unknown): ParameterValue | RehearseError {
  const plain = typeof value === "bigint" ? Number(value) : value;
  if (spec.kind === "boolean" || spec.kind === "string") {
    if (typeof plain !== spec.kind) return wrongType(spec, plain);
    if (spec.kind === "string" && spec.among && !spec.among.includes(plain as string)) {
      return new RehearseError("RH-PARAM-VALUE", `parameter ${spec.name} can't be "${plain}"`, `choose one of ${spec.among.join(", ")}`);
    }
    return plain as ParameterValue;
  }
  if (typeof plain !== "number") return wrongType(spec, plain);
  if (spec.kind === "integer" && !Number.isInteger(plain)) return wrongType(spec, plain);
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = spec;
  // Written so that NaN is refused too.
  if (!(plain >= min && plain <= max)) {
    return new RehearseError("RH-PARAM-RANGE", `parameter ${spec.name} can't be ${plain}`, `allowed are values ${rangeText(spec)}`);
  }
  return plain;
}

/** The declared parameters of one node. */
export class Parameters {
  private readonly specs = new Map<string, ParameterSpec>();
  private readonly values = new Map<string, ParameterValue>();
  private readonly listeners: ((change: ParameterChange) => void)[] = [];

  /** @throws RehearseError RH-PARAM-TYPE, RH-PARAM-RANGE, RH-PARAM-VALUE for what the command line or a parameter file gives */
  constructor(
    private readonly ros: Ros,
    private readonly node: RclNode,
    table: readonly ParameterSpec[],
  ) {
    const { rcl } = ros;
    const overrides = new Map(node.getParameterOverrides().map((parameter) => [parameter.name, parameter.value as unknown]));
    for (const spec of table) {
      const value = checkParameter(spec, overrides.get(spec.name) ?? spec.default);
      if (value instanceof RehearseError) throw value;
      this.specs.set(spec.name, spec);
      this.values.set(spec.name, value);
      const descriptor = new rcl.ParameterDescriptor(spec.name, RCL_TYPES[spec.kind] as never, spec.description, spec.fixed ?? false);
      // rclnodejs loses the range on its way into the description, and on a refusal its text; so the range is told in words and checked here.
      descriptor.additionalConstraints = rangeText(spec);
      node.declareParameter(rclParameter(rcl, spec, value), descriptor, true);
    }
    // Before rclnodejs's own check, which refuses a whole number for a real one ("ros2 param set … speed 1").
    node.addPreSetParametersCallback((parameters) =>
      parameters.map((parameter) => {
        const spec = this.specs.get(parameter.name);
        const whole = typeof parameter.value === "bigint";
        return spec?.kind === "number" && whole ? rclParameter(rcl, spec, Number(parameter.value)) : parameter;
      }),
    );
    node.addOnSetParametersCallback((parameters) => {
      for (const parameter of parameters) {
        const spec = this.specs.get(parameter.name);
        const checked = spec && checkParameter(spec, parameter.value);
        if (checked instanceof RehearseError) return { successful: false, reason: checked.describe() };
      }
      return { successful: true, reason: "" };
    });
    node.addPostSetParametersCallback((parameters) => {
      for (const { name, value: raw } of parameters) {
        const spec = this.specs.get(name);
        const value = spec && checkParameter(spec, raw);
        if (value === undefined || value instanceof RehearseError) continue;
        this.values.set(name, value);
        for (const listener of this.listeners) listener({ name, value });
      }
    });
  }

  /** Hears what is changed while running, after it was checked; a set of several comes one by one. */
  onChange(listener: (change: ParameterChange) => void): void {
    this.listeners.push(listener);
  }

  number(name: string): number {
    return this.value(name, "number") as number;
  }

  boolean(name: string): boolean {
    return this.value(name, "boolean") as boolean;
  }

  string(name: string): string {
    return this.value(name, "string") as string;
  }

  /** Sets a parameter from inside, under the same rules. @throws RehearseError RH-PARAM-TYPE, RH-PARAM-RANGE, RH-PARAM-VALUE */
  set(name: string, value: ParameterValue): void {
    const spec = this.specs.get(name);
    if (!spec) throw new RangeError(`no parameter ${name} is declared`);
    const checked = checkParameter(spec, value);
    if (checked instanceof RehearseError) throw checked;
    this.node.setParameter(rclParameter(this.ros.rcl, spec, checked));
  }

  /** Everything that is declared, by name. */
  all(): Readonly<Record<string, ParameterValue>> {
    return Object.fromEntries(this.values);
  }

  private value(name: string, type: "number" | "boolean" | "string"): ParameterValue {
    const value = this.values.get(name);
    if (typeof value !== type) throw new RangeError(`no ${type} parameter ${name} is declared`);
    return value as ParameterValue;
  }
}

function wrongType(spec: ParameterSpec, value: unknown): RehearseError {
  const wanted = spec.kind === "integer" ? "a whole number" : `a ${spec.kind}`;
  return new RehearseError(
    "RH-PARAM-TYPE",
    `parameter ${spec.name} can't be ${String(value)} (${typeof value})`,
    `give ${wanted}: ${spec.description}`,
  );
}

function rangeText(spec: ParameterSpec): string {
  if (spec.kind === "boolean") return "";
  if (spec.kind === "string") return spec.among ? `one of ${spec.among.join(", ")}` : "";
  if (spec.min !== undefined && spec.max !== undefined) return `from ${spec.min} to ${spec.max}`;
  if (spec.min !== undefined) return `from ${spec.min} up`;
  return spec.max === undefined ? "" : `up to ${spec.max}`;
}

/** `rcl_interfaces/msg/ParameterType`, by number: rclnodejs declares a constant enum, which isolated modules can't read. */
const RCL_TYPES = { boolean: 1, integer: 2, number: 3, string: 4 } as const;

function rclParameter(rcl: Rcl, spec: ParameterSpec, value: ParameterValue): InstanceType<Rcl["Parameter"]> {
  return new rcl.Parameter(spec.name, RCL_TYPES[spec.kind] as never, spec.kind === "integer" ? BigInt(value as number) : value);
}
