import {
  CalendarAdd16Regular,
  Clock16Regular,
  PersonQuestionMark16Regular,
  Video16Regular,
} from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { membersQuery } from '../api/queries.ts';
import { useMe } from '../shell/me.ts';
import type { Draft } from './draft.ts';
import styles from './preview.module.css';
import { NextTimes } from './next-times.tsx';
import { lengthsText } from './setting-words.ts';

type Props = {
  draft: Draft;
  /** What the server has; `undefined` for a new event type. */
  saved: Draft | undefined;
  id: string | undefined;
  changed: boolean;
};

/** The visitor’s page as it will look, and the next times on it. It follows while somebody types. */
export function Preview({ draft, saved, id, changed }: Props) {
  const shown = useDeferredValue(draft);
  const { workspace } = useMe();
  return (
    <aside className={styles.preview} aria-label="Preview">
      <div className={styles.head}>
        <h2>What visitors will see</h2>
        <p role="status" data-changed={changed || undefined}>
          {changed ? 'With your changes, which are not saved' : 'As it is now'}
        </p>
      </div>
      <div className={styles.sheet}>
        <p className={styles.quiet}>{workspace.name}</p>
        <p className={styles.title}>{shown.title.trim() || 'Title'}</p>
        <p className={styles.quiet}>{withWhom(shown, useNames(shown.operatorIds))}</p>
        <ul className={styles.facts}>
          <li>
            <Clock16Regular aria-hidden />
            {shown.durationMinutes > 0 ? lengthsText(shown) : '…'}
          </li>
          <li>
            <Video16Regular aria-hidden />
            Microsoft Teams meeting
          </li>
          {shown.needsApproval && (
            <li>
              <PersonQuestionMark16Regular aria-hidden />
              Asked for first, then confirmed
            </li>
          )}
          {shown.mostInSeries > 1 && (
            <li>
              <CalendarAdd16Regular aria-hidden />
              Up to {shown.mostInSeries} times in one go
            </li>
          )}
        </ul>
        {shown.description.trim() && <p className={styles.description}>{shown.description.trim()}</p>}
        <NextTimes draft={shown} saved={saved} id={id} />
      </div>
    </aside>
  );
}

function useNames(ids: string[]): string[] {
  const { data: members = [] } = useQuery(membersQuery);
  return ids.map((id) => members.find((one) => one.id === id)?.name ?? '…');
}

function withWhom({ assignment }: Draft, names: string[]): string {
  const [first = 'nobody yet'] = names;
  if (names.length < 2) return `with ${first}`;
  if (assignment === 'collective') return `with ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  const all =
    names.length > 3 ? `one of ${names.length} people` : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
  return assignment === 'chosen' ? `with ${all}, as you choose` : `with ${all}`;
}
