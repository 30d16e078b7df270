/** Training data come from seeds at and above this; evaluation stays below. */
export const FIRST_TRAINING_SEED = 100_000;
