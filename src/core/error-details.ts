/** What an error carries beside its text, for programs that act on it. A code that is not here carries nothing. */
export interface ErrorDetails {
  "RH-PARAM-UNKNOWN": { readonly parameter: string; readonly known: readonly string[]; readonly nearest: string | undefined };
  "RH-PARAM-TYPE": { readonly parameter: string; readonly expected: string; readonly received: unknown };
  "RH-PARAM-RANGE": { readonly parameter: string; readonly allowed: Allowed; readonly received: unknown };
  "RH-PARAM-FIXED": { readonly parameter: string };

  "RH-ROBOT-READ": InFile;
  "RH-ROBOT-YAML": InFile;
  "RH-ROBOT-SCHEMA": InFile & { readonly keys: readonly KeyFault[] };
  "RH-ROBOT-CEILING": InFile & {
    readonly key: string;
    readonly found: number;
    readonly min: number;
    readonly max: number;
    readonly unit: string;
  };

  "RH-EMBODIMENT-LOAD": InFile;
  "RH-EMBODIMENT-SHAPE": InFile & { readonly what: string };
  /** `found` is NaN where there is no number. */
  "RH-EMBODIMENT-CONTRACT": InFile & { readonly what: string; readonly found: number; readonly limit: number; readonly unit: string };

  "RH-MODEL-MISSING": InFile;
  "RH-MODEL-YAML": InFile;
  "RH-MODEL-SCHEMA": InFile & { readonly found: unknown; readonly expected: string };
  "RH-MODEL-KEY": InFile & { readonly keys: readonly KeyFault[] };
  "RH-MODEL-ACTION": InFile & { readonly keys: readonly KeyFault[] };
  /** Keys are `graphs.<name>.inputs` and `graphs.<name>.outputs`. */
  "RH-MODEL-SHAPE": InFile & { readonly keys: readonly KeyFault[] };
  /** `graph`: undefined when the file as a whole cannot be read. */
  "RH-MODEL-GOLDEN": InFile & {
    readonly graph: string | undefined;
    readonly key: string;
    readonly found: unknown;
    readonly expected: unknown;
  };
  /** `name`: the axis or quantity that the model has and the robot lacks; undefined: it takes another kind of goal. */
  "RH-MODEL-ROBOT": InFile & { readonly robot: string; readonly name: string | undefined; readonly known: readonly string[] };
  "RH-MODEL-HASH": InFile & { readonly graph: string; readonly found: string; readonly expected: string };

  "RH-BAG-MISSING": InFile;
  "RH-BAG-READ": InFile;
  "RH-BAG-FORMAT": InFile;
  "RH-BAG-BROKEN": InFile;
  "RH-BAG-EXISTS": InFile;
  "RH-BAG-WRITE": InFile;
  "RH-BAG-CLOSED": InFile;
  /** `candidates`: the topics that could take its place; those that hold messages, if none is alike. */
  "RH-BAG-TOPIC": InFile & { readonly topic: string; readonly candidates: readonly string[] };
  "RH-BAG-STREAM": { readonly stream: string; readonly known: readonly string[] };
  /** `expected` is empty where the type that was found has no definition, or the definition can't be used. */
  "RH-BAG-TYPE": { readonly topic: string | undefined; readonly found: string; readonly expected: readonly string[] };
  /** `logNs` as decimal digits: JSON has no number that large. */
  "RH-BAG-MESSAGE": { readonly topic: string; readonly type: string; readonly logNs: string };

  "RH-IMAGE-ENCODING": { readonly encoding: string; readonly known: readonly string[] };
  "RH-IMAGE-SIZE": PixelSize & { readonly encoding: string; readonly stepBytes: number; readonly bytes: number };
  "RH-IMAGE-COMPRESSED": { readonly topic: string };
  "RH-FRAME-SIZE": { readonly found: PixelSize & { readonly bytes: number }; readonly expected: PixelSize };
  "RH-ODOM-NAN": { readonly fields: readonly string[] };
  "RH-JOINTS-NAN": { readonly fields: readonly string[] };
  "RH-JOINTS-NAMES": { readonly missing: readonly string[]; readonly found: readonly string[] };
  "RH-SCAN-SHAPE": {
    readonly beams: number;
    readonly angleMinRad: number;
    readonly angleIncrementRad: number;
    readonly rangeMinM: number;
    readonly rangeMaxM: number;
  };
  "RH-ZONE-SHAPE": { readonly corners: number; readonly finite: boolean };
  "RH-ZONE-FRAME": { readonly frame: string; readonly known: readonly string[] };
  "RH-ZONE-COUNT": { readonly publishers: number; readonly most: number };
  "RH-STAMP": { readonly sec: number; readonly nanosec: number };

  "RH-GOAL-KIND": { readonly found: "pose"; readonly expected: "image" };
  "RH-GOAL-FRAME": { readonly frame: string; readonly known: readonly string[] };
  "RH-GOAL-NAN": { readonly fields: readonly string[] };
  "RH-GOAL-ORIENTATION": { readonly length: number };
  "RH-GOAL-TILT": { readonly tiltRad: number; readonly maxRad: number };
  "RH-GOAL-STALE": { readonly ageS: number; readonly maxS: number };
  "RH-GOAL-FUTURE": { readonly aheadS: number; readonly maxS: number };
  "RH-GOAL-ARENA": { readonly xM: number; readonly yM: number; readonly arena: { readonly xM: Interval; readonly yM: Interval } };
  "RH-GOAL-IMAGE": { readonly found: PixelSize; readonly expected: PixelSize };
  "RH-GOAL-INACTIVE": { readonly lifecycle: string };

  /** `heldBy`: the nodes whose button is pressed; empty: it is not known, from fresh measurement, that the robot is at rest. */
  "RH-ESTOP-HELD": { readonly reason: "pressed" | "not-at-rest" | "starting"; readonly heldBy: readonly string[] };
  "RH-GUARD-PROPOSERS": { readonly topic: string; readonly nodes: readonly string[] };
  "RH-GUARD-RIVAL": { readonly topic: string; readonly node: string | undefined };
  /** `allowed` within `periodMs`, or, of requests that wait for an answer, at once. */
  "RH-INPUT-RATE": { readonly allowed: number | undefined; readonly periodMs: number | undefined };
  /** Elements and characters together. */
  "RH-INPUT-SIZE": { readonly allowed: number };
  "RH-SERVICE-ABSENT": { readonly service: string; readonly timeoutMs: number | undefined };
  "RH-SERVICE-REFUSED": { readonly service: string; readonly answer: string };

  "RH-WORLD-KIND": { readonly name: string | undefined; readonly known: readonly string[] };
  "RH-WORLD-CAMERA": { readonly sizePx: number; readonly minPx: number; readonly maxPx: number };

  "RH-PLANNER-NAME": UnknownName;
  "RH-WORLD-UNKNOWN": UnknownName;
  "RH-EVAL-DRIVER": UnknownName;
  "RH-FAULTS-NAME": UnknownName;
}

interface InFile {
  readonly path: string;
}

/** One key of a file: what it holds (undefined: it is missing), and what it should hold. */
export interface KeyFault {
  readonly key: string;
  readonly found: unknown;
  readonly expected: string;
}

interface PixelSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

interface UnknownName {
  readonly name: string;
  readonly known: readonly string[];
}

type Interval = readonly [min: number, max: number];

type Allowed =
  | { readonly min: number; readonly max: number; readonly unit?: string | undefined }
  | { readonly oneOf: readonly string[] }
  /** A rule between several parameters. */
  | { readonly together: readonly string[] };
