import type { ComponentPropsWithRef } from 'react';
import type { Member } from '../api/queries.ts';
import styles from './shell.module.css';

/** The signed-in person, as the button that opens their menu. */
export function PersonButton({ member, ...props }: ComponentPropsWithRef<'button'> & { member: Member }) {
  return (
    <button type="button" {...props} className={styles.person}>
      <span className={styles.initials} aria-hidden>
        {initialsOf(member.name)}
      </span>
      <span>
        <span className={styles.workspace} style={{ color: 'inherit', fontSize: 'inherit' }}>
          {member.name}
        </span>
        <span className={styles.workspace}>{member.email}</span>
      </span>
    </button>
  );
}

function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => word?.[0]?.toUpperCase()).join('');
}
