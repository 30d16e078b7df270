import { RehearseError } from "../core/error.js";

const FIXES: Readonly<Record<string, readonly [why: string, fix: string]>> = {
  ENOSPC: ["the disk is full", "free some space or record elsewhere"],
  EDQUOT: ["the disk quota is used up", "free some space or record elsewhere"],
  EACCES: ["this user may not write there", "choose a folder that you may write to"],
  EPERM: ["this user may not write there", "choose a folder that you may write to"],
  EROFS: ["the file system is read-only", "choose a folder that you may write to"],
  ENOENT: ["its folder does not exist", "make the folder first"],
  ENOTDIR: ["a part of the path is a file", "choose a path of folders"],
  EFBIG: ["the file has grown beyond what the file system takes", "record in parts"],
};

/** What a failed system call on a recording means for the user. */
export function writeError(path: string, cause: unknown): RehearseError {
  if (cause instanceof RehearseError) return cause;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? "";
  if (code === "EEXIST") {
    return new RehearseError(
      "RH-BAG-EXISTS",
      `${path} exists already`,
      "recordings are never written over: choose another name or delete it",
      { cause, details: { path } },
    );
  }
  const [why, fix] = FIXES[code] ?? [cause instanceof Error ? cause.message : String(cause), "check the path and the disk"];
  return new RehearseError("RH-BAG-WRITE", `can't write ${path}: ${why}`, fix, { cause, details: { path } });
}
