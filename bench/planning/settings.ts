import type { Precision } from "#src/core/model.js";
import type { OurSettings } from "./ours.js";

/** One way to plan, with the settings among which its cheapest good one is sought. */
export type Series = { readonly name: string; readonly threads: number } & (
  | { readonly by: "ours"; readonly precision: Precision; readonly settings: readonly OurSettings[] }
  | { readonly by: "peer"; readonly planner: string; readonly settings: readonly PeerSettings[] }
);

export interface PeerSettings {
  readonly samples: number;
  readonly iterations: number;
  readonly elites?: number;
  readonly std?: number;
  readonly temperature?: number;
}

/** As papers on latent world models plan: DINO-WM, LeWorldModel and the solvers of stable-worldmodel. */
export const RESEARCH: PeerSettings = { samples: 300, iterations: 30, elites: 30, std: 1 };

/** Every combination. */
function grid<T extends object>(choices: { readonly [K in keyof T]: readonly T[K][] }): T[] {
  let found: object[] = [{}];
  for (const [name, values] of Object.entries(choices) as [string, readonly unknown[]][])
    found = found.flatMap((one) => values.map((value) => ({ ...one, [name]: value })));
  return found as T[];
}

/**
 * What is swept. The number of iterations needs no sweep of its own: a plan is noted after each.
 * @param defaults the runtime's own planner and its options
 */
export function seriesOf(quick: boolean, defaults: OurSettings): { research: Series; others: Series[] } {
  const cem = (iterations: number): OurSettings[] => [
    defaults,
    ...grid<{ samples: number; elites: number; initialStd: number }>({
      samples: quick ? [64, 128] : [32, 48, 64, 96, 128, 192, 256],
      elites: quick ? [8] : [4, 8],
      initialStd: quick ? [0.6] : [0.4, 0.6],
    }).map((options) => ({ planner: "cem" as const, options, iterations })),
  ];
  const mppi = grid<{ samples: number; effective: number }>({ samples: [64, 128, 256], effective: [2, 4, 8] }).map((options) => ({
    planner: "mppi" as const,
    options,
    iterations: 20,
  }));
  const gradient = grid<{ samples: number }>({ samples: [4, 8, 16, 32] }).map((options) => ({
    planner: "gradient" as const,
    options,
    iterations: 20,
  }));
  const ours = (name: string, threads: number, precision: Precision, settings: readonly OurSettings[]): Series => ({
    name: `rehearse ${name}, ${precision}, ${threads} thread${threads > 1 ? "s" : ""}`,
    by: "ours",
    threads,
    precision,
    settings,
  });
  const peer = (planner: string, threads: number, settings: readonly PeerSettings[]): Series => ({
    name: `${planner}, ${threads} thread${threads > 1 ? "s" : ""}`,
    by: "peer",
    planner,
    threads,
    settings,
  });
  const torchCem = grid<PeerSettings>({
    samples: quick ? [64, 128] : [32, 64, 96, 128, 192],
    iterations: [quick ? 12 : 15],
    elites: quick ? [10] : [6, 10, 20],
    std: quick ? [0.7] : [0.5, 0.8],
  }).filter(({ samples, elites }) => elites! <= samples / 3);
  const torchMppi = [
    { samples: 100, iterations: 1 },
    ...grid<PeerSettings>({
      samples: quick ? [128, 256] : [128, 256, 512],
      iterations: [quick ? 15 : 25],
      temperature: quick ? [0.01] : [0.003, 0.01, 0.03],
      std: quick ? [0.5] : [0.25, 0.5],
    }),
  ];
  const solver = grid<PeerSettings>({
    samples: quick ? [128] : [64, 128, 300],
    iterations: [quick ? 12 : 15],
    elites: [10],
    std: quick ? [0.7] : [0.5, 1],
  }).filter(({ samples, elites }) => elites! <= samples / 3);
  const solvers = quick ? ["swm-icem"] : ["swm-cem", "swm-icem"];
  return {
    research: { ...peer("torch-cem", 2, [RESEARCH]), name: "torch-cem as published, 2 threads" },
    others: [
      ours("cem", 1, "int8", cem(8)),
      ours("cem", 2, "int8", cem(8)),
      ours("cem", 2, "float32", cem(8)),
      ...(quick
        ? []
        : [
            ours("cem", 1, "float32", cem(8)),
            ours("mppi", 2, "int8", mppi),
            ours("icem", 2, "int8", [{ planner: "icem", options: {}, iterations: 12 }]),
            ours("gradient", 2, "float32", gradient),
          ]),
      peer("torch-cem", 2, torchCem),
      peer("pytorch-mppi", 2, torchMppi),
      ...(quick ? [] : [peer("torch-cem", 1, torchCem), peer("pytorch-mppi", 1, torchMppi)]),
      ...solvers.map((name) => peer(name, 2, solver)),
    ],
  };
}
