import { describe, expect, it } from "vitest";
import { FrameWatch } from "../../../src/control/frame-watch.js";
import { RehearseError } from "../../../src/core/error.js";

const picture = (...shades: number[]) => ({
  stampNs: 0n,
  width: shades.length,
  height: 1,
  rgb: Uint8Array.from(shades.flatMap((s) => [s, s, s])),
});
const odometry = (timeS: number, xM: number, vxMps: number, yawRad = 0, yawRateRps = 0) => ({
  stampNs: BigInt(Math.round(timeS * 1e9)),
  odomFromBase: { xM, yM: 0, yawRad },
  twistInBase: { vxMps, vyMps: 0, yawRateRps },
});
const SCENE = [0, 100, 200];
const OTHER = [0, 101, 200];

describe("FrameWatch", () => {
  it("keeps back what the model can't take, whatever it shows, and compares nothing with it", () => {
    const misfit = new RehearseError("RH-FRAME-SIZE", "three pixels", "four", {
      details: { found: { widthPx: 3, heightPx: 1, bytes: 9 }, expected: { widthPx: 2, heightPx: 2 } },
    });
    const watch = new FrameWatch((frame) => (frame.width === 3 ? misfit : undefined));
    expect(watch.admits(picture(...SCENE), odometry(0, 0, 0))).toBe(false);
    expect(watch.fault).toBe(misfit);
    expect(watch.admits(picture(...SCENE, 50), odometry(0.1, 0, 0))).toBe(true);
    expect(watch.fault).toBeUndefined();
    expect(watch.counts).toEqual({ size: 1, uniform: 0, frozen: 0 });
  });

  it("keeps back dark pictures", () => {
    const watch = new FrameWatch();
    expect(watch.admits(picture(3, 3, 4), odometry(0, 0, 0))).toBe(false);
    expect(watch.admits(picture(...SCENE), odometry(0.1, 0, 0))).toBe(true);
    expect(watch.counts).toEqual({ size: 0, uniform: 1, frozen: 0 });
  });

  it("keeps back the picture of where the body was, and says why, until there is another", () => {
    const watch = new FrameWatch();
    expect(watch.admits(picture(...SCENE), odometry(0, 0, 0.5))).toBe(true);
    expect(watch.fault).toBeUndefined();
    expect(watch.admits(picture(...SCENE), odometry(0.1, 0.05, 0.5))).toBe(false);
    expect(watch.fault?.code).toBe("RH-FRAME-FROZEN");
    for (let k = 2; k < 30; k++) expect(watch.admits(picture(...SCENE), odometry(k / 10, 0.1, 0))).toBe(false);
    expect(watch.admits(picture(...OTHER), odometry(3, 0.1, 0))).toBe(true);
    expect(watch.fault).toBeUndefined();
    expect(watch.admits(picture(...OTHER), odometry(3.1, 0.1, 0))).toBe(true);
    expect(watch.counts).toEqual({ size: 0, uniform: 0, frozen: 29 });
    expect(watch.admits(picture(3, 3, 4), odometry(3.2, 0.1, 0))).toBe(false);
    expect(watch.fault?.code).toBe("RH-FRAME-UNIFORM");
  });

  it("goes on with the same picture after three seconds at rest: at a low resolution a short motion changes no pixel", () => {
    const watch = new FrameWatch();
    watch.admits(picture(...SCENE), odometry(0, 0, 0.5));
    const admitted = (k: number) => watch.admits(picture(...SCENE), odometry(k / 10, 0.05, 0));
    expect(watch.admits(picture(...SCENE), odometry(0.1, 0.05, 0.5))).toBe(false);
    const first = Array.from({ length: 100 }, (_, k) => k + 2).find(admitted);
    expect(first).toBe(32);
    expect(watch.fault).toBeUndefined();
    for (let k = 33; k < 60; k++) expect(admitted(k)).toBe(true);
  });

  it("lets a frozen camera creep at ever longer intervals, and is as quick as ever again after a new picture", () => {
    const watch = new FrameWatch();
    let [timeS, xM] = [0, 0];
    const see = (shades: number[], vxMps: number) => watch.admits(picture(...shades), odometry(timeS, xM, vxMps));
    /** Drives until a frame is held back, and stands until one is admitted. @returns how long that took, s */
    const rest = () => {
      for (; see(SCENE, 0.5); timeS += 0.1) xM += 0.03;
      const from = timeS;
      while (!see(SCENE, 0)) timeS += 0.1;
      return Math.round(timeS - from);
    };
    see(SCENE, 0.5);
    expect([rest(), rest(), rest(), rest(), rest(), rest(), rest()]).toEqual([3, 6, 12, 24, 48, 60, 60]);
    expect(see(OTHER, 0.5)).toBe(true);
    expect(see(SCENE, 0.5)).toBe(true);
    expect(rest()).toBe(3);
  });

  it("counts a robot that goes sideways as moving", () => {
    const watch = new FrameWatch();
    const sideways = (timeS: number, yM: number) => {
      const still = odometry(timeS, 0, 0);
      return { ...still, odomFromBase: { ...still.odomFromBase, yM }, twistInBase: { ...still.twistInBase, vyMps: 0.5 } };
    };
    expect(watch.admits(picture(...SCENE), sideways(0, 0))).toBe(true);
    expect(watch.admits(picture(...SCENE), sideways(0.1, 0.05))).toBe(false);
  });

  it("takes odometry that comes later than the pictures for what it is: the way to where they were taken", () => {
    const watch = new FrameWatch();
    const at = (timeS: number, shades: number[]) => ({ ...picture(...shades), stampNs: BigInt(Math.round(timeS * 1e9)) });
    expect(watch.admits(at(1, OTHER), odometry(0.7, 0, 0.5))).toBe(true);
    // Stands from 1.1 s on; odometry is 0.3 s behind, and then comes to an end of the drive.
    for (let k = 1; k < 8; k++) expect(watch.admits(at(1 + k / 10, SCENE), odometry(0.7 + k / 10, k / 20, k < 4 ? 0.5 : 0))).toBe(true);
    expect(watch.counts).toEqual({ size: 0, uniform: 0, frozen: 0 });
  });

  it("notices a turn on the spot", () => {
    const watch = new FrameWatch();
    expect(watch.admits(picture(...SCENE), odometry(0, 0, 0, 0, 2))).toBe(true);
    expect(watch.admits(picture(...SCENE), odometry(0.1, 0, 0, 0.2, 2))).toBe(false);
  });

  it.each([
    ["at rest", (k: number) => odometry(k / 10, 0, 0)],
    ["with odometry that has stopped coming", () => odometry(0, 0, 0.5)],
    ["with odometry that repeats one value", (k: number) => odometry(k / 10, 0, 0.5)],
    ["after odometry that repeated one value", (k: number) => (k < 20 ? odometry(k / 10, 0, 0.5) : odometry(k / 10, 0.3, 0))],
    ["with odometry that jumps while at rest", (k: number) => odometry(k / 10, k % 2, 0)],
  ])("believes a picture that stays the same %s", (_, at) => {
    const watch = new FrameWatch();
    for (let k = 0; k < 50; k++) expect(watch.admits(picture(...SCENE), at(k))).toBe(true);
  });

  it("believes every picture that is new, and those without any odometry", () => {
    const watch = new FrameWatch();
    for (let k = 0; k < 50; k++) expect(watch.admits(picture(0, 100, 200 + (k % 2)), odometry(k / 10, k / 20, 0.5))).toBe(true);
    const blind = new FrameWatch();
    for (let k = 0; k < 5; k++) expect(blind.admits(picture(...SCENE), undefined)).toBe(true);
  });

  it("keeps one picture back from an arm whose joints turn, and not while they rest", () => {
    const arm = (timeS: number, shoulderRad: number, rps: number) => ({
      stampNs: BigInt(Math.round(timeS * 1e9)),
      positionsRad: [shoulderRad, 0],
      velocitiesRps: [rps, 0],
    });
    const watch = new FrameWatch();
    for (let k = 0; k < 10; k++) expect(watch.admits(picture(...SCENE), arm(k / 10, 0.3, 0))).toBe(true);
    expect(watch.admits(picture(...SCENE), arm(1, 0.35, 0.5))).toBe(true);
    expect(watch.admits(picture(...SCENE), arm(1.2, 0.45, 0.5))).toBe(false);
  });
});
