import { Button } from '@fluentui/react-components';
import { CheckmarkCircle20Filled, Circle20Regular, Signature20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { TenantSetup } from '../api/queries.ts';
import { Actions } from '../parts/page.tsx';
import partStyles from '../parts/parts.module.css';
import sheets from '../parts/sheets.module.css';
import { count, momentText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { allowedOrganizersQuery } from './setup-words.ts';
import type { StepProps } from './step-props.ts';
import styles from './tenant-setup.module.css';

const SignDialog = lazy(async () => ({ default: (await import('./sign-dialog.tsx')).SignDialog }));

type Stage = 'pilot' | 'live';

/** What has to be true, who signed that it is, and the two verbs: start the pilot, go live. */
export function GoLive({ setup, tenant, title }: StepProps) {
  const [signing, setSigning] = useState<Stage>();
  const { data } = useQuery(allowedOrganizersQuery(tenant.id));
  const allowed = data?.data ?? [];
  const next: Stage | undefined = tenant.stage === 'setup' ? 'pilot' : tenant.stage === 'pilot' ? 'live' : undefined;
  const affected = next === 'live' ? allowed : allowed.filter(({ pilot }) => pilot);
  return (
    <>
      <Checklist setup={setup} />
      {setup.signOffs.length > 0 && <SignOffs signOffs={setup.signOffs} />}
      {next && (
        <section className={styles.part} aria-label="Sign off">
          <Actions>
            <Button
              appearance="primary"
              disabledFocusable={!setup.ready[next]}
              aria-describedby={setup.ready[next] ? undefined : 'go-live-missing'}
              onClick={() => setSigning(next)}
            >
              {next === 'pilot' ? 'Start the pilot' : 'Go live for everyone'}
            </Button>
          </Actions>
          {!setup.ready[next] && (
            <p id="go-live-missing" className={sheets.quiet}>
              {missingWords(setup, next)}
            </p>
          )}
        </section>
      )}
      {signing && (
        <Suspense>
          <SignDialog
            tenant={tenant}
            title={title}
            stage={signing}
            organizers={affected}
            more={data?.nextCursor !== null}
            onClose={() => setSigning(undefined)}
          />
        </Suspense>
      )}
    </>
  );
}

function missingWords({ checklist }: TenantSetup, stage: Stage): string {
  const open = checklist.filter(
    (item) => !item.ok && !item.bySigning && (stage === 'live' || item.neededFor === 'pilot'),
  );
  return open.length === 0
    ? 'Not possible while the tenant is paused.'
    : `${count(open.length, 'point')} of the checklist ${open.length === 1 ? 'is' : 'are'} open.`;
}

function Checklist({ setup: { checklist } }: { setup: TenantSetup }) {
  const groups = [
    { heading: 'Before the pilot', items: checklist.filter(({ neededFor }) => neededFor === 'pilot') },
    { heading: 'Before going live', items: checklist.filter(({ neededFor }) => neededFor === 'live') },
  ];
  return groups.map(({ heading, items }) => (
    <section key={heading} className={styles.part} aria-label={heading}>
      <h3>{heading}</h3>
      <ul className={styles.checklist}>
        {items.map((item) => (
          <ChecklistItem key={item.label} item={item} />
        ))}
      </ul>
    </section>
  ));
}

function ChecklistItem({ item: { label, ok, detail, bySigning } }: { item: TenantSetup['checklist'][number] }) {
  const [Icon, tone, words] = ok
    ? ([CheckmarkCircle20Filled, 'good', 'Done'] as const)
    : bySigning
      ? ([Signature20Regular, 'quiet', 'By signing'] as const)
      : ([Circle20Regular, 'waiting', 'Open'] as const);
  return (
    <li>
      <Icon className={partStyles[tone]} aria-hidden />
      <div>
        <strong>{label}</strong> <span className={partStyles[tone]}>{words}</span>
        <p>{detail}</p>
      </div>
    </li>
  );
}

function SignOffs({ signOffs }: { signOffs: TenantSetup['signOffs'] }) {
  const zone = useMe().member.timeZone;
  return (
    <section className={styles.part} aria-label="Signed off">
      <h3>Signed off</h3>
      <ul className={styles.plainList}>
        {signOffs.map(({ stage, signedBy, at }) => (
          <li key={stage + at}>
            {stage === 'pilot' ? 'Pilot' : 'Live for everyone'}: {signedBy}, {momentText(at, zone)}
          </li>
        ))}
      </ul>
    </section>
  );
}
