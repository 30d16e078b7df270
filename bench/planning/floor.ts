import type { Gflops, Peer } from "./peer.js";

/** How fast the machine multiplies matrices, and what that leaves at least for a rollout. */
export interface Floor {
  readonly threads: number;
  /** Square matrices of 1024: the best that the machine does. */
  readonly large: Fastest;
  /** Matrices as the rollout has them, by samples. */
  readonly own: Readonly<Record<number, Fastest>>;
}

interface Fastest {
  readonly library: string;
  /** Median of the fastest library. */
  readonly gflops: number;
  readonly of: Readonly<Record<string, Gflops>>;
}

export async function measureFloor(peer: Peer, sizes: readonly number[], hidden: number, seconds: number): Promise<Floor> {
  const each = seconds / (sizes.length + 1);
  const large = fastest(await peer.gemm(1024, 1024, each));
  const own: Record<number, Fastest> = {};
  for (const samples of sizes) own[samples] = fastest(await peer.gemm(samples, hidden, each));
  return { threads: peer.threads, large, own };
}

function fastest(of: Readonly<Record<string, Gflops>>): Fastest {
  const [library, { median }] = Object.entries(of).reduce((a, b) => (b[1].median > a[1].median ? b : a));
  return { library, gflops: median, of };
}
