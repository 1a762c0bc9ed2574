import { Button } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';
import { emailsQuery, resendEmail, type Email } from '../api/mail.ts';
import { Card } from '../parts/page.tsx';
import { ChangeProblem, QueryProblem } from '../parts/problem-view.tsx';
import { rowsOf, ShowMore } from '../parts/show-more.tsx';
import { StateLabel, type State } from '../parts/state-label.tsx';
import { useChange } from '../parts/use-change.ts';
import { momentText, timeText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import styles from './bookings.module.css';
import type { Booking } from '../api/queries.ts';

/** What Parley wrote about a booking, and whether it arrived; nothing where Outlook alone writes. */
export function BookingMails({ booking, zone }: { booking: Booking; zone: string }) {
  const list = useInfiniteQuery(emailsQuery({ bookingId: booking.id }));
  const mails = list.data ? rowsOf(list.data) : [];
  if (list.error && !list.data) {
    return (
      <Card>
        <h2 className={styles.sectionTitle}>Mail</h2>
        <QueryProblem error={list.error} retry={list.refetch} />
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
      <ShowMore list={list} />
    </Card>
  );
}

function MailRow({ mail, zone }: { mail: Email; zone: string }) {
  const { mayBook } = useMe();
  const resend = useChange(['emails'], () => resendEmail(mail.id));
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
            : {mail.subject}, to {mail.recipient}
          </span>
        </Button>
      )}
    </li>
  );
}

function mailState({ status, retryAt }: Email, zone: string): State {
  if (status === 'sent') return { tone: 'good', words: 'Sent' };
  if (status === 'failed') return { tone: 'problem', words: 'Did not arrive' };
  return { tone: 'waiting', words: retryAt ? `Tries again at ${timeText(retryAt, zone)}` : 'On its way' };
}
