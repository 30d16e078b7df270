/** Coordinate frames, named as in REP-105, of the messages that Rehearse itself makes: the simulation's, and those of bags. */
export const FRAME_IDS = { odom: "odom", base: "base_link", camera: "camera_optical", scan: "base_scan" } as const;
