/** Of the searches: `npm run guard:model` goes to 12. */
export const DEPTH = Number(process.env.REHEARSE_DEPTH ?? 7);

/** A system under test together with its specification: both take the same events. */
export interface Model<Event extends string> {
  /** Events that are possible now. */
  readonly possible: readonly Event[];
  /** Takes an event, and throws when the system does not do what the specification says. */
  apply(event: Event): Promise<void>;
  /** All that decides what can happen next, as text: two sequences with the same have the same future. */
  readonly state: string;
}

export interface Explored {
  readonly states: number;
  readonly transitions: number;
  /** Sequences of events of the greatest depth, all interleavings, that these stand for. */
  readonly sequences: bigint;
}

/**
 * Explicit-state model checking (Holzmann, The SPIN model checker, 2003) of the real objects: breadth first through every sequence of events up to a depth. As the objects
 * cannot be copied, each sequence is played from the beginning; sequences that lead to a state already seen are not continued. Ends with the shortest counterexample.
 */
export async function explore<Event extends string>(make: () => Model<Event>, depth: number): Promise<Explored> {
  const first = make();
  const seen = new Map<string, number>([[first.state, 0]]);
  /** Of each state: how many sequences of the present length lead to it. */
  let counts = new Map<string, bigint>([[first.state, 1n]]);
  const next = new Map<string, Map<Event, string>>();
  const shortest = new Map<string, readonly Event[]>([[first.state, []]]);
  let transitions = 0;
  for (let length = 0; length < depth; length++) {
    const reached = new Map<string, bigint>();
    for (const [state, count] of counts) {
      let edges = next.get(state);
      if (edges === undefined) {
        edges = new Map();
        const path = shortest.get(state)!;
        for (const event of (await replayed(make, path)).possible) {
          const model = await replayed(make, path);
          try {
            await model.apply(event);
          } catch (cause) {
            throw new Error(`${[...path, event].join(" → ")}: ${(cause as Error).message}`, { cause });
          }
          transitions++;
          edges.set(event, model.state);
          if (!seen.has(model.state)) {
            seen.set(model.state, length + 1);
            shortest.set(model.state, [...path, event]);
          }
        }
        next.set(state, edges);
      }
      for (const to of edges.values()) reached.set(to, (reached.get(to) ?? 0n) + count);
    }
    counts = reached;
  }
  return { states: seen.size, transitions, sequences: [...counts.values()].reduce((sum, count) => sum + count, 0n) };
}

async function replayed<Event extends string>(make: () => Model<Event>, path: readonly Event[]): Promise<Model<Event>> {
  const model = make();
  for (const event of path) await model.apply(event);
  return model;
}
