/** What one axis of a model's action is in the world: normalised -1…1 maps linearly to `range`. */
export interface ActionAxis {
  readonly name: "linear.x" | "linear.y" | "angular.z";
  readonly unit: string;
  readonly range: readonly [number, number];
}
