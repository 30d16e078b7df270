/** Seeded chance. The same seed gives the same sequence on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** An independent stream; the same label from the same parent seed gives the same stream, however much the parent was used. */
  fork(label: string): Random;
}
