import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 make every object in its young generation, where garbage costs next to nothing; to be called before anything is answered.
 *
 * By itself it watches which places of the code make objects that live long, and has these made in the old generation from
 * then on. A server has no such places, but when more comes in for a moment than it can answer, every request under way
 * outlives a collection, and all places look alike. What is then made old is garbage after milliseconds, and yet holds what
 * the request holds until the old generation is collected, which stops the process and takes both of two cores: at 200
 * requests a second, answers of 100 ms every ten seconds. See `messageClassesOf` for the other half.
 */
export function keepGarbageYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
