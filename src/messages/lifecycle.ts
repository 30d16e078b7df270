export interface LifecycleStateMessage {
  readonly id: number;
  readonly label: string;
}

export interface TransitionEventMessage {
  readonly timestamp: bigint;
  readonly transition: LifecycleStateMessage;
  readonly start_state: LifecycleStateMessage;
  readonly goal_state: LifecycleStateMessage;
}
