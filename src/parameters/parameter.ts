export type ParameterValue = string | number | boolean | readonly string[];

interface Described<T extends ParameterValue> {
  /** Fixes the type too. */
  readonly default: T;
  /** One line: what it does. */
  readonly description: string;
  /** Unit of a number; absent for numbers without one. */
  readonly unit?: string;
  /** May be changed while the node runs. */
  readonly dynamic?: boolean;
}

export interface NumberParameter extends Described<number> {
  readonly integer?: boolean;
  readonly min: number;
  readonly max: number;
}

export interface TextParameter extends Described<string> {
  /** The only values allowed. */
  readonly oneOf?: readonly string[];
}

export type BooleanParameter = Described<boolean>;
export type ListParameter = Described<readonly string[]>;

/** One parameter of a node, for every source that can set it: files, command lines, `ros2 param set`, and the page that documents it. */
export type Parameter = NumberParameter | TextParameter | BooleanParameter | ListParameter;

export type ParameterTable = Readonly<Record<string, Parameter>>;

type Widen<T> = T extends number ? number : T extends boolean ? boolean : T extends string ? string : readonly string[];
export type ParameterValues<T extends ParameterTable> = { readonly [K in keyof T]: Widen<T[K]["default"]> };

export type ParameterType = "boolean" | "integer" | "number" | "text" | "list of texts";

export function typeOf(parameter: Parameter): ParameterType {
  if (typeof parameter.default === "number") return (parameter as NumberParameter).integer ? "integer" : "number";
  if (typeof parameter.default === "string") return "text";
  return typeof parameter.default === "boolean" ? "boolean" : "list of texts";
}

export const isNumber = (parameter: Parameter): parameter is NumberParameter => typeof parameter.default === "number";
