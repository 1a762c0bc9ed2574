import type { AskedPerson, Reauthentication } from '../api/reauthentication.ts';
import sheets from '../parts/sheets.module.css';
import { StateLabel, type State } from '../parts/state-label.tsx';
import { useNow } from '../parts/use-now.ts';
import { agoText, count } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import styles from './integrations.module.css';

/** Whom it concerns: why, how they are reached, and what waits for them. */
export function AskedPeople({ outcome: { people } }: { outcome: Reauthentication }) {
  const zone = useMe().member.timeZone;
  const now = useNow();
  if (people.length === 0)
    return <p className={sheets.quiet}>Every connection has all the permissions it needs. There is nobody to ask.</p>;
  return (
    <ul className={styles.asked} aria-label="People whom it concerns">
      {people.map((person) => (
        <li key={person.connectionId}>
          <span>
            {person.name ?? person.accountEmail ?? 'Somebody'} <span>{person.accountEmail}</span>
            <small>{whyText(person)}</small>
          </span>
          <StateLabel {...mailState(person, now, zone)} />
        </li>
      ))}
    </ul>
  );
}

function whyText({ memberId, missingScopes, stops, meetingsAhead, meetingsWaiting }: AskedPerson): string {
  const waiting = meetingsWaiting === 0 ? '' : `, ${meetingsWaiting} of them not in step`;
  return [
    memberId === null ? 'No member' : 'Member',
    ...(missingScopes.length > 0 ? [`lacks ${missingScopes.join(', ')}`] : []),
    meetingsAhead === 0 ? 'no meetings ahead' : `${count(meetingsAhead, 'meeting')} ahead${waiting}`,
    ...(stops ? ['the connection will rest'] : []),
  ].join(' · ');
}

function mailState({ mail, mailTo, lastAskedAt }: AskedPerson, now: number, zone: string): State {
  if (mail === 'queued') return { tone: 'waiting', words: `Mail to ${mailTo ?? 'them'}` };
  if (mail === 'asked_recently' && lastAskedAt !== null)
    return { tone: 'quiet', words: `Asked ${agoText(lastAskedAt, now, zone)}, no second mail within a day` };
  if (mail === 'not_configured') return { tone: 'quiet', words: 'No mail: this server sends none' };
  return { tone: 'quiet', words: 'No mail: no address is known' };
}
