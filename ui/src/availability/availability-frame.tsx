import { Select } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { membersQuery, type Member } from '../api/queries.ts';
import { Page } from '../parts/page.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { useMe } from '../shell/me.ts';
import styles from './availability.module.css';
import type { AvailabilityPart } from './shown.ts';

type Props = {
  memberId: string | undefined;
  shown: AvailabilityPart | 'week' | 'why-not';
  children: (operator: Member, own: boolean) => ReactNode;
};

const parts: [AvailabilityPart | 'week', string][] = [
  ['week', 'Week'],
  ['hours', 'Hours'],
  ['time-off', 'Time off and holidays'],
  ['feed', 'Calendar feed'],
];

/** What the pages about one operator’s time share: whose it is, and the way between them. */
export function AvailabilityFrame({ memberId, shown, children }: Props) {
  const { member: me, mayManage } = useMe();
  const { data: members } = useQuery(membersQuery);
  const operator = members ? (members.find(({ id }) => id === memberId) ?? me) : unknownYet(memberId, me);
  const own = operator.id === me.id;
  const member = own ? {} : { member: operator.id };
  return (
    <Page
      title="Availability"
      lead={
        own
          ? 'When visitors can choose a time with you. What is busy in your Outlook calendar is never offered.'
          : 'When visitors can choose a time. What is busy in the operator’s Outlook calendar is never offered.'
      }
      action={
        mayManage &&
        members?.length !== 1 && <Whose operator={operator} members={members ?? [operator]} shown={shown} />
      }
    >
      <Tabs label="What to look at">
        {parts.map(([part, words]) => (
          <Link
            key={part}
            to="/availability"
            search={{ ...member, ...(part !== 'week' && { show: part }) }}
            activeOptions={{ exact: true }}
            aria-current={part === shown ? 'page' : undefined}
          >
            {words}
          </Link>
        ))}
        <Link to="/availability/why-not" search={member} aria-current={shown === 'why-not' ? 'page' : undefined}>
          Why not?
        </Link>
      </Tabs>
      {children(operator, own)}
    </Page>
  );
}

/** Their name comes a moment later; until then nothing of somebody else’s is shown. */
function unknownYet(memberId: string | undefined, me: Member): Member {
  return memberId === undefined || memberId === me.id ? me : { ...me, id: memberId, name: 'the operator' };
}

function Whose({ operator, members, shown }: { operator: Member; members: Member[] } & Pick<Props, 'shown'>) {
  const navigate = useNavigate();
  const choose = (member: string) =>
    shown === 'why-not'
      ? navigate({ to: '/availability/why-not', search: { member } })
      : navigate({ to: '/availability', search: { member, ...(shown !== 'week' && { show: shown }) } });
  return (
    <Select
      aria-label="Whose availability"
      className={styles.whose}
      value={operator.id}
      onChange={(_, { value }) => void choose(value)}
    >
      {members.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </Select>
  );
}
