/**
 * Width and height of a PNG in pixels, so that a page keeps its place for it.
 * @see https://www.w3.org/TR/png-3/#11IHDR
 */
export function pictureSize(png: Buffer): { width: number; height: number } {
  if (png.toString('latin1', 1, 4) !== 'PNG') throw new TypeError('Pictures of the documentation are PNG files.');
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}
