import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { bookingMailsQuery } from '../api/appointments.ts';
import { api, ask } from '../api/client.ts';
import type { Email } from '../api/mail.ts';
import type { Booking } from '../api/queries.ts';
import { Card } from '../parts/page.tsx';
import { ChangeProblem, QueryProblem } from '../parts/problem-view.tsx';
import { StateLabel, type State } from '../parts/state-label.tsx';
import { useChange } from '../parts/use-change.ts';
import { momentText, timeText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import styles from './bookings.module.css';

/** What Parley wrote about a booking, and whether it arrived; nothing where Outlook alone writes. */
export function BookingMails({ booking, zone }: { booking: Booking; zone: string }) {
  const { data: mails = [], error, refetch } = useQuery(bookingMailsQuery(booking.id));
  if (error && mails.length === 0) {
    return (
      <Card>
        <h2 className={styles.sectionTitle}>Mail</h2>
        <QueryProblem error={error} retry={refetch} />
      </Card>
    );
  }
  if (mails.length === 0) return null;
  return (
    <Card>
      <h2 className={styles.sectionTitle}>Mail</h2>
      <ul className={styles.mails}>
        {mails.map((mail) => (
          <MailRow key={mail.id} mail={mail} zone={zone} />
        ))}
      </ul>
    </Card>
  );
}

function MailRow({ mail, zone }: { mail: Email; zone: string }) {
  const { mayBook } = useMe();
  const resend = useChange(['emails'], () => ask(api.emails[':id'].resend.$post({ param: { id: mail.id } })));
  return (
    <li>
      <div>
        <span className={styles.who}>{mail.subject}</span>
        <span className={styles.what}>
          To {mail.recipient}, {momentText(mail.sentAt ?? mail.createdAt, zone)}
        </span>
        {mail.problem && <span className={styles.what}>{mail.problem}</span>}
        <ChangeProblem error={resend.error} />
        <span role="status" className={styles.what}>
          {resend.isSuccess && 'It is sent once more.'}
        </span>
      </div>
      <StateLabel {...mailState(mail, zone)} />
      {mayBook && mail.status !== 'queued' && (
        <Button size="small" disabledFocusable={resend.isPending} onClick={() => resend.mutate()}>
          Send again
          <span className="visually-hidden">
            {' '}
            “{mail.subject}” to {mail.recipient}
          </span>
        </Button>
      )}
    </li>
  );
}

function mailState({ status, attempts, retryAt }: Email, zone: string): State {
  if (status === 'sent') return { tone: 'good', words: 'Sent' };
  if (status === 'failed') return { tone: 'problem', words: 'Did not arrive' };
  if (status === 'withdrawn') return { tone: 'quiet', words: 'Not needed any more' };
  return {
    tone: 'waiting',
    words: attempts > 0 && retryAt ? `Tries again at ${timeText(retryAt, zone)}` : 'On its way',
  };
}
