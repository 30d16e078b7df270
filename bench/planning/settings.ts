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
  readonly rate?: number;
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
  const sampled: OurSettings[] = [
    defaults,
    ...grid<{ samples: number; minStd: number; colour: number }>({
      samples: quick ? [64] : [32, 64, 96, 128, 192],
      minStd: quick ? [0.05] : [0.05, 0.01],
      colour: quick ? [2] : [1, 2],
    }).map((options) => ({ planner: "cem" as const, options, iterations: 12 })),
  ];
  const descended: OurSettings[] = [
    ...grid<{ samples: number; starts: number; fresh: number }>({
      samples: quick ? [64] : [64, 128],
      starts: quick ? [8] : [4, 8, 16],
      fresh: quick ? [0.125] : [0, 0.125],
    }).map((options) => ({ planner: "hybrid" as const, options: { elites: 16, ...options }, iterations: 30 })),
    ...grid<{ samples: number; starts: number }>({ samples: quick ? [64] : [64, 128, 256], starts: quick ? [8, 16] : [8, 16, 32] }).map(
      (options) => ({
        planner: "gradient" as const,
        options,
        iterations: 35,
      }),
    ),
  ];
  const mppi = grid<{ samples: number; effective: number }>({ samples: [64, 128, 256], effective: [2, 4] }).map((options) => ({
    planner: "mppi" as const,
    options,
    iterations: 15,
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
  // The ranges are those around what did best in a wider search; few settings that could win are left out.
  const torchCem = grid<PeerSettings>({
    samples: quick ? [192] : [96, 128, 192, 300],
    iterations: [quick ? 25 : 30],
    elites: quick ? [20] : [6, 10, 20],
    std: quick ? [1] : [0.6, 1],
  });
  const torchMppi = [
    { samples: 100, iterations: 1 },
    ...grid<PeerSettings>({
      samples: quick ? [256] : [128, 256, 512],
      iterations: [quick ? 15 : 25],
      temperature: quick ? [0.001] : [0.0003, 0.001, 0.003],
      std: quick ? [0.4] : [0.4, 0.8],
    }),
  ];
  const solver = grid<PeerSettings>({
    samples: quick ? [128] : [128, 300],
    iterations: [quick ? 20 : 30],
    elites: [10],
    std: [1],
  });
  const descent = grid<PeerSettings>({
    samples: quick ? [16] : [4, 8, 16, 32],
    iterations: [40],
    std: [0.5],
    rate: quick ? [0.1] : [0.1, 0.3],
  });
  return {
    research: { ...peer("torch-cem", 2, [RESEARCH]), name: "torch-cem as published, 2 threads" },
    others: [
      ours("sampling", 1, "int8", sampled),
      ours("descent", 1, "int8", descended),
      ours("sampling", 2, "float32", sampled),
      ours("descent", 2, "float32", descended),
      ...(quick
        ? []
        : [
            ours("sampling", 2, "int8", sampled),
            ours("descent", 2, "int8", descended),
            ours("sampling", 1, "float32", sampled),
            ours("descent", 1, "float32", descended),
            ours("mppi", 2, "int8", mppi),
          ]),
      peer("torch-cem", 2, torchCem),
      peer("pytorch-mppi", 2, torchMppi),
      peer("swm-icem", 2, solver),
      peer("swm-gradient", 2, descent),
      ...(quick
        ? []
        : [
            peer("torch-cem", 1, torchCem),
            peer("pytorch-mppi", 1, torchMppi),
            peer("swm-cem", 2, solver),
            peer("swm-gradient", 1, descent),
          ]),
    ],
  };
}
