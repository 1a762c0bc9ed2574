import { Button } from '@fluentui/react-components';
import { ArrowClockwise20Regular } from '@fluentui/react-icons';
import { useEffect, useRef, useState } from 'react';
import type { Artifact, TranscriptLine } from '../api/artifacts.ts';
import { problemOf } from '../api/problem.ts';
import { ProblemView } from '../parts/problem-view.tsx';
import { useContentLink } from './use-content-link.ts';
import styles from './recordings.module.css';

export type Captions = { lines: TranscriptLine[]; shiftMs: number; language: string };

type Props = {
  recording: Artifact;
  /** Where it begins, as an address may say. */
  startMs: number | undefined;
  captions: Captions | undefined;
  onVideo: (video: HTMLVideoElement | null) => void;
};

/** Plays a recording through a link that is made anew when it has ended; the place in the video stays. */
export function Player({ recording, startMs, captions, onVideo }: Props) {
  const [video, setVideo] = useState<HTMLVideoElement | null>(null);
  const { link, broken, renew, again } = useContentLink(recording.id);
  const place = useRef({ seconds: Math.max(0, (startMs ?? 0) / 1000), playing: false });
  useEffect(() => onVideo(video), [video, onVideo]);
  useEffect(() => {
    if (!video || !link) return;
    video.src = link.address;
    video.currentTime = place.current.seconds;
    if (place.current.playing) void video.play().catch(() => {}); // a browser that wants a click gets one
  }, [video, link]);
  useCaptions(video, captions);
  const onError = () => {
    if (!video) return;
    place.current.playing = !video.paused;
    void renew();
  };
  return (
    <section className={styles.player} aria-label="Recording">
      <video
        ref={setVideo}
        controls
        playsInline
        preload="metadata"
        aria-label={`Recording of ${recording.subject}`}
        onError={onError}
        onTimeUpdate={({ currentTarget }) => {
          // While it has nothing to play it stands at the beginning, which nobody asked for.
          if (currentTarget.readyState > 0) place.current.seconds = currentTarget.currentTime;
        }}
        hidden={broken !== undefined}
      />
      {broken !== undefined && (
        <div role="alert">
          <ProblemView
            problem={problemOf(broken)}
            actions={
              <Button icon={<ArrowClockwise20Regular />} onClick={again}>
                Try again
              </Button>
            }
          />
        </div>
      )}
    </section>
  );
}

/** What is said, as the captions that a player can show. Tracks cannot be taken away, so there is one at most. */
function useCaptions(video: HTMLVideoElement | null, captions: Captions | undefined): void {
  useEffect(() => {
    if (!video || !captions || video.textTracks.length > 0) return;
    const track = video.addTextTrack('captions', 'What is said', captions.language.split('-')[0] ?? '');
    track.mode = 'disabled';
    for (const { startMs, endMs, speaker, text } of captions.lines) {
      const [start, end] = [startMs + captions.shiftMs, endMs + captions.shiftMs];
      if (end <= 0 || end <= start) continue;
      track.addCue(new VTTCue(Math.max(0, start) / 1000, end / 1000, speaker ? `${speaker}: ${text}` : text));
    }
  }, [video, captions]);
}
