import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { tenantsQuery, type Meeting } from '../api/queries.ts';
import { optionLines } from '../event-types/meeting-options.ts';
import { useMe } from '../shell/me.ts';
import styles from './bookings.module.css';
import { optionsSentence } from './meeting-options-state.tsx';

/** By whose authorization a meeting is made, what kind it is, which options it has, and whom the directory knows. */
export function useHowMade(meeting: Meeting | undefined): [string, ReactNode][] {
  const { member, mayManage } = useMe();
  const appOnly = meeting?.access === 'app-only';
  const { data: tenants } = useQuery({ ...tenantsQuery, enabled: mayManage && appOnly });
  if (!meeting) return [];
  const tenant = tenants?.find(({ id }) => id === meeting.tenantConnectionId)?.name ?? 'the organization';
  const rows: [string, ReactNode][] = [
    ['Made with', appOnly ? `The authorization of ${tenant}, without a sign-in` : 'The organizer’s own connection'],
    ['Kind', kindWords[meeting.kind]],
  ];
  if (meeting.conference) rows.push(['Conference', <Conference key="conference" {...meeting.conference} />]);
  const sentence = optionsSentence(meeting, member.timeZone);
  if (sentence) rows.push(['Options', <Options key="options" meeting={meeting} sentence={sentence} />]);
  const found = meeting.attendees.flatMap((attendee) => directoryWords(attendee) ?? []);
  if (found.length > 0) rows.push(['In the directory', <Lines key="directory" lines={found} />]);
  return rows;
}

const kindWords: Record<Meeting['kind'], string> = {
  calendar: 'In the calendar',
  standalone: 'On no calendar: Teams invites nobody',
  external: 'Event without a Teams meeting',
};

/** The details of a conference that somebody else runs, as the invitation has them. */
function Conference({ provider, meetingCode, password, pin, phone = [] }: NonNullable<Meeting['conference']>) {
  const lines = [
    meetingCode && `Meeting code: ${meetingCode}`,
    password && `Password: ${password}`,
    pin && `PIN: ${pin}`,
    phone.length > 0 && `Phone: ${phone.join(', ')}`,
  ];
  return (
    <>
      {provider}
      <Lines lines={lines.filter((line) => typeof line === 'string')} />
    </>
  );
}

function Options({ meeting, sentence }: { meeting: Meeting; sentence: string }) {
  return (
    <>
      {sentence}
      <Lines lines={optionLines(meeting.options.wanted)} />
    </>
  );
}

function Lines({ lines }: { lines: string[] }) {
  return (
    <ul className={styles.lines}>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

type Attendee = Meeting['attendees'][number];

const unmatchedWords: Record<NonNullable<Attendee['unmatched']>, string> = {
  none: 'is not known there, so the address they typed is used',
  several: 'may be several people there; nobody is guessed, so the address they typed is used',
  not_permitted: 'could not be looked up for want of a permission, so the address they typed is used',
};

/** What came of looking for somebody in the tenant’s directory; nothing where nobody looked. */
function directoryWords({ name, email, match, objectId, unmatched }: Attendee): string | undefined {
  const who = name ?? match ?? email;
  if (unmatched) return `${who} ${unmatchedWords[unmatched]}`;
  return objectId && match ? `${who} was found by ${match} and is invited at ${email}` : undefined;
}
