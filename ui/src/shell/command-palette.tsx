import {
  CalendarAdd20Regular,
  CalendarLtr20Regular,
  CalendarQuestionMark20Regular,
  Copy20Regular,
  Open20Regular,
  Search20Regular,
  type FluentIcon,
} from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useId, useState, type KeyboardEvent } from 'react';
import { eventTypesQuery, type EventType } from '../api/queries.ts';
import { Modal } from '../parts/modal.tsx';
import { useMe } from './me.ts';
import styles from './command-palette.module.css';
import { sectionsFor } from './sections.ts';

type Command = {
  id: string;
  words: string;
  hint: string;
  icon: FluentIcon;
  run: () => unknown;
  /** What to say for a moment where nothing else shows that it was done. */
  done?: string;
};

/** Everything one can go to, found by typing: pages, and the booking links of event types. */
export function CommandPalette({ onClose }: { onClose: () => void }) {
  return (
    <Modal label="Find a page or a booking link" className={styles.palette} onClose={onClose}>
      <Finder onClose={onClose} />
    </Modal>
  );
}

function Finder({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const [marked, setMarked] = useState(0);
  const [done, setDone] = useState('');
  const listId = useId();
  const found = useCommands().filter(({ words, hint }) => matches(`${words} ${hint}`, text));
  const at = Math.min(marked, found.length - 1);
  const choose = async (command: Command | undefined) => {
    if (!command || done) return;
    await command.run();
    if (!command.done) return onClose();
    setDone(command.done);
    setTimeout(onClose, 1200);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length > 0) {
      event.preventDefault();
      setMarked((at + step + found.length) % found.length);
    }
    if (event.key === 'Enter') void choose(found[at]);
  };
  return (
    <>
      <div className={styles.search}>
        <Search20Regular aria-hidden />
        <input
          type="text"
          role="combobox"
          aria-expanded={found.length > 0}
          aria-controls={listId}
          aria-activedescendant={found[at] && `${listId}-${found[at].id}`}
          aria-label="Find a page or a booking link"
          placeholder="Find a page or a booking link"
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={({ target }) => {
            setText(target.value);
            setMarked(0);
          }}
          onKeyDown={onKeyDown}
          data-initial-focus
        />
      </div>
      <Results listId={listId} found={found} at={at} choose={(command) => void choose(command)} />
      <p role="status" className={found.length > 0 && !done ? 'visually-hidden' : styles.said}>
        {done || (found.length === 0 ? 'Nothing has that name.' : `${found.length} found`)}
      </p>
    </>
  );
}

type ResultsProps = { listId: string; found: Command[]; at: number; choose: (command: Command) => void };

function Results({ listId, found, at, choose }: ResultsProps) {
  return (
    <div role="listbox" id={listId} aria-label="Found" className={styles.list}>
      {found.map((command, index) => (
        <div
          key={command.id}
          id={`${listId}-${command.id}`}
          role="option"
          aria-selected={index === at}
          className={styles.option}
          onClick={() => choose(command)}
          ref={index === at ? scrollTo : undefined}
        >
          <command.icon aria-hidden />
          <span>{command.words}</span>
          <span className={styles.hint}>{command.hint}</span>
        </div>
      ))}
    </div>
  );
}

/** Pages of bookings that have no place in the navigation. */
const bookingPages = [
  { to: '/bookings/calendar', words: 'Calendar', icon: CalendarLtr20Regular },
  { to: '/bookings/requests', words: 'Requests', icon: CalendarQuestionMark20Regular },
  { to: '/bookings/new', words: 'New booking', icon: CalendarAdd20Regular },
] as const;

function useCommands(): Command[] {
  const { mayManage, mayBook } = useMe();
  const navigate = useNavigate();
  const { data: eventTypes = [] } = useQuery(eventTypesQuery);
  const pages = sectionsFor(mayManage).flatMap(({ heading, pages }) =>
    pages.map(({ to, words, icon }) => ({
      id: to.replaceAll('/', '-'),
      words,
      hint: heading ?? '',
      icon,
      run: () => navigate({ to }),
    })),
  );
  const bookings = bookingPages.filter(({ to }) => mayBook || to !== '/bookings/new');
  const more = bookings.map(({ to, words, icon }) => ({
    id: to.replaceAll('/', '-'),
    words,
    hint: 'Bookings',
    icon,
    run: () => navigate({ to }),
  }));
  return [...pages, ...more, ...eventTypes.flatMap((eventType) => linkCommands(eventType))];
}

function linkCommands({ id, title, bookingUrl }: EventType): Command[] {
  const open: Command = {
    id: `open-${id}`,
    words: title,
    hint: 'Open the booking page',
    icon: Open20Regular,
    run: () => window.open(bookingUrl, '_blank', 'noopener'),
  };
  if (!window.isSecureContext) return [open]; // browsers lend their clipboard to https and localhost only
  const copy: Command = {
    id: `copy-${id}`,
    words: title,
    hint: 'Copy the booking link',
    icon: Copy20Regular,
    run: () => navigator.clipboard.writeText(bookingUrl),
    done: `The booking link of “${title}” is copied.`,
  };
  return [copy, open];
}

/** Every word that was typed begins a word of the text. */
function matches(text: string, typed: string): boolean {
  const words = text.toLowerCase().split(/[\s\-›]+/);
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((part) => words.some((word) => word.startsWith(part)));
}

function scrollTo(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' });
}
