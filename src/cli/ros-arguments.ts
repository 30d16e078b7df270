/** The ROS arguments of a command line: `--ros-args … [--]`, as often as they come, as rcl takes them. */
export function rosArguments(argv: readonly string[]): string[] {
  const ros: string[] = [];
  let inside = false;
  for (const word of argv) {
    if (word === "--ros-args") inside = true;
    if (inside) ros.push(word);
    if (inside && word === "--") inside = false;
  }
  return ros;
}

/** A command line without them. */
export function withoutRosArguments(argv: readonly string[]): string[] {
  const own: string[] = [];
  let inside = false;
  for (const word of argv) {
    if (word === "--ros-args") inside = true;
    if (!inside) own.push(word);
    if (inside && word === "--") inside = false;
  }
  return own;
}
