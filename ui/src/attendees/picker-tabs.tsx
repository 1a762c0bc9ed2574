import type { KeyboardEvent } from 'react';
import tabs from '../parts/tabs.module.css';
import styles from './attendees.module.css';

const names = ['contacts', 'users', 'email'] as const;
export type TabName = (typeof names)[number];

const words: Record<TabName, string> = { contacts: 'Contacts', users: 'Users', email: 'Email address' };

type Props = {
  /** Begins the ids of the tabs and of their panel. */
  id: string;
  chosen: TabName;
  choose: (name: TabName) => void;
};

/** Where to find people. One tab stop; the arrow keys, Home and End go from tab to tab and open it. */
export function PickerTabs({ id, chosen, choose }: Props) {
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const next = nextTab(chosen, event.key);
    if (!next) return;
    event.preventDefault();
    choose(next);
    document.getElementById(`${id}-${next}`)?.focus();
  };
  return (
    <div
      role="tablist"
      aria-label="Where to find people"
      className={`${tabs.tabs} ${styles.tabs}`}
      onKeyDown={onKeyDown}
    >
      {names.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`${id}-${name}`}
          aria-selected={name === chosen}
          aria-controls={`${id}-panel`}
          tabIndex={name === chosen ? 0 : -1}
          onClick={() => choose(name)}
        >
          {words[name]}
        </button>
      ))}
    </div>
  );
}

function nextTab(chosen: TabName, key: string): TabName | undefined {
  const at = names.indexOf(chosen);
  const steps: Record<string, number> = {
    ArrowRight: (at + 1) % names.length,
    ArrowLeft: (at + names.length - 1) % names.length,
    Home: 0,
    End: names.length - 1,
  };
  const next = steps[key];
  return next === undefined ? undefined : names[next];
}
