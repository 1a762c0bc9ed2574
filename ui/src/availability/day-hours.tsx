import { Button, Checkbox, Input } from '@fluentui/react-components';
import { Add16Regular, Dismiss16Regular } from '@fluentui/react-icons';
import type { ReactNode } from 'react';
import type { TimeRange } from '../api/availability.ts';
import styles from './hours.module.css';

type Props = {
  id: string;
  name: string;
  ranges: TimeRange[];
  change: (ranges: TimeRange[]) => void;
  fault: string | undefined;
  /** What else can be done with the hours of the day. */
  children?: ReactNode;
};

/** One day's hours: closed, or one or more ranges. */
export function DayHours({ id, name, ranges, change, fault, children }: Props) {
  return (
    <fieldset className={styles.day}>
      <legend className="visually-hidden">{name}</legend>
      <Checkbox
        id={id}
        label={name}
        checked={ranges.length > 0}
        onChange={(_, { checked }) => change(checked ? [{ from: '09:00', to: '17:00' }] : [])}
        {...(fault && { 'aria-describedby': `${id}-fault` })}
      />
      {ranges.length === 0 ? (
        <span className={styles.closed}>Closed</span>
      ) : (
        <Ranges name={name} ranges={ranges} change={change} />
      )}
      {children}
      {fault && (
        <p id={`${id}-fault`} className={styles.fault} style={{ gridColumn: '1 / -1' }}>
          {fault}
        </p>
      )}
    </fieldset>
  );
}

/** The ranges of a day; the last one goes by closing the day. The end of the day is 24:00, which clocks, and time fields, call 00:00. */
export function Ranges({ name, ranges, change }: Pick<Props, 'name' | 'ranges' | 'change'>) {
  const put = (index: number, changes: Partial<TimeRange>) =>
    change(ranges.map((range, at) => (at === index ? { ...range, ...changes } : range)));
  return (
    <div className={styles.ranges}>
      {ranges.map(({ from, to }, index) => (
        <div key={index} className={styles.range}>
          <Input
            type="time"
            value={from}
            aria-label={`${name} from`}
            onChange={(_, { value }) => put(index, { from: value })}
          />
          <span aria-hidden>–</span>
          <Input
            type="time"
            value={to === '24:00' ? '00:00' : to}
            aria-label={`${name} to`}
            onChange={(_, { value }) => put(index, { to: value === '00:00' ? '24:00' : value })}
          />
          {ranges.length > 1 && (
            <Button
              appearance="subtle"
              icon={<Dismiss16Regular />}
              aria-label={`Remove ${from} to ${to} on ${name}`}
              onClick={() => change(ranges.filter((_, at) => at !== index))}
            />
          )}
          {index === ranges.length - 1 && (
            <Button
              appearance="subtle"
              icon={<Add16Regular />}
              aria-label={`Add hours on ${name}`}
              onClick={() => change([...ranges, nextRange(to)])}
            />
          )}
        </div>
      ))}
    </div>
  );
}

/** An hour after the last range, for the hour after a break. */
function nextRange(end: string): TimeRange {
  const hour = Math.min(Number(end.slice(0, 2)) + 1, 22);
  const text = (of: number) => `${String(of).padStart(2, '0')}:00`;
  return { from: text(hour), to: text(Math.min(hour + 1, 24)) };
}
