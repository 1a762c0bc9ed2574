import { Button } from '@fluentui/react-components';
import { Send20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { emailQuery, resendEmail, type Email } from '../api/mail.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { ManagersOnly } from '../parts/managers-only.tsx';
import { Card, Facts, Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { StateLabel } from '../parts/state-label.tsx';
import { useChange } from '../parts/use-change.ts';
import { Verbatim } from '../parts/verbatim.tsx';
import { momentText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { BookingLink, LetterView } from './letter-view.tsx';
import { letterName, mailState } from './mail-words.ts';
import styles from './mail.module.css';

const route = getRouteApi('/settings/mail/$id');

/** One mail, word for word, what became of it, and a way to send it again. */
export function EmailPage() {
  const { id } = route.useParams();
  const { mayManage } = useMe();
  const [resending, setResending] = useState(false);
  const { data, error, refetch } = useQuery({ ...emailQuery(id), enabled: mayManage });
  const again = data && (
    <Button icon={<Send20Regular />} onClick={() => setResending(true)}>
      Send it again
    </Button>
  );
  return (
    <Page
      title={data?.subject ?? 'Mail'}
      back={{ link: { to: '/settings/mail', search: {} }, words: 'Sent mail' }}
      action={again}
    >
      <ManagersOnly>
        {!data && !error && <SkeletonRows rows={2} height="240px" />}
        {!data && error && <QueryProblem error={error} retry={refetch} />}
        {data && (
          <div className={sheets.stack}>
            <Card label="What became of it">
              <EmailFacts email={data} />
            </Card>
            <section className={sheets.group} aria-label="What was sent">
              <h2>What was sent</h2>
              <LetterView html={data.html ?? ''} text={data.text ?? ''} subject={data.subject} />
              {data.calendar && (
                <details className={sheets.disclosure}>
                  <summary>The calendar file that went with it</summary>
                  <Verbatim label="Calendar file" className={styles.text}>
                    {data.calendar}
                  </Verbatim>
                </details>
              )}
            </section>
          </div>
        )}
        {data && resending && <Resend email={data} onClose={() => setResending(false)} />}
      </ManagersOnly>
    </Page>
  );
}

function EmailFacts({ email }: { email: Email }) {
  const zone = useMe().member.timeZone;
  return (
    <Facts
      rows={[
        ['To', email.recipient],
        ['Letter', letterName(email.template)],
        ['State', <StateLabel key="state" {...mailState(email, zone)} />],
        ...(email.problem ? [['Why not', email.problem] satisfies [string, string]] : []),
        ['Written', momentText(email.createdAt, zone)],
        ['Tries', String(email.attempts)],
        ...(email.transport ? [['Sent by', transportText(email)] satisfies [string, string]] : []),
        ['Booking', <BookingLink key="booking" bookingId={email.bookingId} />],
      ]}
    />
  );
}

function transportText({ transport, transportNote }: Email): string {
  const by = transport === 'graph' ? 'Microsoft, from the organizer’s mailbox' : 'The mail server';
  return transportNote ? `${by}. ${transportNote}` : by;
}

function Resend({ email, onClose }: { email: Email; onClose: () => void }) {
  const navigate = useNavigate();
  const change = useChange(
    ['emails'],
    () => resendEmail(email.id),
    ({ id }) => {
      onClose();
      void navigate({ to: '/settings/mail/$id', params: { id } });
    },
  );
  return (
    <ConfirmDialog
      title="Send this mail again?"
      verb="Send it again"
      keep="Leave it"
      calm
      change={change}
      onClose={onClose}
    >
      <p>{email.recipient} gets the same letter once more, word for word.</p>
    </ConfirmDialog>
  );
}
