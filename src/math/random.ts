import type { Random } from "../core/random.js";

/**
 * sfc32 (C. Doty-Humphrey, PractRand): 128 bits of state, passes BigCrush; normals by the polar method (Marsaglia & Bray, 1964).
 * @param seed any integer; only its low 32 bits and the label path of forks matter
 */
export function seededRandom(seed: number): Random {
  return new Sfc32(seed >>> 0);
}

class Sfc32 implements Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;
  private spare: number | undefined;

  constructor(private readonly seed: number) {
    this.a = mix(seed);
    this.b = mix(seed ^ 0x9e3779b9);
    this.c = mix(seed ^ 0x85ebca6b);
    for (let i = 0; i < 12; i++) this.next();
  }

  uniform(): number {
    return this.next() / 4294967296;
  }

  normal(): number {
    if (this.spare !== undefined) {
      const value = this.spare;
      this.spare = undefined;
      return value;
    }
    let u: number;
    let v: number;
    let s: number;
    do {
      u = 2 * this.uniform() - 1;
      v = 2 * this.uniform() - 1;
      s = u * u + v * v;
    } while (s >= 1 || s === 0);
    const scale = Math.sqrt((-2 * Math.log(s)) / s);
    this.spare = v * scale;
    return u * scale;
  }

  fork(label: string): Random {
    let hash = 2166136261 ^ this.seed; // FNV-1a
    for (let i = 0; i < label.length; i++) hash = Math.imul(hash ^ label.charCodeAt(i), 16777619);
    return new Sfc32(mix(hash >>> 0));
  }

  private next(): number {
    const t = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + t) | 0;
    return t >>> 0;
  }
}

/** Finaliser of MurmurHash3: neighbouring seeds give unrelated states. */
function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
