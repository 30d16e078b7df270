const BISECTIONS = 8;

/** The greatest scale of a command from 0 to 1 for which something holds, to the last of its bisections; 0 is never asked. */
export function bisected(fits: (scale: number) => boolean): number {
  let low = 0;
  let high = 1;
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = (low + high) / 2;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}
