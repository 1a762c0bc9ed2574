import { Button } from '@fluentui/react-components';
import { Dismiss16Regular } from '@fluentui/react-icons';
import { useId, useRef } from 'react';
import { count } from '../parts/when.ts';
import type { Attendee } from './attendee-list.ts';
import styles from './attendees.module.css';

type Props = {
  attendees: Attendee[];
  visitor: { name: string; email: string };
  /** Left out, the list only tells. */
  remove?: (attendee: Attendee) => void;
};

/** Everybody who is invited, each with where they come from. */
export function InvitedList({ attendees, visitor, remove }: Props) {
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  return (
    <section className={styles.invited} aria-labelledby={id}>
      <h3 id={id} ref={heading} tabIndex={-1}>
        Invited: {count(attendees.length + 1, 'person').replace('persons', 'people')}
      </h3>
      <ul>
        <li>
          <span>
            <span className={styles.name}>{visitor.name || 'The visitor'}</span>
            <span className={styles.address}>{visitor.email || 'Their address comes from above'}</span>
          </span>
          <span className={styles.badge}>Visitor</span>
        </li>
        {attendees.map((one) => (
          <li key={one.email}>
            <span>
              <span className={styles.name}>{one.name ?? one.email}</span>
              {one.name && <span className={styles.address}>{one.email}</span>}
            </span>
            <span className={styles.badge}>{one.origin}</span>
            {remove && (
              <Button
                size="small"
                appearance="subtle"
                icon={<Dismiss16Regular />}
                aria-label={`Remove ${one.name ?? one.email}`}
                onClick={() => {
                  remove(one);
                  heading.current?.focus(); // the button goes away with the row
                }}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
