import { crc32, deflateSync } from 'node:zlib';

type Pixel = [red: number, green: number, blue: number, alpha: number];
type Point = readonly [x: number, y: number];

const brand: Pixel = [79, 82, 178, 255];
const white: Pixel = [255, 255, 255, 255];
const clear: Pixel = [255, 255, 255, 0];

/** Samples per pixel in each direction: smooth edges. */
const fineness = 4;

/**
 * The colour icon, 192×192: the mark within the inner 96×96 of a filled square, as Teams’ guidelines for icons ask, since
 * Teams rounds and crops the rest.
 */
export function colorIcon(): Buffer {
  const check: Point[] = [at(56, 98), at(86, 128), at(138, 68)];
  return png(192, (point) => (distanceTo(check, point) <= 9 ? white : brand));
}

/** The outline icon, 32×32: white on transparent, and nothing else. */
export function outlineIcon(): Buffer {
  const check: Point[] = [at(9.5, 16.5), at(14, 21), at(22.5, 11.5)];
  return png(32, (point) => {
    const frame = Math.abs(distanceToSquare(point, { from: 3, to: 29, radius: 6 }));
    return frame <= 1 || distanceTo(check, point) <= 1.1 ? white : clear;
  });
}

function at(x: number, y: number): Point {
  return [x, y];
}

/** A PNG (ISO/IEC 15948) of 8 bits per channel with alpha, drawn point by point. */
function png(size: number, colorAt: (point: Point) => Pixel): Buffer {
  const rows: Buffer[] = [];
  for (let y = 0; y < size; y += 1) {
    const row = Buffer.alloc(1 + size * 4); // each row begins with its filter: none
    for (let x = 0; x < size; x += 1) row.set(pixelAt(x, y, colorAt), 1 + x * 4);
    rows.push(row);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8); // bit depth, colour with alpha, and the standard methods
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1A\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** The mean of the samples within a pixel; colours weigh by their opacity. */
function pixelAt(x: number, y: number, colorAt: (point: Point) => Pixel): Pixel {
  const sum = [0, 0, 0, 0];
  for (let step = 0; step < fineness ** 2; step += 1) {
    const offset = (part: number) => (part + 0.5) / fineness;
    const [red, green, blue, alpha] = colorAt([x + offset(step % fineness), y + offset(Math.floor(step / fineness))]);
    for (const [channel, value] of [red * alpha, green * alpha, blue * alpha, alpha].entries())
      sum[channel] = (sum[channel] ?? 0) + value;
  }
  const [red = 0, green = 0, blue = 0, alpha = 0] = sum;
  const mean = (value: number) => (alpha === 0 ? 255 : Math.round(value / alpha));
  return [mean(red), mean(green), mean(blue), Math.round(alpha / fineness ** 2)];
}

/** How far a point is from a line through some points. */
function distanceTo(line: readonly Point[], point: Point): number {
  const distances = line.slice(1).map((end, index) => distanceToSegment(line[index] ?? end, end, point));
  return Math.min(...distances);
}

function distanceToSegment([ax, ay]: Point, [bx, by]: Point, [px, py]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(px - ax - along * dx, py - ay - along * dy);
}

/** How far a point is from the edge of a square with round corners; below zero inside. */
function distanceToSquare([px, py]: Point, { from, to, radius }: { from: number; to: number; radius: number }): number {
  const [middle, half] = [(from + to) / 2, (to - from) / 2 - radius];
  const [dx, dy] = [Math.abs(px - middle) - half, Math.abs(py - middle) - half];
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius;
}
