import { Field, Input, Select } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { membersQuery, type EventType } from '../api/queries.ts';
import { clockText, durationText, instantAt, spanText } from '../parts/when.ts';
import styles from './bookings.module.css';
import { FreeTimes } from './free-times.tsx';

/** A time as somebody is choosing it; what is undefined is left to the event type. */
export type WhenDraft = {
  durationMinutes?: number | undefined;
  operatorId?: string | undefined;
  start?: string | undefined;
  /** It was typed, and need not be one that visitors are offered. */
  anyTime?: boolean;
};

type Props = {
  eventType: EventType;
  draft: WhenDraft;
  change: (changes: WhenDraft) => void;
  zone: string;
  /** The booking that moves, and the time it has. */
  moving?: { id: string; start: string } | undefined;
  /** What stands for “no operator in particular”. */
  anyOperator?: string;
  withLength?: boolean;
};

/** Length and operator where there is a choice, then the free times, and the field for any other time. */
export function WhenFields({
  eventType,
  draft,
  change,
  zone,
  moving,
  anyOperator = 'Whoever is free',
  withLength = true,
}: Props) {
  const { data: members = [] } = useQuery(membersQuery);
  const lengths = [...new Set([eventType.durationMinutes, ...eventType.durationChoices])].toSorted((a, b) => a - b);
  const operators = eventType.assignment === 'collective' ? [] : eventType.operatorIds;
  const wish = {
    eventTypeId: eventType.id,
    durationMinutes: draft.durationMinutes,
    operatorId: draft.operatorId,
    excludingBookingId: moving?.id,
  };
  return (
    <>
      <div className={styles.pair}>
        {withLength && lengths.length > 1 && (
          <Field label="Length">
            <Select
              value={String(draft.durationMinutes ?? eventType.durationMinutes)}
              onChange={(_, { value }) => change({ durationMinutes: Number(value), start: undefined })}
            >
              {lengths.map((minutes) => (
                <option key={minutes} value={minutes}>
                  {durationText(minutes)}
                </option>
              ))}
            </Select>
          </Field>
        )}
        {operators.length > 1 && (
          <Field label="Operator">
            <Select
              value={draft.operatorId ?? ''}
              onChange={(_, { value }) => change({ operatorId: value || undefined, start: undefined })}
            >
              <option value="">{anyOperator}</option>
              {operators.map((id) => (
                <option key={id} value={id}>
                  {members.find((member) => member.id === id)?.name ?? id}
                </option>
              ))}
            </Select>
          </Field>
        )}
      </div>
      <div data-times>
        <FreeTimes
          key={eventType.id}
          wish={wish}
          seats={eventType.capacity > 1}
          zone={zone}
          near={moving?.start}
          chosen={draft.start}
          choose={(start) => change({ start, anyTime: false })}
        />
      </div>
      <AnyTime draft={draft} change={change} zone={zone} />
    </>
  );
}

/** Operators may book when visitors may not; only what is taken or busy stays closed to them. */
function AnyTime({ draft, change, zone }: Pick<Props, 'draft' | 'change' | 'zone'>) {
  return (
    <details className={styles.anyTime}>
      <summary>Choose a time that is not offered</summary>
      <Field
        label="Day and time"
        hint="Hours, notice and limits hold for visitors, not for you. A time that is taken, or busy in Outlook, is refused."
      >
        <Input
          type="datetime-local"
          value={draft.start ? clockText(draft.start, zone) : ''}
          onChange={(_, { value }) => {
            const instant = instantAt(value, zone);
            change({ start: instant === undefined ? undefined : new Date(instant).toISOString(), anyTime: true });
          }}
        />
      </Field>
    </details>
  );
}

/** `Tue 24 Nov 2026, 10:00–10:30 (Berlin)` of a time that begins then. */
export function spanFrom(start: string, minutes: number, zone: string): string {
  return spanText({ start, end: new Date(Date.parse(start) + minutes * 60_000).toISOString() }, zone);
}
