import { useQuery } from '@tanstack/react-query';
import { useMemo, useState, type ReactNode } from 'react';
import { transcriptQuery, type Artifact, type ArtifactKind } from '../api/artifacts.ts';
import { shiftOf } from './moment.ts';
import { Player } from './player.tsx';
import { Transcript } from './transcript.tsx';
import styles from './recordings.module.css';

type Props = {
  recording: Artifact | undefined;
  transcript: Artifact | undefined;
  /** By whose clock `seconds` is: that of the artifact in the address. */
  openedAt: ArtifactKind;
  seconds: number | undefined;
  q: string;
  /** What stands below the video. */
  children: ReactNode;
};

/** The video with what is said in it beside it; either may be missing. */
export function RecordingView({ recording, transcript, openedAt, seconds, q, children }: Props) {
  const [video, setVideo] = useState<HTMLVideoElement | null>(null);
  const { data } = useQuery({ ...transcriptQuery(transcript?.id ?? ''), enabled: transcript !== undefined });
  const shiftMs = recording && transcript ? shiftOf(transcript, recording) : 0;
  const lines = data?.data;
  const captions = useMemo(
    () => transcript && lines && { lines, shiftMs, language: transcript.transcript?.language ?? '' },
    [lines, shiftMs, transcript],
  );
  const asked = seconds === undefined ? undefined : seconds * 1000;
  const videoMs = asked !== undefined && openedAt === 'transcript' ? asked + shiftMs : asked;
  const transcriptMs = asked !== undefined && openedAt === 'recording' ? asked - shiftMs : asked;
  return (
    <div className={recording && transcript ? styles.beside : styles.parts}>
      {recording && <Player recording={recording} startMs={videoMs} captions={captions} onVideo={setVideo} />}
      {transcript && (
        <Transcript artifact={transcript} startMs={transcriptMs} q={q} player={recording && { video, shiftMs }} />
      )}
      {children}
    </div>
  );
}
