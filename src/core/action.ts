/** What one axis of a model's action is in the world: normalised -1…1 maps linearly to `range`. */
export interface ActionAxis {
  /** A number of a twist (`TWIST_NUMBERS`), or a joint, whose velocity it is. */
  readonly name: string;
  readonly unit: string;
  readonly range: readonly [number, number];
}
