import { Field, RadioGroup } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { EventType } from '../api/queries.ts';
import { CopyButton } from '../parts/copy.tsx';
import { Verbatim } from '../parts/verbatim.tsx';
import { useMe } from '../shell/me.ts';
import { Choice } from '../parts/choice.tsx';
import styles from './event-types.module.css';

const ways = [
  {
    value: 'inline',
    words: 'In the page',
    explained: 'The calendar stands where the tag stands, and grows with what it shows.',
  },
  {
    value: 'button',
    words: 'A button',
    explained: 'A button stands where the tag stands, and opens the calendar above the page.',
  },
  {
    value: 'popup',
    words: 'A button in the corner',
    explained: 'The button stays at the corner of the window, on every page that has the tag.',
  },
] as const;

/** The tag that shows the booking page on another site. */
export function Embed({ eventType: { bookingUrl, title } }: { eventType: EventType }) {
  const { mayManage } = useMe();
  const [show, setShow] = useState<string>('inline');
  const tag = embedTag(bookingUrl, show);
  return (
    <details className={styles.section}>
      <summary>
        <div>
          <h2>On your own site</h2>
          <p>One tag shows this booking page on any site of yours.</p>
        </div>
      </summary>
      <div className={styles.inside}>
        <Field label="How it looks there">
          <RadioGroup value={show} onChange={(_, { value }) => setShow(value)}>
            {ways.map((way) => (
              <Choice key={way.value} {...way} />
            ))}
          </RadioGroup>
        </Field>
        <div>
          <Verbatim label={`Tag for ${title}`} className={styles.tag}>
            {tag}
          </Verbatim>
          <CopyButton text={tag} what={`the tag for ${title}`} words="Copy the tag" />
        </div>
        <p className={styles.plain}>
          Only sites on the list may show it.{' '}
          {mayManage && (
            <Link to="/settings" hash="sites">
              See the list in Settings
            </Link>
          )}
        </p>
      </div>
    </details>
  );
}

/** `https://parley.example/book/clinic/intro-call` is booked as `clinic/intro-call`. */
export function embedTag(bookingUrl: string, show: string): string {
  const { origin, pathname } = new URL(bookingUrl);
  const book = pathname.replace(/^\/book\//, '');
  return `<script src="${origin}/embed.js" data-book="${book}" data-show="${show}" async></script>`;
}
