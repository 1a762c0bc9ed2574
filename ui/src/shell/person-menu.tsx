import { Button } from '@fluentui/react-components';
import { ChevronUpDown20Regular, SignOut20Regular } from '@fluentui/react-icons';
import { useMutation } from '@tanstack/react-query';
import { useId, useRef, useState } from 'react';
import { api, ask } from '../api/client.ts';
import type { Member } from '../api/queries.ts';
import styles from './shell.module.css';
import type { Appearance } from './theme.ts';

type Props = { member: Member; appearance: Appearance; choose: (appearance: Appearance) => void };

const appearances: Record<Appearance, string> = { system: 'Like the system', light: 'Light', dark: 'Dark' };

/** The signed-in person: opens to the console's appearance and signing out. */
export function PersonMenu({ member, appearance, choose }: Props) {
  const [open, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const id = useId();
  const signOut = useMutation({
    mutationFn: () => ask(api.session.$delete()),
    onSuccess: () => location.assign('/console/'),
  });
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key !== 'Escape' || !open) return;
    event.preventDefault(); // in the drawer, Escape would close that too
    event.stopPropagation();
    setOpen(false);
    opener.current?.focus();
  };
  return (
    <div
      onKeyDown={onKeyDown}
      onBlur={({ currentTarget, relatedTarget }) =>
        relatedTarget && !currentTarget.contains(relatedTarget) && setOpen(false)
      }
    >
      {open && (
        <div id={id} className={styles.personPanel}>
          <fieldset>
            <legend>Appearance</legend>
            {Object.entries(appearances).map(([value, words]) => (
              <label key={value}>
                <input
                  type="radio"
                  name={`appearance-${id}`}
                  checked={value === appearance}
                  onChange={() => choose(value as Appearance)}
                />
                {words}
              </label>
            ))}
          </fieldset>
          <Button icon={<SignOut20Regular />} disabledFocusable={signOut.isPending} onClick={() => signOut.mutate()}>
            Sign out
          </Button>
          {signOut.error && <p role="alert">{signOut.error.message}. Try again.</p>}
        </div>
      )}
      <button
        ref={opener}
        type="button"
        className={styles.person}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        <span className={styles.initials} aria-hidden>
          {initialsOf(member.name)}
        </span>
        <span className={styles.personName}>
          <span>{member.name}</span>
          <span className={styles.workspace}>{member.email}</span>
        </span>
        <ChevronUpDown20Regular aria-hidden />
      </button>
    </div>
  );
}

function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => word?.[0]?.toUpperCase()).join('');
}
