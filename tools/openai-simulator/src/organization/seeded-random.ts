/** A number in [0, 1) that depends on nothing but the whole numbers given: the same ones always draw the same. */
export function seededRandom(a: number, b: number, c = 0, d = 0): number {
  return mix(mix(mix(mix(a) ^ b) ^ c) ^ d) / 2 ** 32;
}

/** The finalizer of MurmurHash3: every bit of the input moves every bit of the result. */
function mix(value: number): number {
  let hash = (value + 0x9e3779b9) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
