import { setFlagsFromString } from 'node:v8';

/**
 * Frees memory that nobody else uses at once, where it is all of its buffer: until the next garbage collection, much of a
 * gigabyte would have gone through it.
 */
export function giveBack(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength) buffer.transfer(0);
}

/**
 * What arrives over the network and cannot be given back is collected after 16 MB, not after the 128 MB that V8 lets pile
 * up in young buffers by itself. The heap of objects keeps its size; a V8 that does not know the setting says so and goes on.
 */
export function collectBuffersEarly(): void {
  setFlagsFromString('--scavenger-max-new-space-capacity-mb=4');
}
