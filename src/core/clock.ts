/** Time is an argument. */
export interface Clock {
  /** ROS time: what stamps are compared with. May be simulated and may jump. */
  nowNs(): bigint;
  /** Never goes back: periods, deadlines, timeouts. */
  steadyNs(): bigint;
}
