import type { Cycle, TimedPlan } from "../core/cycle.js";
import { quantile } from "../math/statistics.js";
import type { DiagnosticReport } from "../messages/diagnostics.js";
import type { JitterStatistics } from "../ros/rcl/ticker.js";

/** Samples kept for the percentiles: about a minute and a half at 20 Hz. */
const KEPT = 2048;

/** What the controller process has counted and timed, for /diagnostics. */
export class ControllerDiagnostics {
  planFailures = 0;
  restarts = 0;
  private lastCycle: Cycle | undefined;
  private lastPlan: TimedPlan | undefined;
  private usedFrameNs: bigint | undefined;
  private readonly latenciesMs: number[] = [];
  private readonly planMs: number[] = [];
  private readonly planIterations: number[] = [];
  /** Time between consecutive pictures that were planned from, during one goal. */
  private readonly planIntervalsMs: number[] = [];

  /** A cycle was run. Latency: from the stamp of a frame to the first command that is computed with the plan made from it. */
  noteCycle(cycle: Cycle): void {
    this.lastCycle = cycle;
    const { plan } = cycle;
    if (plan === undefined || plan.frameNs === this.usedFrameNs) return;
    this.usedFrameNs = plan.frameNs;
    keep(this.latenciesMs, Number(cycle.nowNs - plan.frameNs) / 1e6);
  }

  /** A plan was made. */
  notePlan(plan: TimedPlan): void {
    keep(this.planMs, Number(plan.durationNs) / 1e6);
    keep(this.planIterations, plan.iterations);
    const { lastPlan } = this;
    if (lastPlan?.goalId === plan.goalId) keep(this.planIntervalsMs, Number(plan.frameNs - lastPlan.frameNs) / 1e6);
    this.lastPlan = plan;
  }

  /** @param isConfigured whether there is a controller @param heldBack frames held back so far */
  report(isConfigured: boolean, heldBack: Readonly<Record<string, number>>, ticks: JitterStatistics | undefined): DiagnosticReport {
    const cycle = this.lastCycle;
    const { heapUsed, rss } = process.memoryUsage();
    const mode = isConfigured ? (cycle?.mode ?? "idle") : "unconfigured";
    const fault = isConfigured ? cycle?.frameFault : undefined;
    const waiting = mode === "stopped" ? "stopped: paused, e-stopped, or images, or odometry or joint states, are stale" : undefined;
    return {
      level: mode === "blocked" || waiting !== undefined || fault !== undefined ? "warn" : "ok",
      message: fault?.describe() ?? waiting ?? mode,
      values: {
        mode,
        "plan.duration_p50_ms": quantile(this.planMs, 0.5),
        "plan.duration_p99_ms": quantile(this.planMs, 0.99),
        "plan.interval_p50_ms": quantile(this.planIntervalsMs, 0.5),
        "plan.interval_p99_ms": quantile(this.planIntervalsMs, 0.99),
        "plan.iterations_p50": quantile(this.planIterations, 0.5),
        "plan.age_ms": cycle?.planAgeNs === undefined ? undefined : Number(cycle.planAgeNs) / 1e6,
        "plan.failures": this.planFailures,
        "plan.surprise": cycle?.plan?.surprise,
        "planner.restarts": this.restarts,
        "frames.wrong_size": heldBack.size ?? 0,
        "frames.uniform": heldBack.uniform ?? 0,
        "frames.frozen": heldBack.frozen ?? 0,
        "frames.held_back": fault?.code,
        "latency.image_to_command_p50_ms": quantile(this.latenciesMs, 0.5),
        "latency.image_to_command_p99_ms": quantile(this.latenciesMs, 0.99),
        "tick.calls": ticks?.calls ?? 0,
        "tick.missed": ticks?.missed ?? 0,
        "tick.jitter_p50_us": ticks?.p50Us,
        "tick.jitter_p99_us": ticks?.p99Us,
        "tick.jitter_p999_us": ticks?.p999Us,
        "tick.jitter_max_us": ticks?.maxUs,
        "memory.heap_mb": heapUsed / 2 ** 20,
        "memory.resident_mb": rss / 2 ** 20,
      },
    };
  }
}

function keep(samples: number[], value: number): void {
  samples.push(value);
  if (samples.length > KEPT) samples.shift();
}
