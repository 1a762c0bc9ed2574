import { useEffect, useState } from 'react';
import type { TranscriptLine } from '../api/artifacts.ts';
import { lineAt } from './moment.ts';

/** The video that a transcript belongs to, and how much later than it the transcript begins. */
export type PlayerOf = { video: HTMLVideoElement | null; shiftMs: number };

/** Videos stop a little before where they are sent: a line that begins within this counts as begun. */
const nearMs = 50;

/** Which line is spoken now, as an index; `-1`: none yet. Before anything plays it is that of `startMs`. */
export function useSpokenLine(
  lines: readonly TranscriptLine[],
  player: PlayerOf | undefined,
  startMs: number | undefined,
): number {
  const [played, setPlayed] = useState<number>();
  const video = player?.video ?? null;
  const shiftMs = player?.shiftMs ?? 0;
  useEffect(() => {
    if (!video) return undefined;
    const look = () => setPlayed(lineAt(lines, video.currentTime * 1000 - shiftMs + nearMs));
    const events = ['timeupdate', 'seeking'] as const;
    for (const event of events) video.addEventListener(event, look);
    return () => {
      for (const event of events) video.removeEventListener(event, look);
    };
  }, [lines, video, shiftMs]);
  return played ?? (startMs === undefined ? -1 : lineAt(lines, startMs + nearMs));
}
