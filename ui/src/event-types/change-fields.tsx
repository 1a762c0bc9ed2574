import type { FieldsProps } from './basic-fields.tsx';
import { ExplainedCheck } from './busy-fields.tsx';
import type { Draft } from './draft.ts';
import styles from './event-types.module.css';
import { LengthField } from './length-field.tsx';
import { NumberField } from './number-field.tsx';
import { policyText } from './setting-words.ts';

/** Who has to agree, and what visitors may change themselves. */
export function ChangeFields({ draft, change, faults }: FieldsProps) {
  const policy = (changes: Partial<Draft['changePolicy']>) =>
    change({ changePolicy: { ...draft.changePolicy, ...changes } });
  return (
    <>
      <div className={styles.checks}>
        <ExplainedCheck
          words="Bookings need approval"
          explained="A visitor asks for a time, which is kept for them. Somebody approves or declines it, here or from the mail; until then there is no Teams meeting."
          checked={draft.needsApproval}
          put={(needsApproval) => change({ needsApproval })}
        />
      </div>
      <div className={styles.pair}>
        <LengthField
          pointer="/changePolicy/moveUntilMinutes"
          label="Visitors can move until, before the start"
          offered={['minutes', 'hours', 'days']}
          value={draft.changePolicy.moveUntilMinutes}
          put={(moveUntilMinutes) => policy({ moveUntilMinutes })}
          faults={faults}
        />
        <LengthField
          pointer="/changePolicy/cancelUntilMinutes"
          label="Visitors can cancel until, before the start"
          offered={['minutes', 'hours', 'days']}
          value={draft.changePolicy.cancelUntilMinutes}
          put={(cancelUntilMinutes) => policy({ cancelUntilMinutes })}
          faults={faults}
        />
      </div>
      <div className={styles.pair}>
        <NumberField
          pointer="/changePolicy/mostMoves"
          label="How often they can move it"
          hint="Empty: as often as they like. 0: never."
          value={draft.changePolicy.mostMoves}
          empty={null}
          put={(mostMoves) => policy({ mostMoves })}
          faults={faults}
        />
        <NumberField
          pointer="/mostInSeries"
          label="Times in one series"
          hint="Weekly or fortnightly times booked as one. 1: no series."
          value={draft.mostInSeries}
          empty={1}
          put={(mostInSeries) => change({ mostInSeries: mostInSeries ?? 1 })}
          faults={faults}
        />
      </div>
      <p className={styles.said} role="status">
        {policyText(draft.changePolicy)} Staff can always move and cancel.
      </p>
    </>
  );
}
