import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { Verbatim } from '../parts/verbatim.tsx';
import styles from './mail.module.css';

type Props = { html: string; text: string; subject: string };

/** A letter as its reader sees it, and as text. Its HTML is in a frame of its own that runs nothing and asks nobody. */
export function LetterView({ html, text, subject }: Props) {
  const [shown, show] = useState<'html' | 'text'>('html');
  return (
    <div className={styles.letter}>
      <div className={styles.filters} role="group" aria-label="How the letter is shown">
        <button type="button" aria-pressed={shown === 'html'} onClick={() => show('html')}>
          As it looks
        </button>
        <button type="button" aria-pressed={shown === 'text'} onClick={() => show('text')}>
          As text
        </button>
      </div>
      {shown === 'html' ? (
        <Frame html={html} subject={subject} />
      ) : (
        <Verbatim label={`Text of “${subject}”`} className={styles.text}>
          {text}
        </Verbatim>
      )}
    </div>
  );
}

/** Links in a letter do what they say, also for whoever only looks at it: so none can be followed here. */
function Frame({ html, subject }: { html: string; subject: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState(480);
  useEffect(() => setHeight(480), [html]);
  const fit = () => {
    const inside = frame.current?.contentDocument?.documentElement;
    if (inside) setHeight(Math.min(1600, Math.max(240, inside.scrollHeight)));
  };
  return (
    <iframe
      ref={frame}
      className={styles.frame}
      title={`“${subject}” as it looks`}
      // Same origin, so that its height can be read; without scripts, forms, pop-ups and ways out.
      sandbox="allow-same-origin"
      srcDoc={html}
      style={{ blockSize: `${height}px` }}
      onLoad={fit}
    />
  );
}

/** The way from a mail to the booking that it is about. */
export function BookingLink({ bookingId }: { bookingId: string | null }) {
  if (bookingId === null) return 'None';
  return (
    <Link to="/bookings/$id" params={{ id: bookingId }}>
      Open the booking
    </Link>
  );
}
