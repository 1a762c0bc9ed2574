import { html } from 'hono/html';
import type { Html } from '../page.ts';
import type { MeetingEnd } from './end-meeting.ts';

const MINUTE = 60_000;

/** What a form asks about the end of a meeting: what it leaves, and after how long. */
export function endFields(): Html {
  const box = (name: string, label: string) =>
    html`<label><input type="checkbox" name="${name}" value="yes" checked /> ${label}</label>`;
  return html`${box('recording', 'Recording')} ${box('transcript', 'Transcript')} ${box('attendance', 'Attendance')}
    <label>
      Recorded in
      <select name="segments">
        <option value="1">one piece</option>
        <option value="2">two pieces</option>
        <option value="3">three pieces</option>
      </select>
    </label>
    <label>
      Ready
      <select name="processing">
        <option value="0">at once</option>
        <option value="2">after 2 minutes</option>
        <option value="10">after 10 minutes</option>
        <option value="60">after an hour</option>
      </select>
    </label>`;
}

/** What the form said. */
export function endFrom(fields: URLSearchParams): Pick<MeetingEnd, 'recording' | 'transcript' | 'attendance'> & {
  segments: number;
  processingMs: number;
} {
  const isTicked = (name: string) => fields.get(name) === 'yes';
  return {
    recording: isTicked('recording'),
    transcript: isTicked('transcript'),
    attendance: isTicked('attendance'),
    segments: Number(fields.get('segments') ?? 1),
    processingMs: Number(fields.get('processing') ?? 0) * MINUTE,
  };
}
