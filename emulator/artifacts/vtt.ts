import type { Transcript } from './artifacts.ts';

/** Each cue with its speaker in a voice tag (Graph docs: “callTranscript: content”). */
export function attributedVtt(transcript: Transcript): string {
  return transcript.verbatim ?? vtt(transcript, ({ speaker, text }) => `<v ${speaker}>${escaped(text)}</v>`);
}

/** The same without a word about who spoke. */
export function unattributedVtt(transcript: Transcript): string {
  const { verbatim } = transcript;
  return verbatim === null ? vtt(transcript, ({ text }) => escaped(text)) : verbatim.replaceAll(/<\/?v\b[^>]*>/g, '');
}

/** Each cue as JSON with instants and language (Graph docs: “callTranscript: metadataContent”). */
export function metadataVtt(transcript: Transcript): string {
  const at = (ms: number) => new Date(transcript.startedAt + ms).toISOString().replace('Z', '0000+00:00');
  return vtt(transcript, ({ startsMs, endsMs, speaker, text }) =>
    JSON.stringify({
      startDateTime: at(startsMs),
      endDateTime: at(endsMs),
      speakerName: speaker,
      spokenText: text,
      spokenLanguage: transcript.language,
    }),
  );
}

function vtt({ cues, timestamps }: Transcript, payload: (cue: Transcript['cues'][number]) => string): string {
  const blocks = cues.map(
    (cue) => `${timeText(cue.startsMs, timestamps)} --> ${timeText(cue.endsMs, timestamps)}\r\n${payload(cue)}\r\n`,
  );
  return ['WEBVTT\r\n', ...blocks].join('\r\n');
}

function timeText(ms: number, form: Transcript['timestamps']): string {
  const sign = ms < 0 ? '-' : '';
  const total = Math.abs(ms);
  const parts = [Math.floor(total / 3_600_000), Math.floor(total / 60_000) % 60, Math.floor(total / 1000) % 60];
  const fraction = String(total % 1000).padStart(3, '0');
  if (form === 'short') return `${sign}${parts.join(':')}.${fraction === '000' ? '0' : fraction}`;
  return `${sign}${parts.map((part) => String(part).padStart(2, '0')).join(':')}.${fraction}`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
