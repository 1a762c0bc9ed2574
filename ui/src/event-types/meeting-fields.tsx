import { Field, RadioGroup } from '@fluentui/react-components';
import { Warning20Filled } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { tenantsQuery } from '../api/queries.ts';
import { useMe } from '../shell/me.ts';
import type { FieldsProps } from './basic-fields.tsx';
import { Choice } from '../parts/choice.tsx';
import type { Draft } from './draft.ts';
import styles from './event-types.module.css';
import { faultAt, fieldId } from './faults.ts';

/** Who owns the Teams meeting, and what it is. */
export function MeetingFields({ draft, change, faults }: FieldsProps) {
  return (
    <>
      <Field label="Who owns the meeting" validationMessage={faultAt(faults, '/organizer')}>
        <RadioGroup
          id={fieldId('/organizer')}
          value={draft.organizer}
          onChange={(_, { value }) => change({ organizer: value as Draft['organizer'] })}
        >
          <Choice
            value="operator"
            words="The operator"
            explained="They own it: with their own connection to Microsoft Teams if they have one, otherwise as an organizer of the connected tenant."
          />
          <Choice
            value="default_organizer"
            words="The default organizer"
            explained="One account of the tenant owns the meetings of all operators, and the operator is invited. Good where meetings have to stay when people leave."
          />
        </RadioGroup>
      </Field>
      {draft.organizer === 'default_organizer' && <NoDefaultOrganizer />}
      <Field label="Kind of meeting" validationMessage={faultAt(faults, '/meetingKind')}>
        <RadioGroup
          id={fieldId('/meetingKind')}
          value={draft.meetingKind}
          onChange={(_, { value }) => change({ meetingKind: value as Draft['meetingKind'] })}
        >
          <Choice
            value="calendar"
            words="In the calendar (recommended)"
            explained="An event in the owner’s Outlook calendar carries the meeting, so that the time is taken there too."
          />
          <Choice
            value="standalone"
            words="On no calendar"
            explained="Only a Teams link, for tenants that give Parley no calendars. Parley invites by mail. It costs: no calendar of yours shows it, and Teams keeps no dependable recordings, transcripts or attendance of it."
          />
        </RadioGroup>
      </Field>
    </>
  );
}

/** Better said before the first visitor is turned away. */
function NoDefaultOrganizer() {
  const { mayManage } = useMe();
  const { data: tenants } = useQuery({ ...tenantsQuery, enabled: mayManage });
  if (!tenants || tenants.some(({ defaultOrganizer }) => defaultOrganizer !== null)) return null;
  return (
    <p className={styles.caution} role="status">
      <Warning20Filled aria-hidden />
      <span>
        There is no default organizer yet, so this event type would take no bookings.{' '}
        <Link to="/microsoft-365/access-policies">Choose one under Access policies</Link>
      </span>
    </p>
  );
}
