import { Button, Field, Radio, RadioGroup, Switch, Textarea } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { Approval } from '../api/appointments.ts';
import { api, ask } from '../api/client.ts';
import { eventTypesQuery, membersQuery, type Booking, type EventType } from '../api/queries.ts';
import styles from '../bookings/bookings.module.css';
import { spanFrom, WhenFields, type WhenDraft } from '../bookings/when-fields.tsx';
import { FormProblem } from '../parts/form.tsx';
import { Modal } from '../parts/modal.tsx';
import parts from '../parts/parts.module.css';
import sheets from '../parts/sheets.module.css';
import { sameClock, spanText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import own from './requests.module.css';
import { RivalDialog } from './rival-dialog.tsx';
import { useDecision } from './use-decision.ts';

type Props = { booking: Booking; onClose: () => void; onDone?: (approved: Booking) => void };
type Draft = { other: boolean; when: WhenDraft; teamsMeeting: boolean; note: string };

/** Approves a request: as it is, or at another time, with another operator, without a Teams meeting. */
export function ApproveDialog({ booking, onClose, onDone }: Props) {
  const title = useId();
  const { member } = useMe();
  const { data: eventTypes = [] } = useQuery(eventTypesQuery);
  const [draft, setDraft] = useState<Draft>({ other: false, when: {}, teamsMeeting: booking.teamsMeeting, note: '' });
  const change = (changes: Partial<Draft>) => setDraft((before) => ({ ...before, ...changes }));
  const { change: approve, rival } = useDecision(
    booking,
    () => ask(api.bookings[':id'].approve.$post({ param: { id: booking.id }, json: approvalOf(draft) })),
    (approved) => {
      onDone?.(approved);
      onClose();
    },
  );
  if (rival) return <RivalDialog booking={rival} onClose={onClose} />;
  const eventType = eventTypes.find(({ id }) => id === booking.eventTypeId);
  const undecided = draft.other && draft.when.start === undefined && draft.when.operatorId === undefined;
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!approve.isPending && !undecided) approve.mutate();
  };
  return (
    <Modal labelledBy={title} onClose={onClose} className={own.wide}>
      <h2 id={title}>Approve the request of {booking.visitor.name}</h2>
      <form className={sheets.form} onSubmit={submit} noValidate>
        <Asked booking={booking} what={eventType?.title} zone={member.timeZone} />
        {eventType && <When booking={booking} eventType={eventType} draft={draft} change={change} />}
        <Switch
          label="Generate Microsoft Teams meeting link"
          checked={draft.teamsMeeting}
          onChange={(_, { checked }) => change({ teamsMeeting: checked })}
        />
        <Field
          label={`Note to ${booking.visitor.name} (optional)`}
          hint="It goes with the mail that says it is approved."
        >
          <Textarea
            value={draft.note}
            maxLength={2000}
            resize="vertical"
            onChange={(_, { value }) => change({ note: value })}
          />
        </Field>
        <FormProblem error={approve.error} />
        <div className={parts.modalActions}>
          <Button onClick={onClose}>Leave it open</Button>
          <Button
            type="submit"
            appearance="primary"
            disabledFocusable={approve.isPending || undecided}
            data-initial-focus
          >
            {draft.other ? 'Approve with these changes' : 'Approve'}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function approvalOf({ other, when: { start, operatorId }, teamsMeeting, note }: Draft): Approval {
  const instead = { ...(start && { start }), ...(operatorId && { operatorId }) };
  return { ...(other && instead), teamsMeeting, note: note.trim() };
}

function Asked({ booking, what, zone }: { booking: Booking; what: string | undefined; zone: string }) {
  const { visitor } = booking;
  return (
    <div className={own.asked}>
      <p>
        <strong>{spanText(booking, zone)}</strong>
        {what && `, ${what}`}
      </p>
      {!sameClock(booking.start, zone, visitor.timeZone) && (
        <p>
          For {visitor.name}: {spanText(booking, visitor.timeZone)}
        </p>
      )}
      {visitor.note && <blockquote className={own.note}>{visitor.note}</blockquote>}
    </div>
  );
}

type WhenProps = { booking: Booking; eventType: EventType; draft: Draft; change: (changes: Partial<Draft>) => void };

function When({ booking, eventType, draft, change }: WhenProps) {
  const { member } = useMe();
  const { data: members = [] } = useQuery(membersQuery);
  const asked = booking.operators.map(({ name }) => name).join(' and ');
  const minutes = Math.round((Date.parse(booking.end) - Date.parse(booking.start)) / 60_000);
  const { start, operatorId } = draft.when;
  const who = members.find(({ id }) => id === operatorId)?.name ?? asked;
  return (
    <>
      <Field label="When and with whom">
        <RadioGroup
          value={draft.other ? 'other' : 'asked'}
          onChange={(_, { value }) => change({ other: value === 'other', when: {} })}
        >
          <Radio value="asked" label={`As they asked, with ${asked}`} />
          <Radio value="other" label="At another time or with another operator" />
        </RadioGroup>
      </Field>
      {draft.other && (
        <div className={`${styles.moving} ${own.other}`}>
          <WhenFields
            eventType={eventType}
            draft={{ durationMinutes: minutes, ...draft.when }}
            change={(changes) => change({ when: { ...draft.when, ...changes } })}
            zone={member.timeZone}
            moving={booking}
            anyOperator={`As they asked: ${asked}`}
            withLength={false}
          />
          <p role="status" className={own.chosen}>
            {(start ?? operatorId) &&
              `${spanFrom(start ?? booking.start, minutes, member.timeZone)} with ${who}. ${booking.visitor.name} hears of the change.`}
          </p>
        </div>
      )}
    </>
  );
}
